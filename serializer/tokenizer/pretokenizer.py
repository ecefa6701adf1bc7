"""Where a text may be cut before byte-pair merges: one stated pattern, and the same as a kernel.

A piece is one of
    an optional single space and a run of one class: Hangul, Han, kana, up to three digits, letters of
      any other script, or marks (punctuation, symbols, emoji, controls)
    a run of line breaks
    a run of other white space; when it ends in a space and a word follows, that space goes to the word
Every character belongs to exactly one piece, so joined pieces are the text.
A text is cut at the marks of masks first, as ``tokenizers`` cuts at added tokens: each mark is a piece.

The classes are code-point ranges, not Unicode properties: Oniguruma inside ``tokenizers``, Python's
``regex`` and our kernel carry different Unicode versions, and a property that moves between them
would change ids.  Three digits at most, counted from the left, as in Llama 3 and GPT-4 (cl100k).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np

from corpus.document import TextBuffers
from corpus.hangul import HAN_BLOCKS, HANGUL_BLOCKS, KANA_BLOCKS
from serializer.tokenizer.marks import OWN_TABLE
from serializer.tokenizer.marks_kernel import cut_buffers
from serializer.tokenizer.pretokenizer_kernel import (
    BREAK,
    DIGIT,
    HAN,
    HANGUL,
    KANA,
    LETTER,
    MARK,
    WHITE,
    hangul_borders,
    split_buffers,
)

VERSION = 2

Ranges = tuple[tuple[int, int], ...]

BREAK_RANGES: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D))
# White_Space of Unicode 15.1 without the two line breaks.
WHITE_RANGES: Ranges = (
    (0x09, 0x09),
    (0x0B, 0x0C),
    (0x20, 0x20),
    (0x85, 0x85),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
DIGIT_RANGES: Ranges = ((0x30, 0x39), (0xFF10, 0xFF19))
# The iteration mark and the numbers 〆〇 are written inside Han words; planes 2 and 3 are Han alone.
HAN_RANGES: Ranges = ((0x3005, 0x3007), *((low, high) for low, high in HAN_BLOCKS if low < 0x20000), (0x20000, 0x3FFFF))
# Controls, punctuation, symbols, emoji with their joiners and selectors, private use; by block, so
# punctuation that lives inside another script's block (Arabic comma, danda) counts as its letters.
MARK_RANGES: Ranges = (
    (0x00, 0x08),
    (0x0E, 0x1F),
    (0x21, 0x2F),
    (0x3A, 0x40),
    (0x5B, 0x60),
    (0x7B, 0x84),
    (0x86, 0x9F),
    (0xA1, 0xA9),
    (0xAB, 0xB4),
    (0xB6, 0xB9),
    (0xBB, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x200B, 0x2027),
    (0x202A, 0x202E),
    (0x2030, 0x205E),
    (0x2060, 0x2BFF),
    (0x2E00, 0x2FFF),
    (0x3001, 0x3004),
    (0x3008, 0x303F),
    (0x3190, 0x319F),
    (0x31C0, 0x31EF),
    (0x3200, 0x33FF),
    (0x4DC0, 0x4DFF),
    (0xE000, 0xF8FF),
    (0xFE00, 0xFE6F),
    (0xFEFF, 0xFF0F),
    (0xFF1A, 0xFF20),
    (0xFF3B, 0xFF40),
    (0xFF5B, 0xFF65),
    (0xFFE0, 0xFFFF),
    (0x1F000, 0x1FBFF),
    (0xE0000, 0x10FFFF),
)

CLASSES: tuple[tuple[int, Ranges], ...] = (
    (HANGUL, HANGUL_BLOCKS),
    (HAN, HAN_RANGES),
    (KANA, KANA_BLOCKS),
    (DIGIT, DIGIT_RANGES),
    (MARK, MARK_RANGES),
    (WHITE, WHITE_RANGES),
    (BREAK, BREAK_RANGES),
)


def _members(*classes: int) -> str:
    """The inside of a bracket expression, in a notation that Oniguruma and Python read alike."""

    def character(point: int) -> str:
        if point < 0x80 and not chr(point).isalnum():
            return f"\\x{point:02x}"
        return chr(point)

    ranges = sorted(item for number, listed in CLASSES if number in classes for item in listed)
    return "".join(character(low) if low == high else f"{character(low)}-{character(high)}" for low, high in ranges)


def _pattern() -> str:
    white, gap = f"[{_members(WHITE)}]", f"[^{_members(WHITE, BREAK)}]"
    letter = f"[^{_members(*(number for number, _ in CLASSES))}]"
    runs = [f"\\x20?[{_members(number)}]+" for number in (HANGUL, HAN, KANA, MARK)]
    return "|".join(
        [
            runs[0],
            f"\\x20?{letter}+",
            f"\\x20?[{_members(DIGIT)}]{{1,3}}",
            runs[3],
            runs[1],
            runs[2],
            f"[{_members(BREAK)}]+",
            f"{white}+(?=\\x20{gap})",
            f"{white}+",
        ]
    )


PATTERN = _pattern()
"""The pattern as it stands in tokenizer.json; every match between marks is a piece."""


@lru_cache(maxsize=1)
def class_table() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Class of every code point: uint8 of 0x110000, LETTER where no range says otherwise."""
    table = np.full(0x110000, LETTER, np.uint8)
    for number, ranges in CLASSES:
        for low, high in ranges:
            table[low : high + 1] = number
    return table


def digest() -> str:
    """What a fingerprint needs to know of the split: 16 hexadecimal digits of the pattern."""
    return hashlib.sha256(PATTERN.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def piece_ends(text: TextBuffers) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Ends of all pieces as offsets into ``text.data``, and where each text's ends begin.

    Returns (ends int64 of all pieces in order, starts int64 of n + 1): the pieces of text i end at
    ``ends[starts[i]:starts[i + 1]]``, the last of them at ``text.offsets[i + 1]``.
    """
    edges, _, firsts = cut_buffers(text.data, text.offsets, *OWN_TABLE)
    ends, starts = split_buffers(text.data, edges, class_table())  # to which a mark is one piece, too
    return ends[: starts[-1]], starts[firsts]


def hangul_ends(text: TextBuffers, ends: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Those of the ascending offsets ``ends`` into ``text.data`` that lie strictly inside a Hangul piece (int64)."""
    found, count = hangul_borders(text.data, text.offsets, ends, class_table())
    inside: np.ndarray[Any, np.dtype[np.int64]] = found[:count]
    return inside


def pieces(text: str) -> list[str]:
    """The pieces of one text, by the kernel.  Raises UnicodeEncodeError on a lone surrogate."""
    data = text.encode()
    if not data:
        return []
    buffers = TextBuffers(np.frombuffer(data, np.uint8), np.array([0, len(data)], np.int64))
    ends = piece_ends(buffers)[0].tolist()
    return [data[low:high].decode() for low, high in zip([0, *ends], ends, strict=False)]
