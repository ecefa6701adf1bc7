"""What a reader takes for the same character, made the same: one character for one, so that offsets hold.

Full-width ASCII, circled, negative-circled and mathematical digits become ASCII digits; every dash, middle
dot and space its ASCII form.  Zero-width characters (and what turns a digit into a keycap) are dropped,
decomposed Hangul is composed; for such text a table leads back to the input.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from corpus.hangul import nfc

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc\u3161\u2500"
DOTS = "\u00b7\u318d\u2022\u2027\u2219\u22c5\u30fb\uff65"
SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u20e3\u200e\u200f"

_ONE_TO_NINE = (0x2460, 0x2474, 0x2776, 0x2780, 0x278A, 0x24F5)  # ① ⑴ ❶ ➀ ➊ ⓵
_ZEROS = (0x24EA, 0x24FF, 0x1F10B, 0x1F10C)  # ⓪ ⓿
DIGITS = {first + i: str(i + 1) for first in _ONE_TO_NINE for i in range(9)}
DIGITS.update(dict.fromkeys(_ZEROS, "0"))
DIGITS.update({0x1D7CE + i: str(i % 10) for i in range(50)})  # 𝟎 𝟘 𝟢 𝟬 𝟶

TABLE: dict[int, str] = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
TABLE.update(DIGITS)
TABLE.update({ord(mark): "-" for mark in DASHES})
TABLE.update({ord(mark): "." for mark in DOTS})
TABLE.update({ord(mark): " " for mark in SPACES})
TABLE[0xFE6B] = "@"

_DROPPED = regex.compile(f"[{INVISIBLE}]+")
_COMPOSES = regex.compile(r"[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|.", regex.DOTALL)
_CONJOINING = regex.compile(r"[\u1100-\u1112][\u1161-\u1175]")
_CHANGED = frozenset(map(chr, TABLE)) | frozenset(INVISIBLE) | frozenset(map(chr, range(0x1161, 0x1176)))


class Folded(NamedTuple):
    """``text`` to search in; ``origins[i]`` is the input's offset of its character i, None when equal."""

    text: str
    origins: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The input's span of characters ``start`` to ``end`` (not empty) of ``text``."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end]


def fold(text: str) -> Folded:
    if text.isascii() or _CHANGED.isdisjoint(text):
        return Folded(text, None)
    if not _DROPPED.search(text) and not _CONJOINING.search(text):
        return Folded(text.translate(TABLE), None)
    pieces: list[str] = []
    origins: list[int] = []
    for match in _COMPOSES.finditer(text):
        piece = match.group()
        if piece in INVISIBLE:
            continue
        composed = nfc(piece) if len(piece) > 1 else piece
        pieces.append(composed)
        origins += [match.start()] * len(composed)
    # The end of a span is where the next character begins: marks dropped behind a number go with it.
    origins.append(len(text))
    return Folded("".join(pieces).translate(TABLE), origins)
