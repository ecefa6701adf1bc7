"""Parquet: row groups read in batches bounded by bytes; a damaged row group is one quarantined unit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus import storage
from corpus.errors import InputError
from corpus.identity import bytes_digest
from corpus.sources.raw import RawRecord

if TYPE_CHECKING:
    from corpus.sources.listing import Slice

MAGIC = b"PAR1"
BATCH_BYTES = 8_000_000
_DAMAGE = (pa.ArrowInvalid, pa.ArrowException, OSError, EOFError)


def row_groups(uri: str, size: int) -> list[tuple[int, int | None, int]]:
    """(first, last + 1, bytes) ranges of row groups of about ``size`` bytes; a file whose footer does not
    read is one whole range, for the reader to quarantine."""
    try:
        with _open(uri) as file:
            sizes = [file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups)]
    except InputError:
        raise
    except _DAMAGE:
        return [(0, None, storage.size(uri))]
    ranges: list[tuple[int, int | None, int]] = []
    first = cost = 0
    for index, group in enumerate(sizes):
        if cost and cost + group > size:
            ranges.append((first, index, cost))
            first, cost = index, 0
        cost += group
    return [*ranges, (first, len(sizes), cost)] if sizes else []


def _open(uri: str) -> pq.ParquetFile:
    source: Any = storage.local_path(uri) if storage.is_local(uri) else storage.open_input(uri)
    return pq.ParquetFile(source, page_checksum_verification=True)


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record per row; ``offset`` is the row's number in the file, ``size`` its JSON form's bytes."""
    try:
        file = _open(piece.uri)
    except _DAMAGE as error:
        with storage.open_input(piece.uri) as stream:
            yield _unit(stream, piece.file, 0, storage.size(piece.uri), error)
        return
    with file, storage.open_input(piece.uri) as stream:
        yield from _groups(file, stream, piece.file, limit, piece.start, piece.end)


def records(stream: IO[bytes], name: str, limit: int) -> Iterator[RawRecord]:
    """Records of an open file; see ``read``."""
    try:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
    except _DAMAGE as error:
        yield _unit(stream, name, 0, stream.seek(0, os.SEEK_END), error)
        return
    with file:
        yield from _groups(file, stream, name, limit, 0, None)


def _groups(
    file: pq.ParquetFile, stream: IO[bytes], name: str, limit: int, first: int, last: int | None
) -> Iterator[RawRecord]:
    metadata = file.metadata
    row = sum(metadata.row_group(index).num_rows for index in range(first))
    for index in range(first, metadata.num_row_groups if last is None else last):
        group = metadata.row_group(index)
        rows = max(1, min(4096, BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)))
        done = 0
        try:
            for batch in file.iter_batches(batch_size=rows, row_groups=[index]):
                for values in _rows(batch):
                    yield _record(values, row + done, limit)
                    done += 1
        except _DAMAGE as error:
            yield _unit(stream, name, row + done, group.total_byte_size, error)
        row += group.num_rows


def _unit(stream: IO[bytes], name: str, row: int, size: int, error: BaseException) -> RawRecord:
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - len(MAGIC)))
    whole = stream.read(len(MAGIC)) == MAGIC
    fault = "file.unreadable" if whole else "file.truncated"
    digest = bytes_digest(f"{name}:{row}".encode("utf-8", "backslashreplace"))
    return RawRecord(row, size, digest, None, fault, f"Parquet: {type(error).__name__}")


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    names = batch.schema.names
    columns = []
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            # Arrow checks no UTF-8 when it reads: the bytes are decoded one by one, strictly.
            column = column.cast(pa.large_binary())
            columns.append([None if value is None else _text(value) for value in column.to_pylist()])
        else:
            columns.append(column.to_pylist())
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _record(values: dict[str, Any], row: int, limit: int) -> RawRecord:
    raw = json.dumps(values, ensure_ascii=False, sort_keys=True, default=repr).encode("utf-8", "surrogatepass")
    digest = bytes_digest(raw)
    if len(raw) > limit:
        return RawRecord(row, len(raw), digest, None, "record.too_large", f"limit {limit} bytes")
    return RawRecord(row, len(raw), digest, values)
