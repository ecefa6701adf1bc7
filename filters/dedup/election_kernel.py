"""Compiled parts of the election: numbering 16-byte keys, adjacency in flat arrays, the one pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]


@kernel
def _slot(table: Array, words: Array, high: Any, low: Any) -> Any:
    """The slot that holds the key (high, low), or the empty one (-1) where it would stand."""
    mask = len(table) - 1
    slot = np.int64((low * np.uint64(0x9E3779B97F4A7C15) ^ high) & np.uint64(mask))
    while table[slot] >= 0 and (words[table[slot], 0] != high or words[table[slot], 1] != low):
        slot = (slot + 1) & mask
    return slot


@kernel
def number_keys(words: Array) -> tuple[Array, Array]:
    """(table, numbers) of keys uint64 of (n, 2): ``numbers[i]`` is the first row with row i's key."""
    size = 16
    while size < 2 * len(words):
        size *= 2
    table = np.full(size, -1, np.int64)
    numbers = np.empty(len(words), np.int64)
    for i in range(len(words)):
        slot = _slot(table, words, words[i, 0], words[i, 1])
        if table[slot] < 0:
            table[slot] = i
        numbers[i] = table[slot]
    return table, numbers


@kernel
def place_of(table: Array, words: Array, asked: Array) -> Array:
    """The row of every asked key, -1 where there is none."""
    rows = np.empty(len(asked), np.int64)
    for i in range(len(asked)):
        rows[i] = table[_slot(table, words, asked[i, 0], asked[i, 1])]
    return rows


@kernel
def first_in_class(order: Array, class_of: Array, wanted: Array) -> Array:
    """Per class number, its first wanted row in ``order``; -1 where a class has none."""
    best = np.full(len(class_of), -1, np.int64)
    for row in order:
        if wanted[row] and best[class_of[row]] < 0:
            best[class_of[row]] = row
    return best


@kernel
def link(first: Array, second: Array, best: Array, place: Array) -> tuple[Array, Array, Array]:
    """Edges from the worse to the better class, in flat lists: (heads, neighbours, edge numbers).

    ``neighbours[heads[c]:heads[c + 1]]`` are the classes better than c that are its pairs.  Pairs of
    a class without an eligible member, and of a class with itself, are left out.
    """
    heads = np.zeros(len(best) + 1, np.int64)
    for e in range(len(first)):
        x, y = best[first[e]], best[second[e]]
        if x >= 0 and y >= 0 and x != y:
            worse = first[e] if place[x] > place[y] else second[e]
            heads[worse + 1] += 1
    for c in range(len(best)):
        heads[c + 1] += heads[c]
    filled = heads[:-1].copy()
    neighbours = np.empty(heads[-1], np.int64)
    edges = np.empty(heads[-1], np.int64)
    for e in range(len(first)):
        x, y = best[first[e]], best[second[e]]
        if x >= 0 and y >= 0 and x != y:
            worse, better = (first[e], second[e]) if place[x] > place[y] else (second[e], first[e])
            neighbours[filled[worse]] = better
            edges[filled[worse]] = e
            filled[worse] += 1
    return heads, neighbours, edges


@kernel
def passes(
    order: Array, class_of: Array, best: Array, heads: Array, neighbours: Array, edges: Array, place: Array
) -> tuple[Array, Array]:
    """Per class: (row of the document it names or keeps, number of the pair by which it is dropped).

    The pair number is -1 for a kept class.  Of several kept neighbours the best-ranked is named.
    """
    keeper = np.full(len(best), -1, np.int64)
    edge = np.full(len(best), -1, np.int64)
    for row in order:
        c = class_of[row]
        if best[c] != row:
            continue
        keeper[c] = row
        for i in range(heads[c], heads[c + 1]):
            other = neighbours[i]
            if edge[other] < 0 and (edge[c] < 0 or place[best[other]] < place[keeper[c]]):
                keeper[c] = best[other]
                edge[c] = edges[i]
    return keeper, edge
