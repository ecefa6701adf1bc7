"""`malmoi explain RUN ID|KEY|URL`: one document's whole way through a run.

Where it came from, what was edited, every score beside its threshold, its duplicates, the decision, its
copies, and the shard and tokens that hold it.  Also for records that ingest dropped, quarantined or joined
into another document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TextIO

import numpy as np

from corpus import storage
from corpus.errors import InputError
from corpus.manifest import Manifest
from corpus.report.samples import excerpt
from filters import catalog
from filters.rule import failing
from jobs import load
from jobs.commands import find
from jobs.commands.closing import read_manifests
from jobs.commands.explain_text import render
from jobs.config import Config
from jobs.tasks import service_verdicts

SHOWN = 20  # documents of one key or URL, and pairs of one document

DOCUMENT_COLUMNS = (
    *("id", "source", "kind", "class", "area", "key", "url", "title", "text", "created_at", "fetched_at", "license"),
    *("rights", "signals", "made", "origin", "edits", "text_digest", "meta"),
)
DECISION_COLUMNS = (
    *("id", "source", "kind", "fate", "stage", "reason", "all_reasons", "value", "threshold", "rule_version"),
    *("kept_id", "cluster_size"),
)


def explain(run: str, wanted: str) -> dict[str, Any]:
    """All that the run knows of what ``wanted`` names: an id in hexadecimal, a source's key, a URL, or
    for a quarantined record its digest or FILE:OFFSET.  Raises InputError when it names nothing."""
    run = run.rstrip("/") if "://" in run else storage.local_path(run)
    published = read_manifests(run)
    if "ingest" not in published:
        raise InputError(run, "no documents were published here", "Give the run directory that `malmoi run` wrote")
    config = load.from_json(json.loads(storage.read_bytes(storage.join(run, "config.json"))))
    ids = find.ids_of(published, wanted)
    match: dict[str, list[Any]] = {"id": ids, "key": [wanted], "url": [wanted]}
    parts = published["ingest"].files("documents")
    found = list(islice(find.rows(run, parts, match, DOCUMENT_COLUMNS), SHOWN + 1))
    documents = [_Document(run, published, config, *one).tell() for one in found[:SHOWN]]
    ingest = published["ingest"]
    lost = [*ingest.files("dropped"), *ingest.files("joined")]
    gone = [row for _, _, row in find.rows(run, lost, {"id": ids}, (*DECISION_COLUMNS, "origin"))]
    units = _quarantined(run, published["ingest"], wanted)
    if not documents and not gone and not units:
        raise InputError(
            wanted,
            f"names no document, dropped record or quarantined record of {run}",
            "Give an id in hexadecimal, the source's own key, the URL, or FILE:OFFSET",
        )
    return {
        "documents": documents,
        "more": len(found) > SHOWN,  # documents of this key or URL that are not told
        "dropped": [plain(row) for row in gone],
        "quarantined": units,
    }


def _quarantined(run: str, ingest: Manifest, wanted: str) -> list[dict[str, Any]]:
    columns = ("class", "source", "file", "offset", "bytes", "digest", "detail")
    file, mark, offset = wanted.rpartition(":")
    match: dict[str, list[Any]] = {"digest": [], "file": []}
    if mark and offset.isdigit():
        match["file"] = [file]
    else:
        try:
            match["digest"] = [bytes.fromhex(wanted)]
        except ValueError:
            return []
    rows = [row for _, _, row in find.rows(run, ingest.files("quarantine"), match, columns)]
    return [plain(row) for row in rows if not match["file"] or row["offset"] == int(offset)]


class _Document:
    """One row of documents, and what every later stage says of it."""

    def __init__(
        self,
        run: str,
        published: Mapping[str, Manifest],
        config: Config,
        file: str,
        place: int,
        row: dict[str, Any],
    ) -> None:
        self.run, self.published, self.config = run, published, config
        self.file, self.place, self.row = file, place, row

    def tell(self) -> dict[str, Any]:
        text = self.row.pop("text") or ""
        document = plain(self.row) | {"file": self.file, "row": self.place, "excerpt": excerpt(text)}
        return {
            "document": document,
            "scores": self.scores(),
            "dedup": self.dedup(),
            "verdicts": self.verdicts(),
            "decision": self.decision(),
            "mixture": self.mixture(),
            "shards": self.shards(),
        }

    def one(self, stage: str, folder: str, columns: Sequence[str] | None = None) -> dict[str, Any] | None:
        """This document's row of a table that lies beside documents, in the file of the same name."""
        if stage not in self.published:
            return None
        name = f"{folder}/{storage.name(self.file)}"
        parts = [part for part in self.published[stage].parts if part.name == name]
        names = columns or catalog.attribute_schema().names
        return next((row for _, _, row in find.rows(self.run, parts, {"id": [self.row["id"]]}, names)), None)

    def scores(self) -> list[dict[str, Any]]:
        """Every score, with its checks under this document's kind and source."""
        attributes = self.one("annotate", "attributes")
        if attributes is None:
            return []
        checks = catalog.checks(self.config.filters, self.row["kind"], self.row["source"], self.config.kinds)
        told = []
        for rule, _ in catalog.RULES:
            own = [check for owner, check in checks if owner.name == rule.name]
            known = {
                score.name: score for score in rule.scores if attributes.get(f"{rule.name}.{score.name}") is not None
            }
            summed = [check.scores for check in own if len(check.scores) > 1]
            for names in [*((name,) for name in known), *dict.fromkeys(summed)]:
                if not set(names) <= known.keys():
                    continue  # a rule that is younger than this run
                value = sum(attributes[f"{rule.name}.{name}"] for name in names)
                base = {"score": " + ".join(f"{rule.name}.{name}" for name in names), "value": value}
                base["unit"] = known[names[0]].unit
                base["meaning"] = "; ".join(known[name].meaning for name in names)
                here = [check for check in own if check.scores == names]
                for check in here:
                    limit = check.threshold
                    fails = bool(failing(check, np.array([value], known[names[0]].type.to_pandas_dtype()))[0])
                    verdict = "off" if limit is None else "fails" if fails else "passes"
                    told.append(
                        {**base, "fails": check.fails, "threshold": limit, "reason": check.reason, "is": verdict}
                    )
                if not here:
                    told.append({**base, "fails": None, "threshold": None, "reason": None, "is": "measured"})
        return told

    def dedup(self) -> dict[str, Any] | None:
        """Documents of the same class (equal but for white space), and verified pairs of that class."""
        columns = ("id", "squeezed", "shingles")
        own = self.one("dedup", "signatures", columns)
        if own is None:
            return None
        dedup = self.published["dedup"]
        signatures = find.rows(self.run, dedup.files("signatures"), {"squeezed": [own["squeezed"]]}, ("id",))
        members = sorted({row["id"] for _, _, row in signatures} | {own["id"]})
        match = {"a": members, "b": members}
        pairs = []
        for _, _, row in find.rows(self.run, dedup.files("pairs"), match, ("a", "b", "jaccard", "how")):
            other = row["b"] if row["a"] in members else row["a"]  # a pair joins two classes
            pairs.append({"id": other, "jaccard": row["jaccard"], "how": row["how"]})
        pairs.sort(key=lambda pair: (-pair["jaccard"], pair["id"]))
        others = [member for member in members if member != own["id"]]
        known = self.known([*(pair["id"] for pair in pairs[:SHOWN]), *others[:SHOWN]])
        return {
            "shingles": own["shingles"],
            "class": own["squeezed"].hex(),
            "threshold": self.config.dedup.jaccard,
            "same": [known[member] for member in others[:SHOWN]],
            "same_count": len(others),
            "pairs": [{**pair, **known[pair["id"]]} for pair in pairs[:SHOWN]],
            "pairs_count": len(pairs),
        }

    def known(self, ids: Sequence[bytes]) -> dict[bytes, dict[str, Any]]:
        """Title, source, URL and fate of other documents."""
        found: dict[bytes, dict[str, Any]] = {key: {"id": key.hex()} for key in ids}
        columns = ("id", "source", "key", "title", "url")
        for _, _, row in find.rows(self.run, self.published["ingest"].files("documents"), {"id": ids}, columns):
            found[row["id"]] |= plain(row)
        if "select" in self.published:
            parts = self.published["select"].files("decisions")
            for _, _, row in find.rows(self.run, parts, {"id": ids}, ("id", "fate", "reason")):
                found[row["id"]] |= {"fate": row["fate"], "reason": row["reason"]}
        return found

    def verdicts(self) -> list[dict[str, Any]]:
        """What the services say of it, in the tables that the configuration names."""
        row = self.row
        return service_verdicts.about(self.config.select.verdicts, row["source"], row["key"], row["url"])

    def decision(self) -> dict[str, Any] | None:
        if "select" not in self.published:
            return None
        parts = self.published["select"].files("decisions")
        found = next(
            (row for _, _, row in find.rows(self.run, parts, {"id": [self.row["id"]]}, DECISION_COLUMNS)), None
        )
        if found is None:
            return None
        told: dict[str, Any] = plain(found)
        if found["kept_id"]:
            told["kept"] = self.known([found["kept_id"]])[found["kept_id"]]
        return told

    def mixture(self) -> dict[str, Any] | None:
        """Tokens and copies; None for a document that is not kept or a run without mix."""
        lengths = self.one("mix", "lengths", ("id", "tokens"))
        if lengths is None:
            return None
        match = {"id": [self.row["id"]]}
        parts = [part for folder in ("mixed", "validation") for part in self.published["mix"].files(folder)]
        found = find.rows(self.run, parts, match, ("copy", "order"))
        copies = [{"file": file, "row": place, **plain(row)} for file, place, row in found]
        kinds = {item["kind"]: item for item in self.published["mix"].details.get("kinds", [])}
        asked = kinds.get(self.row["kind"], {}).get("asked", {})
        return {"tokens": lengths["tokens"], "epochs": asked.get("epochs"), "copies": copies}

    def shards(self) -> list[dict[str, Any]]:
        if "serialize" not in self.published:
            return []
        parts = [part for part in self.published["serialize"].parts if "/provenance/" in part.name]
        columns = ("shard", "document", "first_token", "tokens", "copy", "license", "rights_basis", "rights_evidence")
        found = find.rows(self.run, parts, {"id": [self.row["id"]]}, columns)
        return [{"file": file, **plain(row)} for file, _, row in found]


def plain(value: Any) -> Any:
    """JSON of a row: ids in hexadecimal, times in ISO 8601."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value


def run_explain(run: str, wanted: str, as_json: bool, stream: TextIO) -> int:
    """Print what ``wanted`` names, as aligned text or as JSON."""
    told = explain(run, wanted)
    if as_json:
        stream.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        stream.write(render(told))
    return 0
