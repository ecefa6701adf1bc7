"""`malmoi sample RUN --reason R`: documents that share a reason, the same ones every time."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from corpus import spreadsheet, storage
from corpus.errors import ConfigError, InputError
from corpus.ledger import KEPT, QUARANTINE_CLASSES
from corpus.manifest import Manifest
from corpus.report.markup import shown
from corpus.report.metrics import fates
from corpus.report.samples import DECISION_COLUMNS, documents, excerpt, over_budget, quarantined
from corpus.report.scan import batches
from corpus.report.words import reason_words
from filters import catalog
from jobs.commands.closing import read_manifests
from jobs.commands.columns import aligned

CSV_COLUMNS = ("id", "source", "kind", "reason", "value", "threshold", "excerpt", "verdict")


def sample(run: str, reason: str, count: int) -> list[dict[str, Any]]:
    """Up to ``count`` rows, smallest ids first (an id is a hash of source and key), those that fell by this reason
    before those that another dropped and this one would have, too.

    ``reason`` is a reason, a quarantine class, or ``kept``.  Raises ConfigError naming the nearest
    reason when it is unknown, InputError when the run has no documents.
    """
    run = run.rstrip("/") if "://" in run else storage.local_path(run)
    published = read_manifests(run)
    if "ingest" not in published:
        raise InputError(run, "no documents were published here", "Give the run directory that `malmoi run` wrote")
    _check(published, reason)
    if count < 1:
        raise ConfigError("-n", f"{count} is below 1")
    if reason in QUARANTINE_CLASSES:
        return quarantined(run, published, count).get(reason, [])
    if reason == "mixture.over_budget":
        rows = over_budget(run, published, count).get(reason, [])
    else:
        rows = _decided(run, published, reason, count)
    texts = documents(run, published, {row["id"] for row in rows})
    return [{**texts.get(row["id"], {}), **{key: row[key] for key in row if row[key] is not None}} for row in rows]


def _check(published: Mapping[str, Manifest], reason: str) -> None:
    present = {entry.reason for entry in fates(published).tallies if entry.reason}
    known = {*present, *catalog.REASONS, *QUARANTINE_CLASSES, KEPT}
    if reason not in known:
        near = difflib.get_close_matches(reason, sorted(known), 1, 0.4)
        listed = ", ".join(sorted(present)) or "none"
        fix = f"Did you mean {near[0]!r}? In this run: {listed}" if near else f"In this run: {listed}"
        raise ConfigError("--reason", f"no such reason {reason!r}", fix)


def _decided(run: str, published: Mapping[str, Manifest], reason: str, count: int) -> list[dict[str, Any]]:
    """Documents that the reason dropped; behind them, where they are too few, those that it would have dropped had
    not another been named before it: their ``reason`` is the other one, and the value is not this one's."""
    named: list[dict[str, Any]] = []
    failing: list[dict[str, Any]] = []
    column = "fate" if reason == KEPT else "reason"
    for stage, folder in (("select", "decisions"), ("ingest", "dropped")):
        extra = ["all_reasons"] if stage == "select" else []
        for batch in batches(run, published, stage, folder, [*DECISION_COLUMNS, *extra]):
            first = pc.fill_null(pc.equal(batch.column(column), reason), False)
            _least(named, batch.filter(first), count)
            if extra and reason != KEPT:
                lists = batch.column("all_reasons")
                rows = pc.list_parent_indices(lists).filter(pc.equal(pc.list_flatten(lists), reason))
                also = pc.is_in(pa.array(range(batch.num_rows), rows.type), value_set=rows)
                _least(failing, batch.filter(pc.and_not(also, first)), count)
    for row in failing:
        row |= {"value": None, "threshold": None}
    return [*named, *failing][:count]


def _least(found: list[dict[str, Any]], rows: pa.RecordBatch, count: int) -> None:
    """Keeps the ``count`` smallest ids of what was found and of the rows."""
    rows = rows.select(DECISION_COLUMNS)
    found += rows.take(pc.array_sort_indices(rows.column("id"))[:count]).to_pylist()
    found.sort(key=lambda row: row["id"])
    del found[count:]


def write_csv(run: str, reasons: Sequence[str], count: int, file: str, bom: bool, stream: TextIO) -> int:
    """Write the samples of each reason as a table for people to judge: `malmoi study precision` reads it back.

    The excerpt is what the samples show; the verdict is theirs to fill in, ``keep`` or ``drop``.
    """
    rows: list[tuple[str | float | None, ...]] = []
    for reason in reasons:
        if reason in QUARANTINE_CLASSES:
            raise ConfigError("--reason", f"{reason} is of records that are no documents", "`malmoi quarantine list`")
        for row in sample(run, reason, count):
            text = f"{shown(row.get('title'), 80)} | {shown(excerpt(row.get('text') or ''))}".strip(" |")
            names = (shown(row.get("source")), shown(row.get("kind")))
            rows.append((row["id"].hex(), *names, reason, row.get("value"), row.get("threshold"), text, ""))
    uri = file if "://" in file else storage.local_path(file)
    storage.write_bytes(uri, spreadsheet.written(CSV_COLUMNS, rows, bom))
    stream.write(f"{len(rows):,} rows: {uri}\nFill in the column verdict: keep or drop (남김, 뺌)\n")
    return 0


def run_sample(run: str, reason: str, count: int, stream: TextIO) -> int:
    """Print the samples."""
    rows = sample(run, reason, count)
    words = reason_words(reason)
    title = reason if reason == KEPT else f"{reason} · {words.ko} · {words.en}"
    stream.write(f"{title}: {len(rows):,}\n")
    for row in rows:
        stream.write("\n")
        if reason in QUARANTINE_CLASSES:
            facts = [("출처 source", shown(row["source"])), ("자세히 detail", shown(row["detail"]))]
            stream.write(f"{shown(row['file'])}:{row['offset']}  {row['bytes'] or 0:,} bytes\n")
            stream.write(aligned(facts, indent="  "))
            continue
        facts = [("제목 title", shown(row.get("title"), 80)), ("글 excerpt", shown(excerpt(row.get("text") or "")))]
        if row.get("value") is not None:
            limit = f" (기준 threshold {row['threshold']:.4g})" if row.get("threshold") is not None else ""
            facts.insert(0, ("값 value", f"{row['value']:.4g}{limit}"))
        if row.get("reason") not in (None, reason) and reason != KEPT:
            facts.insert(0, ("먼저 걸린 까닭 fell by", row["reason"]))
        if row.get("kept_id"):
            facts.append(("남은 짝 kept twin", row["kept_id"].hex()))
        stream.write(f"{row['id'].hex()}  {shown(row.get('source'))} / {shown(row.get('kind'))}\n")
        stream.write(aligned([fact for fact in facts if fact[1]], indent="  "))
    return 0
