"""Chosen blocks to text: white space collapsed, entities decoded, lines of code as they stand."""

from __future__ import annotations

import numpy as np

from corpus.extract.blocks_kernel import B_FROM, B_ITEM, B_NODE, B_NUMBER, B_TO, BORDER, LINE, NO_NUMBER
from corpus.extract.prune_kernel import Flags
from corpus.extract.scan_kernel import Bytes, Ints, is_space
from corpus.extract.tags import HEADING, N_BITS, N_FROM, N_TAG, N_TO, PRE
from corpus.kernel import kernel

_SPACE, _LINE, _BAR, _HYPHEN = 0x20, 0x0A, 0x7C, 0x2D
_FULL_STOP, _BRACKET, _ZERO = 0x2E, 0x29, 0x30
DEEPEST_LIST = 8  # deeper items are not indented further
_MARK = 12  # bytes of the longest number of an item with its dot and space


@kernel
def render(data: Bytes, nodes: Ints, found: Ints, parts: Ints, kept: Flags, closes: Flags) -> Bytes:
    """UTF-8 of the kept blocks: a line each, an empty line around headings and paragraphs but not between
    items; ``closes`` says of each element's number whether its blocks stand close (rows, definitions)."""
    size = 0
    for block in range(len(found)):
        if kept[block]:
            size += 2 + 2 * DEEPEST_LIST + _MARK
            for at in range(found[block, B_FROM], found[block, B_TO]):
                part = parts[at]
                size += 3 if part < 0 else nodes[part, N_TO] - nodes[part, N_FROM] + 1
    out = np.empty(size + 4, np.uint8)
    used = 0
    tight = True
    for block in range(len(found)):
        if not kept[block]:
            continue
        bits = nodes[found[block, B_NODE], N_BITS]
        item = found[block, B_ITEM]
        close = item > 0 or closes[nodes[found[block, B_NODE], N_TAG]] != 0
        before = mark = used
        if used:
            out[used] = _LINE
            used += 1
            if not (tight or close) or bits & HEADING:
                out[used] = _LINE
                used += 1
        if item:
            for _ in range(2 * (min(item, DEEPEST_LIST) - 1)):
                out[used] = _SPACE
                used += 1
            if found[block, B_NUMBER] == NO_NUMBER:
                out[used], out[used + 1] = _HYPHEN, _SPACE
                used += 2
            else:
                mark = used
                used = _number(found[block, B_NUMBER], out, used)
        start = used
        if bits & PRE:
            used = _code(data, nodes, found, parts, block, out, used)
        else:
            used = _prose(data, nodes, found, parts, block, out, used)
        if item and used > start and found[block, B_NUMBER] != NO_NUMBER:
            used = _without_twin(out, mark, start, used)
        if used == start:
            used = before
        else:
            tight = close
    return out[:used]


@kernel
def _number(number: int, out: Bytes, used: int) -> int:
    """``12. `` of an item."""
    if number < 0:
        out[used] = _HYPHEN
        used += 1
    rest = abs(number)
    power = 1
    while 10 * power <= rest:
        power *= 10
    while power:
        out[used] = _ZERO + rest // power % 10
        used += 1
        power //= 10
    out[used], out[used + 1] = _FULL_STOP, _SPACE
    return used + 2


@kernel
def _without_twin(out: Bytes, mark: int, start: int, used: int) -> int:
    """The end of the item when its own text begins with its number, which then is not written twice: such lists
    show no marks of their own."""
    digits = start - mark - 2
    for at in range(digits):
        if start + at >= used or out[start + at] != out[mark + at]:
            return used
    if start + digits >= used or (out[start + digits] != _FULL_STOP and out[start + digits] != _BRACKET):
        return used
    for at in range(start, used):
        out[mark + at - start] = out[at]
    return used - (start - mark)


@kernel
def _prose(data: Bytes, nodes: Ints, found: Ints, parts: Ints, block: int, out: Bytes, used: int) -> int:
    start = used
    space = False
    lines = 0
    cells = 0
    for at in range(found[block, B_FROM], found[block, B_TO]):
        part = parts[at]
        if part == LINE:
            lines += 1
            continue
        if part == BORDER:
            cells += 1
            space = False
            lines = 0
            if cells == 1 and used == start:
                continue
            out[used], out[used + 1], out[used + 2] = _SPACE, _BAR, _SPACE
            used += 3
            continue
        position, stop = nodes[part, N_FROM], nodes[part, N_TO]
        while position < stop:
            byte = data[position]
            width = 1
            blank = byte <= _SPACE
            if byte == 0x26:
                byte, width = _entity(data, position, stop)
                blank = byte == _SPACE
            elif byte >= 0x80:
                width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
                if width == 2:
                    blank = byte == 0xC2 and (data[position + 1] == 0x85 or data[position + 1] == 0xA0)
                elif width == 3:
                    point = ((byte & 15) << 12) | ((data[position + 1] & 63) << 6) | (data[position + 2] & 63)
                    blank = is_space(point)
            if blank:
                space = True
                position += width
                continue
            if lines and used > start:
                for _ in range(min(lines, 2)):
                    out[used] = _LINE
                    used += 1
            elif space and used > start and out[used - 1] != _SPACE:
                out[used] = _SPACE
                used += 1
            space = False
            lines = 0
            if byte < 0x80:
                out[used] = byte
                used += 1
            else:
                for offset in range(width):
                    out[used + offset] = data[position + offset]
                used += width
            position += width
    while used > start and (out[used - 1] == _SPACE):
        used -= 1
    return used


@kernel
def _code(data: Bytes, nodes: Ints, found: Ints, parts: Ints, block: int, out: Bytes, used: int) -> int:
    """Text as it stands, without empty lines at its two ends."""
    start = used
    for at in range(found[block, B_FROM], found[block, B_TO]):
        part = parts[at]
        if part < 0:
            out[used] = _LINE
            used += 1
            continue
        position, stop = nodes[part, N_FROM], nodes[part, N_TO]
        while position < stop:
            byte, width = data[position], 1
            if byte == 0x26:
                byte, width = _entity(data, position, stop)
            out[used] = byte
            used += 1
            position += width
    while used > start and out[used - 1] <= _SPACE:
        used -= 1
    lead = start
    for at in range(start, used):
        if out[at] == _LINE:
            lead = at + 1
        elif out[at] > _SPACE:
            break
    if lead > start:
        for at in range(lead, used):
            out[at - lead + start] = out[at]
    return used - (lead - start)


@kernel
def _entity(data: Bytes, position: int, stop: int) -> tuple[int, int]:
    """(byte, width) of &amp; &lt; &gt; or &nbsp;, all that a serialiser writes in a text."""
    end = position + 1
    while end < stop and end < position + 6 and data[end] != 0x3B:
        end += 1
    second = data[position + 1]
    byte = 0x26 if second == 0x61 else 0x3C if second == 0x6C else 0x3E if second == 0x67 else _SPACE
    return byte, end + 1 - position
