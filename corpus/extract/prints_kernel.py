"""Fingerprints of blocks: what each says, and how it begins, whatever its case, spaces and punctuation."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.extract.blocks_kernel import B_FROM, B_TO
from corpus.extract.scan_kernel import Bytes, Ints
from corpus.extract.tags import N_FROM, N_TO
from corpus.kernel import kernel

Prints = np.ndarray[Any, np.dtype[np.uint64]]

OWNED = np.uint64(1)  # head of a block that begins with a copyright sign
# What ends a head, added to its print: a colon, bar or closing bracket; an equals sign; the second word's end.
CLOSED, EQUALS, WORDS = range(3)


@kernel
def fingerprints(data: Bytes, nodes: Ints, found: Ints, parts: Ints) -> Prints:
    """FNV-1a of each block's letters, and of those of its head: what stands before the first colon, equals sign,
    bar or closing bracket, else its first two words; OWNED where a copyright sign begins it, 0 where it has none.

    Letters are digits, Latin letters in small case, and what is no mark of punctuation or symbol from U+0080 on.
    """
    out = np.empty((len(found), 2), np.uint64)
    for block in range(len(found)):
        code = np.uint64(14695981039346656037)
        head = np.uint64(0)
        letters = words = 0
        open_word = False
        for at in range(found[block, B_FROM], found[block, B_TO]):
            if parts[at] < 0:
                continue
            position, stop = nodes[parts[at], N_FROM], nodes[parts[at], N_TO]
            while position < stop:
                byte, width, letter = data[position], 1, True
                if byte >= 0x80:
                    width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
                    letter = not _is_mark(data, position, width)
                elif byte >= 0x41 and byte <= 0x5A:
                    byte |= 0x20
                elif byte == 0x26:  # an entity of the serialiser: & < > or a space
                    letter = False
                    while position + width < stop and data[position + width - 1] != 0x3B:
                        width += 1
                elif not ((byte >= 0x61 and byte <= 0x7A) or (byte >= 0x30 and byte <= 0x39)):
                    letter = False
                if letter:
                    code = (code ^ np.uint64(byte)) * np.uint64(1099511628211)
                    for offset in range(1, width):
                        code = (code ^ np.uint64(data[position + offset])) * np.uint64(1099511628211)
                    letters += 1
                    open_word = True
                elif head == 0:
                    if letters == 0:
                        head = OWNED if _is_copyright(data, position, width) else head
                    elif _is_equals(data, position, width):
                        head = code + np.uint64(EQUALS)
                    elif _closes(data, position, width):
                        head = code
                if not letter and open_word:
                    open_word = False
                    words += 1
                    if words == 2 and head == 0:
                        out[block, 1] = code + np.uint64(WORDS)
                position += width
        out[block, 0] = code
        if head or words < 2:
            out[block, 1] = head
    return out


@kernel
def _is_mark(data: Bytes, position: int, width: int) -> bool:
    """Whether a character from U+0080 on is punctuation, a symbol or a space."""
    if width == 2:
        return bool(data[position] == 0xC2)  # to U+00BF
    if width != 3:
        return False
    first, second = data[position], data[position + 1]
    # U+2000 to U+2DFF, U+3000 to U+303F, full-width punctuation (U+FF00 to U+FF0F, U+FF1A to U+FF20, U+FF3B to U+FF3F)
    return bool(
        (first == 0xE2 and second < 0xB8)
        or (first == 0xE3 and second == 0x80)
        or (
            first == 0xEF
            and second == 0xBC
            and (
                data[position + 2] <= 0x8F
                or (data[position + 2] >= 0x9A and data[position + 2] <= 0xA0)
                or data[position + 2] >= 0xBB
            )
        )
    )


@kernel
def _is_equals(data: Bytes, position: int, width: int) -> bool:
    """= or its full-width form."""
    if width == 1:
        return bool(data[position] == 0x3D)
    return bool(width == 3 and data[position] == 0xEF and data[position + 1] == 0xBC and data[position + 2] == 0x9D)


@kernel
def _closes(data: Bytes, position: int, width: int) -> bool:
    """A colon, bar, closing bracket, or the triangle that Korean newsrooms write behind a label."""
    byte = data[position]
    if width == 1:
        return bool(byte == 0x3A or byte == 0x5D or byte == 0x7C)  # : ] |
    if width != 3:
        return False
    second, third = data[position + 1], data[position + 2]
    # U+3011, U+FF1A, U+FF3D, U+25B6; others of these lead bytes are marks, too
    return bool(
        (byte == 0xE3 and third == 0x91)
        or (byte == 0xEF and (third == 0x9A or third == 0xBD))
        or (byte == 0xE2 and second == 0x96 and third == 0xB6)
    )


@kernel
def _is_copyright(data: Bytes, position: int, width: int) -> bool:
    if width == 2:
        return bool(data[position + 1] == 0xA9)
    return bool(width == 3 and data[position] == 0xE2 and data[position + 1] == 0x93 and data[position + 2] == 0x92)
