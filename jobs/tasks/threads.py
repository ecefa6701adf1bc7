"""Records of threads that lie apart: read into fragments, grouped by thread, joined into documents.

The one place before mix where text is shuffled.  A thread's records come together whatever files they lie in;
what becomes of them is a function of the thread's records alone, so no order or partitioning changes it.
A thread whose records have more bytes than ``ingest.max_record_bytes`` is not held: each of its records is
quarantined.  No engine here.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.errors import RecordError
from corpus.identity import ID_BYTES, utf8_digest
from corpus.ledger import Tally
from corpus.sources.adapters.adapter import Fragment, joining
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from corpus.sources.record import Draft
from jobs.tasks.by_part import by_part
from jobs.tasks.ingest import IngestTask, Output, is_native, raw_records

# A row without a thread is an unreadable record (``fault``), or the count of what one task read (READ).
FRAGMENT = pa.schema(
    [
        ("thread", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("bytes", pa.int64()),
        ("digest", pa.binary()),
        ("fault", pa.string()),
        ("detail", pa.string()),
        ("draft", pa.string()),  # JSON of the draft and of what the adapter asked of the record
        ("part", pa.int32()),
    ]
)
READ = "read"
ORDER = ("part", "thread")
ROWS, BYTES = 1024, 4_000_000


Digest = bytes  # the row has a field of that name


class Row(NamedTuple):
    """One row of FRAGMENT."""

    thread: str | None
    file: str
    offset: int
    bytes: int
    digest: Digest
    fault: str | None
    detail: str | None
    draft: str | None
    part: int


def fragments(task: IngestTask, parts: int) -> Iterator[pa.RecordBatch]:
    """FRAGMENT rows of one task: every record read, and last the count of them."""
    seen, held, size = Tally(), list[Row](), 0
    with Output(task) as output:
        for piece, raw in raw_records(task):
            if raw.fault != SKIPPED:
                seen.add(1, raw.size, int.from_bytes(raw.digest, "big"))
            held.append(_row(output, raw, piece, parts))
            size += len(held[-1].draft or "") + 200
            if len(held) >= ROWS or size >= BYTES:
                yield _batch(held)
                held, size = [], 0
    digest = seen.ids.to_bytes(ID_BYTES, "big")
    held.append(Row(None, "", seen.documents, seen.bytes, digest, READ, None, None, task.index % parts))
    yield _batch(held)


def _row(output: Output, raw: RawRecord, piece: Slice, parts: int) -> Row:
    file, fault = raw.file or piece.file, raw.fault
    detail = f"{piece.format}.{raw.detail}" if fault == SKIPPED else raw.detail
    if raw.fields is not None:
        try:
            thread, draft, fields = joining(output.adapter(is_native(piece, raw))).fragment(raw)
            written = json.dumps([dataclasses.asdict(output.to_text(draft)), fields])
            part = int.from_bytes(utf8_digest(thread.encode("utf-8", "surrogatepass"))[:4], "big") % parts
            thread = thread.encode("utf-8", "backslashreplace").decode()
            return Row(thread, file, raw.offset, raw.size, raw.digest, None, None, written, part)
        except RecordError as error:
            fault, detail = error.what, error.fix
    part = int.from_bytes(raw.digest[:4], "big") % parts
    return Row(None, file, raw.offset, raw.size, raw.digest, fault, detail, None, part)


def _batch(rows: list[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([row._asdict() for row in rows], schema=FRAGMENT)


def join_parts(task: IngestTask, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """``Output.result`` of every part in FRAGMENT rows sorted by ORDER; ``task.index`` plus the part's number
    numbers the files."""
    for number, rows in by_part(batches):
        with Output(dataclasses.replace(task, index=task.index + number, slices=())) as output:
            flat = (Row(**row) for batch in rows for row in batch.to_pylist())
            for thread, members in groupby(flat, key=lambda row: row.thread):
                if thread is None:
                    for row in members:
                        _settle(output, row)
                else:
                    _join(output, members)
        yield {**output.result(), "part": number}


def _raw(row: Row) -> RawRecord:
    return RawRecord(row.offset, row.bytes, row.digest, None, row.fault or "", row.detail or "")


def _settle(output: Output, row: Row) -> None:
    if row.fault == READ:
        output.seen.add(row.offset, row.bytes, int.from_bytes(row.digest, "big"))
    elif row.fault == SKIPPED:
        output.skipped[str(row.detail)] += 1
    else:
        output.quarantine(_raw(row), row.file, str(row.fault), row.detail or "")


def _join(output: Output, members: Iterator[Row]) -> None:
    limit = output.task.limits.max_record_bytes
    held: list[Row] = []
    size = 0
    for row in members:
        size += row.bytes
        if size > limit:
            held = [one._replace(draft=None) for one in held]  # their places are kept, their texts are not
        held.append(row if size <= limit else row._replace(draft=None))
    if size > limit:
        for row in held:
            output.quarantine(_raw(row), row.file, "record.too_large", f"thread above {limit} bytes")
        return
    found = joining(output.adapter()).join([_fragment(row) for row in held])
    for one, reason in found.dropped:
        output.drop(one.raw, one.file, one.draft, reason)
    if found.document is not None and found.primary is not None:
        into = output.document(found.primary.raw, found.primary.file, found.document)
        for one in found.joined:
            output.join(one.raw, one.file, one.draft, into)


def _fragment(row: Row) -> Fragment:
    draft, fields = json.loads(row.draft or "null")
    return Fragment(Draft(**draft), _raw(row), row.file, fields)
