"""Kernel of the matching copy: five small passes over the code points of a document, in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus import hangul
from corpus.kernel import kernel

OTHER, SPACE, MARK, DIGIT, SYLLABLE, CONSONANT, VOWEL, CONJOINING, DROPPED = 0, 1, 2, 3, 4, 5, 6, 7, 8
BLANK, NEWLINE = 32, 10
PLANE, ONE, TWO = np.uint64(0x10000), np.uint64(1), np.uint64(2)
KIND, FOLDED = 24, (1 << 24) - 1  # bits of a folded character below its class
JAMO = 0x3130  # compatibility jamo are written as distances from here
NONE = -1


def _places(letters: str, first: int) -> Any:
    """Place in a syllable of each compatibility jamo, by its distance from JAMO; NONE where it has none."""
    found = np.full(64, NONE, np.int32)
    for place, letter in enumerate(letters, first):
        found[ord(letter) - JAMO] = place
    return found


INITIALS = _places(hangul.INITIALS, 0)
FINALS = _places(hangul.FINALS[1:], 1)
LEADS = np.array([ord(letter) for letter in hangul.INITIALS], np.int32)
TAILS = np.array([ord(letter) for letter in hangul.FINALS], np.int32)
FIRST_VOWEL = 0x314F
I_VOWEL, IEUNG, GIYEOK = 0x3163, 0x3147, 0x3131  # ㅣ ㅇ ㄱ
TEARS = np.zeros(64, np.bool_)  # ㅠ ㅜ ㅡ: tears and eyes
TEARS[[0x30, 0x2C, 0x31]] = True
CLOSERS = np.zeros(
    64, np.bool_
)  # ㄱ ㄴ ㄹ ㅁ: what is split from the end of a syllable (미치ㄴ); ㅅ ㅂ are words of chat
CLOSERS[[1, 4, 9, 17]] = True
SYLLABLES, LAST_SYLLABLE = 0xAC00, 0xD7A3
OPEN_IEUNG = 11 * 588  # 아 is this far from 가


@kernel
def capacity(offsets: Any) -> int:
    """Bytes that the copies of so many code points surely fit in: a character of one byte may become one of three."""
    return int(offsets[-1] - offsets[0]) * 4 + 4


@kernel
def fold(read: Any, start: int, end: int, folded: Any, points: Any, sorts: Any, sources: Any) -> Any:
    """Step 1: fold, drop, compose conjoining jamo, collapse white space.  Returns how many characters, whether
    there is jamo among them, and whether conjoining jamo stayed loose.

    ``folded``: of every character of the basic plane its folded form, and its class above KIND.  ``sorts`` gets the
    classes; ``sources``, where it has room, the byte of the text at which each character begins.
    """
    size = np.uint64(0)
    jamo = loose = False
    was_space = np.uint64(0)
    before = np.int64(0)  # the character written last
    begin = bytes_read = np.int32(0)
    for k in range(np.uint64(start), np.uint64(end)):
        point = np.uint64(read[k])
        if point < PLANE:
            entry = np.int64(folded[point])
        else:
            entry = np.int64(point) | np.int64(OTHER if point >= 0x20000 else MARK) << KIND
            if point >= 0xE0000:
                entry = np.int64(DROPPED) << KIND
        if len(sources):
            begin = bytes_read
            bytes_read += width(point)
        kind, value = entry >> KIND, entry & FOLDED
        if kind >= CONSONANT:
            if kind == DROPPED:
                continue
            if kind == CONJOINING:
                last = np.int64(points[size - ONE]) if size else np.int64(0)
                if 0x1161 <= value <= 0x1175 and 0x1100 <= last <= 0x1112:
                    points[size - ONE] = before = SYLLABLES + ((last - 0x1100) * 21 + value - 0x1161) * 28
                    sorts[size - ONE] = SYLLABLE
                    continue
                if value >= 0x11A8 and SYLLABLES <= last <= LAST_SYLLABLE and (last - SYLLABLES) % 28 == 0:
                    points[size - ONE] = before = last + value - 0x11A7
                    continue
                loose = True
            else:
                jamo = True
        space = np.uint64(kind == SPACE)
        merged = space & was_space
        value = min(value, before) if merged else value  # a line break is the smaller of the two marks
        size -= merged
        points[size] = value
        sorts[size] = kind
        if len(sources) and not merged:
            sources[size] = begin
        size += ONE
        was_space, before = space, value
    return np.int64(size), jamo, loose


@kernel
def width(point: Any) -> Any:
    """Bytes of a character in UTF-8."""
    return np.int32(1) + np.int32(point >= 0x80) + np.int32(point >= 0x800) + np.int32(point >= 0x10000)


@kernel
def tie_loose(points: Any, sorts: Any, size: int) -> None:
    """Conjoining jamo that stayed loose become compatibility jamo."""
    for i in range(size):
        point = points[i]
        if 0x1100 <= point <= 0x1112:
            points[i] = LEADS[point - 0x1100]
            sorts[i] = CONSONANT
        elif 0x1161 <= point <= 0x1175:
            points[i] = FIRST_VOWEL + point - 0x1161
            sorts[i] = VOWEL
        elif 0x11A8 <= point <= 0x11C2:
            points[i] = TAILS[point - 0x11A7]
            sorts[i] = CONSONANT


@kernel
def unmask(points: Any, sorts: Any, size: int) -> None:
    """Step 2: look-alikes beside jamo."""
    for i in range(size):
        point = points[i]
        before = points[i - 1] if i >= 1 else 0
        second = points[i - 2] if i >= 2 else 0
        after = points[i + 1] if i + 1 < size else 0
        third = points[i + 2] if i + 2 < size else 0
        if point == 49 or point == 108 or point == 105 or point == 124:  # 1 l i |
            if is_initial(before) and second != before:
                points[i] = I_VOWEL
                sorts[i] = VOWEL
        elif point == 48 or point == 111 or point == 55:  # 0 o 7
            kind = sorts[i - 1] if i else np.uint8(SPACE)
            opens = is_vowel(after) and third != after and kind != DIGIT and kind != OTHER
            if opens or (point != 55 and is_vowel(before) and is_initial(second)):
                points[i] = GIYEOK if point == 55 else IEUNG
                sorts[i] = CONSONANT


@kernel
def is_initial(point: Any) -> bool:
    return bool(JAMO < point < FIRST_VOWEL and INITIALS[point - JAMO] != NONE)


@kernel
def is_vowel(point: Any) -> bool:
    return bool(FIRST_VOWEL <= point <= I_VOWEL)


@kernel
def is_gone(point: Any, second: Any, before: Any, here: Any, after: Any, third: Any) -> Any:
    """Of a character, the classes of the two before it, its own, and those of the two behind it.  Of bits, not of
    branches: which character ends a word no processor can guess."""
    alone = (point == BLANK) & (second == SPACE) & (third == SPACE)
    parts = (here >= SPACE) & (here <= DIGIT) & ((here != SPACE) | alone)
    return parts & (before >= SYLLABLE) & (before <= VOWEL) & (after >= SYLLABLE) & (after <= VOWEL)


@kernel
def tighten(points: Any, sorts: Any, sources: Any, gone: Any, size: int) -> Any:
    """Step 3: one mark or digit between two letters of Hangul, and spaces between letters that stand alone, go.
    ``gone``: scratch, one bool a character."""
    sorts[np.uint64(size)] = sorts[np.uint64(size + 1)] = SPACE
    if size < 3:  # a character that goes has one on either side
        return np.int64(size)
    gone[0] = False
    gone[1] = is_gone(points[1], SPACE, sorts[0], sorts[1], sorts[2], sorts[3])
    many = np.int64(gone[1])
    for i in range(TWO, np.uint64(size)):
        flag = is_gone(points[i], sorts[i - TWO], sorts[i - ONE], sorts[i], sorts[i + ONE], sorts[i + TWO])
        gone[i] = flag
        many += flag
    if many == 0:
        return np.int64(size)
    kept = np.uint64(0)
    for i in range(np.uint64(size)):
        points[kept] = points[i]
        if len(sources):
            sources[kept] = sources[i]
        kept += np.uint64(not gone[i])
    return np.int64(kept)


@kernel
def compose(points: Any, sources: Any, size: int, vowels: Any, finals: Any) -> int:
    """Step 4: jamo into syllables, as a keyboard's automaton does."""
    kept = 0
    i = 0
    while i < size:
        point = points[i]
        begin = sources[i] if len(sources) else np.int32(0)
        after = points[i + 1] if i + 1 < size else 0
        third = points[i + 2] if i + 2 < size else 0
        if is_initial(point) and is_vowel(after) and not (after == third and is_tears(after)):
            vowel = after - FIRST_VOWEL
            i += 2
            if is_vowel(third) and third != after and vowels[after - JAMO, third - JAMO] != NONE:
                vowel = vowels[after - JAMO, third - JAMO]
                i += 1
            while i < size and points[i] == FIRST_VOWEL + vowel:
                i += 1
            final = 0
            if i < size and is_final(points[i]):
                tail = points[i]
                after = points[i + 1] if i + 1 < size else 0
                third = points[i + 2] if i + 2 < size else 0
                if not is_vowel(after) and after != tail:
                    final = FINALS[tail - JAMO]
                    i += 1
                    if is_final(after) and finals[tail - JAMO, after - JAMO] != NONE and not is_jamo(third):
                        final = finals[tail - JAMO, after - JAMO]
                        i += 1
            points[kept] = SYLLABLES + (INITIALS[point - JAMO] * 21 + vowel) * 28 + final
        elif SYLLABLES <= point <= LAST_SYLLABLE and (point - SYLLABLES) % 28 == 0 and is_jamo(after):
            vowel = (point - SYLLABLES) // 28 % 21
            i += 1
            if after == FIRST_VOWEL + vowel and not is_tears(after):
                while i < size and points[i] == after:
                    i += 1
            elif CLOSERS[after - JAMO] and not is_jamo(third):
                point += FINALS[after - JAMO]
                i += 1
            points[kept] = point
        else:
            points[kept] = point
            i += 1
        if len(sources):
            sources[kept] = begin
        kept += 1
    return kept


@kernel
def is_jamo(point: Any) -> bool:
    return bool(JAMO < point <= I_VOWEL)


@kernel
def is_final(point: Any) -> bool:
    return bool(JAMO < point < FIRST_VOWEL and FINALS[point - JAMO] != NONE)


@kernel
def is_tears(point: Any) -> bool:
    return bool(TEARS[point - JAMO])


@kernel
def encode(points: Any, sources: Any, size: int, folded: Any, data: Any, at: Any, written: Any, many: Any,
           places: Any) -> Any:  # fmt: skip
    """Step 5, in UTF-8 (``data`` from ``at`` on) and in code points (``written`` from ``many`` on); returns both ends.

    Where ``places`` has room, the source of every byte.
    """
    i = np.uint64(0)
    run = 0
    previous: Any = np.int64(-1)
    points[np.uint64(size)] = points[np.uint64(size + 1)] = 0
    while i < np.uint64(size):
        point = np.int64(points[i])
        here = i
        i += ONE
        run = run + 1 if point == previous else 1
        previous = point
        if run > 2 and not is_digit(point, folded):
            continue
        if (points[i] == points[i + ONE]) & (point >= SYLLABLES) & (point <= LAST_SYLLABLE):
            place = point - SYLLABLES
            stretched = SYLLABLES + OPEN_IEUNG + place % 588
            if place % 28 == 0 and place // 588 != 11 and points[i] == stretched:
                while points[i] == stretched:
                    i += ONE
        written[many] = point
        many += ONE
        first = at
        if np.uint64(point - 0x80) >= np.uint64(0x780) and point < 0x10000:  # one byte or three: no guess which
            data[at] = point if point < 0x80 else 0xE0 | point >> 12
            data[at + ONE] = 0x80 | (point >> 6 & 0x3F)
            data[at + np.uint64(2)] = 0x80 | (point & 0x3F)
            at += ONE + np.uint64(2) * np.uint64(point >= 0x80)
        elif point < 0x800:
            data[at] = 0xC0 | point >> 6
            data[at + ONE] = 0x80 | (point & 0x3F)
            at += np.uint64(2)
        else:
            data[at] = 0xF0 | point >> 18
            data[at + ONE] = 0x80 | (point >> 12 & 0x3F)
            data[at + np.uint64(2)] = 0x80 | (point >> 6 & 0x3F)
            data[at + np.uint64(3)] = 0x80 | (point & 0x3F)
            at += np.uint64(4)
        if len(places):
            places[first:at] = sources[here]
    return at, many


@kernel
def is_digit(point: Any, folded: Any) -> bool:
    return bool(point < 0x10000 and folded[point] >> KIND == DIGIT)


@kernel
def copy(
    read: Any, offsets: Any, folded: Any, vowels: Any, finals: Any,
    out: Any, ends: Any, written: Any, point_ends: Any, places: Any,
) -> None:  # fmt: skip
    """Fill ``out`` and ``written`` with the copies in UTF-8 and in code points, ``ends`` and ``point_ends`` with their
    offsets, and ``places`` where it has room."""
    longest = 1
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    points, sorts = np.empty(longest + 2, np.int32), np.empty(longest + 2, np.uint8)
    gone = np.empty(longest, np.bool_)
    sources = np.empty(longest + 1 if len(places) else 0, np.int32)
    at = many = np.uint64(0)
    for row in range(len(offsets) - 1):
        size, jamo, loose = fold(read, offsets[row], offsets[row + 1], folded, points, sorts, sources)
        if loose:
            tie_loose(points, sorts, size)
        if jamo or loose:
            unmask(points, sorts, size)
        size = tighten(points, sorts, sources, gone, size)
        if jamo or loose:
            size = compose(points, sources, size, vowels, finals)
        at, many = encode(points, sources, size, folded, out, at, written, many, places)
        ends[row + 1] = at
        point_ends[row + 1] = many
