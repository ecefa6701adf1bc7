"""Rows that a shuffle brought, told apart by their column ``part``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import numpy as np
import pyarrow as pa


def by_part(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, Iterator[pa.RecordBatch]]]:
    """(part, its batches) of rows that lie together by part, in their order, without copying them."""
    for number, pieces in groupby(_cut(batches), key=lambda piece: piece[0]):
        yield number, (batch for _, batch in pieces)


def _cut(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches cut where their part changes."""
    for batch in batches:
        parts = batch.column("part").to_numpy()
        for start, stop in pairwise([0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(parts)]):
            if stop > start:
                yield int(parts[start]), batch.slice(start, stop - start)
