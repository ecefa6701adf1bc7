"""What the pass over UTF-8 reads at a place: characters, numbers to call, links, masks; and the edges of the trie."""

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


@kernel
def pair_hash(first: Any, second: Any) -> Any:
    """Place of two characters in a table of REACH."""
    return ((np.int64(first) * 0x9E3779B1 ^ np.int64(second)) * 0x85EBCA6B >> 16) & (REACH - 1)


@kernel
def decode(data: Any, start: Any, end: Any, pairs: Any, points: Any, places: Any) -> Any:
    """Code points without zero-width characters; ASCII, also full-width, in lower case.  ``places``: where a term, a
    number, a tag, a mask or a link may begin.  Returns how many of both; one point 0 stands behind the last."""
    n = m = 0
    last: Any = np.int64(0)
    before_last: Any = np.int64(0)
    i = start
    while i <= end:
        point: Any = np.int64(0)
        if i == end:
            i += 1
        else:
            point = np.int64(data[i])
            if point < 0x80:
                i += 1
                if 65 <= point <= 90:
                    point += 32
            elif point < 0xE0 and i + 1 < end:
                point = (point & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F)
                i += 2
                if point == 0xAD:
                    continue
            elif point < 0xF0 and i + 2 < end:
                point = (point & 0x0F) << 12 | (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
                i += 3
                if point < 0xAC00:
                    if 0x200B <= point <= 0x200D or point == 0x2060:
                        continue
                    if point == 0x3000:
                        point = np.int64(32)
                elif point == 0xFEFF:
                    continue
                elif 0xFF01 <= point <= 0xFF5E:
                    point -= 0xFEE0
                    if 65 <= point <= 90:
                        point += 32
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
        if last > 32:
            here = pairs[pair_hash(last, point)] != 0
            if last >= 0xAC00:
                here = here or last > 0xD7A3
                if not here and (point < 0x3040 or point >= 0x1F000) and not 0xAC00 <= before_last <= 0xD7A3:
                    here = pairs[pair_hash(last, ALONE)] != 0 and point != 10
            elif last < 128:
                here = here or (
                    last == 35
                    or (last == 40 and 0xAC00 <= before_last <= 0xD7A3)
                    or (last == 42 and before_last != 42)
                    or (48 <= last <= 57 and not 48 <= before_last <= 57)
                    or ((last == 104 and point == 116) or (last == 119 and point == 119))
                )
            else:
                here = here or 0x2000 <= last < 0x3000
            if here:
                places[m] = n - 1
                m += 1
        points[n] = point
        n += 1
        before_last = last
        last = point
    return n - 1, m


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
