"""How deep and how wide a page's tags are, before a parser sees it.

The parser takes quadratic time in both: 10^5 nested elements cost 23 s and as many attributes on one
element over 15 s (measured with lexbor); this pass runs at about 1 GB/s.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel


@kernel
def shape(data: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[int, int]:
    """(depth, attributes) of UTF-8 HTML: an upper bound of open elements at once, and the most attributes
    of one tag.

    Elements whose end tag may be left out (p, li, td, tr, th, dt, dd, tbody, option ...) and void ones
    are not counted into the depth: the parser closes them itself.
    """
    size = len(data)
    depth = deepest = widest = 0
    position = 0
    while position < size:
        if data[position] != 0x3C:  # <
            position += 1
            continue
        position += 1
        if position + 2 < size and data[position] == 0x21 and data[position + 1] == 0x2D and data[position + 2] == 0x2D:
            position = _after(data, position + 3, 0x2D2D3E, 3)  # <!-- to -->
            continue
        closing = position < size and data[position] == 0x2F  # /
        if closing:
            position += 1
        name = 0
        length = 0
        while position < size and ((data[position] | 0x20) >= 0x61 and (data[position] | 0x20) <= 0x7A):
            name = ((name << 8) | (data[position] | 0x20)) & 0xFFFFFFFF
            length += 1
            position += 1
        if length == 0:
            continue
        attributes = 0
        space = False
        last = 0
        while position < size and data[position] != 0x3E:  # >
            byte = data[position]
            if (byte == 0x22 or byte == 0x27) and last == 0x3D:  # a quoted value, as a whole
                position += 1
                while position < size and data[position] != byte:
                    position += 1
            if byte == 0x20 or (byte >= 0x09 and byte <= 0x0D) or byte == 0x2F:
                space = True
            else:
                if space:
                    attributes += 1
                space = False
            if not (byte == 0x20 or (byte >= 0x09 and byte <= 0x0D)):
                last = byte
            position += 1
        widest = max(widest, attributes)
        if closing:
            if not _closed_by_parser(name, length):
                depth = max(0, depth - 1)
        elif last != 0x2F and not _closed_by_parser(name, length):
            if (length == 6 and name == 0x72697074) or (length == 5 and name == 0x74796C65):
                position = _after(data, position, 0x3C2F73, 3)  # script and style to their </s
                continue
            depth += 1
            deepest = max(deepest, depth)
    return deepest, widest


@kernel
def _after(data: np.ndarray[Any, np.dtype[np.uint8]], position: int, mark: int, length: int) -> int:
    """Where ``mark`` of ``length`` ASCII bytes, compared in lower case, has passed; else the end."""
    size = len(data)
    seen = 0
    count = 0
    while position < size:
        byte = data[position]
        lower = byte | 0x20 if byte >= 0x41 and byte <= 0x5A else byte
        seen = ((seen << 8) | lower) & ((1 << (8 * length)) - 1)
        count += 1
        position += 1
        if count >= length and seen == mark:
            return position
    return size


@kernel
def _closed_by_parser(name: int, length: int) -> bool:
    """Last four letters of the lower-cased name, and its length, of elements that never pile up."""
    if length == 1:
        return name == 0x70  # p
    if length == 2:  # li td th tr dt dd br hr
        return (
            name == 0x6C69 or name == 0x7464 or name == 0x7468 or name == 0x7472
            or name == 0x6474 or name == 0x6464 or name == 0x6272 or name == 0x6872
        )  # fmt: skip
    if length == 3:  # img col wbr
        return name == 0x696D67 or name == 0x636F6C or name == 0x776272
    if length == 4:  # meta link area base html head body
        return (
            name == 0x6D657461 or name == 0x6C696E6B or name == 0x61726561 or name == 0x62617365
            or name == 0x68746D6C or name == 0x68656164 or name == 0x626F6479
        )  # fmt: skip
    if length == 5:  # tbody thead tfoot input param embed track
        return (
            name == 0x626F6479 or name == 0x68656164 or name == 0x666F6F74 or name == 0x6E707574
            or name == 0x6172616D or name == 0x6D626564 or name == 0x7261636B
        )  # fmt: skip
    return length == 6 and (name == 0x74696F6E or name == 0x75726365)  # option source
