"""The matching copy: a text as it would read without the tricks by which words hide from a filter.

Nobody reads it and nothing stores it; word lists and models of abuse look at it.  In order:

1. zero-width characters, fillers, variation selectors and combining marks go; ASCII and full-width letters
   become lower case, half-width jamo full ones; conjoining jamo are composed as by NFC, and what stays loose
   becomes compatibility jamo; a run of white space becomes one space, or one line break if it holds one;
2. look-alikes beside jamo: 1 l i | after a consonant are ㅣ; 0 o before a vowel, or after consonant and vowel,
   are ㅇ; 7 before a vowel is ㄱ; letters of chat repeated (ㅋㅋ1, 0ㅠㅠ) are left alone;
3. one mark or digit between two letters of Hangul goes, and so does the space between two that stand alone
   (시 발, ㅅ ㅂ, 안 녕 하 세 요);
4. jamo are composed into syllables by the automaton of a keyboard (ㅅㅣㅂㅏㄹ, 새ㄲㅣ, 미치ㄴ); ㅠ ㅜ ㅡ that repeat
   are tears and eyes, and stay;
5. stretched vowels go (시이이작, ㅅㅣㅣㅣ작), and a run of any other character but digits is cut to two.

tests/oracles/matching.py is the same in plain Python.  Weakness: 제3조 becomes 제조, 그 년 becomes 그년: it serves
to find candidates, which the text itself must confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from corpus.document import CodePoints, DocumentBatch, TextBuffers
from corpus.hangul import CHARACTER_CLASSES, FINALS, INITIALS, VOWELS, character_classes
from filters.linear import matching_kernel as kernel
from filters.rule import Array

VERSION = 1

# Zero-width, bidi and format characters, soft hyphen, fillers, variation selectors, combining marks.
DROPPED = (
    (0x00AD, 0x00AD), (0x0300, 0x036F), (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x20D0, 0x20F0), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
)  # fmt: skip
# Half-width jamo in the order of their block: each range is the compatibility jamo, some places are empty.
_HALFWIDTH = ((0xFFA1, "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"), (0xFFC2, "ㅏㅐㅑㅒㅓㅔ"),
              (0xFFCA, "ㅕㅖㅗㅘㅙㅚ"), (0xFFD2, "ㅛㅜㅝㅞㅟㅠ"), (0xFFDA, "ㅡㅢㅣ"))  # fmt: skip


@dataclass(frozen=True)
class MatchingText:
    """The matching copies of a batch: ``text`` is UTF-8 like DocumentBatch.text, row by row."""

    original: TextBuffers
    text: TextBuffers

    @classmethod
    def of(cls, batch: DocumentBatch) -> MatchingText:
        """The copies of a batch's texts, made on the first call."""
        found = batch.memo.get("matching")
        if not isinstance(found, cls):
            found = batch.memo["matching"] = cls.make(batch.text)
        return found

    @classmethod
    def make(cls, text: TextBuffers) -> MatchingText:
        return cls(text, _copied(text, np.zeros(0, np.int32)))

    @cached_property
    def sources(self) -> Array:
        """int32 per byte of ``text.data``: where in its document's text (in bytes) the character begins that this
        byte was made of; of a composed syllable, its first letter.  Costs a second pass."""
        sources = np.empty(kernel.capacity(self.original.points.offsets), np.int32)
        _copied(self.original, sources)
        return sources[: int(self.text.offsets[-1])]

    def span(self, document: int, start: int, end: int) -> tuple[int, int]:
        """Bytes of the document's text that bytes ``start``..``end`` of its copy were made of; what was dropped
        behind a character belongs to it."""
        first = int(self.text.offsets[document])
        size = int(self.text.offsets[document + 1]) - first
        whole = int(self.original.offsets[document + 1] - self.original.offsets[document])
        begin = int(self.sources[first + start]) if start < size else whole
        return begin, int(self.sources[first + end]) if end < size else whole


def _copied(text: TextBuffers, sources: Array) -> TextBuffers:
    read = text.points
    data = np.empty(kernel.capacity(read.offsets), np.uint8)
    points = np.empty(len(data) // 4, np.uint32)
    offsets, point_offsets = np.zeros(len(text) + 1, np.int64), np.zeros(len(text) + 1, np.int64)
    kernel.copy(read.points, read.offsets, *tables(), data, offsets, points, point_offsets, sources)
    found = TextBuffers(data[: max(int(offsets[-1]), 1)], offsets)
    found.points = CodePoints(points, point_offsets)
    return found


def matching_copy(text: str) -> str:
    """The matching copy of one text; for word lists, which are folded as the texts are."""
    data = np.frombuffer(text.encode("utf-8"), np.uint8) if text else np.zeros(1, np.uint8)
    found = _copied(TextBuffers(data, np.array([0, len(text.encode("utf-8"))], np.int64)), np.zeros(0, np.int32))
    return found.data[: int(found.offsets[1])].tobytes().decode("utf-8")


@cache
def tables() -> tuple[Array, Array, Array]:
    """Folded form and class (uint32) of the basic plane; compound vowels and compound finals of jamo."""
    folded = np.arange(0x10000, dtype=np.uint32)
    folded[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    folded[65:91] += 32
    folded[0xFF21:0xFF3B] = np.arange(97, 123)
    for first, letters in _HALFWIDTH:
        folded[first : first + len(letters)] = [ord(letter) for letter in letters]
    kinds = _classes()[folded]
    for first, last in DROPPED:
        kinds[first : last + 1] = kernel.DROPPED
    for first, last in ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2)):
        kinds[first : last + 1] = kernel.CONJOINING
    folded[kinds == kernel.SPACE] = kernel.BLANK
    folded[kernel.NEWLINE] = kernel.NEWLINE
    folded |= kinds.astype(np.uint32) << np.uint32(kernel.KIND)
    return folded, _pairs(VOWELS, _VOWELS), _pairs(FINALS, _FINALS)


_VOWELS = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}
_FINALS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip


def _classes() -> Array:
    """uint8 of the basic plane, unfolded."""
    order = {"syllable": kernel.SYLLABLE, "space": kernel.SPACE, "digit": kernel.DIGIT, "symbol": kernel.MARK}
    wanted = np.array([order.get(name, kernel.OTHER) for name in CHARACTER_CLASSES], np.uint8)
    found = wanted[character_classes()[:0x10000]]
    found[[ord(letter) for letter in VOWELS]] = kernel.VOWEL
    found[[ord(letter) for letter in INITIALS + FINALS[1:]]] = kernel.CONSONANT
    return found


def _pairs(places: str, compounds: dict[str, str]) -> Array:
    """int32, 64 x 64 by (jamo - U+3130): the place of the compound of two jamo in a syllable, or -1."""
    found = np.full((64, 64), -1, np.int32)
    for compound, parts in compounds.items():
        found[ord(parts[0]) - 0x3130, ord(parts[1]) - 0x3130] = places.index(compound)
    return found
