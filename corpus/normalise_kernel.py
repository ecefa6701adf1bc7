"""What text needs to come into the stored form: one pass over its UTF-8."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[np.uint8]]

STORED, TRAILING, NO_BREAK, BLANK, OTHER = 0, 1, 2, 4, 8


@kernel
def inspect_form(data: Array) -> int:
    """What is there: STORED nothing that needs more than a strip; else bits.

    TRAILING spaces at the end of a line, NO_BREAK spaces (U+00A0), BLANK lines, three or more in a row, OTHER
    what needs all steps; with OTHER the other bits may be missing.

    OTHER unless every character surely is assigned, visible (or space, TAB, LF), unchanged by NFC and not
    able to compose with a neighbour.  What is refused (3 % of documents of the development data) takes the
    slow way, which decides alike.
    """
    size = len(data)
    position = 0
    found = STORED
    while position < size:
        byte = data[position]
        if byte < 0x80:
            if byte < 0x20:
                if byte == 0x0A:
                    if _space_before(data, position):
                        found |= TRAILING
                    elif position >= 3 and data[position - 1] == data[position - 2] == data[position - 3] == 0x0A:
                        found |= BLANK
                elif byte != 0x09:
                    return OTHER
            elif byte == 0x7F:
                return OTHER
            position += 1
            while position < size and 0x20 <= data[position] < 0x7F:
                position += 1
            continue
        if 0xEB <= byte <= 0xEC or (0xE4 <= byte <= 0xE9):  # U+4000-U+9FFF, U+B000-U+CFFF: Hanja and Hangul
            position += 3
            continue
        if byte < 0xE0:
            point = (np.uint32(byte & 0x1F) << 6) | np.uint32(data[position + 1] & 0x3F)
            position += 2
            if point == 0xA0:
                found |= NO_BREAK
            elif (
                point == 0xAD
                or point < 0xA0
                or (
                    point > 0x17F
                    and not (0x391 <= point <= 0x3A1 or 0x3A3 <= point <= 0x3C9 or 0x400 <= point <= 0x482)
                )
            ):
                return OTHER
        elif byte < 0xF0:
            point = (
                (np.uint32(byte & 0x0F) << 12)
                | (np.uint32(data[position + 1] & 0x3F) << 6)
                | np.uint32(data[position + 2] & 0x3F)
            )
            position += 3
            if 0xAC00 <= point <= 0xD7A3 or 0x3400 <= point <= 0x9FFF:
                continue
            if point < 0x3000:
                if not (
                    0x2010 <= point <= 0x2027
                    or 0x2030 <= point <= 0x205E
                    or point == 0x20AC
                    or point == 0x2103
                    or point == 0x2116
                    or point == 0x2122
                    or 0x2160 <= point <= 0x2188
                    or (0x2190 <= point <= 0x23FF and point != 0x2329 and point != 0x232A)
                    or 0x2460 <= point <= 0x2ADB
                ):
                    return OTHER
            elif not (
                0x3000 <= point <= 0x3029
                or 0x3030 <= point <= 0x303F
                or 0x3041 <= point <= 0x3096
                or 0x309B <= point <= 0x30FF
                or (0x3131 <= point <= 0x318E and point != 0x3164)
                or (0x3200 <= point <= 0x33FF and point != 0x321F)
                or point == 0xFE0F
                or 0xFF01 <= point <= 0xFF60
            ):
                return OTHER
        else:
            point = (
                (np.uint32(byte & 0x07) << 18)
                | (np.uint32(data[position + 1] & 0x3F) << 12)
                | (np.uint32(data[position + 2] & 0x3F) << 6)
                | np.uint32(data[position + 3] & 0x3F)
            )
            position += 4
            if not (0x1F300 <= point <= 0x1F64F or 0x1F680 <= point <= 0x1F6D7 or 0x1F900 <= point <= 0x1F9FF):
                return OTHER
    return found


@kernel
def _space_before(data: Array, position: int) -> bool:
    """Whether a space, TAB, U+00A0 or U+3000 ends at ``position``."""
    last = data[position - 1] if position >= 1 else 0
    second = data[position - 2] if position >= 2 else 0
    third = data[position - 3] if position >= 3 else 0
    return (
        last == 0x20
        or last == 0x09
        or (last == 0xA0 and second == 0xC2)
        or (last == 0x80 and second == 0x80 and third == 0xE3)
    )


@kernel
def cut_lines(data: Array, out: Array) -> int:
    """Copy ``data`` without spaces, TAB, U+00A0 and U+3000 at the ends of lines; the number of bytes."""
    size = 0
    for byte in data:
        if byte == 0x0A:
            while _space_before(out, size):
                size -= 1 if out[size - 1] < 0x80 else (2 if out[size - 1] == 0xA0 else 3)
        out[size] = byte
        size += 1
    return size


# First bytes of what is folded: the ASCII marks, … (E2), letters of chat (E3), ！？～ (EF).
REPEATED = np.zeros(256, np.bool_)
REPEATED[[*b".!?~^", 0xE2, 0xE3, 0xEF]] = True


@kernel
def repeats(data: Array, most: int, table: Any) -> bool:
    """Whether one letter of chat (U+3131-U+318E) or one of ! ? . ~ ^ … ！ ？ ～ comes more than ``most`` times
    in a row.

    Every ``most``-th byte is looked at, when it is in ``table`` (REPEATED): a run of ASCII covers one, and a
    run of characters of three bytes three neighbouring ones, of which, as 3 does not divide the step, one
    is a first byte.
    """
    size = len(data)
    step = max(1, most if most % 3 else most - 1)
    for place in range(0, size, step):
        first = data[place]
        if not table[first]:
            continue
        width = 1
        if first >= 0x80:
            second, third = data[place + 1], data[place + 2]
            if not (
                (first == 0xE3 and (second == 0x85 or (second == 0x84 and third >= 0xB1)))
                or (first == 0xE3 and second == 0x86 and third <= 0x8E)
                or (first == 0xE2 and second == 0x80 and third == 0xA6)
                or (first == 0xEF and second == 0xBC and (third == 0x81 or third == 0x9F))
                or (first == 0xEF and second == 0xBD and third == 0x9E)
            ):
                continue
            width = 3
        end = place + width
        while end < size and data[end] == data[end - width]:
            end += 1
        while place > 0 and data[place - 1] == data[place - 1 + width]:
            place -= 1
        if (end - place) // width > most:
            return True
    return False
