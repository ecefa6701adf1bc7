"""Kernels of repeated lines: keys and forms of lines, their counts per site, and what an editor removes.

A key is 64 bits of the site and of the line's letters: white space is left out and a run of digits, with
the marks inside it ("1,234", "2024.03.01", "12:30"), is one 0, so that counters and dates do not hide a
menu.  Its lower 12 bits are drawn from the first two syllables alone, so that an editor reads no further in
most lines.  64 bits are enough: an editor compares a line with those of one site (below 10^4) that begin
alike, at 52 bits each, so that in 5 * 10^10 lines (10^9 documents), one in a hundred beginning alike,
10^-3 false matches are expected; in the counts a few of 2 * 10^10 distinct lines meet, whose sums of one
document each stay below every threshold.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]

# What a line is.  BLANK: white space.  MARKS: no letter (a rule, page numbers), part of what surrounds it.
# FENCED: code.  LONG: over MAXIMUM bytes.  The others may be repeated lines.
BLANK, MARKS, FENCED, LONG, PLAIN, LIST, ROW, HEADING, OTHER = 0, 1, 2, 3, 4, 5, 6, 7, 8
EVERY = np.empty(0, np.uint64)  # for prefixes: every line is read whole

# Bytes: longer lines are taken for text.  Legal notes of footers reach about 250 syllables.
MAXIMUM = 800

SEED = np.uint64(0x9E3779B97F4A7C15)
STEP = np.uint64(0xD6E8FEB86659FD93)
SHIFT = np.uint64(32)
PREFIX_BITS = 12
# A word of the hash is full at six bytes, so that a character of three always fits into eight.
WORD = 6
EIGHT, SIXTEEN, UPPER, LOWER = np.uint64(8), np.uint64(16), np.uint64(52), np.uint64((1 << PREFIX_BITS) - 1)
# A byte of a word is "\\n" where the exclusive or with breaks is 0 (Warren, Hacker's Delight, section 6-1).
_BREAKS, _ONES, _HIGH = np.uint64(0x0A0A0A0A0A0A0A0A), np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
SIX, SIXTY_FOUR, ONE = np.uint64(6), np.uint64(63), np.uint64(1)


@kernel
def mix(state: Any, value: Any) -> Any:
    """One step of the hash; the xor-shift keeps the multiplication from being linear."""
    state = (state ^ value) * STEP
    return state ^ (state >> SHIFT)


@kernel
def read_line(data: Array, start: int, size: int, site: Any, prefixes: Array) -> Any:
    """(end of the line, its key, its form) of the line that begins at ``start``; the end is the "\\n" or size.

    ``prefixes``: empty, or 4,096 bits in 64 words; a line whose beginning is none of them is left there, its
    end, key and form unread, as OTHER.
    """
    i = start
    while i < size and (data[i] == 32 or data[i] == 9):
        i += 1
    form = np.int64(PLAIN)
    if i < size:
        lead = data[i]
        after = data[i + 1] if i + 1 < size else np.uint8(10)
        if lead == 35:  # #
            form = np.int64(HEADING)
        elif (lead in (45, 42, 43) and after == 32) or (
            lead == 0xE2 and after == 0x80 and i + 2 < size and data[i + 2] == 0xA2
        ):  # - * + •
            form = np.int64(LIST)
        elif (i + 2 < size and lead in (96, 126) and after == lead and data[i + 2] == lead) or (
            i > start and (data[start] == 9 or i - start >= 4)
        ):  # ``` ~~~, or code set off by indentation
            form = np.int64(FENCED)
    limit = min(size, start + MAXIMUM)
    state = site
    word = np.uint64(0)
    held = 0
    letters = False
    inked = False
    digits = False
    prefix = np.uint64(0)
    whole = True
    while i < limit:
        byte = data[i]
        if byte >= 0xE4 and byte <= 0xED and i + 2 < limit:  # Hangul and Hanja: three bytes at once
            digits = False
            letters = inked = True
            word = (word << SIXTEEN) | (np.uint64(byte) << EIGHT) | np.uint64(data[i + 1])
            byte = data[i + 2]
            held += 2
            i += 3
        elif byte > 32 and byte < 0x80:
            if byte >= 48 and byte <= 57:
                i += 1
                inked = True
                if digits:
                    continue
                digits = True
                byte = np.uint8(48)
            else:
                after = data[i + 1] if i + 1 < size else np.uint8(10)
                if digits and byte in (44, 46, 58) and after >= 48 and after <= 57:  # , . : inside a number
                    i += 1
                    continue
                digits = False
                inked = True
                letters |= (byte | 32) >= 97 and (byte | 32) <= 122
                if byte == 124 and form == PLAIN:
                    form = np.int64(ROW)
                i += 1
        elif byte >= 0x80:
            digits = False
            if byte == 0xC2 and i + 1 < size and data[i + 1] == 0xA0:
                i += 2
                continue
            if byte == 0xE3 and i + 2 < size and data[i + 1] == 0x80:
                if data[i + 2] == 0x80:
                    i += 3
                    continue
            else:
                letters |= byte >= 0xC3 and byte <= 0xED and byte != 0xE2
            inked = True
            i += 1
        elif byte == 10:
            break
        else:
            digits = False
            i += 1
            continue
        word = (word << EIGHT) | np.uint64(byte)
        held += 1
        if held >= WORD:
            state = mix(state, word)
            word = np.uint64(0)
            held = 0
            if whole:
                whole = False
                prefix = state >> UPPER
                if len(prefixes) and not prefixes[prefix >> SIX] >> (prefix & SIXTY_FOUR) & ONE:
                    return i, state, np.int64(OTHER)
    state = mix(mix(state, word), np.uint64(held))
    state = (state & ~LOWER) | (state >> UPPER if whole else prefix)
    while i < size and data[i] != 10:
        i += 1
    if i - start > MAXIMUM:
        form = np.int64(LONG)
        state = mix(state, np.uint64(i - start))
    elif not inked:
        form = np.int64(BLANK)
    elif not letters and form != FENCED:
        form = np.int64(MARKS)
    return i, state, form


@kernel
def read_lines(data: Array, site: Any, ends: Array, keys: Array, forms: Array) -> int:
    """Ends, keys and forms of all lines; lines between fences are FENCED.  Returns their number."""
    size = len(data)
    count = 0
    start: Any = np.int64(0)  # of a type: numba compiles a called kernel anew for a bare 0
    fence = np.uint8(0)
    while start <= size:
        end, key, form = read_line(data, start, size, site, EVERY)
        if form == FENCED:
            i = start
            while data[i] == 32 or data[i] == 9:
                i += 1
            if (data[i] == 96 or data[i] == 126) and i + 2 < end and data[i + 1] == data[i] and data[i + 2] == data[i]:
                if fence == 0:
                    fence = data[i]
                elif fence == data[i]:
                    fence = np.uint8(0)
        elif fence != 0:
            form = FENCED
        ends[count] = end
        keys[count] = key
        forms[count] = form
        count += 1
        start = end + 1
    return count


@kernel
def count_breaks(data: Array) -> int:
    total = 0
    for byte in data:
        total += byte == 10
    return total


@kernel
def find(keys: Array, low: int, high: int, key: Any) -> int:
    """The place of ``key`` in the ascending keys[low:high], or -1."""
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        elif keys[middle] > key:
            high = middle
        else:
            return middle
    return -1


@kernel
def prefixes_of(keys: Array) -> Array:
    """The bits that ``read_line`` asks for."""
    bits = np.zeros((1 << PREFIX_BITS) // 64, np.uint64)
    for key in keys:
        prefix = key & LOWER
        bits[prefix >> SIX] |= ONE << (prefix & SIXTY_FOUR)
    return bits


@kernel
def break_from(data: Array, words: Array, i: int) -> int:
    """The next "\n" from ``i`` on, or the size; ``words`` are the whole groups of eight bytes, read at once."""
    size = len(data)
    while i < size and data[i] != 10 and i & 7:
        i += 1
    if i >= size or data[i] == 10:
        return i
    place = i >> 3
    while place < len(words):
        word = words[place] ^ _BREAKS
        if (word - _ONES) & ~word & _HIGH:
            break
        place += 1
    i = place << 3
    while i < size and data[i] != 10:
        i += 1
    return i


@kernel
def holds_any(data: Array, words: Array, site: Any, keys: Array, low: int, high: int, prefixes: Array) -> bool:
    """Is any line of the text among keys[low:high]?"""
    size = len(data)
    start: Any = np.int64(0)
    while start <= size:
        end, key, form = read_line(data, start, size, site, prefixes)
        if form == OTHER:
            end = break_from(data, words, end)
        elif find(keys, low, high, key) >= 0:
            return True
        start = end + 1
    return False
