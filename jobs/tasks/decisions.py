"""Decision rows after the election, and the parts they are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.identity import MODULUS, digest_sum, hexadecimal, rows_digest
from corpus.ledger import DECISION, DROPPED, KEPT, Census, Entry
from corpus.manifest import Part
from corpus.table import PartWriter
from filters.dedup.config import LossConfig
from filters.dedup.election import ELECTION_VERSION, EXACT, INELIGIBLE, NEAR, REASONS
from filters.dedup.loss import loss
from jobs.tasks.by_part import by_part
from jobs.tasks.service_verdicts import OURS, TYPES

# Of documents that a service judged: dropped by it and by our rules of the same question, by one of both, by neither.
AGREEMENT = ("both", "service_alone", "rules_alone", "neither")

Array = np.ndarray[Any, np.dtype[Any]]

# What is written, the size of the text that the census counts, and which services' verdicts there were.
SETTLED = pa.schema([*DECISION, ("bytes", pa.int64()), ("judged", pa.int32())])


def settled(
    verdict: pa.Table, fate: Array, kept_id: pa.Array, value: Array, cluster_size: Array, jaccard: float
) -> pa.Table:
    """DECISION rows and ``bytes`` from verdicts and what the election says of each of their rows.

    ``fate``, ``value``, ``cluster_size``: as in filters/dedup/election.py; ``kept_id``: binary, null
    where no document is named.
    """
    rows = verdict.num_rows
    lost, near = (fate == EXACT) | (fate == NEAR), fate == NEAR
    twins = pa.array(lost)
    reasons = pa.array([REASONS[EXACT], REASONS[NEAR]]).take(pa.array(near.astype(np.int8), mask=~lost))
    lists = array(verdict, "all_reasons")
    pieces = [
        (np.repeat(np.arange(rows), np.asarray(lists.value_lengths())), lists.flatten()),
        (np.flatnonzero(lost), reasons.drop_null()),
    ]
    columns = {name: array(verdict, name) for name in SETTLED.names}
    columns |= {
        "fate": pc.if_else(twins, DROPPED, columns["fate"]),
        "stage": pc.if_else(twins, "dedup", columns["stage"]),
        "reason": pc.if_else(twins, reasons, columns["reason"]),
        "all_reasons": row_lists(rows, pieces),
        "value": pc.if_else(twins, pa.array(value.astype(np.float64)), columns["value"]),
        "threshold": pc.if_else(pa.array(near), jaccard, columns["threshold"]),
        "rule_version": pc.if_else(twins, pa.scalar(ELECTION_VERSION, pa.int32()), columns["rule_version"]),
        "kept_id": kept_id,
        "cluster_size": pa.array(cluster_size, pa.int32(), mask=cluster_size == 0),
    }
    return pa.Table.from_pydict(columns, schema=SETTLED)


def write_decisions(run: str, number: int, batches: Iterable[pa.RecordBatch]) -> dict[str, Any]:
    """Write one decisions part, possibly empty, from SETTLED rows sorted by id.

    Answers Part.row() with its number as ``part``, its ``census``, and ``kept``: the order-free digest of
    the (id, kind) of its kept documents.
    """
    census, kept = Census(), 0
    with PartWriter(run, f"decisions/part-{number:05d}.parquet", DECISION) as writer:
        for batch in batches:
            writer.write(pa.RecordBatch.from_arrays([batch.column(name) for name in DECISION.names], schema=DECISION))
            survivors = batch.filter(pc.equal(batch.column("fate"), KEPT)).select(["id", "kind"])
            kept = (kept + rows_digest([survivors])) % MODULUS
            writer.count("kept", survivors.num_rows)
            _count_judged(writer, batch)
            _count(census, batch)
    return {**writer.done().row(), "part": number, "census": census.rows(), "kept": hexadecimal(kept)}


def write_elected(run: str, jaccard: float, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """write_decisions of every part in verdict rows sorted by id, with the columns ``part`` and, null for
    who took no part in the election, ``elected`` (its fate), ``twin``, ``similarity`` and ``size``."""

    def settle(batch: pa.RecordBatch) -> pa.RecordBatch:
        fate, value, size = (
            pc.fill_null(batch.column(name), missing).to_numpy(zero_copy_only=False)
            for name, missing in (("elected", INELIGIBLE), ("similarity", np.nan), ("size", 0))
        )
        table = settled(pa.Table.from_batches([batch]), fate, batch.column("twin"), value, size, jaccard)
        return table.combine_chunks().to_batches()[0]

    for number, rows in by_part(batches):
        yield write_decisions(run, number, map(settle, rows))


def _count_judged(writer: PartWriter, batch: pa.RecordBatch) -> None:
    """Measures ``<cell of AGREEMENT>/<type>/<source>``: documents with a verdict of the service's own, by whether it
    drops them and whether rules of ours that ask the same do."""
    judged = np.asarray(batch.column("judged"))
    if not judged.any():
        return
    lists = batch.column("all_reasons")
    rows = np.repeat(np.arange(batch.num_rows), np.asarray(lists.value_lengths().fill_null(0)))
    reasons = lists.flatten().to_numpy(zero_copy_only=False).astype(str)
    rules = np.array([reason.partition(".")[0] for reason in reasons], str)
    for place, kind in enumerate(TYPES):
        service, ours = np.zeros(batch.num_rows, np.bool_), np.zeros(batch.num_rows, np.bool_)
        service[rows[reasons == f"verdict.{kind}"]] = True
        ours[rows[np.isin(rules, OURS[kind])]] = True
        given = judged >> place & 1 == 1
        for cell, chosen in zip(
            AGREEMENT, (service & ours, service & ~ours, ~service & ours, ~service & ~ours), strict=True
        ):
            for row in batch.column("source").filter(pa.array(given & chosen)).value_counts().to_pylist():
                writer.count(f"{cell}/{kind}/{row['values']}", row["counts"])


def details(parts: Iterable[Part], census: Census, limits: LossConfig) -> dict[str, Any]:
    """What the report shows: documents and bytes per reason, per source what duplicates took, and how many
    documents the services' verdicts cover."""
    reasons = {
        reason or KEPT: {"documents": tally.documents, "bytes": tally.bytes}
        for (reason,), tally in census.by("reason").items()
    }
    losses = {}
    for (source,), _ in census.by("source").items():
        counts = {reason: census.total(source=source, reason=reason).documents for reason in REASONS.values()}
        eligible = census.total(source=source, fate=KEPT).documents + sum(counts.values())
        found = loss(source, eligible, sum(counts.values()), limits)
        losses[source] = {"eligible": eligible, **counts, "limit": found.limit, "alarm": found.alarm}
    return {"reasons": reasons, "duplicates": losses, "verdicts": judged_of(parts, census)}


def judged_of(parts: Iterable[Part], census: Census) -> dict[str, dict[str, dict[str, int]]]:
    """Coverage of the services' verdicts: source -> type -> documents judged, and dropped for it, and in how many of
    them our rules agree."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for part in parts:
        for name, number in part.measures.items():
            cell, _, rest = name.partition("/")
            if cell not in AGREEMENT:
                continue
            kind, _, source = rest.partition("/")
            row = found.setdefault(source, {}).setdefault(kind, dict.fromkeys(("judged", "dropped", *AGREEMENT), 0))
            row["judged"] += number
            row[cell] += number
            row["dropped"] = census.total(source=source, reason=f"verdict.{kind}").documents
    return {source: dict(sorted(kinds.items())) for source, kinds in sorted(found.items())}


def _count(census: Census, batch: pa.RecordBatch) -> None:
    """Documents, bytes and ids of a batch under source, kind, fate and reason."""
    names = ("source", "kind", "fate", "reason")
    codes, values = np.zeros(batch.num_rows, np.int64), []
    for name in names:
        encoded = pc.fill_null(batch.column(name), "").dictionary_encode()
        values.append(encoded.dictionary.to_pylist())
        codes = codes * len(values[-1]) + np.asarray(encoded.indices)
    size = np.asarray(batch.column("bytes"))
    for code in np.unique(codes).tolist():
        rows = np.flatnonzero(codes == code)
        entry: list[str] = []
        for known in reversed(values):
            code, place = divmod(code, len(known))
            entry.insert(0, known[place])
        ids = digest_sum(batch.column("id").take(pa.array(rows)))
        census.add(Entry(*entry), len(rows), int(size[rows].sum()), ids)


def row_lists(rows: int, pieces: Sequence[tuple[Array, pa.Array]]) -> pa.Array:
    """One list of strings per row from (row of each value, values) pieces; a row's values keep the order
    of the pieces, and of a piece."""
    owner = np.concatenate([np.asarray(row, np.int64) for row, _ in pieces])
    values = pa.concat_arrays([value.cast(pa.string()) for _, value in pieces])
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values.take(pa.array(np.argsort(owner, kind="stable"))))


def array(table: pa.Table | pa.RecordBatch, name: str) -> pa.Array:
    """A column as one array."""
    column = table.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def fixed_binary(packed: Array, width: int) -> pa.Array:
    """uint8 of (n, width) as binary values."""
    data = pa.py_buffer(np.ascontiguousarray(packed).tobytes())
    return pa.Array.from_buffers(pa.binary(width), len(packed), [None, data]).cast(pa.binary())
