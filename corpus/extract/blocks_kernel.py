"""Blocks of a pruned page in reading order, and which of them are the main content."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.extract.prune_kernel import CONTAINER, Flags
from corpus.extract.scan_kernel import Ints, Longs
from corpus.extract.tags import (
    ARTICLE,
    ARTICLE_BODY,
    BLOCK,
    BREAK,
    CELL,
    CHARACTERS,
    H1,
    INLINE,
    ITEM,
    LINKED,
    LIST,
    MAIN,
    N_BITS,
    N_DENSE,
    N_END,
    N_NAME,
    N_PARENT,
    N_SIZE,
    PRE,
    TEXT,
)
from corpus.kernel import kernel

# Columns of a block.  B_NODE is the element that closed it, B_ITEM the depth of the list whose item it begins.
B_NODE, B_FROM, B_TO, B_SIZE, B_LINKS, B_DENSE, B_ITEM, B_MASS = range(8)
B_COLUMNS = 8
# Parts of a block that are no text nodes.
LINE, BORDER = -1, -2

MASS = 40  # characters outside links from which a block is text
DENSITY = 0.5  # share of links from which it is a list of links
SHORT_PAGE = 600  # mass below which there is nothing to choose from
CONTAINER_SHARE = 0.3
DESCENT_SHARE = 0.8
LEAD_BLOCKS, LEAD_CHARACTERS, LEAD_DENSITY = 15, 100, 0.2


@kernel
def blocks(nodes: Ints, gone: Flags, root: int) -> tuple[Ints, Ints, Ints]:
    """(blocks, parts, ranges) below ``root``: parts are text nodes, LINE and BORDER; ranges are the blocks
    (first, last + 1) of each element."""
    count = len(nodes)
    stop = nodes[root, N_END]
    celled = np.zeros(count, np.uint8)  # elements with a block inside
    for node in range(stop - 1, root, -1):
        if gone[node]:
            continue
        if (nodes[node, N_BITS] & BLOCK) or celled[node]:
            celled[nodes[node, N_PARENT]] = 1
    found = np.empty((stop - root + 1, B_COLUMNS), np.int32)
    parts = np.empty(2 * (stop - root) + 2, np.int32)
    ranges = np.full((count, 2), -1, np.int32)
    stack = np.empty(stop - root + 1, np.int32)
    total = used = 0
    first = 0  # part at which the open block begins
    depth = 0
    lists = 0
    item = 0
    node = root
    while True:
        while depth and node >= nodes[stack[depth - 1], N_END]:
            top = stack[depth - 1]
            total, item = _close(nodes, found, parts, total, first, used, top, item)
            first = used
            ranges[top, 1] = total
            lists -= (nodes[top, N_BITS] & LIST) != 0
            if nodes[top, N_BITS] & ITEM:
                item = 0
            depth -= 1
        if node >= stop:
            break
        bits = nodes[node, N_BITS]
        if gone[node]:
            node = nodes[node, N_END]
            continue
        if bits & CHARACTERS:
            parts[used] = node
            used += 1
        elif bits & BREAK:
            parts[used] = LINE
            used += 1
        elif bits & CELL and not celled[node]:
            parts[used] = BORDER
            used += 1
            if depth == 0:
                stack[0] = node
                depth = 1
        elif not bits & INLINE or bits & CELL:
            if depth:
                total, item = _close(nodes, found, parts, total, first, used, stack[depth - 1], item)
                first = used
            stack[depth] = node
            depth += 1
            ranges[node, 0] = total
            ranges[node, 1] = total
            if bits & LIST:
                lists += 1
            elif bits & ITEM:
                item = max(1, lists)
        node += 1
    return found[:total], parts[:used], ranges


@kernel
def _close(
    nodes: Ints, found: Ints, parts: Ints, total: int, first: int, used: int, element: int, item: int
) -> tuple[int, int]:
    """Ends the open block, if it has any text: (blocks, depth of an item still to begin)."""
    size = links = dense = 0
    for at in range(first, used):
        part = parts[at]
        if part >= 0:
            size += nodes[part, N_SIZE]
            dense += nodes[part, N_DENSE]
            if nodes[part, N_BITS] & LINKED:
                links += nodes[part, N_SIZE]
    if size == 0:
        return total, item
    pre = nodes[element, N_BITS] & PRE
    mass = size - links + dense
    if not pre and (links >= DENSITY * size or mass < MASS):
        mass = 0
    found[total, B_NODE] = element
    found[total, B_FROM] = first
    found[total, B_TO] = used
    found[total, B_SIZE] = size
    found[total, B_LINKS] = links
    found[total, B_DENSE] = dense
    found[total, B_ITEM] = item
    found[total, B_MASS] = mass
    return total + 1, 0


@kernel
def choose(nodes: Ints, gone: Flags, found: Ints, ranges: Ints, sorts: Longs) -> Flags:
    """Which blocks are the main content."""
    count = len(found)
    kept = np.zeros(count, np.uint8)
    sums = np.zeros(count + 1, np.int64)
    for block in range(count):
        sums[block + 1] = sums[block] + found[block, B_MASS]
    total = sums[count]
    if total < SHORT_PAGE:
        kept[:] = 1
        return kept
    first, last = _container(nodes, gone, ranges, sorts, sums)
    first, last = _descended(nodes, found, ranges, sums, first, last)
    inside = sums[last] - sums[first]
    texts = 0
    for block in range(first, last):
        if nodes[found[block, B_NODE], N_BITS] & TEXT:
            texts += found[block, B_MASS]
    for block in range(first, last):
        text = nodes[found[block, B_NODE], N_BITS] & TEXT
        size = found[block, B_SIZE]
        kept[block] = (
            text != 0
            or texts < 0.5 * inside
            or (size + found[block, B_DENSE] >= MASS and found[block, B_LINKS] < DENSITY * size)
        )
    _lead(nodes, found, kept, first)
    return kept


@kernel
def _container(nodes: Ints, gone: Flags, ranges: Ints, sorts: Longs, sums: Longs) -> tuple[int, int]:
    """Blocks of the semantic container, the surest kind first; all blocks where there is none."""
    total = sums[-1]
    for kind in range(4):
        together = np.int64(0)
        best = np.int64(0)
        first = last = low = high = -1
        for node in range(len(nodes)):
            left, right = ranges[node, 0], ranges[node, 1]
            if left < 0 or gone[node]:
                continue
            bits = nodes[node, N_BITS]
            if not (
                (kind == 0 and bits & ARTICLE_BODY)
                or (kind == 1 and nodes[node, N_NAME] >= 0 and sorts[nodes[node, N_NAME]] & CONTAINER)
                or (kind == 2 and bits & ARTICLE)
                or (kind == 3 and bits & MAIN)
            ):
                continue
            mass = sums[right] - sums[left]
            together += mass
            low = left if low < 0 else min(low, left)
            high = max(high, right)
            if mass > best:
                best, first, last = mass, left, right
        if together == 0:
            continue
        if together >= 0.5 * total and best < 0.5 * together:  # posts of a thread side by side
            return low, high
        if best >= CONTAINER_SHARE * total:
            return first, last
    return 0, len(sums) - 1


@kernel
def _descended(nodes: Ints, found: Ints, ranges: Ints, sums: Longs, first: int, last: int) -> tuple[int, int]:
    """The blocks of the element that holds most of the mass directly, if it holds DESCENT_SHARE of it."""
    inside = sums[last] - sums[first]
    masses = np.zeros(len(nodes), np.int64)
    parent = 0
    for block in range(first, last):
        around = nodes[found[block, B_NODE], N_PARENT]
        if around >= 0:
            masses[around] += found[block, B_MASS]
            if masses[around] > masses[parent]:
                parent = around
    if inside and masses[parent] >= DESCENT_SHARE * inside and ranges[parent, 0] >= 0:
        return ranges[parent, 0], ranges[parent, 1]
    return first, last


@kernel
def _lead(nodes: Ints, found: Ints, kept: Flags, first: int) -> None:
    """Keeps a heading just above the container, and the paragraphs between the two."""
    for block in range(first - 1, max(-1, first - 1 - LEAD_BLOCKS), -1):
        if nodes[found[block, B_NODE], N_BITS] & H1:
            kept[block] = 1
            for between in range(block + 1, first):
                size = found[between, B_SIZE]
                kept[between] = size + found[between, B_DENSE] >= LEAD_CHARACTERS and (
                    found[between, B_LINKS] < LEAD_DENSITY * size
                )
            return
