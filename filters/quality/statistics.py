"""TextStatistics: what every rule that counts reads, measured once per batch in one pass of a kernel.

All counts are exact integers.  A line is cut at "\\n" alone (ingest leaves no other line break); an
eojeol is what str.split gives; lines and paragraphs are compared, and their characters counted, by
their eojeol, so that indentation and spacing never hide a repeat.  tests/oracles/statistics.py is the
definition in plain Python; the kernel equals it on every text (up to collisions of 64-bit hashes).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from corpus.document import DocumentBatch, TextBuffers
from corpus.hangul import CHARACTER_CLASSES, character_class
from filters.quality import statistics_kernel as kernel
from filters.rule import Array, quantised

VERSION = 1

# What may close a line after its last sentence: quotation marks, brackets, Markdown's emphasis.
CLOSERS = "\"'”’」』)]》〉】}*_`"
TERMINALS = ".!?。！？．…⋯"
ELLIPSES = "…⋯"
# Syllables that end a Korean sentence whose writer left out the full stop: verse, old prose, posts.
FINALS = "다요라니까죠"
BULLETS = "•‣⁃∙▪▫●○◦◎■□▶▷►◆◇★☆·ㆍ※"
DASHES = "-*+–—"  # bullets where white space follows

# In the order of the kernel's columns.
# label_characters are those of lines that end in neither a terminal mark nor a final syllable, are shorter
# than LONG_LINE and hold less than one symbol in LABEL_SYMBOLS characters: menu entries, headings, captions.
# n-gram measures count characters of eojeol:
# top_n: occurrences x characters of the most frequent n-gram (of equally frequent ones that with more
# characters), at most all characters, 0 where no n-gram repeats;
# duplicate_n: n-grams met before, scanning from the left and going on behind each (no character twice).
MEASURES = (
    "bytes", "characters", "eojeol",
    *CHARACTER_CLASSES,
    "hashes", "ellipses", "replacements",
    "lines", "empty_lines", "bullet_lines", "ellipsis_lines", "ended_lines", "label_characters",
    "duplicate_lines", "duplicate_line_characters",
    "paragraphs", "duplicate_paragraphs", "duplicate_paragraph_characters",
    "top_2", "top_3", "top_4",
    "duplicate_5", "duplicate_6", "duplicate_7", "duplicate_8", "duplicate_9", "duplicate_10",
)  # fmt: skip

_LAST_ASSIGNED = 0x323B0  # above lie only unassigned, private and format characters


@cache
def character_table() -> Array:
    """uint16 of 2^21: class and flags of every code point (the rest of a damaged sequence's reach too)."""
    other = CHARACTER_CLASSES.index("other")
    table = np.full(1 << 21, other, np.uint16)
    order = {name: index for index, name in enumerate(CHARACTER_CLASSES)}
    table[:_LAST_ASSIGNED] = [order[character_class(chr(point))] for point in range(_LAST_ASSIGNED)]
    table[0xE0100:0xE01F0] = order["letter"]  # variation selectors are marks
    for characters, flag in (
        (TERMINALS, kernel.TERMINAL),
        (CLOSERS, kernel.CLOSER),
        (ELLIPSES, kernel.ELLIPSIS),
        (BULLETS, kernel.BULLET),
        (DASHES, kernel.DASH),
        (FINALS, kernel.FINAL),
    ):
        for character in characters:
            table[ord(character)] |= flag
    return table


@dataclass(frozen=True)
class TextStatistics:
    """``values``: int64, documents x len(MEASURES).  ``statistics["lines"]`` is one column of it."""

    values: Array

    @classmethod
    def of(cls, batch: DocumentBatch) -> TextStatistics:
        """The statistics of a batch's texts, measured on the first call."""
        found = batch.memo.get("statistics")
        if not isinstance(found, cls):
            found = batch.memo["statistics"] = cls.measure(batch.text)
        return found

    @classmethod
    def measure(cls, text: TextBuffers) -> TextStatistics:
        values = np.zeros((len(text), kernel.WIDTH), np.int64)
        kernel.measure(text.data, text.offsets, character_table(), values)
        return cls(values)

    def __getitem__(self, measure: str) -> Array:
        column: Array = self.values[:, _COLUMN[measure]]
        return column

    @property
    def letters(self) -> Array:
        """Characters of any script: every class from syllable to letter."""
        names = CHARACTER_CLASSES[: CHARACTER_CLASSES.index("letter") + 1]
        total: Array = np.sum([self[name] for name in names], axis=0)
        return total

    @property
    def written(self) -> Array:
        """Characters other than white space, which is also the sum of the eojeol's lengths."""
        total: Array = self["characters"] - self["space"]
        return total


_COLUMN: dict[str, int] = {name: index for index, name in enumerate(MEASURES)}


def quotient(part: Any, whole: Any) -> Array:
    """part / whole as quantised float32; 0 where ``whole`` is 0."""
    whole = np.asarray(whole, np.float64)
    return quantised(np.divide(part, whole, out=np.zeros(len(whole)), where=whole != 0))


def counts(values: Array) -> Array:
    """int32, as counts are stored."""
    return values.astype(np.int32)
