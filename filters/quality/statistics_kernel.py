"""Kernel of TextStatistics: one decode pass over UTF-8, then hash tables over eojeol.

The scan classifies every character and leaves a 64-bit hash and a length per eojeol, line and paragraph.
Repetition is counted on those: an n-gram is keyed by the table slots of its two (n-1)-grams, and only
places whose (n-1)-grams repeat go on to n, so that ordinary text is done after n = 2.  Tables are
stamped with a generation instead of being cleared, and serve all documents of a batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# Bits of the character table above the class (0..15).
TERMINAL, CLOSER, ELLIPSIS, BULLET, DASH, FINAL = 16, 32, 64, 128, 256, 512
CLASS_BITS = 15
SYMBOL_CLASS, SPACE_CLASS = 7, 8  # places in corpus.hangul.CHARACTER_CLASSES

# Columns that the kernel fills, in order; statistics.py says what each means.
BYTES, CHARACTERS, EOJEOL, SYLLABLE = 0, 1, 2, 3  # the ten classes follow in their order
HASHES, ELLIPSES, REPLACEMENTS = 13, 14, 15
LINES, EMPTY_LINES, BULLET_LINES, ELLIPSIS_LINES, ENDED_LINES, LABEL_CHARACTERS = 16, 17, 18, 19, 20, 21
DUPLICATE_LINES, DUPLICATE_LINE_CHARACTERS = 22, 23
PARAGRAPHS, DUPLICATE_PARAGRAPHS, DUPLICATE_PARAGRAPH_CHARACTERS = 24, 25, 26
TOP_2 = 27  # .. 29: n = 2, 3, 4
DUPLICATE_5 = 30  # .. 35: n = 5 .. 10
WIDTH = 36

LONG_LINE = 70  # characters other than white space: a line this long is no label however it ends
LABEL_SYMBOLS = 5  # a line with a fifth or more of symbols is code, a table row or markup
SEED = np.uint64(0x9E3779B97F4A7C15)
STEP = np.uint64(0xD6E8FEB86659FD93)
SHIFT = np.uint64(32)


@kernel
def mix(state: Any, value: Any) -> Any:
    """One step of the 64-bit hash of a sequence; xor-shift keeps the multiplication from being linear."""
    state = (state ^ value) * STEP
    return state ^ (state >> SHIFT)


@kernel
def scan(
    data: Any, start: int, end: int, table: Any, words: Any, ends: Any, lines: Any, paragraphs: Any, row: Any
) -> Any:
    """Fill ``row`` (int64 of WIDTH), and hash and running length of eojeol, lines and paragraphs.

    ``words`` uint64; ``ends[i + 1]`` int64 characters of the first i + 1 eojeol; ``lines`` and
    ``paragraphs`` uint64 of (hash, characters) pairs.  Returns how many of each.
    """
    n_words = n_lines = n_paragraphs = 0
    word = line = paragraph = SEED
    length = 0  # characters of the open eojeol
    written = 0  # characters of all closed eojeol
    line_from = paragraph_from = 0
    symbols_before: Any = np.int64(0)
    in_line = False
    first: Any = 0
    first_flags: Any = 0  # the line's first character, then what makes it a bullet
    bullet = False
    ending: Any = 0  # flags of the last character that is neither space nor closer
    ending_dots = dots = 0
    previous: Any = 0
    ends[0] = 0
    i = start
    while i < end:
        point = np.int64(data[i])
        if point < 0x80:
            i += 1
        elif point < 0xE0 and i + 1 < end:
            point = (point & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F)
            i += 2
        elif point < 0xF0 and i + 2 < end:
            point = (point & 0x0F) << 12 | (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
            i += 3
        elif i + 3 < end:
            point = (
                (point & 0x07) << 18
                | (np.int64(data[i + 1]) & 0x3F) << 12
                | (np.int64(data[i + 2]) & 0x3F) << 6
                | (np.int64(data[i + 3]) & 0x3F)
            )
            i += 4
        else:
            i += 1
        flags = np.int64(table[point])
        kind = flags & CLASS_BITS
        row[SYLLABLE + kind] += 1
        if kind != SPACE_CLASS:
            word = mix(word, np.uint64(point))
            length += 1
            if not in_line:
                in_line = True
                first = point
                first_flags = flags
                bullet = flags & BULLET != 0
            if flags > CLASS_BITS or point == 35 or point == 0xFFFD:
                if point == 46:
                    dots = dots + 1 if previous == 46 else 1
                    if dots % 3 == 0:
                        row[ELLIPSES] += 1
                elif flags & ELLIPSIS:
                    row[ELLIPSES] += 1
                elif point == 35:
                    row[HASHES] += 1
                elif point == 0xFFFD:
                    row[REPLACEMENTS] += 1
            if flags & CLOSER == 0:
                ending = flags
                ending_dots = dots if point == 46 else 0
        else:
            if length:
                words[n_words] = word
                n_words += 1
                written += length
                ends[n_words] = written
                line = mix(line, word)
                paragraph = mix(paragraph, word)
                if first_flags & DASH and written - line_from == 1 and previous == first:
                    bullet = True  # a hyphen, asterisk or plus that stands alone
                length = 0
                word = SEED
            if point == 10:
                if in_line:
                    lines[n_lines, 0] = line
                    lines[n_lines, 1] = np.uint64(written - line_from)
                    n_lines += 1
                    close_line(
                        row,
                        bullet,
                        ending,
                        ending_dots,
                        written - line_from,
                        row[SYLLABLE + SYMBOL_CLASS] - symbols_before,
                    )
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
                in_line = bullet = False
                first_flags = ending = ending_dots = 0
        previous = point
    if length:
        words[n_words] = word
        n_words += 1
        written += length
        ends[n_words] = written
        line = mix(line, word)
        paragraph = mix(paragraph, word)
        if first_flags & DASH and written - line_from == 1:
            bullet = True
    if in_line:
        lines[n_lines, 0] = line
        lines[n_lines, 1] = np.uint64(written - line_from)
        n_lines += 1
        close_line(row, bullet, ending, ending_dots, written - line_from, row[SYLLABLE + SYMBOL_CLASS] - symbols_before)
    elif end > start and previous != 10:
        row[EMPTY_LINES] += 1  # white space after the last line break
    if written > paragraph_from:
        paragraphs[n_paragraphs, 0] = paragraph
        paragraphs[n_paragraphs, 1] = np.uint64(written - paragraph_from)
        n_paragraphs += 1
    row[BYTES] = end - start
    row[EOJEOL] = n_words
    return n_words, n_lines, n_paragraphs


@kernel
def close_line(row: Any, bullet: bool, ending: int, ending_dots: int, characters: int, symbols: int) -> None:
    row[LINES] += 1
    if bullet:
        row[BULLET_LINES] += 1
    if ending & ELLIPSIS or ending_dots >= 3:
        row[ELLIPSIS_LINES] += 1
    if ending & TERMINAL:
        row[ENDED_LINES] += 1
    if not ending & (TERMINAL | FINAL) and characters < LONG_LINE and symbols * LABEL_SYMBOLS < characters:
        row[LABEL_CHARACTERS] += characters


@kernel
def slot_of(key: Any, generation: int, keys: Any, stamps: Any, counts: Any, mask: Any) -> Any:
    """The slot that holds ``key`` in this generation, taken with count 0 when it is new."""
    slot = np.int64((key * SEED) >> SHIFT) & mask
    while stamps[slot] == generation:
        if keys[slot] == key:
            return slot
        slot = (slot + 1) & mask
    stamps[slot] = generation
    keys[slot] = key
    counts[slot] = 0
    return slot


@kernel
def duplicates(items: Any, n: int, generation: int, keys: Any, stamps: Any, counts: Any, mask: Any) -> Any:
    """How many of ``items`` (hash, characters) occurred before, and their characters."""
    repeated = characters = np.int64(0)
    for i in range(n):
        slot = slot_of(items[i, 0], generation, keys, stamps, counts, mask)
        if counts[slot]:
            repeated += 1
            characters += np.int64(items[i, 1])
        counts[slot] = 1
    return repeated, characters


@kernel
def repetition(
    n_words: int, generation: int, words: Any, ends: Any, keys: Any, stamps: Any, counts: Any, mask: Any,
    places: Any, slots: Any, fresh: Any, row: Any,
) -> int:  # fmt: skip
    """Top 2- to 4-grams and duplicate 5- to 10-grams into ``row``; returns the generation reached.

    ``places``, ``slots`` and ``fresh`` are int32 scratch of at least n_words: the starts of the n-grams
    that repeat, ascending, and their table slots.
    """
    total = ends[n_words]
    repeating = 0
    for n in range(2, 11):
        generation += 1
        best = best_characters = np.int64(0)
        tried = 0
        for k in range(n_words - 1 if n == 2 else repeating - 1):
            if n == 2:
                i = k
                key = mix(mix(SEED, words[i]), words[i + 1])  # mix alone is symmetric in a first pair
            else:
                i = places[k]
                if places[k + 1] != i + 1:
                    continue
                key = np.uint64(slots[k]) << SHIFT | np.uint64(slots[k + 1])
            slot = slot_of(key, generation, keys, stamps, counts, mask)
            count = counts[slot] + 1
            counts[slot] = count
            places[tried] = i
            fresh[tried] = slot
            tried += 1
            if n <= 4 and count >= best:
                characters = ends[i + n] - ends[i]
                if count > best or characters > best_characters:
                    best = np.int64(count)
                    best_characters = characters
        repeating = 0
        free = repeated = np.int64(0)
        for k in range(tried):
            slot = fresh[k]
            if counts[slot] == 1:
                continue
            i = places[k]
            places[repeating] = i
            slots[repeating] = slot
            repeating += 1
            if n >= 5 and i >= free:
                if counts[slot] < 0:
                    repeated += ends[i + n] - ends[i]
                    free = np.int64(i + n)
                else:
                    counts[slot] = -counts[slot]  # met once
        if repeating == 0:
            return generation
        if n <= 4:
            row[TOP_2 + n - 2] = min(best * best_characters, total)
        else:
            row[DUPLICATE_5 + n - 5] = repeated
    return generation


@kernel
def measure(data: Any, offsets: Any, table: Any, out: Any) -> None:
    """Fill ``out`` (int64, documents x WIDTH, zeroed) from UTF-8 ``data`` (uint8) and ``offsets`` (int64).

    ``table`` (uint16 of 2^21, the reach of a four-byte sequence) gives class and flags of a code point.
    """
    documents = len(offsets) - 1
    longest = np.int64(0)
    for d in range(documents):
        longest = max(longest, offsets[d + 1] - offsets[d])
    room = longest // 2 + 2  # pages that no document reaches are never touched
    words = np.empty(room, np.uint64)
    ends = np.empty(room + 1, np.int64)
    lines = np.empty((room, 2), np.uint64)
    paragraphs = np.empty((room, 2), np.uint64)
    places = np.empty(room, np.int32)
    slots = np.empty(room, np.int32)
    fresh = np.empty(room, np.int32)
    size = np.int64(4096)
    keys = np.empty(size, np.uint64)
    counts = np.empty(size, np.int32)
    stamps = np.zeros(size, np.int32)
    generation = 0
    for d in range(documents):
        row = out[d]
        n_words, n_lines, n_paragraphs = scan(
            data, offsets[d], offsets[d + 1], table, words, ends, lines, paragraphs, row
        )
        characters = np.int64(0)
        for kind in range(10):
            characters += row[SYLLABLE + kind]
        row[CHARACTERS] = characters
        wanted = np.int64(64)
        while wanted < 2 * n_words:
            wanted *= 2
        if wanted > size:
            size = wanted
            keys = np.empty(size, np.uint64)
            counts = np.empty(size, np.int32)
            stamps = np.zeros(size, np.int32)
            generation = 0
        mask = wanted - 1
        generation += 1
        row[DUPLICATE_LINES], row[DUPLICATE_LINE_CHARACTERS] = duplicates(
            lines, n_lines, generation, keys, stamps, counts, mask
        )
        generation += 1
        row[PARAGRAPHS] = n_paragraphs
        row[DUPLICATE_PARAGRAPHS], row[DUPLICATE_PARAGRAPH_CHARACTERS] = duplicates(
            paragraphs, n_paragraphs, generation, keys, stamps, counts, mask
        )
        generation = repetition(n_words, generation, words, ends, keys, stamps, counts, mask, places, slots, fresh, row)
