"""Kernel of TextStatistics: one decode pass over UTF-8, then hash tables over eojeol.

The scan classifies every character and leaves a 64-bit hash and a length per eojeol, line and paragraph, on
which repetition is counted (``repetition_kernel``).  What is rare hides behind one test of a character's
flags, so that a new mark costs ordinary text nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.quality.repetition_kernel import ONE, SEED, duplicates, mix, repetition, stems_of

# Bits of the character table above the class (0..15).  Those below RARE_FLAGS are on frequent syllables and are
# read at the end of an eojeol or a line; the others are looked at where they stand.
FINAL, FUNCTION, VOWEL = 16, 32, 64
TERMINAL, CLOSER, ELLIPSIS, BULLET, DASH = 128, 256, 512, 1024, 2048
UNCOMMON, LATIN_1, LOOSE, MARK = 4096, 8192, 16384, 32768
RARE_FLAGS = 128
CLASS_BITS = 15
LATIN_CLASS, LETTER_CLASS, SYMBOL_CLASS, SPACE_CLASS = 2, 5, 7, 8  # places in corpus.hangul.CHARACTER_CLASSES
NOTHING = 15  # class of no character: an eojeol without letters

# Columns that the kernel fills, in order; statistics.py says what each means.
BYTES, CHARACTERS, EOJEOL, SYLLABLE = 0, 1, 2, 3  # the ten classes follow in their order
HASHES, ELLIPSES, REPLACEMENTS = 13, 14, 15
LINES, EMPTY_LINES, BULLET_LINES, ELLIPSIS_LINES, ENDED_LINES, LABEL_CHARACTERS = 16, 17, 18, 19, 20, 21
DUPLICATE_LINES, DUPLICATE_LINE_CHARACTERS = 22, 23
PARAGRAPHS, DUPLICATE_PARAGRAPHS, DUPLICATE_PARAGRAPH_CHARACTERS = 24, 25, 26
TOP_2 = 27  # .. 29: n = 2, 3, 4
DUPLICATE_5 = 30  # .. 35: n = 5 .. 10
UNCOMMON_SYLLABLES, LATIN_1_CHARACTERS, LOST_SYLLABLES = 36, 37, 38
LETTER_RUNS, SYMBOL_RUNS, LOOSE_JAMO, CONSONANT_RUNS = 39, 40, 41, 42
DISTINCT_SYLLABLES, SYLLABLE_PAIRS = 43, 44
KOREAN_EOJEOL, FUNCTION_EOJEOL, DISTINCT_STEMS, TOP_STEM = 45, 46, 47, 48
MARKED_SENTENCES, FINAL_LINES, SHORT_LINES, COMPLETE, BRACES, FILLERS = 49, 50, 51, 52, 53, 54
WIDTH = 55

LONG_LINE = 70  # characters other than white space: a line this long is no label however it ends
LABEL_SYMBOLS = 5  # a line with a fifth or more of symbols is code, a table row or markup
PROSE = 3  # so many particles and endings on most of its Korean eojeol make a line prose that was wrapped
SHORT_LINE = 15  # the same characters; FineWeb's 30 English ones are about 6 words, as 15 Korean ones are
STEM = 3  # an eojeol this long loses a last particle or ending syllable to its stem
RUN = 3  # of a character repeated, those after the third count: ㅋㅋㅋ and ... are writing
CONSONANTS = 5  # of Latin consonants in a row, those from the sixth: "lengths" and "https" have five
SYLLABLES, FIRST_SYLLABLE = 11172, 0xAC00


@kernel
def scan(
    data: Any, start: int, end: int, table: Any, fillers: Any, filler_bits: Any, seen: Any, base: Any,
    words: Any, stems: Any, korean: Any, ends: Any, lines: Any, paragraphs: Any, row: Any,
) -> Any:  # fmt: skip
    """Fill ``row`` (int64 of WIDTH), and hash and running length of eojeol, lines and paragraphs.

    ``words`` and ``stems`` uint64, ``korean`` bool per eojeol; ``ends[i + 1]`` int64 characters of the first i + 1
    eojeol; ``lines`` and ``paragraphs`` uint64 of (hash, characters) pairs.  ``seen`` int64 of every syllable: its
    occurrences above ``base``, less where it was not met in this document.  Returns how many eojeol, lines,
    paragraphs.
    """
    n_words = n_lines = n_paragraphs = 0
    word = before = line = paragraph = SEED
    length = 0  # characters of the open eojeol
    written = 0  # characters of all closed eojeol
    line_from = paragraph_from = 0
    symbols_before: Any = np.int64(0)
    korean_before = function_before = np.int64(0)
    in_line = complete = False
    first: Any = 0
    first_flags: Any = 0  # the line's first character, then what makes it a bullet
    bullet = False
    ending: Any = 0  # flags of the last character that is neither space nor closer
    ending_dots = dots = 0
    final: Any = 0  # flags of the last character that is no space
    last: Any = NOTHING  # flags of the eojeol's last letter
    run = 0
    consonants: Any = 0
    distinct = pairs = korean_eojeol = function_eojeol = sentences = consonant_runs = np.int64(0)
    ends[0] = 0
    i = start
    previous: Any = 10
    while i < end or previous != 10:
        point = np.int64(data[np.uint64(i)]) if i < end else np.int64(10)  # a last line that nothing ends
        if point < 0x80:
            i += 1
        elif point < 0xE0 and i + 1 < end:
            point = (point & 0x1F) << 6 | (np.int64(data[np.uint64(i + 1)]) & 0x3F)
            i += 2
        elif point < 0xF0 and i + 2 < end:
            point = (
                (point & 0x0F) << 12
                | (np.int64(data[np.uint64(i + 1)]) & 0x3F) << 6
                | (np.int64(data[np.uint64(i + 2)]) & 0x3F)
            )
            i += 3
        elif i + 3 < end:
            point = (
                (point & 0x07) << 18
                | (np.int64(data[np.uint64(i + 1)]) & 0x3F) << 12
                | (np.int64(data[np.uint64(i + 2)]) & 0x3F) << 6
                | (np.int64(data[np.uint64(i + 3)]) & 0x3F)
            )
            i += 4
        else:
            i += 1
        flags = np.int64(table[np.uint64(point)])
        kind = flags & CLASS_BITS
        row[np.uint64(SYLLABLE + kind)] += 1
        if kind != SPACE_CLASS:
            before = word
            word = mix(word, np.uint64(point))
            length += 1
            if not in_line:
                in_line = True
                first = point
                first_flags = flags
                bullet = flags & BULLET != 0
            if kind == 0:
                times = max(seen[np.uint64(point - FIRST_SYLLABLE)], base)
                seen[np.uint64(point - FIRST_SYLLABLE)] = times + 1
                pairs += times - base
                distinct += times == base
                last = flags
                consonants = 0
            elif kind <= LETTER_CLASS:
                last = flags
                consonants = (consonants + 1) * np.int64(flags & (CLASS_BITS | VOWEL) == LATIN_CLASS)
                consonant_runs += consonants > CONSONANTS
            else:
                consonants = 0
            if point == previous:
                run += 1
                if run > RUN:
                    if kind <= LETTER_CLASS:
                        row[LETTER_RUNS] += 1
                    else:
                        row[SYMBOL_RUNS] += 1
            else:
                run = 1
            if flags >= RARE_FLAGS:
                if point == 46:
                    dots = dots + 1 if previous == 46 else 1
                    if dots % 3 == 0:
                        row[ELLIPSES] += 1
                elif flags & ELLIPSIS:
                    row[ELLIPSES] += 1
                elif flags & UNCOMMON:
                    row[UNCOMMON_SYLLABLES] += 1
                elif flags & LOOSE:
                    row[LOOSE_JAMO] += 1
                elif point == 35:
                    row[HASHES] += 1
                elif point == 0xFFFD:
                    row[REPLACEMENTS] += 1
                elif point == 123 or point == 125:
                    row[BRACES] += 1
                elif point == 0xC619 and previous == 0xC3D9:  # 쏙옙
                    row[LOST_SYLLABLES] += 1
                if flags & LATIN_1:
                    row[LATIN_1_CHARACTERS] += 1
                if flags & CLOSER == 0:
                    ending = flags
                    ending_dots = dots if point == 46 else 0
            else:
                ending = flags
                ending_dots = 0
            final = flags
        else:
            if length:
                words[np.uint64(n_words)] = word
                # a particle or ending does not tell one stem from another
                stem = before if length >= STEM and final & FUNCTION else word
                is_korean = last & CLASS_BITS == 0
                stems[np.uint64(n_words)] = stem ^ np.uint64(is_korean)  # apart from those of other scripts
                korean[np.uint64(n_words)] = is_korean
                korean_eojeol += is_korean
                function_eojeol += is_korean and last & FUNCTION != 0
                sentences += ending & TERMINAL != 0 and last != NOTHING
                if filler_bits >> (word >> np.uint64(58)) & np.uint64(1):
                    for place in range(len(fillers)):
                        row[FILLERS] += word == fillers[place]
                n_words += 1
                written += length
                ends[n_words] = written
                line = mix(line, word)
                paragraph = mix(paragraph, word)
                if first_flags & DASH and written - line_from == 1 and previous == first:
                    bullet = True  # a hyphen, asterisk or plus that stands alone
                length = consonants = 0
                word = SEED
                last = np.int64(NOTHING)
            if point == 10:
                if in_line:
                    lines[n_lines, 0] = line
                    lines[n_lines, 1] = np.uint64(written - line_from)
                    n_lines += 1
                    characters = written - line_from
                    row[BULLET_LINES] += bullet
                    row[ELLIPSIS_LINES] += ending & ELLIPSIS != 0 or ending_dots >= 3
                    row[ENDED_LINES] += ending & TERMINAL != 0
                    row[FINAL_LINES] += ending & FINAL != 0
                    row[SHORT_LINES] += characters <= SHORT_LINE
                    complete = ending & (TERMINAL | FINAL) != 0
                    symbols = row[SYLLABLE + SYMBOL_CLASS] - symbols_before
                    function = function_eojeol - function_before
                    prose = function >= PROSE and 2 * function > korean_eojeol - korean_before
                    if not complete and not prose and characters < LONG_LINE and symbols * LABEL_SYMBOLS < characters:
                        row[LABEL_CHARACTERS] += characters
                else:
                    row[EMPTY_LINES] += 1
                    if written > paragraph_from:
                        paragraphs[n_paragraphs, 0] = paragraph
                        paragraphs[n_paragraphs, 1] = np.uint64(written - paragraph_from)
                        n_paragraphs += 1
                    paragraph = SEED
                    paragraph_from = written
                line = SEED
                line_from = written
                symbols_before = row[SYLLABLE + SYMBOL_CLASS]
                korean_before, function_before = korean_eojeol, function_eojeol
                in_line = bullet = False
                first_flags = ending = ending_dots = 0
        previous = point
    if written > paragraph_from:
        paragraphs[n_paragraphs, 0] = paragraph
        paragraphs[n_paragraphs, 1] = np.uint64(written - paragraph_from)
        n_paragraphs += 1
    row[SYLLABLE + SPACE_CLASS] -= i - end  # the line break that was only thought
    row[BYTES] = end - start
    row[EOJEOL] = n_words
    row[LINES] = n_lines
    row[COMPLETE] = complete
    row[CONSONANT_RUNS] = consonant_runs
    row[DISTINCT_SYLLABLES] = distinct
    row[SYLLABLE_PAIRS] = pairs
    row[KOREAN_EOJEOL] = korean_eojeol
    row[FUNCTION_EOJEOL] = function_eojeol
    row[MARKED_SENTENCES] = sentences
    return n_words, n_lines, n_paragraphs


@kernel
def measure(data: Any, offsets: Any, table: Any, fillers: Any, out: Any) -> None:
    """Fill ``out`` (int64, documents x WIDTH, zeroed) from UTF-8 ``data`` (uint8) and ``offsets`` (int64).

    ``table`` (uint16 of 2^21, the reach of a four-byte sequence) gives class and flags of a code point,
    ``key_table`` (uint8) the key of ASCII and then of compatibility jamo, ``fillers`` (uint64) hashes of eojeol.
    """
    documents = len(offsets) - 1
    filler_bits = np.uint64(0)
    for filler in fillers:
        filler_bits |= np.uint64(1) << (filler >> np.uint64(58))
    longest = np.int64(0)
    for d in range(documents):
        longest = max(longest, offsets[d + 1] - offsets[d])
    room = longest // 2 + 2  # pages that no document reaches are never touched
    words = np.empty(room, np.uint64)
    stems = np.empty(room, np.uint64)
    korean = np.empty(room, np.bool_)
    ends = np.empty(room + 1, np.int64)
    lines = np.empty((room, 2), np.uint64)
    paragraphs = np.empty((room, 2), np.uint64)
    places = np.empty(room, np.uint32)
    slots = np.empty(room, np.uint32)
    fresh = np.empty(room, np.uint32)
    seen = np.zeros(SYLLABLES, np.int64)
    size = np.int64(4096)
    hashed = np.zeros((size, 2), np.uint64)
    generation = np.uint64(0)
    for d in range(documents):
        row = out[d]
        n_words, n_lines, n_paragraphs = scan(
            data, offsets[d], offsets[d + 1], table, fillers, filler_bits, seen, np.int64(d) << 32,
            words, stems, korean, ends, lines, paragraphs, row,
        )  # fmt: skip
        characters = np.int64(0)
        for kind in range(10):
            characters += row[SYLLABLE + kind]
        row[CHARACTERS] = characters
        wanted = np.int64(64)
        while wanted < 2 * n_words:
            wanted *= 2
        if wanted > size:
            size = wanted
            hashed = np.zeros((size, 2), np.uint64)
            generation = np.uint64(0)
        mask = np.uint64(wanted - 1)
        generation += ONE
        row[DUPLICATE_LINES], row[DUPLICATE_LINE_CHARACTERS] = duplicates(lines, n_lines, generation, hashed, mask)
        generation += ONE
        row[PARAGRAPHS] = n_paragraphs
        row[DUPLICATE_PARAGRAPHS], row[DUPLICATE_PARAGRAPH_CHARACTERS] = duplicates(
            paragraphs, n_paragraphs, generation, hashed, mask
        )
        generation += ONE
        row[DISTINCT_STEMS], row[TOP_STEM], repeating = stems_of(
            n_words, generation, stems, korean, hashed, mask, places, fresh
        )
        generation = repetition(
            n_words, repeating, generation, words, ends, hashed, mask, places, slots, fresh,
            row[TOP_2:DUPLICATE_5], row[DUPLICATE_5:UNCOMMON_SYLLABLES],
        )  # fmt: skip
