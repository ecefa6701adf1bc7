"""Candidate pairs: documents that share a bucket, compared with its best-ranked members.

A document stands in 14 buckets by its band keys and in one by its folded digest.  In a bucket,
documents of one class (the same text but for white space; they share every bucket) stand as their
best-ranked member.  Each member is compared with the 64 best-ranked of its bucket, all pairs where
there are no more; what is not compared is counted.  Pairs are a pure function of the set of documents:
the engine only brings the members of a bucket together.

Two ways to the same pairs, row for row:

- Arrays (Spark): :func:`entries` gives keys and members of a batch of signatures; rows are brought
  together by ``key % buckets`` and :func:`grouped_pairs` answers the pairs of many buckets at once.
- Lines (Hadoop Streaming): the mapper writes ``bucket_key(key)`` and the member's bytes; the reducer
  calls :func:`bucket_pairs` with the members of one key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.identity import ID_BYTES, fixed_bytes
from filters.dedup.candidates_kernel import compare_groups, group_borders
from filters.dedup.rank import RANK_BYTES, ranks

CLASS_BYTES = 16
MEMBER_BYTES = RANK_BYTES + CLASS_BYTES  # rank (its last 16 bytes are the id), then the squeezed digest
CANDIDATES_VERSION = 1

CANDIDATE = pa.schema(
    [("a", pa.binary()), ("b", pa.binary())], metadata={"malmoi.schema": f"candidate {CANDIDATES_VERSION}"}
)

# The columns of SIGNATURE that candidates are made from.
COLUMNS = ("id", "source", "created_at", "characters", "squeezed", "folded_digest", "bands")

_FOLDED = np.uint64(0x9E3779B97F4A7C15)  # sets the key of a folded digest apart from band keys

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]


class Entries(NamedTuple):
    """``keys`` uint64 of m; ``members`` uint8 of (m, 48): rank and class of the document, per key."""

    keys: Keys
    members: Bytes


class Pairs(NamedTuple):
    """``a`` < ``b``: ids, uint8 of (n, 16) each, one row per bucket in which the two were compared.

    ``buckets`` of two members or more, and comparisons ``skipped`` there because of the limit.
    """

    a: Bytes
    b: Bytes
    buckets: int
    skipped: int


def entries(signatures: pa.RecordBatch | pa.Table, priority: Mapping[str, int]) -> Entries:
    """Every bucket key of every document, with the document as member: the mapper of both engines.

    ``signatures`` holds :data:`COLUMNS`; ``priority`` comes from :func:`filters.dedup.rank.priorities`.
    """
    rows = signatures.num_rows
    members = np.empty((rows, MEMBER_BYTES), np.uint8)
    members[:, :RANK_BYTES] = ranks(signatures, priority)
    if rows == 0:
        return Entries(np.zeros(0, np.uint64), members)
    members[:, RANK_BYTES:] = _fixed(signatures.column("squeezed"), CLASS_BYTES)
    bands = _array(signatures.column("bands")).cast(pa.large_binary())
    offsets = np.frombuffer(bands.buffers()[1], np.int64)[bands.offset : bands.offset + rows + 1]
    data = bands.buffers()[2]
    flat = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]] if data is not None else np.zeros(0, np.uint8)
    keys = flat.view(">u8").astype(np.uint64)
    owners = np.repeat(np.arange(rows), np.diff(offsets) // 8)
    folded = _fixed(signatures.column("folded_digest"), CLASS_BYTES)
    some = folded.any(axis=1)  # all zero: no letter or digit in the text
    folded_keys = np.ascontiguousarray(folded[:, :8]).view(">u8")[:, 0].astype(np.uint64) ^ _FOLDED
    return Entries(np.concatenate([keys, folded_keys[some]]), members[np.concatenate([owners, np.flatnonzero(some)])])


def bucket_key(key: int) -> str:
    """16 hexadecimal digits: the form of a key on a line."""
    return f"{key:016x}"


def bucket_pairs(members: Iterable[bytes], comparisons: int = 64) -> tuple[list[tuple[bytes, bytes]], int]:
    """The pairs (a, b), a < b, of one bucket, and the number of comparisons skipped.

    ``members``: 48 bytes each, rank and class, in any order; repeated members count once.  The reducer
    of the streaming engine; the definition that :func:`grouped_pairs` must equal.
    """
    standing: list[bytes] = []
    classes: set[bytes] = set()
    for member in sorted(members):
        if member[RANK_BYTES:] not in classes:
            classes.add(member[RANK_BYTES:])
            standing.append(member[RANK_BYTES - ID_BYTES : RANK_BYTES])
    pairs = []
    for place, better in enumerate(standing[:comparisons]):
        for worse in standing[place + 1 :]:
            pairs.append((better, worse) if better < worse else (worse, better))
    return pairs, len(standing) * (len(standing) - 1) // 2 - len(pairs)


def grouped_pairs(found: Entries, comparisons: int = 64) -> Pairs:
    """The pairs of all buckets of ``found``, which must hold every member of each of its keys.

    Keys in any order.  Memory: 56 bytes an entry and about as much again while sorting.
    """
    order = np.argsort(found.keys)  # equal keys in any order: ranks decide
    keys = found.keys[order]
    starts, ends = group_borders(keys)
    words = np.ascontiguousarray(found.members).view(">u8").astype(np.uint64).reshape(-1, MEMBER_BYTES // 8)
    first, second, skipped = compare_groups(starts, ends, order, words, comparisons)
    ids = found.members[:, RANK_BYTES - ID_BYTES : RANK_BYTES]
    return Pairs(ids[first], ids[second], len(starts), int(skipped))


def _array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _fixed(column: pa.Array | pa.ChunkedArray, width: int) -> Bytes:
    return fixed_bytes(_array(column), width).reshape(-1, width)
