"""Where a text holds a mark, leftmost first and of those the longest, as ``tokenizers`` finds added tokens.

Horspool's search with the marks' common window: the byte under the window's end says how far no mark can
begin, so a text without marks is read at one byte in ``width``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, Any]


@kernel
def next_mark(data: Array, start: int, stop: int, marks: Array, borders: Array, moves: Array) -> tuple[int, int]:
    """(where the next mark of ``data[start:stop]`` begins, its number), or (stop, -1).

    ``marks``, ``borders``, ``moves``: those of marks.MarkTable.
    """
    count = len(borders) - 1
    if count == 0:
        return stop, -1
    width = borders[count] - borders[count - 1]  # of the shortest
    at = start
    while at + width <= stop:
        move = moves[data[at + width - 1]]
        if move == 0:  # nearly always; a step that does not depend on the byte does not wait for it
            at += width
            continue
        if move > 1:
            at += move - 1
            continue
        for number in range(count):
            first, size = borders[number], borders[number + 1] - borders[number]
            same = 0
            while same < size and at + same < stop and data[at + same] == marks[first + same]:
                same += 1
            if same == size:
                return at, number
        at += 1
    return stop, -1


@kernel
def cut_buffers(
    data: Array, offsets: Array, ids: Array, marks: Array, borders: Array, moves: Array
) -> tuple[Array, Array, Array]:
    """Texts cut at their marks: stretches of text and marks by turns, k marks make 2 k + 1 of a text.

    (edges int64: stretch s is ``data[edges[s]:edges[s + 1]]`` and may be empty; tokens int64: the id of a
    stretch that is a mark, else -1; firsts int64 of n + 1: the number of each text's first stretch).
    """
    texts = len(offsets) - 1
    firsts = np.empty(texts + 1, np.int64)
    firsts[0] = 0
    for text in range(texts):
        at, stop = offsets[text], offsets[text + 1]
        stretches = 1
        while at < stop:
            at, number = next_mark(data, at, stop, marks, borders, moves)
            if number >= 0:
                at += borders[number + 1] - borders[number]
                stretches += 2
        firsts[text + 1] = firsts[text] + stretches
    edges = np.empty(firsts[texts] + 1, np.int64)
    tokens = np.empty(firsts[texts], np.int64)
    for text in range(texts):
        at, stop = offsets[text], offsets[text + 1]
        for stretch in range(firsts[text], firsts[text + 1] - 2, 2):
            edges[stretch], tokens[stretch] = at, -1
            at, number = next_mark(data, at, stop, marks, borders, moves)
            edges[stretch + 1], tokens[stretch + 1] = at, ids[number]
            at += borders[number + 1] - borders[number]
        edges[firsts[text + 1] - 1], tokens[firsts[text + 1] - 1] = at, -1
    edges[firsts[texts]] = offsets[texts]
    return edges, tokens, firsts
