"""Compiled grouping of bucket members: borders of equal keys, ranking and comparing inside."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]


@kernel
def group_borders(keys: Array) -> tuple[Array, Array]:
    """(starts, ends) of the runs of two or more equal values in sorted ``keys``."""
    count = 0
    rows = len(keys)
    i = 0
    while i < rows:
        j = i + 1
        while j < rows and keys[j] == keys[i]:
            j += 1
        if j - i > 1:
            count += 1
        i = j
    starts = np.empty(count, np.int64)
    ends = np.empty(count, np.int64)
    count = 0
    i = 0
    while i < rows:
        j = i + 1
        while j < rows and keys[j] == keys[i]:
            j += 1
        if j - i > 1:
            starts[count] = i
            ends[count] = j
            count += 1
        i = j
    return starts, ends


@kernel
def _before(words: Array, x: int, y: int, start: int, stop: int) -> bool:
    """Row x comes before row y in words[start:stop]."""
    for w in range(start, stop):
        if words[x, w] != words[y, w]:
            return bool(words[x, w] < words[y, w])
    return False


@kernel
def _sort(rows: Array, low: int, high: int, words: Array, start: int, stop: int) -> None:
    """Heap sort of rows[low:high] by words[row, start:stop]: in place, no worst case."""
    size = high - low
    for root in range(size // 2 - 1, -1, -1):
        _sift(rows, low, root, size, words, start, stop)
    for end in range(size - 1, 0, -1):
        rows[low], rows[low + end] = rows[low + end], rows[low]
        _sift(rows, low, 0, end, words, start, stop)


@kernel
def _sift(rows: Array, low: int, root: int, size: int, words: Array, start: int, stop: int) -> None:
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size and _before(words, rows[low + child], rows[low + child + 1], start, stop):
            child += 1
        if not _before(words, rows[low + root], rows[low + child], start, stop):
            return
        rows[low + root], rows[low + child] = rows[low + child], rows[low + root]
        root = child


@kernel
def compare_groups(
    starts: Array, ends: Array, order: Array, words: Array, comparisons: int
) -> tuple[Array, Array, int]:
    """Rows (first, second) of every pair compared, first with the smaller id, and comparisons skipped.

    ``order[starts[g]:ends[g]]`` are the rows of group g; ``words`` uint64 of (n, 6): rank in words
    0-3 (the id in 2-3), class in words 4-5.  Per group: sort by class, then rank; the first of each
    class stands for it; sort those by rank; compare each with the ``comparisons`` best.
    """
    rows = order.copy()
    total = 0
    skipped = 0
    standing = np.zeros(len(starts), np.int64)
    for g in range(len(starts)):
        low, high = starts[g], ends[g]
        # by class, and inside a class by rank
        _sort(rows, low, high, words, 4, 6)
        kept = low
        i = low
        while i < high:
            best = rows[i]
            j = i + 1
            while j < high and words[rows[j], 4] == words[rows[i], 4] and words[rows[j], 5] == words[rows[i], 5]:
                if _before(words, rows[j], best, 0, 4):
                    best = rows[j]
                j += 1
            rows[kept] = best
            kept += 1
            i = j
        _sort(rows, low, kept, words, 0, 4)
        size = kept - low
        standing[g] = size
        near = min(size, comparisons)
        made = near * (size - near) + near * (near - 1) // 2
        total += made
        skipped += size * (size - 1) // 2 - made
    first = np.empty(total, np.int64)
    second = np.empty(total, np.int64)
    at = 0
    for g in range(len(starts)):
        low = starts[g]
        for i in range(min(standing[g], comparisons)):
            x = rows[low + i]
            for j in range(i + 1, standing[g]):
                y = rows[low + j]
                if _before(words, x, y, 2, 4):
                    first[at] = x
                    second[at] = y
                else:
                    first[at] = y
                    second[at] = x
                at += 1
    return first, second, skipped
