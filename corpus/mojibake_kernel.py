"""Which kinds of wrongly decoded Korean a text may hold: one pass over its UTF-8, before any decoding.

A mark too many costs a second look at the lines, never a repair; a mark too few would miss one.  Clean
Korean is passed over three bytes at a time: only a line with a Hanja or a lost byte is counted, which
UTF-8 read as CP949 has for every other syllable, whose first two bytes lie in the Hanja rows or nowhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]

LATIN, KOREAN = 1, 2  # bits: bytes read as Latin-1 or windows-1252; UTF-8 read as CP949
# A text without one of these bytes holds neither: the lead bytes of À to ÿ, of Hanja and of U+F900-U+FAFF.
SIGNS = tuple(bytes((byte,)) for byte in (0xC3, *range(0xE4, 0xEA), 0xEF))
# Three Latin characters in a row, one of them À to ÿ, are a syllable of UTF-8, or one and a half of CP949.
RUN = 3


@kernel
def suspicion(data: Array, classes: Array) -> int:
    """Bits for valid UTF-8 (lone surrogates allowed); ``classes`` is ``corpus.syllables.CLASSES``."""
    size = len(data)
    position = found = run = letters = counted = 0
    while position < size:
        byte = data[position]
        if byte < 0x80:
            position += 1
            while position < size and data[position] < 0x80:
                position += 1
        elif byte == 0xEB or byte == 0xEC or byte == 0xEA:
            position += 3
            while position + 2 < size and 0xEA <= data[position] <= 0xEC:
                position += 3
        elif byte == 0xC2 or byte == 0xC3:
            run += 1
            letters += byte & 1
            position += 2
            continue
        elif byte == 0xE2:  # punctuation, € and ™ of windows-1252
            run += 1
            position += 3
            continue
        elif byte < 0xE0:
            position += 2
            if byte == 0xC5 or byte == 0xC6 or byte == 0xCB:  # Œ Š Ž Ÿ ƒ ˆ ˜ of windows-1252
                run += 1
                continue
        elif byte < 0xF0:
            if position >= counted and (
                0xE4 <= byte <= 0xE9 or byte == 0xEF or (byte == 0xED and data[position + 1] >= 0xA0)
            ):
                counted, rare = _line(data, position, classes)
                found |= KOREAN * rare
            position += 3
        else:
            position += 4
        if run:
            if run >= RUN and letters:
                found |= LATIN
            run = letters = 0
    return found | LATIN if run >= RUN and letters else found


@kernel
def _line(data: Array, position: int, classes: Array) -> Any:
    """The end of the line around ``position``, and whether most of it is rare: Hanja, lost bytes and
    syllables outside KS X 1001 against syllables inside."""
    start = position
    while start > 0 and data[start - 1] != 0x0A:
        start -= 1
    size = len(data)
    rare = common = 0
    while start < size and data[start] != 0x0A:
        byte = np.uint32(data[start])
        if byte < 0x80:
            start += 1
        elif byte < 0xE0:
            start += 2
        elif byte < 0xF0:
            point = ((byte & 0x0F) << 12) | (np.uint32(data[start + 1] & 0x3F) << 6) | np.uint32(data[start + 2] & 0x3F)
            flags = classes[point]
            common += (flags >> 1) & 1
            if not flags & 2 and (flags & 9 or 0xD800 <= point < 0xE000):
                rare += 1
            start += 3
        else:
            start += 4
    return start, rare > common
