"""Kernels of the features: fold a text while decoding, hash its n-grams, add up their weights.

The hash of an n-gram grows from its first unit: h = (h ^ unit) * 0x100000001B3 (the prime of FNV-1a), its
bucket is the top bits of (h ^ h >> 29) * 0x9E3779B97F4A7C15, so that n-grams of all lengths from one place
cost one multiplication and one look-up each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus import hangul
from corpus.kernel import kernel

SPACE, LETTER, SYLLABLE, MARK = 0, 1, 2, 3
CHARACTERS, JAMO, EOJEOL = 0, 1, 2  # places in features.FORMS
# Seeds of the three streams: an n-gram of one never means that of another.
SEEDS = np.array([0xCBF29CE484222325, 0x6C62272E07BB0142, 0x27D4EB2F165667C5], np.uint64)
PRIME = np.uint64(0x100000001B3)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)
NEWLINE, BLANK = 10, 32
LONGEST = 6  # units of an n-gram
PLACES = 40
LANES = np.uint64(0x00FF00FF00FF00FF)
LANE, BYTE = np.uint64(0xFFFF), np.uint64(8)

# Jamo of a syllable by place, as the compatibility jamo that chat is typed in; the filler stands for no final.
INITIALS = np.array([ord(letter) for letter in hangul.INITIALS], np.int32)
FINALS = np.array([ord(letter) for letter in hangul.FINALS], np.int32)
FIRST_VOWEL = 0x314F


@kernel
def most_segments(offsets: Any, segment: int) -> int:
    """An upper bound of the segments of a batch."""
    return int((offsets[-1] - offsets[0]) // max(segment * 4 // 5, 1) + 2 * len(offsets))


@kernel
def fold(
    data: Any,
    start: int,
    end: int,
    classes: Any,
    lengths: Any,
    segment: int,
    characters: Any,
    jamo: Any,
    eojeol: Any,
    borders: Any,
) -> int:
    """Fill the three streams and the segments' borders in each; the number of segments.

    ``borders`` int64 (segments + 1) x 3; the last row holds the streams' lengths.
    """
    with_jamo, with_eojeol = lengths[JAMO, 1] > 0, lengths[EOJEOL, 1] > 0
    n_characters = n_jamo = n_eojeol = 0
    segments = 1
    soft = segment * 4 // 5
    first = 0  # of the open segment
    word: Any = SEEDS[EOJEOL]
    in_word = False
    previous: Any = np.int32(-1)  # of the jamo stream
    run = 0
    borders[0, 0] = borders[0, 1] = borders[0, 2] = 0
    i = start
    while i < end:
        byte = np.int32(data[i])
        if byte < 0x80:
            point = byte
            i += 1
            if 65 <= point <= 90:
                point += 32
        elif byte < 0xE0 and i + 1 < end:
            point = (byte & 0x1F) << 6 | (np.int32(data[i + 1]) & 0x3F)
            i += 2
        elif byte < 0xF0 and i + 2 < end:
            point = (byte & 0x0F) << 12 | (np.int32(data[i + 1]) & 0x3F) << 6 | (np.int32(data[i + 2]) & 0x3F)
            i += 3
            if 0xFF01 <= point <= 0xFF5E:
                point -= 0xFEE0
                if 65 <= point <= 90:
                    point += 32
        elif i + 3 < end:
            point = (
                (byte & 0x07) << 18
                | (np.int32(data[i + 1]) & 0x3F) << 12
                | (np.int32(data[i + 2]) & 0x3F) << 6
                | (np.int32(data[i + 3]) & 0x3F)
            )
            i += 4
        else:
            point = byte
            i += 1
        kind = classes[point] if point < 0x10000 else (LETTER if point >= 0x20000 else MARK)
        length = n_characters - first
        if length >= segment or (kind == SPACE and length >= soft):
            borders[segments, 0] = first = n_characters
            borders[segments, 1] = n_jamo
            borders[segments, 2] = n_eojeol
            segments += 1
        if kind == SPACE:
            if in_word and with_eojeol:
                eojeol[n_eojeol] = word
                n_eojeol += 1
                word = SEEDS[EOJEOL]
            in_word = False
            mark = NEWLINE if point == NEWLINE else BLANK
            if n_characters and (characters[n_characters - 1] == BLANK or characters[n_characters - 1] == NEWLINE):
                if mark == NEWLINE:
                    characters[n_characters - 1] = NEWLINE
            else:
                characters[n_characters] = mark
                n_characters += 1
            continue
        characters[n_characters] = point
        n_characters += 1
        in_word = True
        if with_eojeol:
            word = (word ^ np.uint64(point)) * PRIME
        if with_jamo and kind != MARK:
            run = run + 1 if point == previous else 1
            previous = point
            if run > 2:
                continue
            if kind == SYLLABLE:
                place = point - 0xAC00
                jamo[n_jamo] = INITIALS[place // 588]
                jamo[n_jamo + 1] = FIRST_VOWEL + place % 588 // 28
                n_jamo += 2
                final = place % 28
                if final:
                    jamo[n_jamo] = FINALS[final]
                    n_jamo += 1
            else:
                jamo[n_jamo] = point
                n_jamo += 1
    if in_word and with_eojeol:
        eojeol[n_eojeol] = word
        n_eojeol += 1
    borders[segments, 0] = n_characters
    borders[segments, 1] = n_jamo
    borders[segments, 2] = n_eojeol
    return segments


@kernel
def word(h: Any, down: Any, table: Any) -> Any:
    """The weights of all heads for one n-gram, a byte each."""
    return np.uint64(table[((h ^ (h >> SHIFT)) * GOLDEN) >> down])


@kernel
def spread(even: Any, odd: Any, totals: Any) -> None:
    """Add the lanes to the totals of eight heads."""
    for lane in range(4):
        shift = np.uint64(16 * lane)
        totals[2 * lane] += np.int64((even >> shift) & LANE)
        totals[2 * lane + 1] += np.int64((odd >> shift) & LANE)


@kernel
def add(units: Any, first: int, last: int, lengths: Any, seed: Any, down: Any, table: Any, totals: Any) -> int:
    """Add to ``totals`` the weights of the n-grams that end in first..last; the number of n-grams.

    Hashes of the six n-grams that end at a place grow side by side, one multiplication each, from those
    of the place before.  Weights of heads are bytes of a word of ``table``; even and odd ones are added
    apart, in lanes of 16 bits, which 40 places of at most six weights below 256 cannot overflow.
    """
    shortest, longest = lengths[0], lengths[1]
    with_1, with_2, with_3 = shortest <= 1, shortest <= 2 <= longest, shortest <= 3 <= longest
    with_4, with_5, with_6 = shortest <= 4 <= longest, shortest <= 5 <= longest, longest >= 6
    h1 = h2 = h3 = h4 = h5 = h6 = seed
    for j in range(first, min(last, LONGEST - 1)):  # where longer n-grams would begin before the text
        for n in range(shortest, min(longest, j + 1) + 1):
            h1 = seed
            for i in range(j - n + 1, j + 1):
                h1 = (h1 ^ np.uint64(units[i])) * PRIME
            spread(word(h1, down, table) & LANES, (word(h1, down, table) >> BYTE) & LANES, totals)
    i = max(first, LONGEST - 1)
    for j in range(i - LONGEST + 1, i if i < last else 0):
        unit = np.uint64(units[j])
        h5 = (h4 ^ unit) * PRIME
        h4 = (h3 ^ unit) * PRIME
        h3 = (h2 ^ unit) * PRIME
        h2 = (h1 ^ unit) * PRIME
        h1 = (seed ^ unit) * PRIME
    while i < last:
        stop = min(last, i + PLACES)
        even: Any = np.uint64(0)
        odd: Any = np.uint64(0)
        for j in range(i, stop):
            unit = np.uint64(units[j])
            h6 = (h5 ^ unit) * PRIME
            h5 = (h4 ^ unit) * PRIME
            h4 = (h3 ^ unit) * PRIME
            h3 = (h2 ^ unit) * PRIME
            h2 = (h1 ^ unit) * PRIME
            h1 = (seed ^ unit) * PRIME
            if with_1:
                w = word(h1, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
            if with_2:
                w = word(h2, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
            if with_3:
                w = word(h3, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
            if with_4:
                w = word(h4, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
            if with_5:
                w = word(h5, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
            if with_6:
                w = word(h6, down, table)
                even += w & LANES
                odd += (w >> BYTE) & LANES
        spread(even, odd, totals)
        i = stop
    grams = 0
    for n in range(shortest, longest + 1):
        grams += max(0, last - max(first, n - 1))
    return grams


@kernel
def score(
    data: Any,
    offsets: Any,
    classes: Any,
    lengths: Any,
    bits: int,
    segment: int,
    table: Any,
    weights: Any,
    grams: Any,
    found: Any,
) -> None:
    """Fill ``weights`` (segments x heads), ``grams`` and ``found`` (the documents' segment offsets).

    ``table``: unsigned integers of as many bytes as heads, each byte a weight + 128.
    """
    characters, jamo, eojeol, borders = scratch(offsets, segment)
    totals = np.zeros(8, np.int64)
    down = np.uint64(64 - bits)
    at = 0
    for row in range(len(offsets) - 1):
        n = fold(data, offsets[row], offsets[row + 1], classes, lengths, segment, characters, jamo, eojeol, borders)
        for s in range(n):
            totals[:] = 0
            count = 0
            if lengths[CHARACTERS, 1]:
                count += add(characters, borders[s, 0], borders[s + 1, 0], lengths[0], SEEDS[0], down, table, totals)
            if lengths[JAMO, 1]:
                count += add(jamo, borders[s, 1], borders[s + 1, 1], lengths[1], SEEDS[1], down, table, totals)
            if lengths[EOJEOL, 1]:
                count += add(eojeol, borders[s, 2], borders[s + 1, 2], lengths[2], SEEDS[2], down, table, totals)
            for head in range(weights.shape[1]):
                weights[at, head] = totals[head] - 128 * count
            grams[at] = count
            at += 1
        found[row + 1] = at


@kernel
def scratch(offsets: Any, segment: int) -> Any:
    """Room for the streams and borders of the longest document."""
    longest = 1
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    borders = np.empty((longest // max(segment * 4 // 5, 1) + 3, 3), np.int64)
    return np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int32), np.empty(longest, np.uint64), borders


@kernel
def collect(
    data: Any, offsets: Any, classes: Any, lengths: Any, bits: int, segment: int, found: Any, ends: Any
) -> None:
    """Fill ``ends``, and the buckets of all n-grams where ``found`` has room for them."""
    characters, jamo, eojeol, borders = scratch(offsets, segment)
    down = np.uint64(64 - bits)
    at: Any = np.int64(0)
    for row in range(len(offsets) - 1):
        n = fold(data, offsets[row], offsets[row + 1], classes, lengths, segment, characters, jamo, eojeol, borders)
        for form in range(3):
            size = borders[n, form]
            shortest, longest = lengths[form, 0], lengths[form, 1]
            for i in range(size if longest else 0):
                h = SEEDS[form]
                for j in range(i, min(i + longest, size)):
                    unit = np.uint64(characters[j]) if form == 0 else np.uint64(jamo[j]) if form == 1 else eojeol[j]
                    h = (h ^ unit) * PRIME
                    if j - i + 1 >= shortest:
                        if len(found):
                            found[at] = np.uint32(((h ^ (h >> SHIFT)) * GOLDEN) >> down)
                        at += 1
        ends[row + 1] = at
