"""The order in which duplicates are preferred, as bytes: the smaller, the better.

    4  input priority, from the configuration (lower number first)
    4  characters of the text, longer first
    8  created_at, earlier first, unknown last
   16  id

all big-endian, so that comparing the 32 bytes compares the fields.  It is a total order on content:
no two documents share an id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.identity import ID_BYTES, fixed_bytes
from corpus.sources.config import InputConfig

RANK_BYTES = 16 + ID_BYTES
RANK_VERSION = 1

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_UNKNOWN_TIME = np.iinfo(np.uint64).max
_MIDDLE = 1 << 63  # turns a signed time into one whose bytes sort


def priorities(inputs: Sequence[InputConfig]) -> dict[str, int]:
    """Source name -> priority.  A source that is no input's name (records name it) has priority 0."""
    return {item.name: item.priority for item in inputs}


def ranks(batch: pa.RecordBatch | pa.Table, priority: Mapping[str, int]) -> Bytes:
    """uint8 of (n, 32) from the columns source, characters (int32), created_at and id."""
    rows = batch.num_rows
    packed = np.zeros((rows, RANK_BYTES), np.uint8)
    if rows == 0:
        return packed
    first = np.zeros(rows, np.int64)
    sources = _array(batch.column("source"))
    for source, number in priority.items():
        if number:
            first[pc.fill_null(pc.equal(sources, source), False).to_numpy(zero_copy_only=False)] = number
    packed[:, 0:4] = _big_endian((first + (1 << 31)).astype(np.uint32), ">u4")
    characters = _array(batch.column("characters")).to_numpy(zero_copy_only=False).astype(np.int64)
    packed[:, 4:8] = _big_endian((np.iinfo(np.uint32).max - characters).astype(np.uint32), ">u4")
    times = _array(batch.column("created_at"))
    known = times.is_valid().to_numpy(zero_copy_only=False)
    moments = pc.fill_null(times.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()), 0)
    shifted = moments.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64) ^ np.uint64(_MIDDLE)
    packed[:, 8:16] = _big_endian(np.where(known, shifted, np.uint64(_UNKNOWN_TIME)), ">u8")
    packed[:, 16:] = fixed_bytes(_array(batch.column("id")), ID_BYTES).reshape(rows, ID_BYTES)
    return packed


def _array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _big_endian(values: np.ndarray[Any, np.dtype[Any]], type_: str) -> Bytes:
    width = np.dtype(type_).itemsize
    return np.ascontiguousarray(values.astype(type_)).view(np.uint8).reshape(len(values), width)
