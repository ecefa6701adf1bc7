"""Blocks of a pruned page in reading order."""

from __future__ import annotations

import numpy as np

from corpus.extract.prune_kernel import CAPTIONED, Flags
from corpus.extract.scan_kernel import Ints, Longs
from corpus.extract.tags import (
    BLOCK,
    BREAK,
    CELL,
    CHARACTERS,
    INLINE,
    ITEM,
    LINKED,
    LIST,
    N_BITS,
    N_DENSE,
    N_END,
    N_NAME,
    N_PARENT,
    N_SIZE,
    N_TAG,
    NUMBERS,
    ORDERED,
    PARAGRAPH,
    PRE,
    REVERSED,
)
from corpus.kernel import kernel

# Columns of a block.  B_NODE is the element that closed it, B_ITEM the depth of the list whose item it begins,
# B_NUMBER that item's number, or NO_NUMBER.
B_NODE, B_FROM, B_TO, B_SIZE, B_LINKS, B_DENSE, B_ITEM, B_MASS, B_NUMBER = range(9)
B_COLUMNS = 9
NO_NUMBER = -(1 << 31)
# Parts of a block that are no text nodes.
LINE, BORDER = -1, -2

MASS = 40  # characters outside links from which a block is text
# Visible characters up to which a cell of paragraphs is a cell of a row; cells that lay a page out hold more.
CELL_SIZE = 300
_DIV = NUMBERS["div"]
DENSITY = 0.5  # share of links from which it is a list of links


@kernel
def blocks(nodes: Ints, gone: Flags, sorts: Longs, root: int) -> tuple[Ints, Ints, Ints]:
    """(blocks, parts, ranges) below ``root``: parts are text nodes, LINE and BORDER; ranges are the blocks
    (first, last + 1) of each element.  ``sorts`` is of names."""
    count = len(nodes)
    stop = nodes[root, N_END]
    celled, joined = _cells(nodes, gone, sorts, root)
    cell_end = 0  # of the open cell of a joined row
    spoken = -1  # the element of its last text
    found = np.empty((stop - root + 1, B_COLUMNS), np.int32)
    parts = np.empty(2 * (stop - root) + 2, np.int32)
    ranges = np.full((count, 2), -1, np.int32)
    stack = np.empty(stop - root + 1, np.int32)
    opened = np.empty((stop - root + 1, 2), np.int32)  # lists that are open: element, number of the next item
    number = NO_NUMBER
    total = used = 0
    first = 0  # part at which the open block begins
    depth = 0
    lists = 0
    item = 0
    node = root
    while True:
        while depth and node >= nodes[stack[depth - 1], N_END]:
            top = stack[depth - 1]
            total, item = _close(nodes, found, parts, total, first, used, top, item, number)
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
            if bits & ITEM and lists and nodes[node, N_PARENT] == opened[lists - 1, 0]:
                _counted(nodes, opened, lists - 1, node)
            node = nodes[node, N_END]
            continue
        if bits & CHARACTERS:
            if node < cell_end and nodes[node, N_SIZE]:
                around = _paragraph(nodes, node)
                if spoken >= 0 and spoken != around:
                    parts[used] = LINE
                    used += 1
                spoken = around
            parts[used] = node
            used += 1
        elif bits & BREAK:
            parts[used] = LINE
            used += 1
        elif bits & CELL and (joined[nodes[node, N_PARENT]] or not celled[node]):
            parts[used] = BORDER
            used += 1
            if joined[nodes[node, N_PARENT]]:
                cell_end, spoken = nodes[node, N_END], -1
            if depth == 0:
                stack[0] = node
                depth = 1
        elif node >= cell_end and (not bits & INLINE or bits & CELL or _captioned(nodes, sorts, node)):
            if depth:
                total, item = _close(nodes, found, parts, total, first, used, stack[depth - 1], item, number)
                first = used
            stack[depth] = node
            depth += 1
            ranges[node, 0] = total
            ranges[node, 1] = total
            if bits & LIST:
                opened[lists, 0], opened[lists, 1] = node, _first_number(nodes, node)
                lists += 1
            elif bits & ITEM:
                item = max(1, lists)
                number = _counted(nodes, opened, lists - 1, node) if lists else NO_NUMBER
        node += 1
    return found[:total], parts[:used], ranges


@kernel
def _cells(nodes: Ints, gone: Flags, sorts: Longs, root: int) -> tuple[Flags, Flags]:
    """(elements with a block inside, rows of at least two cells of which each holds words alone: text, inline
    elements, paragraphs and div elements of CELL_SIZE characters at most)."""
    count = len(nodes)
    celled = np.zeros(count, np.uint8)
    joined = np.zeros(count, np.uint8)
    cells = np.zeros(count, np.uint8)  # of a row, up to two
    mixed = np.zeros(count, np.uint8)  # elements that hold more than words, rows with a cell that does
    sizes = np.zeros(count, np.int32)
    for node in range(nodes[root, N_END] - 1, root, -1):
        if gone[node]:
            continue
        bits = nodes[node, N_BITS]
        parent = nodes[node, N_PARENT]
        if bits & CHARACTERS:
            sizes[parent] += nodes[node, N_SIZE]
            continue
        captioned = _captioned(nodes, sorts, node)
        if bits & BLOCK or captioned or celled[node]:
            celled[parent] = 1
        if bits & CELL:
            cells[parent] = min(2, cells[parent] + 1)
            mixed[parent] |= mixed[node] or sizes[node] > CELL_SIZE
        else:
            joined[node] = cells[node] == 2 and not mixed[node]
            words = bits & (INLINE | PARAGRAPH) or nodes[node, N_TAG] == _DIV
            mixed[parent] |= mixed[node] or cells[node] > 0 or captioned or not words
        sizes[parent] += sizes[node]
    return celled, joined


@kernel
def _captioned(nodes: Ints, sorts: Longs, node: int) -> bool:
    return bool(nodes[node, N_NAME] >= 0 and sorts[nodes[node, N_NAME]] & CAPTIONED)


@kernel
def _paragraph(nodes: Ints, node: int) -> int:
    """The paragraph, div or cell around a text of a joined row."""
    node = nodes[node, N_PARENT]
    while not nodes[node, N_BITS] & (PARAGRAPH | CELL) and nodes[node, N_TAG] != _DIV:
        node = nodes[node, N_PARENT]
    return node


@kernel
def _first_number(nodes: Ints, element: int) -> int:
    """Of an ordered list: its start, else 1, or how many items it has where it counts down."""
    if nodes[element, N_SIZE]:
        return int(nodes[element, N_DENSE])
    if not nodes[element, N_BITS] & REVERSED:
        return 1
    items = 0
    child = element + 1
    while child < nodes[element, N_END]:
        items += (nodes[child, N_BITS] & ITEM) != 0
        child = nodes[child, N_END]
    return items


@kernel
def _counted(nodes: Ints, opened: Ints, last: int, item: int) -> int:
    """The number of an item of the innermost list, which counts on from it."""
    bits = nodes[opened[last, 0], N_BITS]
    if not bits & ORDERED:
        return NO_NUMBER
    number = nodes[item, N_DENSE] if nodes[item, N_SIZE] else opened[last, 1]
    opened[last, 1] = number - 1 if bits & REVERSED else number + 1
    return int(number)


@kernel
def _close(
    nodes: Ints, found: Ints, parts: Ints, total: int, first: int, used: int, element: int, item: int, number: int
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
    found[total, B_NUMBER] = number if item else NO_NUMBER
    return total + 1, 0
