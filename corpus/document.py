"""What a document is: the Arrow schemas that every stage shares, and the batch that kernels read.

One schema object per table; every batch that leaves a task is cast to it, since Spark matches
mapInArrow columns by position and checks no types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

SCHEMA_VERSION = 1

_TIME = pa.timestamp("us", tz="UTC")

RIGHTS = pa.struct([("allowed", pa.bool_()), ("basis", pa.string()), ("evidence", pa.string())])

SIGNALS = pa.struct(
    [
        ("search_allowed", pa.bool_()),
        ("spam", pa.float32()),
        ("promotion", pa.float32()),
        ("adopted", pa.bool_()),
        ("expert", pa.bool_()),
        ("author_level", pa.int32()),
        ("likes", pa.int32()),
        ("board", pa.string()),
    ]
)

MADE = pa.struct([("how", pa.string()), ("generator", pa.string()), ("seeds", pa.list_(pa.binary()))])

ORIGIN = pa.struct([("file", pa.string()), ("offset", pa.int64()), ("digest", pa.binary())])

EDITS = pa.struct([("counts", pa.map_(pa.string(), pa.int32())), ("contacts", pa.list_(pa.int64()))])

# `offset` is in bytes of the decoded (decompressed) stream for JSON lines, the row number for
# Parquet, and the byte offset of the record in the file for WARC.
DOCUMENT = pa.schema(
    [
        ("id", pa.binary()),  # 16 bytes, corpus.identity.document_id
        ("source", pa.string()),
        ("kind", pa.string()),  # what a recipe weighs
        ("class", pa.string()),  # permitted | open | expert | base
        ("area", pa.string()),  # source x board, category or host
        ("key", pa.string()),
        ("url", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),  # NFC, cleaned, masked
        ("created_at", _TIME),
        ("fetched_at", _TIME),
        ("license", pa.string()),
        ("rights", RIGHTS),
        ("signals", SIGNALS),
        ("made", MADE),
        ("origin", ORIGIN),
        ("edits", EDITS),
        ("text_digest", pa.binary()),  # 16 bytes, corpus.identity.text_digest
        ("meta", pa.map_(pa.string(), pa.string())),
    ],
    metadata={"malmoi.schema": f"document {SCHEMA_VERSION}"},
)

CLASSES = ("permitted", "open", "expert", "base")

QUARANTINE = pa.schema(
    [
        ("class", pa.string()),  # one of corpus.ledger.QUARANTINE_CLASSES
        ("source", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("bytes", pa.int64()),  # of the unreadable record, as far as known
        ("digest", pa.binary()),  # 16 bytes of the raw record; never the bytes themselves
        ("detail", pa.string()),  # an error's class and position, no content
    ],
    metadata={"malmoi.schema": f"quarantine {SCHEMA_VERSION}"},
)


@dataclass
class TextBuffers:
    """UTF-8 of a text column as kernels read it: ``data`` uint8, ``offsets`` int64 of n + 1.

    Row i is ``data[offsets[i]:offsets[i + 1]]``; a null is an empty text.
    """

    data: np.ndarray[Any, np.dtype[np.uint8]]
    offsets: np.ndarray[Any, np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def points(self) -> CodePoints:
        """The rows' code points, decoded on the first call: several kernels read them."""
        from corpus import utf8_kernel  # loads numba, which whoever reads schemas alone does without

        points = np.empty(int(self.offsets[-1] - self.offsets[0]) + 1, np.uint32)
        offsets = np.empty(len(self.offsets), np.int64)
        utf8_kernel.decode_rows(self.data, self.offsets, points, offsets)
        return CodePoints(points, offsets)


@dataclass(frozen=True, slots=True)
class CodePoints:
    """Row i is ``points[offsets[i]:offsets[i + 1]]`` (uint32, int64 of n + 1)."""

    points: np.ndarray[Any, np.dtype[np.uint32]]
    offsets: np.ndarray[Any, np.dtype[np.int64]]


def text_buffers(column: pa.Array) -> TextBuffers:
    """Zero-copy view of a string or large_string array (nulls become empty texts)."""
    if column.null_count:
        column = column.fill_null("")
    width = np.int64 if pa.types.is_large_string(column.type) else np.int32
    if len(column) == 0:
        return TextBuffers(np.zeros(1, np.uint8), np.zeros(1, np.int64))
    offsets = np.frombuffer(column.buffers()[1], width)[column.offset : column.offset + len(column) + 1]
    buffer = column.buffers()[2]
    data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(1, np.uint8)
    return TextBuffers(data, offsets.astype(np.int64))


@dataclass
class DocumentBatch:
    """A record batch of documents, with a memo for features that several rules share.

    Rules read columns by name; a column that the batch lacks (the pipe sends only id and text) is
    answered as all null.  ``memo`` holds what one rule computed for all, such as TextStatistics.
    """

    arrow: pa.RecordBatch
    memo: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def column(self, name: str) -> pa.Array:
        if name in self.arrow.schema.names:
            return self.arrow.column(name)
        return pa.nulls(len(self), DOCUMENT.field(name).type)

    @cached_property
    def text(self) -> TextBuffers:
        return text_buffers(self.column("text"))


def cast(table: pa.Table | pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same rows as one batch with exactly ``schema``: columns by name, missing ones null.

    Raises KeyError on a column that the schema does not know, so that nothing is lost by a typing error.
    """
    unknown = set(table.schema.names) - set(schema.names)
    if unknown:
        raise KeyError(f"columns not in the schema: {', '.join(sorted(unknown))}")
    rows = table.num_rows
    arrays = []
    for item in schema:
        if item.name in table.schema.names:
            column = table.column(item.name)
            if isinstance(column, pa.ChunkedArray):
                column = column.combine_chunks()
            arrays.append(column.cast(item.type))
        else:
            arrays.append(pa.nulls(rows, item.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
