"""A few real documents for every reason, and pairs of near-duplicates side by side.

Chosen by id, which is a hash of content, smallest first: the same for any layout of the run.  Text is
masked since ingest; it is cut short here and escaped by corpus/report/markup.py.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import storage
from corpus.ledger import DROPPED
from corpus.manifest import Manifest
from corpus.report.scan import batches
from corpus.table import read_table

PER_REASON = 5
PAIRS = 3
EXCERPT = 200  # characters

DECISION_COLUMNS = ["id", "source", "kind", "fate", "reason", "value", "threshold", "kept_id"]


@dataclass
class Samples:
    """``reasons``: rows with id, source, kind, value, threshold, title and text, by reason; ``pairs``:
    (dropped row, kept row); ``missed``: (kept row, kept row) that the audit found alike; ``quarantine``:
    rows of the quarantine table, by class."""

    reasons: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    missed: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    quarantine: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def gather(run: str, published: Mapping[str, Manifest], count: int = PER_REASON) -> Samples:
    """Samples of every reason of the run; reads text of the row groups that hold one."""
    found = Samples()
    for stage, folder in (("select", "decisions"), ("ingest", "dropped")):
        for batch in batches(run, published, stage, folder, DECISION_COLUMNS):
            dropped = batch.filter(pc.equal(batch.column("fate"), DROPPED))
            for reason in pc.unique(dropped.column("reason")).to_pylist():
                rows = dropped.filter(pc.equal(dropped.column("reason"), reason))
                first = pc.array_sort_indices(rows.column("id"))[:count]
                _smallest(found.reasons.setdefault(reason, []), rows.take(first).to_pylist(), count)
    found.reasons.update(over_budget(run, published, count))
    found.quarantine = quarantined(run, published, count)
    near = found.reasons.get("dedup.near", [])[:PAIRS]
    wanted = {row["id"] for rows in found.reasons.values() for row in rows} | {row["kept_id"] for row in near}
    missed = twins(run, published)
    wanted |= {row[end] for row in missed for end in ("id", "twin")}
    texts = documents(run, published, wanted - {None})
    for rows in found.reasons.values():
        for row in rows:
            row |= texts.get(row["id"], {"title": None, "text": None, "url": None})
    found.pairs = [(row, texts[row["kept_id"]]) for row in near if row["kept_id"] in texts]
    found.missed = [
        ({**texts[row["id"]], "value": row["jaccard"]}, texts[row["twin"]])
        for row in missed
        if row["id"] in texts and row["twin"] in texts
    ]
    return found


def twins(run: str, published: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    """The first missed twins by id, each pair once."""
    found: dict[tuple[bytes, ...], dict[str, Any]] = {}
    parts = [part.name for part in published["audit"].parts] if "audit" in published else []
    for name in parts:
        if name.endswith("/twins.parquet"):
            for row in read_table(storage.join(run, name), ["id", "twin", "jaccard"]).to_pylist():
                found.setdefault(tuple(sorted((row["id"], row["twin"]))), row)
    return list(found.values())[:PAIRS]


def _smallest(kept: list[dict[str, Any]], more: Iterable[dict[str, Any]], count: int) -> None:
    kept.extend(more)
    kept.sort(key=lambda row: row["id"])
    del kept[count:]


def over_budget(run: str, published: Mapping[str, Manifest], count: int) -> dict[str, list[dict[str, Any]]]:
    """Kept documents that the recipe gave no copy: those of lengths that mixed does not hold."""
    if "mix" not in published or not published["mix"].census.total(reason="mixture.over_budget").documents:
        return {}
    folders = ("mixed", "validation")
    ids = [batch.column("id") for folder in folders for batch in batches(run, published, "mix", folder, ["id"])]
    held = pa.chunked_array(ids, pa.binary()).unique()
    rows: list[dict[str, Any]] = []
    for batch in batches(run, published, "mix", "lengths", ["id", "tokens"]):
        left = batch.filter(pc.invert(pc.is_in(batch.column("id"), held)))
        first = left.take(pc.array_sort_indices(left.column("id"))[:count])
        more = [{"id": row["id"], "value": None, "threshold": None, "kept_id": None} for row in first.to_pylist()]
        _smallest(rows, more, count)
    return {"mixture.over_budget": rows}


def quarantined(run: str, published: Mapping[str, Manifest], count: int) -> dict[str, list[dict[str, Any]]]:
    """The first rows of every quarantine class by digest, file and offset."""
    found: dict[str, list[dict[str, Any]]] = {}
    columns = ["class", "source", "file", "offset", "bytes", "digest", "detail"]
    for batch in batches(run, published, "ingest", "quarantine", columns):
        for row in batch.to_pylist():
            rows = found.setdefault(row["class"], [])
            rows.append(row)
            if len(rows) > 2 * count:
                _trim(rows, count)
    for rows in found.values():
        _trim(rows, count)
    return found


def _trim(rows: list[dict[str, Any]], count: int) -> None:
    rows.sort(key=lambda row: (row["digest"] or b"", row["file"] or "", row["offset"] or 0))
    del rows[count:]


def documents(
    run: str,
    published: Mapping[str, Manifest],
    ids: Collection[bytes],
    columns: tuple[str, ...] = ("source", "kind", "title", "url", "text"),
) -> dict[bytes, dict[str, Any]]:
    """Rows of documents by id.  Only row groups that hold a wanted id are read beyond their ids."""
    wanted = pa.array(sorted(ids), pa.binary())
    found: dict[bytes, dict[str, Any]] = {}
    for part in published["ingest"].files("documents") if "ingest" in published and len(wanted) else ():
        uri = storage.join(run, part.name)
        source: Any = storage.local_path(uri) if storage.is_local(uri) else storage.open_input(uri)
        with pq.ParquetFile(source) as file:
            for group in range(file.num_row_groups):
                own = file.read_row_group(group, columns=["id"]).column("id")
                mask = np.asarray(pc.is_in(own, wanted))
                if mask.any():
                    rows = file.read_row_group(group, columns=["id", *columns]).filter(pa.array(mask))
                    found |= {row["id"]: row for row in rows.to_pylist()}
        if len(found) == len(wanted):
            break
    return found


def excerpt(text: str, start: int = 0, limit: int = EXCERPT) -> str:
    """At most ``limit`` characters from ``start`` on, white space as single spaces."""
    piece = text[start : start + 4 * limit]
    piece = re.sub(r"\s+", " ", piece).strip()
    begun = ("…" if start else "") + piece
    return begun if len(begun) <= limit else begun[: limit - 1].rstrip() + "…"


def differences(one: str, other: str, limit: int = EXCERPT) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Both texts around their first difference, cut in (differs, piece); words are compared.

    Equal beginnings are cut away but for some 60 characters, so that the difference is on show.
    """
    length = min(len(one), len(other))
    same = next((place for place in range(length) if one[place] != other[place]), length)
    start = max(0, same - 60)
    # Twice what is shown is compared, so that where the cut falls does not look like a difference.
    left, right = excerpt(one, start, 2 * limit), excerpt(other, start, 2 * limit)
    first, second = re.findall(r"\s*\S+", left), re.findall(r"\s*\S+", right)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    sides: tuple[list[tuple[bool, str]], list[tuple[bool, str]]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((sides[0], first[a:b]), (sides[1], second[c:d])):
            room = limit - sum(len(piece) for _, piece in side)
            piece = "".join(words)
            if piece and room > 0:
                side.append((kind != "equal", piece if len(piece) <= room else piece[: room - 1] + "…"))
    return sides
