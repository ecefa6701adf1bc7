"""Order-free digests of table rows: a 128-bit hash per row over all columns, summed mod 2^128.

Equal for any order, batching, file split or string width of the same rows.  Not cryptographic: it tells
whether two tables hold the same rows; sha256 of the files is what guards against tampering.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.kernel import kernel

MODULUS = 1 << 128

Lanes = np.ndarray[Any, np.dtype[np.uint64]]  # (2, n): two independent 64-bit hashes per value

# Odd constants: 2^64 / golden ratio, and the two multipliers of splitmix64 (Steele et al. 2014).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SEEDS = (np.uint64(0x243F6A8885A308D3), np.uint64(0x13198A2E03707344))  # digits of pi
_NULL = np.uint64(0xA4093822299F31D0)


@kernel
def _mix(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))


@kernel
def _hash_words(words: Any, out: Any, seed: np.uint64) -> None:
    for i in range(len(words)):
        out[i] = _mix(words[i] + seed)


@kernel
def _hash_bytes(data: Any, offsets: Any, out: Any, seed: np.uint64) -> None:
    for i in range(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        state = seed + np.uint64(end - start) * _GOLDEN
        place = start
        while place < end:
            word = np.uint64(0)
            for shift in range(min(8, end - place)):
                word |= np.uint64(data[place + shift]) << np.uint64(8 * shift)
            state = _mix(state ^ word) + _GOLDEN
            place += 8
        out[i] = _mix(state)


@kernel
def _hash_lists(items: Any, offsets: Any, out: Any, seed: np.uint64) -> None:
    base = offsets[0]
    for i in range(len(offsets) - 1):
        state = seed + np.uint64(offsets[i + 1] - offsets[i]) * _GOLDEN
        for place in range(offsets[i] - base, offsets[i + 1] - base):
            state = _mix(state ^ items[place]) + _GOLDEN
        out[i] = state


@kernel
def _combine(rows: Any, column: Any, name: np.uint64) -> None:
    for i in range(len(rows)):
        rows[i] = _mix(rows[i] ^ (column[i] + name)) + _GOLDEN


def rows_digest(batches: Iterable[pa.RecordBatch], without: tuple[str, ...] = ()) -> int:
    """Sum mod 2^128 of the row hashes of all batches.

    ``without`` leaves out columns that another column covers (``text`` by ``text_digest``).  Column
    order does not matter; names do.  Raises TypeError on a type that no table of ours uses.
    """
    total = 0
    for batch in batches:
        rows = np.zeros((2, batch.num_rows), np.uint64)
        for name in sorted(set(batch.schema.names) - set(without)):
            column = _hash(batch.column(name))
            label = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
            for lane in range(2):
                _combine(rows[lane], column[lane], np.uint64(label))
        total += (_sum(rows[0]) << 64) + _sum(rows[1])
    return total % MODULUS


def _sum(lane: Any) -> int:
    low = int((lane & np.uint64(0xFFFFFFFF)).sum(dtype=np.uint64))  # exact up to 2^32 rows a batch
    high = int((lane >> np.uint64(32)).sum(dtype=np.uint64))
    return (high << 32) + low


def _hash(column: pa.Array) -> Lanes:
    """Hashes of one column's values, nulls included."""
    kind = column.type
    out: Lanes = np.empty((2, len(column)), np.uint64)
    if pa.types.is_null(kind):
        out[:] = _NULL
        return out
    if pa.types.is_struct(kind):
        out[0], out[1] = _SEEDS
        for index in range(kind.num_fields):
            child = _hash(
                column.field(index) if column.offset == 0 and not column.null_count else column.flatten()[index]
            )
            for lane in range(2):
                _combine(out[lane], child[lane], np.uint64(index))
    elif pa.types.is_map(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        width: Any = np.int64 if pa.types.is_large_list(kind) else np.int32
        offsets = _offsets(column, width)
        items = _hash(_children(column, int(offsets[0]), int(offsets[-1])))
        for lane in range(2):
            _hash_lists(items[lane], offsets, out[lane], _SEEDS[lane])
    elif pa.types.is_fixed_size_binary(kind):
        return _hash(column.cast(pa.large_binary()))
    elif _is_bytes(kind):
        large = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
        offsets = _offsets(column, np.int64 if large else np.int32)
        buffer = column.buffers()[2]
        data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(1, np.uint8)
        for lane in range(2):
            _hash_bytes(data, offsets, out[lane], _SEEDS[lane])
    else:
        words = _words(column)
        for lane in range(2):
            _hash_words(words, out[lane], _SEEDS[lane])
    if column.null_count:
        out[:, column.is_null().to_numpy(zero_copy_only=False)] = _NULL
    return out


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _offsets(column: pa.Array, width: Any) -> Any:
    if len(column) == 0:
        return np.zeros(1, np.int64)
    whole = np.frombuffer(column.buffers()[1], width)
    return whole[column.offset : column.offset + len(column) + 1].astype(np.int64)


def _children(column: pa.Array, start: int, end: int) -> pa.Array:
    """The items of a list or map column that its own rows cover."""
    if pa.types.is_map(column.type):
        entries = pa.StructArray.from_arrays([column.keys, column.items], ["key", "value"])
        # keys and items ignore the column's offset: they are the whole child
        return entries.slice(start, end - start)
    return column.values.slice(start, end - start)


def _words(column: pa.Array) -> Any:
    """Fixed-width values as uint64: integers by value, floats by the bits of their float64."""
    kind = column.type
    if pa.types.is_floating(kind):
        values = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
        return (values + 0.0).view(np.uint64)  # -0.0 and 0.0 are one value
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).view(np.uint64)
    if pa.types.is_timestamp(kind):
        return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).view(np.uint64)
    raise TypeError(f"no row digest is defined for {kind}")
