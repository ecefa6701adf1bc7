"""Signatures to candidate pairs: what is done on each side of the one shuffle.

Entries travel in blocks, one binary value per batch and target part, so that the engine moves a few
large values and not 15 rows a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.identity import ID_BYTES
from corpus.table import PartWriter, read_batches
from filters.dedup.candidates import CANDIDATE, COLUMNS, MEMBER_BYTES, Entries, Pairs, entries, grouped_pairs

FOLDER = "candidates"  # below the run, removed when pairs are verified

# Entries of one part are grouped in memory, about 250 bytes each: 100 MB.
ENTRIES_PER_PART = 400_000
BUCKETS_BESIDE_BANDS = 1  # the folded digest

BLOCK = pa.schema([("rows", pa.int32()), ("block", pa.binary())])

_ENTRY_BYTES = 8 + MEMBER_BYTES


@dataclass(frozen=True)
class CandidateTask:
    """``signatures`` is the name of a signatures file below ``run``; ``priority``: (source, number)."""

    run: str
    signatures: str
    priority: tuple[tuple[str, int], ...]
    parts: int


def entry_blocks(task: CandidateTask) -> Iterator[pa.RecordBatch]:
    """BLOCK rows with ``part`` (int32, key modulo parts): keys and members of one batch of documents."""
    for batch in read_batches(storage.join(task.run, task.signatures), COLUMNS):
        found = entries(batch, dict(task.priority))
        part = (found.keys % np.uint64(task.parts)).astype(np.uint16 if task.parts <= 1 << 16 else np.int32)  # radix
        order = np.argsort(part, kind="stable")
        packed = np.empty((len(order), _ENTRY_BYTES), np.uint8)
        packed[:, :8] = found.keys[order].view(np.uint8).reshape(-1, 8)
        packed[:, 8:] = found.members[order]
        borders = np.searchsorted(part[order], np.arange(task.parts + 1))
        for number in range(task.parts):
            low, high = int(borders[number]), int(borders[number + 1])
            if high > low:
                yield pa.RecordBatch.from_arrays(
                    [
                        pa.array([high - low], pa.int32()),
                        pa.array([packed[low:high].tobytes()], pa.binary()),
                        pa.array([number], pa.int32()),
                    ],
                    names=[*BLOCK.names, "part"],
                )


def write_candidates(run: str, comparisons: int, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """The pairs of one part's blocks to candidates/part-NNNNN.parquet, each once, sorted.

    Answers Part.row() and ``part``, with the measures ``buckets`` and ``skipped`` (comparisons).
    """
    blocks: list[bytes] = []
    number = None
    for batch in batches:
        blocks += batch.column("block").to_pylist()
        number = batch.column("part")[0].as_py() if batch.num_rows else number
    if number is None:
        return
    packed = np.frombuffer(b"".join(blocks), np.uint8).reshape(-1, _ENTRY_BYTES)
    del blocks
    keys = np.ascontiguousarray(packed[:, :8]).view(np.uint64)[:, 0]
    pairs = grouped_pairs(Entries(keys, np.ascontiguousarray(packed[:, 8:])), comparisons)
    yield {**write_pairs_once(run, number, pairs), "part": number}


def write_pairs_once(run: str, number: int, pairs: Pairs) -> dict[str, Any]:
    """One candidates file from the pairs of some buckets; answers Part.row()."""
    both = np.concatenate([pairs.a, pairs.b], axis=1)
    distinct = np.unique(both.view(f"V{2 * ID_BYTES}").reshape(-1)) if len(both) else both.reshape(-1)
    both = distinct.view(np.uint8).reshape(-1, 2 * ID_BYTES)
    with PartWriter(run, storage.join(FOLDER, f"part-{number:05d}.parquet"), CANDIDATE) as writer:
        writer.write(pa.RecordBatch.from_arrays([ids(both[:, :ID_BYTES]), ids(both[:, ID_BYTES:])], schema=CANDIDATE))
        writer.count("buckets", pairs.buckets)
        writer.count("skipped", pairs.skipped)
    return writer.done().row()


def ids(rows: np.ndarray[Any, np.dtype[np.uint8]]) -> pa.Array:
    """uint8 of (n, width) as a binary column."""
    width = rows.shape[1]
    flat = np.ascontiguousarray(rows)
    fixed = pa.Array.from_buffers(pa.binary(width), len(rows), [None, pa.py_buffer(flat)])
    return fixed.cast(pa.binary())
