"""What text needs to come into the stored form: one pass over its UTF-8."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[np.uint8]]

STORED, TRAILING, NO_BREAK, BLANK, OTHER, RARE, EDGE, REPEAT, UNSURE = 0, 1, 2, 4, 8, 16, 32, 64, 128
BLOCK = 64  # bytes judged at once


def _pairs() -> Array:
    """The bits that two neighbouring bytes prove; UNSURE where they may be part of what the stored form has not,
    RARE where the first is one without which a text holds no mojibake (corpus.mojibake_kernel.SIGNS)."""
    table = np.zeros((256, 256), np.uint8)
    table[[*range(0x09), *range(0x0B, 0x20), 0x7F]] = OTHER
    table[[*range(0xC4, 0xE4), *range(0xEE, 0x100)]] = UNSURE
    table[[0x20, 0x09], 0x0A] = TRAILING
    table[[0xA0, 0x80], 0x0A] = UNSURE  # U+00A0, U+3000
    table[0xC2, [*range(0xA0), 0xAD]] = OTHER
    table[0xC2, 0xA0] = NO_BREAK
    table[0xEA, :0xB0] = UNSURE  # below U+AC00
    table[0xED, 0x9E:] = UNSURE  # U+D780 on
    table[[0xC3, *range(0xE4, 0xEA), 0xEF]] |= RARE
    return table.reshape(-1)


PAIRS = _pairs()


@kernel
def _kinds(block: Array, ends: bool, pairs: Array) -> Any:
    """What the pairs of neighbours are taken together; the last byte of a text, which ``ends`` here, is one with 0."""
    last = len(block) - 1
    kinds = pairs[np.int64(block[last]) << 8] if ends else np.uint8(0)
    for place in range(last):
        kinds |= pairs[np.int64(block[place]) << 8 | np.int64(block[place + 1])]
    return kinds


@kernel
def inspect_form(data: Array, pairs: Array) -> Any:
    """What is there: STORED nothing that needs more than a strip; else bits.

    TRAILING spaces at the end of a line, NO_BREAK spaces (U+00A0), BLANK lines, three or more in a row, RARE bytes
    of mojibake, OTHER what needs all steps; with OTHER the other bits may be missing.  ``pairs`` is PAIRS, by which
    a block of bytes that is ordinary throughout is passed over.

    OTHER unless every character surely is assigned, visible (or space, TAB, LF), unchanged by NFC and not
    able to compose with a neighbour.  What is refused (3 % of documents of the development data) takes the
    slow way, which decides alike.
    """
    size = len(data)
    position = 0
    found = BLANK if _has_blank_lines(data) else STORED
    looked = 0  # the block that ends here is to be looked at
    while position < size:
        if position >= looked:
            while position < size:
                # From the byte before on: a space that was looked at may end the line here.
                kinds = _kinds(data[max(0, position - 1) : position + BLOCK + 1], position + BLOCK >= size, pairs)
                found |= kinds & ~UNSURE
                if found & OTHER:
                    return found
                looked = position + BLOCK + 1  # a line's end is judged at its line feed
                if kinds & UNSURE:
                    break
                position += BLOCK
            while position < size and 0x80 <= data[position] < 0xC0:
                position += 1  # of a character that the block before ends with, or that was looked at
            if position >= size:
                break
        byte = data[position]
        if byte < 0x80:
            if byte < 0x20:
                if byte == 0x0A:
                    if _space_before(data, position):
                        found |= TRAILING
                elif byte != 0x09:
                    return OTHER
            elif byte == 0x7F:
                return OTHER
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
def _has_blank_lines(data: Array) -> bool:
    """Whether four line feeds stand in a row: every fourth byte is looked at."""
    size = len(data)
    for place in range(3, size, 4):
        if data[place] == 0x0A:
            start, end = place, place + 1
            while start > 0 and data[start - 1] == 0x0A:
                start -= 1
            while end < size and data[end] == 0x0A:
                end += 1
            if end - start >= 4:
                return True
    return False


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


@kernel
def inspect_forms(data: Array, offsets: Any, pairs: Array, most: int, table: Any, forms: Array) -> None:
    """Of text after text of ``data`` the bits of ``inspect_form``, with EDGE where a strip takes something, and
    REPEAT as ``repeats`` says where ``most`` is above 0."""
    for text in range(len(offsets) - 1):
        piece = data[offsets[text] : offsets[text + 1]]
        found = inspect_form(piece, pairs)
        size = len(piece)
        if size and (piece[0] == 0x0A or piece[size - 1] == 0x0A or _space_before(piece, size)):
            found |= EDGE
        if most > 0 and repeats(piece, most, table):
            found |= REPEAT
        forms[text] = found


@kernel
def inspect_lines(data: Array, offsets: Any, single: Any) -> None:
    """Whether text after text of ``data`` has no other white space than single U+0020 between words: TAB, LF,
    U+00A0 and U+3000 are looked for, and what ``inspect_form`` calls OTHER is not."""
    for text in range(len(offsets) - 1):
        start, end = offsets[text], offsets[text + 1]
        plain = start == end or (data[start] != 0x20 and data[end - 1] != 0x20)
        for place in range(start, end):
            byte = data[place]
            if byte == 0x20:
                plain &= data[place - 1] != 0x20 if place > start else True
            elif byte == 0x09 or byte == 0x0A:
                plain = False
            elif byte == 0xA0:
                plain &= data[place - 1] != 0xC2
            elif byte == 0x80 and place - start >= 2:
                plain &= data[place - 1] != 0x80 or data[place - 2] != 0xE3
        single[text] = plain
