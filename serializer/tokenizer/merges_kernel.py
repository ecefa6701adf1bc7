"""Byte-pair merges from counted pieces, incrementally and in bounded memory.

Pieces lie one after the other, a separator between them; a token holds its id in its first and in its
last slot and -1 between, so that both neighbours are found without links.  Every pair that may still
be merged is an entry: its count, and the positions where it stood when it was formed.  Positions that
no longer hold the pair are passed over when it is merged, and dropped when the pool is full.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from serializer.tokenizer.pairs_kernel import EMPTY, Id, pair_key, pair_slot

Array = np.ndarray[Any, Any]

COUNT, LEFT, RIGHT, START, LENGTH = 0, 1, 2, 3, 4  # columns of an entry
_COLUMNS = 5
_NONE = -1  # separator, or the inside of a token


@kernel
def _grown(array: Array, size: int) -> Array:
    """The same flat array with room for at least ``size``."""
    if size <= len(array):
        return array
    grown = np.empty(max(size, 2 * len(array)), array.dtype)
    for i in range(len(array)):  # a loop compiles in a fraction of a slice's time
        grown[i] = array[i]
    return grown


@kernel
def _grown_rows(array: Array, rows: int) -> Array:
    """The same two-dimensional array with room for at least ``rows``."""
    if rows <= len(array):
        return array
    grown = np.empty((max(rows, 2 * len(array)), array.shape[1]), array.dtype)
    for i in range(len(array)):
        for j in range(array.shape[1]):
            grown[i, j] = array[i, j]
    return grown


@kernel
def _before(heap: Array, at: int, entries: Array, count: int, entry: int) -> bool:
    """Whether heap item ``at`` goes before (count, entry): count descending, then the pair ascending."""
    if heap[at, 0] != count:
        return bool(heap[at, 0] > count)
    other = heap[at, 1]
    if entries[other, LEFT] != entries[entry, LEFT]:
        return bool(entries[other, LEFT] < entries[entry, LEFT])
    return bool(entries[other, RIGHT] < entries[entry, RIGHT])


@kernel
def _push(heap: Array, size: int, entries: Array, entry: int) -> int:
    count = entries[entry, COUNT]
    at = size
    while at > 0 and not _before(heap, (at - 1) // 2, entries, count, entry):
        above = (at - 1) // 2
        heap[at, 0] = heap[above, 0]
        heap[at, 1] = heap[above, 1]
        at = above
    heap[at, 0] = count
    heap[at, 1] = entry
    return size + 1


@kernel
def _pop(heap: Array, size: int, entries: Array) -> int:
    """Remove ``heap[0]``, which the caller has read."""
    size -= 1
    count, entry = heap[size, 0], heap[size, 1]
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(heap, child + 1, entries, heap[child, 0], heap[child, 1]):
            child += 1
        if not _before(heap, child, entries, count, entry):
            break
        heap[at, 0] = heap[child, 0]
        heap[at, 1] = heap[child, 1]
        at = child
    heap[at, 0] = count
    heap[at, 1] = entry
    return size


@kernel
def _subtract(keys: Array, owners: Array, entries: Array, left: Id, right: Id, weight: int) -> None:
    """A pair that is no entry was already too rare ever to be merged: counts of old pairs only fall."""
    slot = pair_slot(keys, pair_key(left, right))
    if keys[slot] != EMPTY:
        entries[owners[slot], COUNT] -= weight


@kernel
def _table(entries: Array, used: int, min_count: int, more: int) -> tuple[Array, Array, int]:
    """(keys, entry numbers, how many) of all entries that may still be merged, a quarter full at most
    when ``more`` have come."""
    alive = 0
    for entry in range(used):
        alive += entries[entry, COUNT] >= min_count
    size = 1 << 16
    while size < 4 * (alive + more):
        size *= 2
    keys = np.empty(size, np.uint64)
    for slot in range(size):
        keys[slot] = EMPTY
    owners = np.empty(size, np.int32)
    for entry in range(used):
        if entries[entry, COUNT] >= min_count:
            slot = pair_slot(keys, pair_key(entries[entry, LEFT], entries[entry, RIGHT]))
            keys[slot] = pair_key(entries[entry, LEFT], entries[entry, RIGHT])
            owners[slot] = entry
    return keys, owners, alive


@kernel
def _swept(entries: Array, used: int, pool: Array, symbols: Array, lengths: Array, min_count: int) -> int:
    """Drop positions that hold their pair no longer; entries keep their order.  Answers the pool's new end."""
    end = 0
    for entry in range(used):
        start, length = entries[entry, START], entries[entry, LENGTH]
        entries[entry, START] = end
        if entries[entry, COUNT] >= min_count:
            left, right = entries[entry, LEFT], entries[entry, RIGHT]
            for k in range(start, start + length):
                at = pool[k]
                if symbols[at] == left and symbols[at + lengths[left]] == right:
                    pool[end] = at
                    end += 1
        entries[entry, LENGTH] = end - entries[entry, START]
    return end


@kernel
def _laid_out(data: Array, offsets: Array, alphabet: Array) -> tuple[Array, Array]:
    """(symbols int32, piece of each slot int32): a separator, then every piece and a separator."""
    pieces = len(offsets) - 1
    size = offsets[pieces] - offsets[0] + pieces + 1
    symbols = np.empty(size, np.int32)
    owner = np.zeros(size, np.int32)
    symbols[0] = _NONE
    at = 1
    for piece in range(pieces):
        for i in range(offsets[piece], offsets[piece + 1]):
            symbols[at] = alphabet[data[i]]
            owner[at] = piece
            at += 1
        symbols[at] = _NONE
        at += 1
    return symbols, owner


@kernel
def _pairs_of_bytes(
    symbols: Array, owner: Array, counts: Array, first: int, min_count: int
) -> tuple[Array, int, Array, int]:
    """(entries, how many, pool int32 of positions, its end) of all pairs of bytes that may be merged."""
    sums = np.zeros((first, first), np.int64)
    places = np.zeros((first, first), np.int64)  # how many positions, then which entry
    for at in range(1, len(symbols)):
        if symbols[at] >= 0 and symbols[at - 1] >= 0:
            sums[symbols[at - 1], symbols[at]] += counts[owner[at]]
            places[symbols[at - 1], symbols[at]] += 1
    entries = np.empty((1 << 16, _COLUMNS), np.int64)  # more than 256 x 256 pairs
    entries = _grown_rows(entries, first * first)
    used = 0
    end = 0
    for left in range(first):
        for right in range(first):
            if sums[left, right] >= min_count:
                entries[used, COUNT] = sums[left, right]
                entries[used, LEFT] = left
                entries[used, RIGHT] = right
                entries[used, START] = end
                entries[used, LENGTH] = 0
                end += places[left, right]
                places[left, right] = used
                used += 1
            else:
                places[left, right] = -1
    pool = np.empty(max(16, 2 * end), np.int32)
    for at in range(1, len(symbols)):
        if symbols[at] >= 0 and symbols[at - 1] >= 0:
            entry = places[symbols[at - 1], symbols[at]]
            if entry >= 0:
                pool[entries[entry, START] + entries[entry, LENGTH]] = at - 1
                entries[entry, LENGTH] += 1
    return entries, used, pool, end


@kernel
def _merge(
    entry: int,
    new: int,
    symbols: Array,
    owner: Array,
    counts: Array,
    lengths: Array,
    pool: Array,
    entries: Array,
    keys: Array,
    owners: Array,
    fresh: Array,
    found: Array,
    touched: Array,
    notes: Array,
) -> tuple[int, int]:
    """Merge one pair wherever it stands, left to right.  Answers (touched rows, noted positions).

    Pairs that end are subtracted; those that begin all hold ``new``, so ``fresh`` and ``found`` sum
    their weights and positions by the other half: row 0 for (other, new), row 1 for (new, other).
    """
    left, right = entries[entry, LEFT], entries[entry, RIGHT]
    touches = 0
    noted = 0
    for k in range(entries[entry, START], entries[entry, START] + entries[entry, LENGTH]):
        at = pool[k]
        middle = at + lengths[left]
        if symbols[at] != left or symbols[middle] != right:
            continue
        weight = counts[owner[at]]
        last = at + lengths[new] - 1
        before = np.int64(symbols[at - 1])
        if before >= 0:
            if before == new:
                fresh[1, left] -= weight  # was formed by the merge just before, in this round
            else:
                _subtract(keys, owners, entries, before, left, weight)
            if found[0, before] == 0:
                touched[touches, 0] = 0
                touched[touches, 1] = before
                touches += 1
            fresh[0, before] += weight
            found[0, before] += 1
            notes[noted, 0] = before
            notes[noted, 1] = at - lengths[before]
            noted += 1
        after = np.int64(symbols[last + 1])
        if after >= 0:
            _subtract(keys, owners, entries, right, after, weight)
            if found[1, after] == 0:
                touched[touches, 0] = 1
                touched[touches, 1] = after
                touches += 1
            fresh[1, after] += weight
            found[1, after] += 1
            notes[noted, 0] = -1 - after
            notes[noted, 1] = at
            noted += 1
        symbols[middle - 1] = _NONE
        symbols[middle] = _NONE
        symbols[at] = new
        symbols[last] = new
    entries[entry, COUNT] = 0
    entries[entry, LENGTH] = 0
    return touches, noted


@kernel
def _place(notes: Array, noted: int, target: Array, pool: Array, entries: Array) -> None:
    """Give noted positions to the entries of their pairs, in ascending order; those of none are let go."""
    for k in range(noted):
        other = notes[k, 0]
        entry = target[0, other] if other >= 0 else target[1, -1 - other]
        if entry >= 0:
            pool[entries[entry, START] + entries[entry, LENGTH]] = notes[k, 1]
            entries[entry, LENGTH] += 1


@kernel
def learn_pairs(
    data: Array, offsets: Array, counts: Array, alphabet: Array, first: int, limit: int, min_count: int
) -> tuple[Array, Array, int]:
    """Merges in rank order: (pairs int32 (m', 2), counts int64 (m'), m): the first m rows are merges, and
    merge i makes id ``first`` + i.

    Piece i is ``data[offsets[i]:offsets[i + 1]]`` and occurs ``counts[i]`` times; ``alphabet`` maps
    bytes to ids below ``first``.  Ends at id ``limit`` or when no pair occurs ``min_count`` >= 1 times.
    """
    symbols, owner = _laid_out(data, offsets, alphabet)
    lengths = np.ones(limit, np.int32)
    pairs = np.empty((limit - first, 2), np.int32)
    pair_counts = np.empty(limit - first, np.int64)
    entries, used, pool, end = _pairs_of_bytes(symbols, owner, counts, first, min_count)
    keys, owners, filled = _table(entries, used, min_count, used)
    heap = np.empty((2 * len(entries), 2), np.int64)
    waiting: Any = np.int64(0)  # typed: a literal 0 would compile the heap a second time
    for entry in range(used):
        waiting = _push(heap, waiting, entries, entry)
    fresh = np.zeros((2, limit), np.int64)
    found = np.zeros((2, limit), np.int64)
    target = np.zeros((2, limit), np.int64)  # the entry of a new pair, or -1
    touched = np.empty((1 << 10, 2), np.int32)  # row, other half
    notes = np.empty((1 << 16, 2), np.int32)  # other half (row 1: below zero), position of the pair
    merged = 0
    while first + merged < limit and waiting > 0:
        count, entry = heap[0, 0], heap[0, 1]
        waiting = _pop(heap, waiting, entries)
        if entries[entry, COUNT] != count:
            if entries[entry, COUNT] >= min_count:
                waiting = _push(heap, waiting, entries, entry)
            continue
        new = first + merged
        pairs[merged, 0] = entries[entry, LEFT]
        pairs[merged, 1] = entries[entry, RIGHT]
        pair_counts[merged] = count
        merged += 1
        lengths[new] = lengths[entries[entry, LEFT]] + lengths[entries[entry, RIGHT]]
        notes = _grown_rows(notes, 2 * entries[entry, LENGTH])
        touched = _grown_rows(touched, min(2 * limit, 2 * entries[entry, LENGTH]))
        touches, noted = _merge(
            entry, new, symbols, owner, counts, lengths, pool, entries, keys, owners, fresh, found, touched, notes
        )
        if end + noted > len(pool):
            end = _swept(entries, used, pool, symbols, lengths, min_count)
            pool = _grown(pool, end + noted)
        entries = _grown_rows(entries, used + touches)
        heap = _grown_rows(heap, waiting + touches)
        if 2 * (filled + touches) > len(keys):
            keys, owners, filled = _table(entries, used, min_count, touches)
        for t in range(touches):
            row, other = touched[t, 0], touched[t, 1]
            target[row, other] = -1
            if fresh[row, other] >= min_count:
                entries[used, COUNT] = fresh[row, other]
                entries[used, LEFT] = other if row == 0 else new
                entries[used, RIGHT] = new if row == 0 else other
                entries[used, START] = end
                entries[used, LENGTH] = 0
                key = pair_key(entries[used, LEFT], entries[used, RIGHT])
                slot = pair_slot(keys, key)
                keys[slot] = key
                owners[slot] = used
                filled += 1
                target[row, other] = used
                end += found[row, other]
                waiting = _push(heap, waiting, entries, used)
                used += 1
            fresh[row, other] = 0
            found[row, other] = 0
        _place(notes, noted, target, pool, entries)
    return pairs, pair_counts, merged
