"""Which blocks of a page are its main content."""

from __future__ import annotations

import numpy as np

from corpus.extract.blocks_kernel import B_DENSE, B_ITEM, B_LINKS, B_MASS, B_NODE, B_SIZE, DENSITY, MASS
from corpus.extract.prints_kernel import Prints
from corpus.extract.prune_kernel import CAPTIONED, CONTAINER, Flags
from corpus.extract.scan_kernel import Ints, Longs
from corpus.extract.tags import (
    ARTICLE,
    ARTICLE_BODY,
    CAPTION,
    H1,
    HEADING,
    MAIN,
    N_BITS,
    N_NAME,
    N_PARENT,
    N_TAG,
    NUMBERS,
    PARAGRAPH,
    PRE,
    TEXT,
)
from corpus.kernel import kernel

SHORT_PAGE = 600  # mass below which a container must hold more of the page
CONTAINER_SHARE, SHORT_SHARE = 0.3, 0.5
PART_SHARE = 0.5  # of the heaviest container's mass from which another is a part of the same text
DESCENT_SHARE = 0.8
SYLLABIC = 0.25  # of a container's characters are syllables from which its own short lines stay
LIGHT_SHARE = 0.5  # of the container's short lines, too, that the element must hold
LEAD_BLOCKS, LEAD_CHARACTERS, LEAD_DENSITY = 15, 100, 0.2
LABEL = 40  # characters up to which a block may be a label such as 관련기사,
HEAD = 200  # a line that such a label begins and that holds a link,
CREDIT = 80  # and the credit of a picture
_ROW = NUMBERS["tr"]
# Kinds of containers, the surest first.
BY_PROPERTY, BY_CLASS, BY_ARTICLE, BY_MAIN, WHOLE = range(5)


@kernel
def choose(
    nodes: Ints,
    gone: Flags,
    found: Ints,
    ranges: Ints,
    sorts: Longs,
    prints: Prints,
    labels: Prints,
    heads: Prints,
    owners: Prints,
) -> Flags:
    """Marks of the blocks that are the main content.

    ``sorts`` is of names, ``prints`` of blocks (prints_kernel); ``labels``, ``heads`` and ``owners`` are the
    sorted prints of what belongs to no text (corpus.extract.labels).
    """
    count = len(found)
    kept = np.zeros(count, np.uint8)
    sums = np.zeros(count + 1, np.int64)
    lights = np.zeros(count + 1, np.int64)  # the same of short lines, too
    for block in range(count):
        sums[block + 1] = sums[block] + found[block, B_MASS]
        lights[block + 1] = lights[block] + _light(found, block)
    first, last, kind = _container(nodes, gone, found, ranges, sorts, sums, lights)
    if sums[count] < SHORT_PAGE and kind >= BY_MAIN:  # index pages and short notes: nothing to choose from
        kept[:] = 1
        return kept
    first, last = _descended(nodes, found, ranges, sums, lights, first, last)
    inside = sums[last] - sums[first]
    texts = size = dense = 0
    as_text = np.zeros(count, np.uint8)
    for block in range(first, last):
        size += found[block, B_SIZE]
        dense += found[block, B_DENSE]
        as_text[block] = _is_text(nodes, found, ranges, sorts, block)
        if as_text[block]:
            texts += found[block, B_MASS]
    syllabic = kind <= BY_CLASS and dense >= SYLLABIC * size
    for block in range(first, last):
        bits = nodes[found[block, B_NODE], N_BITS]
        size = found[block, B_SIZE]
        linked = found[block, B_LINKS] >= DENSITY * size
        if as_text[block]:
            # an article's own element holds no list of links, nor of linked headings, but to other articles
            headed = bits & HEADING and not found[block, B_ITEM]
            # and a row of a table says something beside its link
            row = nodes[found[block, B_NODE], N_TAG] == _ROW and found[block, B_LINKS] < size
            kept[block] = not linked or kind > BY_CLASS or (bits & PRE) != 0 or headed or row
        else:
            own = syllabic and _is_own(nodes, sorts, found[block, B_NODE], kind)
            kept[block] = 2 * texts <= inside or (not linked and (size + found[block, B_DENSE] >= MASS or own))
    _lead(nodes, found, kept, first)
    _once(nodes, found, kept, prints)
    _unlabelled(nodes, found, kept, prints, labels, heads, owners)
    return kept


@kernel
def _is_own(nodes: Ints, sorts: Longs, node: int, kind: int) -> bool:
    """Whether a line is of a container's own, as editors write them: of an element without a name."""
    return nodes[node, N_NAME] < 0 or _is_container(nodes[node, N_BITS], nodes[node, N_NAME], kind, sorts)


@kernel
def _light(found: Ints, block: int) -> int:
    """Characters outside links, syllables twice, however few; none of a list of links."""
    size, links = found[block, B_SIZE], found[block, B_LINKS]
    return size - links + found[block, B_DENSE] if links < DENSITY * size else 0


@kernel
def _is_text(nodes: Ints, found: Ints, ranges: Ints, sorts: Longs, block: int) -> bool:
    """Whether a block is content whatever its length: it stands in a text element alone, or is captioned."""
    node = found[block, B_NODE]
    if nodes[node, N_NAME] >= 0 and sorts[nodes[node, N_NAME]] & CAPTIONED:
        return True
    while not nodes[node, N_BITS] & TEXT:
        parent = nodes[node, N_PARENT]
        if parent < 0 or ranges[parent, 0] != block or ranges[parent, 1] != block + 1:
            return False
        node = parent
    return True


@kernel
def _once(nodes: Ints, found: Ints, kept: Flags, prints: Prints) -> None:
    """Of equal blocks that are no paragraphs, items or cells the first stays: captions that a gallery shows
    twice, posts quoted whole.  Manuals do repeat paragraphs on purpose."""
    size = 64
    while size < 2 * len(found):
        size *= 2
    table = np.full(size, -1, np.int32)
    for block in range(len(found)):
        bits = nodes[found[block, B_NODE], N_BITS]
        if not kept[block] or bits & TEXT or found[block, B_SIZE] + found[block, B_DENSE] < MASS:
            continue
        slot = np.int64(prints[block, 0] & np.uint64(size - 1))
        while table[slot] >= 0 and prints[table[slot], 0] != prints[block, 0]:
            slot = (slot + 1) & (size - 1)
        if table[slot] >= 0:
            kept[block] = 0
        else:
            table[slot] = block


@kernel
def _unlabelled(
    nodes: Ints, found: Ints, kept: Flags, prints: Prints, labels: Prints, heads: Prints, owners: Prints
) -> None:
    """Drops labels such as 관련기사 and the links that follow one, lines that such a label begins, and credits of
    pictures."""
    block = 0
    while block < len(found):
        size = found[block, B_SIZE]
        bits = nodes[found[block, B_NODE], N_BITS]
        if not kept[block] or size > HEAD:
            block += 1
            continue
        if not (size <= LABEL and _among(labels, prints[block, 0])):
            # items, cells, terms and code name things of their own so
            if not bits & TEXT or bits & (PARAGRAPH | CAPTION):
                called = found[block, B_LINKS] > 0 and _among(heads, prints[block, 1])
                if called or (size <= CREDIT and _among(owners, prints[block, 1])):
                    kept[block] = 0
            block += 1
            continue
        kept[block] = 0
        block += 1
        while (
            block < len(found)
            and found[block, B_LINKS] >= DENSITY * found[block, B_SIZE]
            and not nodes[found[block, B_NODE], N_BITS] & PRE
        ):
            kept[block] = 0
            block += 1


@kernel
def _among(prints: Prints, code: np.uint64) -> bool:
    place = np.searchsorted(prints, code)
    return bool(place < len(prints) and prints[place] == code)


@kernel
def _container(
    nodes: Ints, gone: Flags, found: Ints, ranges: Ints, sorts: Longs, sums: Longs, lights: Longs
) -> tuple[int, int, int]:
    """Blocks of the semantic container, the surest kind first; all blocks where there is none."""
    total = sums[-1]
    for kind in range(WHOLE):
        together = np.int64(0)
        best = np.int64(0)
        first = last = low = high = -1
        for node in range(len(nodes)):
            left, right = ranges[node, 0], ranges[node, 1]
            if left < 0 or gone[node]:
                continue
            if not _is_container(nodes[node, N_BITS], nodes[node, N_NAME], kind, sorts):
                continue
            mass = sums[right] - sums[left]
            together += mass
            low = left if low < 0 else min(low, left)
            high = max(high, right)
            if mass > best:
                best, first, last = mass, left, right
        if together == 0:
            if kind <= BY_CLASS:
                first, last = _lines(nodes, gone, found, ranges, sorts, lights, kind)
                if last > first:
                    return first, last, kind
            continue
        if together >= 0.5 * total and best < 0.5 * together:  # posts of a thread side by side
            return low, high, kind
        if best >= (CONTAINER_SHARE if total >= SHORT_PAGE else SHORT_SHARE) * total:
            for node in range(len(nodes)):
                left, right = ranges[node, 0], ranges[node, 1]
                if left < 0 or gone[node] or not _is_container(nodes[node, N_BITS], nodes[node, N_NAME], kind, sorts):
                    continue
                if sums[right] - sums[left] >= PART_SHARE * best:
                    first, last = min(first, left), max(last, right)
            return first, last, kind
        if kind <= BY_CLASS:
            first, last = _lines(nodes, gone, found, ranges, sorts, lights, kind)
            if last > first:
                return first, last, kind
    return 0, len(sums) - 1, WHOLE


@kernel
def _lines(
    nodes: Ints, gone: Flags, found: Ints, ranges: Ints, sorts: Longs, lights: Longs, kind: int
) -> tuple[int, int]:
    """Blocks of containers of short lines alone: a poem, a post of one line a paragraph; (0, 0) if they are few."""
    low = high = 0
    for node in range(len(nodes)):
        left, right = ranges[node, 0], ranges[node, 1]
        if left < 0 or gone[node] or not _is_container(nodes[node, N_BITS], nodes[node, N_NAME], kind, sorts):
            continue
        if lights[right] > lights[left]:
            low = left if high == 0 else min(low, left)
            high = max(high, right)
    mass = lights[high] - lights[low]
    links = 0
    for block in range(low, high):
        links += found[block, B_LINKS]
    if mass > 2 * links and mass >= CONTAINER_SHARE * lights[-1]:
        return low, high
    return 0, 0


@kernel
def _is_container(bits: int, name: int, kind: int, sorts: Longs) -> bool:
    if kind == BY_PROPERTY:
        return bool(bits & ARTICLE_BODY)
    if kind == BY_CLASS:
        return bool(name >= 0 and sorts[name] & CONTAINER)
    return bool(bits & (ARTICLE if kind == BY_ARTICLE else MAIN))


@kernel
def _descended(
    nodes: Ints, found: Ints, ranges: Ints, sums: Longs, lights: Longs, first: int, last: int
) -> tuple[int, int]:
    """The blocks of the element that holds most of the mass directly, if it holds DESCENT_SHARE of it."""
    inside = sums[last] - sums[first]
    masses = np.zeros(len(nodes), np.int64)
    parent = 0
    for block in range(first, last):
        around = nodes[found[block, B_NODE], N_PARENT]
        if around >= 0 and nodes[found[block, B_NODE], N_TAG] != _ROW:  # a table is one text with what leads to it
            masses[around] += found[block, B_MASS]
            if masses[around] > masses[parent]:
                parent = around
    if inside and masses[parent] >= DESCENT_SHARE * inside and ranges[parent, 0] >= 0:
        left, right = ranges[parent, 0], ranges[parent, 1]
        if lights[right] - lights[left] >= LIGHT_SHARE * (lights[last] - lights[first]):
            return left, right
    return first, last


@kernel
def _lead(nodes: Ints, found: Ints, kept: Flags, first: int) -> None:
    """Keeps the paragraphs between a heading just above the container and it.  The heading itself is the title."""
    for block in range(first - 1, max(-1, first - 1 - LEAD_BLOCKS), -1):
        if nodes[found[block, B_NODE], N_BITS] & H1:
            for between in range(block + 1, first):
                size = found[between, B_SIZE]
                kept[between] = size + found[between, B_DENSE] >= LEAD_CHARACTERS and (
                    found[between, B_LINKS] < LEAD_DENSITY * size
                )
            return
