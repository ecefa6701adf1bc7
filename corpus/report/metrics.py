"""metrics.json: what a run did, in integers and quotients of integers.

A pure function of manifests and of sums over columns, in fixed order: equal runs give equal bytes,
whatever the partitioning.  So nothing here counts part files, and no clock enters.  Keys are only
ever added; ``version`` rises when the meaning of one changes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

from corpus.areas import CLASSES, AreasConfig, classes_of, unused
from corpus.ledger import DROPPED, JOINED, KEPT, QUARANTINED, Census, Entry
from corpus.manifest import Manifest
from corpus.report.scan import QUALITY_BINS, Scan
from corpus.spreadsheet import cell

VERSION = 1
AREAS = 500  # rows; sums of the others are in those of their class

# Digests of products whose bytes do not depend on how the input was cut into files.
DIGESTS = (("select", "kept"), ("tokenizer", "content"), ("mix", "content"), ("serialize", "content"))


def fates(published: Mapping[str, Manifest]) -> Census:
    """Every record that was read, under the one fate that the whole chain gave it.

    Each stage settles what it lets go; what the last of ingest, select and mix keeps is kept.
    """
    final = Census()
    deciding = [published[name].census for name in ("ingest", "select", "mix") if name in published]
    for position, census in enumerate(deciding):
        last = position == len(deciding) - 1
        for entry, tally in census.tallies.items():
            if entry.fate != KEPT or last:
                final.add(entry, tally.documents, tally.bytes, tally.ids)
    return final


def quotient(part: int, whole: int) -> float:
    """part / whole to six decimals; 0 when the whole is 0."""
    return round(part / whole, 6) if whole else 0.0


def build(published: Mapping[str, Manifest], scan: Scan, config: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of metrics.json.  ``config`` is the resolved configuration as plain JSON."""
    census = fates(published)
    read = census.total().documents
    return {
        "version": VERSION,
        "documents": {
            "read": read,
            **{fate: census.total(fate=fate).documents for fate in (KEPT, DROPPED, JOINED, QUARANTINED)},
            "kept_share": quotient(census.total(fate=KEPT).documents, read),
            "quarantined_share": quotient(census.total(fate=QUARANTINED).documents, read),
        },
        "bytes": {fate: census.total(fate=fate).bytes for fate in (KEPT, DROPPED, QUARANTINED)},
        "funnel": _funnel(published),
        "reasons": _reasons(census, read),
        "sources": _sources(census, scan, published),
        "fates": [
            {**entry._asdict(), "documents": tally.documents, "bytes": tally.bytes}
            for entry, tally in sorted(census.tallies.items())
        ],
        "areas": _areas(scan, config),
        "quality": _quality(published, scan, config),
        "mixture": mixture(published),
        "dedup": _dedup(census, scan),
        "audit": _audit(published),
        "lengths": {"edges": scan.length_edges, "counts": scan.length_counts},
        "tokenizer": _tokenizer(published),
        "shards": _shards(published, scan),
        "rights": _rights(config, scan),
        "edits": [
            {"edit": name, "documents": documents, "edits": edits}
            for name, (documents, edits) in sorted(scan.edits.items())
        ],
        "adapters": _adapters(published),
        "verdicts": _verdicts(published),
        "verdict_rows": published["select"].details.get("verdict_rows") if "select" in published else None,
        "verify": {"faults": published["verify"].details.get("faults", 0)} if "verify" in published else None,
        "digests": {
            f"{stage}.{digest}": published[stage].digests[digest]
            for stage, digest in DIGESTS
            if stage in published and digest in published[stage].digests
        },
    }


def _adapters(published: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    """How often each rule of an input's adapter was applied, and how often a field that it needs was missing."""
    told = published["ingest"].details.get("adapters", {}) if "ingest" in published else {}
    return [
        {"source": source, "rule": rule, **counts}
        for source, rules in sorted(told.items())
        for rule, counts in sorted(rules.items())
    ]


def _verdicts(published: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    """The services' own verdicts: documents judged, and dropped for it, and where our rules agree."""
    told = published["select"].details.get("verdicts", {}) if "select" in published else {}
    return [
        {"source": source, "type": kind, **counts}
        for source, kinds in sorted(told.items())
        for kind, counts in sorted(kinds.items())
    ]


def _funnel(published: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    """What is left after each border, rules and duplicates of select apart, and what each one let go."""
    if "ingest" not in published:
        return []
    left = published["ingest"].census.total()
    documents, size = left.documents, left.bytes
    rows: list[dict[str, Any]] = [{"stage": "read", "documents": documents, "bytes": size, "lost": []}]
    for step, stage in (("ingest", "ingest"), ("rules", "select"), ("dedup", "select"), ("mix", "mix")):
        if stage not in published:
            continue
        lost = []
        for (fate, reason), tally in published[stage].census.by("fate", "reason").items():
            if fate == KEPT or (stage == "select" and (step == "dedup") != reason.startswith("dedup.")):
                continue
            documents -= tally.documents
            size -= tally.bytes
            lost.append({"reason": reason, "documents": tally.documents})
        rows.append({"stage": step, "documents": documents, "bytes": size, "lost": lost})
    return rows


def _reasons(census: Census, read: int) -> list[dict[str, Any]]:
    rows = [
        {
            "reason": reason,
            "fate": fate,
            "documents": tally.documents,
            "bytes": tally.bytes,
            "share": quotient(tally.documents, read),
        }
        for (fate, reason), tally in census.by("fate", "reason").items()
        if fate in (DROPPED, QUARANTINED)
    ]
    return sorted(rows, key=lambda row: (-row["documents"], row["reason"]))


def _sources(census: Census, scan: Scan, published: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    rows = []
    losses = published["select"].details.get("duplicates", {}) if "select" in published else {}
    for (source,), tally in census.by("source").items():
        fate = {name: census.total(source=source, fate=name).documents for name in (KEPT, DROPPED, QUARANTINED)}
        exact = census.total(source=source, reason="dedup.exact").documents
        near = census.total(source=source, reason="dedup.near").documents
        mixed = [sums for group, sums in scan.mixed.items() if group.source == source]
        rows.append(
            {
                "source": source,
                "kinds": sorted({entry.kind for entry in census.tallies if entry.source == source and entry.kind}),
                "read": tally.documents,
                **fate,
                "dedup_exact": exact,
                "dedup_near": near,
                # Of the documents that reached the election, as an alarm on dedup must be.
                "dedup_share": quotient(exact + near, exact + near + fate[KEPT]),
                "dedup_limit": losses.get(source, {}).get("limit"),
                "dedup_alarm": losses.get(source, {}).get("alarm", False),
                "kept_share": quotient(fate[KEPT], tally.documents),
                "mixed_tokens": sum(item.tokens for item in mixed),
            }
        )
    return rows


def _areas(scan: Scan, config: Mapping[str, Any]) -> dict[str, Any]:
    """The largest areas with their class, and the sums of each class; an empty object where nothing was decided.

    ``unused``: names and patterns of ``select.areas`` that name no area of this run.
    """
    if not scan.areas:
        return {}
    asked = AreasConfig(**config.get("select", {}).get("areas", {}))
    names = sorted(scan.areas, key=lambda area: (-sum(scan.areas[area].values()), area))
    classes = dict(zip(names, classes_of(asked, names), strict=True))
    rows: list[dict[str, Any]] = []
    sums = {name: [0, 0, 0] for name in CLASSES}
    for area in names:
        counts = scan.areas[area]
        documents, kept = sum(counts.values()), counts.get("", 0)
        sums[classes[area]] = [a + b for a, b in zip(sums[classes[area]], (1, documents, kept), strict=True)]
        if len(rows) < AREAS:
            reasons = {name: counts[name] for name in sorted(counts) if name}
            row = {"area": area, "class": classes[area], "documents": documents, "kept": kept}
            rows.append({**row, "kept_share": quotient(kept, documents), "reasons": reasons})
    told = {name: dict(zip(("areas", "documents", "kept"), sums[name], strict=True)) for name in CLASSES}
    return {"areas": len(names), "classes": told, "rows": rows, "unused": unused(asked, names)}


def _quality(published: Mapping[str, Manifest], scan: Scan, config: Mapping[str, Any]) -> dict[str, Any]:
    """Histogram of the quality score by kind, and the cuts that select made by it; empty without the score."""
    if not scan.quality:
        return {}
    cuts = published["select"].details.get("quantiles", {}) if "select" in published else {}
    edges = [round(100 * place / QUALITY_BINS) for place in range(QUALITY_BINS)]
    kinds = {kind: scan.quality[kind] for kind in sorted(scan.quality)}
    score = config.get("select", {}).get("quality", {}).get("score")
    return {"score": score, "edges": edges, "kinds": kinds, "cuts": cuts.get("cuts", [])}


def mixture(published: Mapping[str, Manifest]) -> dict[str, Any]:
    """What mix says of asked and achieved (mixer/achieved.py); an empty object when it did not run."""
    if "mix" not in published:
        return {}
    details = published["mix"].details
    return {key: value for key, value in details.items() if key not in ("inputs", "own", "versions")}


def _dedup(census: Census, scan: Scan) -> dict[str, Any]:
    return {
        "exact": census.total(reason="dedup.exact").documents,
        "near": census.total(reason="dedup.near").documents,
        "pairs": sum(scan.pairs_by_how.values()),
        "pairs_by_how": dict(sorted(scan.pairs_by_how.items())),
        "jaccard": {"edges": scan.jaccard_edges, "counts": scan.jaccard_counts},
        "clusters": sum(scan.cluster_counts),
        "cluster_sizes": {"edges": scan.cluster_edges, "counts": scan.cluster_counts},
        "largest_cluster": scan.largest_cluster,
        "crossing": [
            {"dropped_source": dropped, "kept_source": kept, "documents": count}
            for (dropped, kept), count in sorted(scan.crossing.items())
        ],
    }


def _audit(published: Mapping[str, Manifest]) -> dict[str, Any]:
    """What the audit stage says (jobs/spark/audit.py); an empty object when it was off.

    ``alarm``: more sampled documents have a twin than three standard errors above what the band curve
    expects, and 3 more, because that expectation itself rests on few pairs.
    """
    details = published["audit"].details if "audit" in published else {}
    if not details.get("sampled"):
        return {}
    facts = {key: value for key, value in details.items() if key not in ("inputs", "own", "versions")}
    most = facts["expected"] + 3 * math.sqrt(facts["expected"]) + 3
    return {**facts, "alarm": facts["documents_with_twins"] > most}


def _tokenizer(published: Mapping[str, Manifest]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "tokenizer" in published:
        details = published["tokenizer"].details
        facts = {key: value for key, value in details.items() if key not in ("inputs", "own", "versions")}
    available = mixture(published).get("available", {})
    facts["bytes_per_token"] = quotient(available.get("bytes", 0), available.get("tokens", 0))
    return dict(sorted(facts.items()))


def _shards(published: Mapping[str, Manifest], scan: Scan) -> dict[str, Any]:
    if "serialize" not in published:
        return {}
    parts = sorted(published["serialize"].parts, key=lambda part: part.name)
    data = [part for part in parts if "/provenance/" not in part.name]
    return {
        "format": data[0].name.split("/")[1] if data else "",
        "shards": len({part.name.rsplit(".", 1)[0] for part in data}),
        "documents": sum(item.rows for item in (*scan.mixed.values(), *scan.validation.values())),
        "tokens": sum(item.tokens for item in (*scan.mixed.values(), *scan.validation.values())),
        "bytes": sum(part.bytes for part in data),
        "files": [{"name": part.name, "rows": part.rows, "bytes": part.bytes, "sha256": part.sha256} for part in parts],
    }


def _rights(config: Mapping[str, Any], scan: Scan) -> dict[str, Any]:
    licenses: dict[tuple[str, str, str], list[int]] = {}
    for group, sums in (*scan.mixed.items(), *scan.validation.items()):  # what shards hold, whatever for
        row = licenses.setdefault((group.basis, group.license, group.source), [0, 0])
        row[0] += sums.documents
        row[1] += sums.tokens
    return {
        "inputs": [
            {
                "input": item["name"],
                "class": item["class"],
                "basis": item["rights"]["basis"],
                "evidence": item["rights"].get("evidence"),
            }
            for item in sorted(config.get("inputs", []), key=lambda item: item["name"])
        ],
        "mixed": [
            {"basis": basis, "license": license_, "source": source, "documents": documents, "tokens": tokens}
            for (basis, license_, source), (documents, tokens) in sorted(licenses.items())
        ],
    }


def to_json(metrics: Mapping[str, Any]) -> str:
    return json.dumps(metrics, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def to_csv(metrics: Mapping[str, Any]) -> str:
    """One row per number of metrics.json that stands in a table: section, keys, measure, value."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("section", "source", "kind", "fate", "reason", "measure", "value"))
    for row in metrics["fates"]:
        entry = Entry(row["source"], row["kind"], row["fate"], row["reason"])
        for measure in ("documents", "bytes"):
            writer.writerow(("fates", *map(cell, entry), measure, row[measure]))
    for row in metrics["mixture"].get("kinds", []):
        for group in ("available", "asked", "mixed", "validation"):
            writer.writerow(("mixture", "", cell(row["kind"]), "", "", f"{group}_tokens", row[group]["tokens"]))
    for measure in ("sampled", "twins", "twins_per_1000", "expected_per_1000"):
        if metrics["audit"]:
            writer.writerow(("audit", "", "", "", "", measure, metrics["audit"][measure]))
    for name, row in metrics["areas"].get("classes", {}).items():
        for measure in ("areas", "documents", "kept"):
            writer.writerow(("areas", "", "", "", name, measure, row[measure]))
    for row in metrics["funnel"]:
        for measure in ("documents", "bytes"):
            writer.writerow(("funnel", "", "", "", row["stage"], measure, row[measure]))
    return stream.getvalue()
