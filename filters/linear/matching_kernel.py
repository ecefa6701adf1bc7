"""Kernel of the matching copy: five small passes over the code points of a document, in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus import hangul
from corpus.kernel import kernel

OTHER, SPACE, MARK, DIGIT, SYLLABLE, CONSONANT, VOWEL, CONJOINING, DROPPED = 0, 1, 2, 3, 4, 5, 6, 7, 8
BLANK, NEWLINE = 32, 10
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
    """Bytes that the copies surely fit in: a character of one byte may become one of three."""
    return int(offsets[-1] - offsets[0]) * 3 + 1


@kernel
def class_of(point: Any, kinds: Any) -> Any:
    """Beyond the basic plane lie Han (letters) and symbols."""
    if point < 0x10000:
        return np.int64(kinds[point])
    return np.int64(OTHER) if point >= 0x20000 else np.int64(MARK)


@kernel
def decode(data: Any, start: int, end: int, folded: Any, kinds: Any, points: Any, sources: Any) -> Any:
    """Step 1: fold, drop, compose conjoining jamo, collapse white space.  Returns how many characters, whether
    there is jamo among them, and whether conjoining jamo stayed loose."""
    size = 0
    jamo = loose = False
    i = start
    while i < end:
        byte = np.int32(data[i])
        begin = i - start
        if byte < 0x80:
            point = byte
            i += 1
        elif byte < 0xE0 and i + 1 < end:
            point = (byte & 0x1F) << 6 | (np.int32(data[i + 1]) & 0x3F)
            i += 2
        elif byte < 0xF0 and i + 2 < end:
            point = (byte & 0x0F) << 12 | (np.int32(data[i + 1]) & 0x3F) << 6 | (np.int32(data[i + 2]) & 0x3F)
            i += 3
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
        kind = class_of(point, kinds)
        if kind == SYLLABLE:
            points[size] = point
        elif kind == SPACE:
            mark = NEWLINE if point == NEWLINE else BLANK
            if size and (points[size - 1] == BLANK or points[size - 1] == NEWLINE):
                if mark == NEWLINE:
                    points[size - 1] = NEWLINE
                continue
            points[size] = mark
        elif kind == DROPPED or point >= 0xE0000:
            continue
        elif kind == CONJOINING:
            last = points[size - 1] if size else 0
            if 0x1161 <= point <= 0x1175 and 0x1100 <= last <= 0x1112:
                points[size - 1] = SYLLABLES + ((last - 0x1100) * 21 + point - 0x1161) * 28
                continue
            if point >= 0x11A8 and SYLLABLES <= last <= LAST_SYLLABLE and (last - SYLLABLES) % 28 == 0:
                points[size - 1] = last + point - 0x11A7
                continue
            points[size] = point
            loose = True
        else:
            points[size] = folded[point] if point < 0x10000 else point
            jamo = jamo or CONSONANT <= kind <= VOWEL
        sources[size] = begin
        size += 1
    return size, jamo, loose


@kernel
def tie_loose(points: Any, size: int) -> None:
    """Conjoining jamo that stayed loose become compatibility jamo."""
    for i in range(size):
        point = points[i]
        if 0x1100 <= point <= 0x1112:
            points[i] = LEADS[point - 0x1100]
        elif 0x1161 <= point <= 0x1175:
            points[i] = FIRST_VOWEL + point - 0x1161
        elif 0x11A8 <= point <= 0x11C2:
            points[i] = TAILS[point - 0x11A7]


@kernel
def unmask(points: Any, size: int, kinds: Any) -> None:
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
        elif point == 48 or point == 111 or point == 55:  # 0 o 7
            kind = class_of(before, kinds) if i else np.int64(SPACE)
            opens = is_vowel(after) and third != after and kind != DIGIT and kind != OTHER
            if point == 55:
                if opens:
                    points[i] = GIYEOK
            elif opens or (is_vowel(before) and is_initial(second)):
                points[i] = IEUNG


@kernel
def is_initial(point: Any) -> bool:
    return bool(JAMO < point < FIRST_VOWEL and INITIALS[point - JAMO] != NONE)


@kernel
def is_vowel(point: Any) -> bool:
    return bool(FIRST_VOWEL <= point <= I_VOWEL)


@kernel
def tighten(points: Any, sources: Any, size: int, kinds: Any) -> int:
    """Step 3: one mark or digit between Hangul, and spaces between letters that stand alone, go."""
    kept = 0
    second: Any = np.int64(SPACE)  # classes of the two characters before
    before: Any = np.int64(SPACE)
    here = class_of(points[0], kinds) if size else np.int64(SPACE)
    after = class_of(points[1], kinds) if size > 1 else np.int64(SPACE)
    for i in range(size):
        third = class_of(points[i + 2], kinds) if i + 2 < size else np.int64(SPACE)
        gone = False
        if SYLLABLE <= before <= VOWEL and SYLLABLE <= after <= VOWEL:
            if MARK <= here <= DIGIT:
                gone = True
            elif here == SPACE:
                gone = points[i] == BLANK and second == SPACE and third == SPACE
        if not gone:
            points[kept] = points[i]
            sources[kept] = sources[i]
            kept += 1
        second, before, here, after = before, here, after, third
    return kept


@kernel
def compose(points: Any, sources: Any, size: int, vowels: Any, finals: Any) -> int:
    """Step 4: jamo into syllables, as a keyboard's automaton does."""
    kept = 0
    i = 0
    while i < size:
        point = points[i]
        begin = sources[i]
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
def encode(points: Any, sources: Any, size: int, kinds: Any, data: Any, at: int, places: Any) -> int:
    """Step 5, and UTF-8; where ``places`` has room, the source of every byte."""
    i = 0
    run = 0
    previous: Any = np.int32(-1)
    while i < size:
        point = points[i]
        source = sources[i]
        i += 1
        run = run + 1 if point == previous else 1
        previous = point
        if run > 2 and class_of(point, kinds) != DIGIT:
            continue
        if i + 1 < size and points[i] == points[i + 1] and SYLLABLES <= point <= LAST_SYLLABLE:
            place = point - SYLLABLES
            stretched = SYLLABLES + OPEN_IEUNG + place % 588
            if place % 28 == 0 and place // 588 != 11 and points[i] == stretched:
                while i < size and points[i] == stretched:
                    i += 1
        first = at
        if point < 0x80:
            data[at] = point
            at += 1
        elif point < 0x800:
            data[at] = 0xC0 | point >> 6
            data[at + 1] = 0x80 | (point & 0x3F)
            at += 2
        elif point < 0x10000:
            data[at] = 0xE0 | point >> 12
            data[at + 1] = 0x80 | (point >> 6 & 0x3F)
            data[at + 2] = 0x80 | (point & 0x3F)
            at += 3
        else:
            data[at] = 0xF0 | point >> 18
            data[at + 1] = 0x80 | (point >> 12 & 0x3F)
            data[at + 2] = 0x80 | (point >> 6 & 0x3F)
            data[at + 3] = 0x80 | (point & 0x3F)
            at += 4
        if len(places):
            places[first:at] = source
    return at


@kernel
def copy(
    data: Any, offsets: Any, folded: Any, kinds: Any, vowels: Any, finals: Any, out: Any, ends: Any, places: Any
) -> None:
    """Fill ``out`` with the copies, ``ends`` with their offsets, and ``places`` where it has room."""
    longest = 1
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    points, sources = np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int32)
    at = 0
    for row in range(len(offsets) - 1):
        size, jamo, loose = decode(data, offsets[row], offsets[row + 1], folded, kinds, points, sources)
        if loose:
            tie_loose(points, size)
        if jamo or loose:
            unmask(points, size, kinds)
        size = tighten(points, sources, size, kinds)
        if jamo or loose:
            size = compose(points, sources, size, vowels, finals)
        at = encode(points, sources, size, kinds, out, at, places)
        ends[row + 1] = at
