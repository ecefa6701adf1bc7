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
from corpus.hangul import CHARACTER_CLASSES, HANGUL_BLOCKS, SYLLABLES, character_classes, ks_x_1001
from filters.quality import statistics_kernel as kernel
from filters.quality.repetition_kernel import SEED, STEP
from filters.rule import Array, quantised

VERSION = 2

# What may close a line after its last sentence: quotation marks, brackets, Markdown's emphasis.
CLOSERS = "\"'”’」』)]》〉】}*_`"
TERMINALS = ".!?。！？．…⋯"
ELLIPSES = "…⋯"
# Syllables that end a Korean sentence whose writer left out the full stop: verse, old prose, posts.
FINALS = "다요라니까죠"
# Last syllables of particles and endings: what FineWeb-2 asks of Korean morphemes (its 21 stop words: 의 다 이 는
# 에 을 한 년 하 은 를 했 고 에서 가 있 으로 인 월 로 되), asked of the end of an eojeol, with the endings of speech.
FUNCTIONS = FINALS + "은는이가을를에의로도와과만서게고며면지한할된될인던든기음임아어여야해네군걸자데나터럼테께"
BULLETS = "•‣⁃∙▪▫●○◦◎■□▶▷►◆◇★☆·ㆍ※"
DASHES = "-*+–—"  # bullets where white space follows
CHAT = "ㅋㅎㅠㅜㅡ"  # jamo that people laugh, weep and frown with; any other that stands alone is loose
# Placeholder text of type-setters, as eojeol.  (Its Korean counterpart is real sentences of the constitution.)
FILLERS = ("Lorem", "lorem", "ipsum", "dolor", "amet,", "consectetur", "adipiscing", "eiusmod", "incididunt")
VOWELS = "aeiouyAEIOUY"  # and every Latin letter beyond ASCII, so that other languages hold no long runs of consonants

# In the order of the kernel's columns.
# label_characters are those of lines that end in neither a terminal mark nor a final syllable, are shorter
# than LONG_LINE, hold less than one symbol in LABEL_SYMBOLS characters, and have fewer than PROSE function_eojeol or
# no more of them than other korean_eojeol: menu entries, headings, captions, and not a line of wrapped prose.
# n-gram measures count characters of eojeol:
# top_n: occurrences x characters of the most frequent n-gram (of equally frequent ones that with more
# characters), at most all characters, 0 where no n-gram repeats;
# duplicate_n: n-grams met before, scanning from the left and going on behind each (no character twice).
# uncommon_syllables lie outside KS X 1001; latin_1 is U+00A1 to U+00FF; lost_syllables are pairs 쏙옙, which two
# U+FFFD read as CP949 leave.
# letter_runs, symbol_runs: characters equal to the three before them; loose_jamo: jamo that stand alone, not CHAT.
# consonant_runs: ASCII consonants behind five others in a row.  syllable_pairs: pairs of equal syllables.
# korean_eojeol: whose last letter is a syllable; function_eojeol: of them, those whose last letter is in FUNCTIONS.
# distinct_stems, top_stem: different stems of Korean eojeol, occurrences of the most frequent one; the stem of an
# eojeol of three characters or more is what stands before a last character of FUNCTIONS.
# marked_sentences: eojeol with a letter that end in a terminal mark; final_lines: lines that end in FINALS instead.
# complete: 1 where the last line ends in a terminal mark or a final syllable.
MEASURES = (
    "bytes", "characters", "eojeol",
    *CHARACTER_CLASSES,
    "hashes", "ellipses", "replacements",
    "lines", "empty_lines", "bullet_lines", "ellipsis_lines", "ended_lines", "label_characters",
    "duplicate_lines", "duplicate_line_characters",
    "paragraphs", "duplicate_paragraphs", "duplicate_paragraph_characters",
    "top_2", "top_3", "top_4",
    "duplicate_5", "duplicate_6", "duplicate_7", "duplicate_8", "duplicate_9", "duplicate_10",
    "uncommon_syllables", "latin_1", "lost_syllables",
    "letter_runs", "symbol_runs", "loose_jamo", "consonant_runs",
    "distinct_syllables", "syllable_pairs",
    "korean_eojeol", "function_eojeol", "distinct_stems", "top_stem",
    "marked_sentences", "final_lines", "short_lines", "complete", "braces", "fillers",
)  # fmt: skip


@cache
def character_table() -> Array:
    """uint16 of 2^21: class and flags of every code point (the rest of a damaged sequence's reach too)."""
    classes = character_classes()
    table = classes.astype(np.uint16)
    latin, jamo = CHARACTER_CLASSES.index("latin"), CHARACTER_CLASSES.index("jamo")
    common = ks_x_1001()
    syllables = map(chr, range(SYLLABLES[0], SYLLABLES[1] + 1))
    loose = (chr(point) for block in HANGUL_BLOCKS[1:] for point in range(block[0], block[1] + 1))
    for characters, flag in (
        (TERMINALS, kernel.TERMINAL),
        (CLOSERS, kernel.CLOSER),
        (ELLIPSES, kernel.ELLIPSIS),
        (BULLETS, kernel.BULLET),
        (DASHES, kernel.DASH),
        (FINALS, kernel.FINAL),
        (FUNCTIONS, kernel.FUNCTION),
        (VOWELS, kernel.VOWEL),
        (map(chr, (np.flatnonzero(classes[128:] == latin) + 128).tolist()), kernel.VOWEL),
        ((character for character in syllables if character not in common), kernel.UNCOMMON),
        (map(chr, range(0xA1, 0x100)), kernel.LATIN_1),
        ((character for character in loose if classes[ord(character)] == jamo and character not in CHAT), kernel.LOOSE),
        ("#\ufffd{}옙", kernel.MARK),
    ):
        for character in characters:
            table[ord(character)] |= flag
    return table


@cache
def filler_hashes() -> Array:
    """uint64, as the kernel hashes an eojeol."""
    found = []
    for word in FILLERS:
        state = int(SEED)
        for character in word:
            state = (state ^ ord(character)) * int(STEP) & (1 << 64) - 1
            state ^= state >> 32
        found.append(state)
    return np.array(found, np.uint64)


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
        kernel.measure(text.data, text.offsets, character_table(), filler_hashes(), values)
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
