"""What the pass over a text reads at a place: characters, numbers to call, links, masks; and the edges of the trie."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# A slot holds an edge of the trie: the next state above its key, which is a state of 18 bits, then a code point and 1.
POINT_BITS, KEY_BITS = 22, 40
KEY = (1 << KEY_BITS) - 1
ALONE = 1  # stands for what follows a syllable that may begin a term taken apart
REACH = 1 << 16  # of the table of first characters
SPREAD = np.uint64(0x9E3779B97F4A7C15)
SPREAD_FIRST, SPREAD_BOTH, HALF = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(16)
ONE, TWO = np.uint64(1), np.uint64(2)
UNIT, ASTRAL = np.uint32(REACH - 1), np.uint32(0x1F000)  # emoji and other symbols from there on
SORT = np.uint32(16)  # bits of a character below its sort
FLAGS = 512  # places looked at side by side
# What a character may open: with the next one (PAIR, which is 1 as a flag of ``pairs`` is) or ALWAYS; APART a term
# taken apart, before what PARTED marks and not behind a SYLLABLE; an OPENING bracket, behind a SYLLABLE; DIGIT and
# STAR, not behind another; H before T and W before W a link.
PAIR, ALWAYS, APART, DIGIT, OPENING, STAR, H, W, SYLLABLE, PARTED, T, DROPPED, TERM = (
    np.uint16(1 << bit) for bit in range(13)
)
OPENS = np.uint16(ALWAYS | DIGIT | OPENING | STAR | H | W | TERM)  # something by itself; TERM is one of one character
WHOLE, BEGUN = np.uint8(1), np.uint8(2)
PARTED_TO_APART, SYLLABLE_TO_APART, SYLLABLE_TO_OPENING, T_TO_H = np.uint16(7), np.uint16(6), np.uint16(4), np.uint16(4)
BEYOND = np.uint16(PAIR | ALWAYS)  # sort of a character beyond the basic plane


@kernel
def pair_hash(first: Any, second: Any) -> Any:
    """Place of two characters in a table of REACH."""
    mixed = np.uint32(np.uint32(np.uint32(first) * SPREAD_FIRST) ^ np.uint32(second))  # numba widens the products
    return np.uint32(mixed * SPREAD_BOTH) >> HALF


@kernel
def triple_hash(first: Any, second: Any, third: Any) -> Any:
    """The same of three."""
    mixed = np.uint32(np.uint32(np.uint32(first) * SPREAD_FIRST) ^ np.uint32(second))
    mixed = np.uint32(np.uint32(mixed * SPREAD_FIRST) ^ np.uint32(third))
    return np.uint32(mixed * SPREAD_BOTH) >> HALF


@kernel
def fold(read: Any, start: Any, end: Any, characters: Any, points: Any, sorts: Any) -> Any:
    """The code points ``read[start:end]`` without zero-width characters; ASCII, also full-width, in lower case; two
    points 0 behind the last.  Returns how many there are.

    ``characters``: uint32 of the basic plane (``lexicon.characters``), a folded character and its sort above SORT.
    ``sorts[n + 1]`` (uint16) gets that of ``points[n]``.
    """
    n = np.uint64(0)
    for k in range(np.uint64(start), np.uint64(end)):
        point = np.uint32(read[k])
        entry = np.uint32(characters[point & UNIT])
        beyond = point > UNIT
        sort = np.uint32(BEYOND if point < ASTRAL else BEYOND | PARTED) if beyond else entry >> SORT
        points[n] = np.int32(point if beyond else entry & UNIT)
        sorts[n + ONE] = sort
        n += np.uint64(sort != DROPPED)
    points[n] = points[n + ONE] = 0
    sorts[0] = 0
    sorts[n + ONE] = PARTED
    return np.int64(n)


@kernel
def candidates(points: Any, sorts: Any, n: Any, pairs: Any, openings: Any, flags: Any, places: Any) -> Any:
    """``places``: where a term, a number, a tag, a mask or a link may begin, times two, and 1 added where it may also
    go on; returns how many.

    ``pairs``: 1 where a term may begin with two characters of this hash; ``openings``: WHOLE where they may be all of
    it, BEGUN where it may begin with three.  Every place is looked at alike, without a branch, since one in ten is a
    candidate and none can be foreseen.  ``flags``: uint8 scratch of FLAGS.
    """
    m = np.uint64(0)
    for block in range(0, n, FLAGS):
        count = np.uint64(min(FLAGS, n - block))
        first = np.uint64(block)
        for k in range(count):
            flags[k] = pairs[np.uint64(pair_hash(points[first + k], points[first + k + ONE]))]
        for k in range(count):
            before, sort, after = sorts[first + k], sorts[first + k + ONE], sorts[first + k + TWO]
            alone = sort & (ALWAYS | flags[k])  # of bits, so that it is compiled to vectors
            alone |= sort & APART & (after >> PARTED_TO_APART) & ~(before >> SYLLABLE_TO_APART)
            alone |= sort & (DIGIT | STAR) & ~before
            alone |= sort & OPENING & (before >> SYLLABLE_TO_OPENING)
            alone |= sort & H & (after >> T_TO_H)
            flags[k] = np.uint8((alone | (sort & W & after)) != 0)
        for k in range(count):
            places[m] = first + k
            m += np.uint64(flags[k])
    for c in range(m):
        i = np.uint64(places[c])
        point, after, third = points[i], points[i + ONE], points[i + TWO]
        goes_on = openings[np.uint64(triple_hash(point, after, third))] & BEGUN
        goes_on |= openings[np.uint64(pair_hash(point, after))] & WHOLE
        apart = (sorts[i + ONE] & SYLLABLE != 0) & (sorts[i + TWO] & PARTED != 0)
        goes_on |= np.uint8(apart | (sorts[i + ONE] & OPENS != 0))
        places[c] = i << ONE | np.uint64(goes_on != 0)
    return np.int64(m)


@kernel
def is_syllable(point: Any) -> Any:
    return 0xAC00 <= point <= 0xD7A3


@kernel
def is_digit(point: Any) -> Any:
    return 48 <= point <= 57


@kernel
def is_word(point: Any) -> Any:
    return 0xAC00 <= point <= 0xD7A3 or 97 <= point <= 122 or 48 <= point <= 57


@kernel
def is_mark(point: Any) -> Any:
    """A space, punctuation or symbol that may stand between the syllables of a term taken apart; no line break."""
    if point < 128:
        return (
            point == 32 or (33 <= point <= 47 and point != 35) or 58 <= point <= 64 or 91 <= point <= 96 or point > 122
        )
    return point == 0xB7 or 0x2000 <= point <= 0x2BFF or 0x3001 <= point <= 0x303F or point >= 0x1F000


@kernel
def follow(state: Any, point: Any, edges: Any) -> Any:
    """The next state, 0 where there is none."""
    key = np.int64(state) << POINT_BITS | (np.int64(point) + 1)
    mask = np.int64(len(edges) - 1)
    slot = np.int64(np.uint64(key) * SPREAD >> np.uint64(40)) & mask
    while edges[slot] and edges[slot] & KEY != key:
        slot = (slot + 1) & mask
    return edges[slot] >> KEY_BITS


@kernel
def digits(points: Any, n: Any, i: Any, most: Any) -> Any:
    """How many ASCII digits stand at ``i``, up to ``most``."""
    count = 0
    while i + count < n and count < most and is_digit(points[i + count]):
        count += 1
    return count


@kernel
def gap(points: Any, n: Any, i: Any) -> Any:
    """1 where one of - . space ) stands at ``i``."""
    return 1 if i < n and (points[i] == 45 or points[i] == 46 or points[i] == 32 or points[i] == 41) else 0


@kernel
def phone(points: Any, n: Any, i: Any) -> Any:
    """The end of a Korean number at ``i``, ``i`` where there is none: 01x, 0xx and 1[5-8]xx, in two or three groups."""
    if i and (
        is_digit(points[i - 1]) or points[i - 1] == 45 or (points[i - 1] == 46 and i > 1 and is_digit(points[i - 2]))
    ):
        return i
    if points[i] == 49:
        j = i + digits(points, n, i, 4)
        if j - i < 4 or not 53 <= points[i + 1] <= 56 or j == n or points[j] != 45:
            return i
    else:
        area = 2 if i + 1 < n and points[i + 1] == 50 else 3
        if digits(points, n, i, area) < area or (i + 1 < n and points[i + 1] == 48):
            return i
        j = i + area
        apart = gap(points, n, j)
        j += apart
        count = digits(points, n, j, 8)
        if count == 8 and not apart and points[i + 1] == 49:
            return j + 8 if j + 8 == n or not is_digit(points[j + 8]) else i
        if not 3 <= count <= 4:
            return i
        j += count
    j += gap(points, n, j)
    if digits(points, n, j, 5) != 4:
        return i
    return j + 4


@kernel
def url(points: Any, n: Any, i: Any) -> Any:
    """(start of the host, its end, end of the link) of a link at ``i``; all ``i`` where there is none."""
    j = i
    if i + 7 < n and points[i] == 104 and points[i + 1] == 116 and points[i + 2] == 116 and points[i + 3] == 112:
        j = i + 4 + (points[i + 4] == 115)
        if not (j + 3 < n and points[j] == 58 and points[j + 1] == 47 and points[j + 2] == 47):
            return i, i, i
        j += 3
    elif not (i + 4 < n and points[i + 1] == 119 and points[i + 2] == 119 and points[i + 3] == 46) or (
        i and is_word(points[i - 1])
    ):
        return i, i, i
    host = j
    while j < n and ((is_word(points[j]) and not is_syllable(points[j])) or points[j] == 45 or points[j] == 46):
        j += 1
    end = j
    while j < n and 33 <= points[j] < 127 and points[j] not in (34, 39, 40, 41, 60, 62, 91, 93, 96, 123, 125):
        j += 1
    return host, end, j


@kernel
def blank(points: Any, i: Any, end: Any) -> Any:
    """Whether nothing but white space stands from ``i`` to ``end``."""
    while i < end and points[i] <= 32:
        i += 1
    return i >= end


@kernel
def masked(points: Any, n: Any, i: Any) -> Any:
    """The end of the mark of a mask at ``i`` (corpus.masks), ``i`` where there is none."""
    for k in range(4):
        if i + k >= n or points[i + k] != 42:
            return i
    if i + 4 < n and points[i + 4] == 64:
        return i + 5
    if i + 8 >= n or points[i + 4] != 45:
        return i
    for k in range(5, 9):
        if points[i + k] != 42:
            return i
    return i + 9
