"""The study of repeated lines and contacts: what is done on each side of its two shuffles.

Hashes, sites and counts travel, in blocks (one binary value per task and target part); text does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.manifest import Part
from corpus.table import PartWriter, read_batches, read_table
from filters.boilerplate.counts_kernel import KEY, WIDTH
from filters.boilerplate.repeated import ROW_BYTES, LineCounts, LinesThresholds, documents_of, merged, table_of
from filters.boilerplate.site import site_hash, site_of
from filters.rule import Array
from filters.spam.contacts import CONTACTS, KEY_METADATA, key_mark

BLOCK = pa.schema([("block", pa.binary())])
COUNTED = pa.schema([("counts", pa.binary())])  # ROW_BYTES a row

# A part is merged in memory, about 300 bytes a line: 300 MB.
LINES_PER_PART = 1_000_000
# A task hands its counts over when they reach this many lines (151 MB of table), and begins anew.
LINES_PER_BLOCK = 1_000_000
BLOCK_BYTES = 16_000_000  # bounds one value on its way

_CONTACT = np.dtype([("contact", "<i8"), ("site", "<u8"), ("documents", "<i8")])


@dataclass(frozen=True)
class LinesTask:
    """``documents`` is the name of a documents file below ``run``."""

    run: str
    documents: str
    parts: int


def line_blocks(task: LinesTask) -> Iterator[pa.RecordBatch]:
    """BLOCK rows with ``part``: the counts of one documents file."""
    counts = LineCounts()
    for batch in read_batches(storage.join(task.run, task.documents), ("source", "url", "text")):
        counts.add(batch)
        if counts.used >= LINES_PER_BLOCK:
            yield from _line_blocks(counts.rows(), task.parts)
            counts = LineCounts()
    yield from _line_blocks(counts.rows(), task.parts)


def _line_blocks(rows: Array, parts: int) -> Iterator[pa.RecordBatch]:
    part = ((rows[:, KEY] >> np.uint64(12)) % np.uint64(parts)).astype(np.int32)
    yield from _blocks(rows.view(np.uint8).reshape(-1, ROW_BYTES), part, parts)


def _blocks(packed: Array, part: Array, parts: int) -> Iterator[pa.RecordBatch]:
    order = np.argsort(part, kind="stable")
    packed, borders = packed[order], np.searchsorted(part[order], np.arange(parts + 1))
    step = BLOCK_BYTES // packed.shape[1]
    for number in range(parts):
        for low in range(int(borders[number]), int(borders[number + 1]), step):
            block = packed[low : min(low + step, int(borders[number + 1]))].tobytes()
            yield pa.RecordBatch.from_arrays(
                [pa.array([block], pa.binary()), pa.array([number], pa.int32())], names=["block", "part"]
            )


def write_lines(run: str, folder: str, minimum: int, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """One part's lines of at least ``minimum`` documents to a file of COUNTED, ascending by key."""
    blocks, number = _gathered(batches)
    if number is None:
        return
    rows = merged(np.frombuffer(blocks, np.uint64).reshape(-1, WIDTH))
    distinct = len(rows)
    rows = rows[documents_of(rows) >= minimum]
    with PartWriter(run, storage.join(folder, f"lines-{number:05d}.parquet"), COUNTED) as writer:
        writer.write(pa.RecordBatch.from_arrays([pa.array([rows.tobytes()], pa.binary())], schema=COUNTED))
        writer.count("distinct", distinct)
    yield {**writer.done().row(), "part": number}


def contact_blocks(task: LinesTask) -> Iterator[pa.RecordBatch]:
    """BLOCK rows with ``part``: (contact, site, documents) of one documents file."""
    found: list[Array] = []
    for batch in read_batches(storage.join(task.run, task.documents), ("source", "url", "edits")):
        lists = batch.column("edits").field("contacts").fill_null(pa.scalar([], pa.list_(pa.int64())))
        number = np.diff(lists.offsets.to_numpy())
        if number.any():
            names = zip(batch.column("source").to_pylist(), batch.column("url").to_pylist(), strict=True)
            sites = np.array([site_hash(site_of(source, url) or "") for source, url in names], np.uint64)
            rows = np.ones(int(number.sum()), _CONTACT)
            rows["contact"], rows["site"] = lists.flatten().to_numpy(), np.repeat(sites, number)
            found.append(rows)
    if found:
        rows = _summed(np.concatenate(found))
        part = (rows["contact"].view(np.uint64) % np.uint64(task.parts)).astype(np.int32)
        yield from _blocks(rows.view(np.uint8).reshape(-1, _CONTACT.itemsize), part, task.parts)


def _summed(rows: Array) -> Array:
    """A row per contact and site, ascending."""
    rows = rows[np.lexsort((rows["site"], rows["contact"]))]
    new = np.ones(len(rows), bool)
    new[1:] = (rows["contact"][1:] != rows["contact"][:-1]) | (rows["site"][1:] != rows["site"][:-1])
    starts = np.flatnonzero(new)
    summed = rows[starts].copy()
    summed["documents"] = np.add.reduceat(rows["documents"], starts) if len(rows) else 0
    return summed


def write_contacts(run: str, folder: str, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """One part's contacts of two documents or more to a file of CONTACTS, ascending."""
    blocks, number = _gathered(batches)
    if number is None:
        return
    rows = _summed(np.frombuffer(blocks, _CONTACT))
    contacts, starts = np.unique(rows["contact"], return_index=True)
    documents = np.add.reduceat(rows["documents"], starts)
    sites = np.diff(np.append(starts, len(rows)))
    often = documents >= 2
    arrays = [
        pa.array(values[often], field.type)
        for values, field in zip((contacts, documents, sites), CONTACTS, strict=True)
    ]
    with PartWriter(run, storage.join(folder, f"contacts-{number:05d}.parquet"), CONTACTS) as writer:
        writer.write(pa.RecordBatch.from_arrays(arrays, schema=CONTACTS))
        writer.count("distinct", len(contacts))
    yield {**writer.done().row(), "part": number}


def _gathered(batches: Iterable[pa.RecordBatch]) -> tuple[bytes, int | None]:
    blocks: list[bytes] = []
    number = None
    for batch in batches:
        blocks += batch.column("block").to_pylist()
        number = batch.column("part")[0].as_py() if batch.num_rows else number
    return b"".join(blocks), number


def write_lines_table(run: str, counted: Iterable[Part], thresholds: LinesThresholds) -> tuple[Part, Mapping[str, int]]:
    """``run``/lines.parquet from the counts of all parts, and how many lines were met."""
    parts = list(counted)
    blocks = [block for part in parts for block in read_table(storage.join(run, part.name)).column(0).to_pylist()]
    table, measures = table_of(np.frombuffer(b"".join(blocks), np.uint64).reshape(-1, WIDTH), thresholds)
    return _whole(run, "lines.parquet", table), {
        **measures,
        "distinct": sum(part.measures["distinct"] for part in parts),
    }


def write_contacts_table(run: str, counted: Iterable[Part], contact_key: int) -> tuple[Part, Mapping[str, int]]:
    """``run``/contacts.parquet from all parts, and how many contacts were met."""
    parts = list(counted)
    found = [read_table(storage.join(run, part.name)).cast(CONTACTS) for part in parts]
    table = pa.concat_tables([CONTACTS.empty_table(), *found]).sort_by("contact")
    marked = CONTACTS.with_metadata({**CONTACTS.metadata, KEY_METADATA: key_mark(contact_key)})
    measures = {"contacts": sum(part.measures["distinct"] for part in parts), "contacts_repeated": table.num_rows}
    return _whole(run, "contacts.parquet", table.cast(marked)), measures


def _whole(run: str, name: str, table: pa.Table) -> Part:
    with PartWriter(run, name, table.schema, level=3) as writer:
        for batch in table.combine_chunks().to_batches():
            writer.write(batch)
    return writer.done()
