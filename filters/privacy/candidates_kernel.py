"""One pass over UTF-8 that finds where a detector is worth running, for all detectors at once.

Ordinary text pays this pass alone.  A candidate is a window of characters around an anchor: nine signs that
may be read as digits with little between them, a mark or word that stands for @, a word that a messenger's
id follows, digits around a syllable of plates, a letter of passports before digits.  Windows say where
detectors look, never what they find; each holds LEFT characters before its anchor and RIGHT behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.privacy import fold

Array = np.ndarray[Any, Any]

LEFT, RIGHT = 64, 48

NUMBER, EMAIL, MESSENGER, PLATE, PASSPORT, ADDRESS, DECOMPOSED = 1, 2, 4, 8, 16, 32, 64

UNITS = 9  # 02-345-6789, the shortest number that is masked
SURE_UNITS = 7  # digits or Hangul digits among them; the rest may be letters that look like digits
GAP = 4  # characters between two digits of one number: " - " and a zero-width mark

# What a character is to the pass.
OTHER, DIGIT, SPELLED, ALIKE, SEPARATOR, SPACE, BREAK, AT, LETTER, JAMO = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
TRIGGER, SNAIL, TALK, TELE, LINE, WECHAT = 10, 11, 12, 13, 14, 15  # begin words that an identifier is near

SPELLED_DIGITS = "공영빵일이삼사오육륙칠팔구"
ALIKE_DIGITS = "OoQlI|○〇◯"
# 자동차 등록번호판 등의 기준에 관한 고시, article 5: private, commercial, rental and parcel cars.
PLATE_SYLLABLES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호"


def _classes() -> Array:
    table = np.zeros(0x10000, np.uint8)
    for point in range(0x41, 0x5B):
        table[point] = table[point + 32] = LETTER
    for marks, kind in (
        ("adktwADKTW", TRIGGER),
        ("0123456789０１２３４５６７８９", DIGIT),
        (SPELLED_DIGITS, SPELLED),
        (ALIKE_DIGITS + "Ｏｏｌ", ALIKE),
        ("-.()/_+~*" + fold.DASHES + fold.DOTS + fold.INVISIBLE + "－．（）＋", SEPARATOR),
        (" " + fold.SPACES, SPACE),
        ("\n", BREAK),
        ("@＠﹫", AT),
        ("골", SNAIL),
        ("톡", TALK),
        ("텔", TELE),
        ("라", LINE),
        ("위", WECHAT),
    ):
        for mark in marks:
            table[ord(mark)] = kind
    for point in fold.DIGITS:
        if point < 0x10000:
            table[point] = DIGIT
    table[0x1161:0x1176] = JAMO  # vowels: of decomposed Hangul every syllable has one
    return table


def _plate_syllables() -> Array:
    table = np.zeros(0x10000, np.bool_)
    for mark in PLATE_SYLLABLES:
        table[ord(mark)] = True
    return table


CLASSES = _classes()
PLATES = _plate_syllables()


@kernel
def _lower(byte: int) -> int:
    return byte | 0x20 if 0x41 <= byte <= 0x5A else byte


@kernel
def _is_id(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or byte == 0x5F


@kernel
def _follows(data: Array, at: int, word: Array) -> bool:
    """``word`` (lower case) stands at ``at``."""
    if at + len(word) > len(data):
        return False
    for i in range(len(word)):
        if _lower(data[at + i]) != word[i]:
            return False
    return True


@kernel
def _id_is_near(data: Array, at: int, back: int, ahead: int) -> bool:
    """Three signs of an account name within the next ``ahead`` bytes, or within ``back`` bytes before."""
    run = 0
    for i in range(at, min(len(data), at + ahead)):
        run = run + 1 if _is_id(data[i]) else 0
        if run >= 3:
            return True
    run = 0
    for i in range(max(0, at - back), at):
        run = run + 1 if _is_id(data[i]) else 0
        if run >= 3:
            return True
    return False


@kernel
def _at_is_mail(data: Array, at: int, end: int) -> bool:
    """A @ (bytes ``at`` to ``end``) with a sign of a name before it and of a host behind, spaces and marks
    between allowed; @ alone before a word (mentions, decorators) and host names without a dot are none."""
    before = at - 1
    while before >= 0 and at - before <= 8 and not _is_id(data[before]):
        if data[before] == 0x0A:
            return False
        before -= 1
    if before < 0 or at - before > 8:
        return False
    spaced = before < at - 1 and data[at - 1] == 0x20
    after = end
    while after < len(data) and after - end < 8 and not _is_id(data[after]) and data[after] < 0xE0:
        if data[after] == 0x0A:
            return False
        after += 1
    if after >= len(data) or after - end >= 8:
        return False
    if data[after] >= 0xE0:
        return not spaced
    host = after
    while after < len(data) and after - host < 64 and (_is_id(data[after]) or data[after] == 0x2D):
        after += 1
    if after < len(data) and (data[after] == 0x2E or data[after] >= 0x80):
        return True
    if after < len(data) and data[after] in (0x20, 0x28, 0x5B):  # "naver . com", "naver (dot) com"
        return True
    return not spaced and after - host >= 4 and _lower(data[host]) in (0x6E, 0x67, 0x64, 0x68)


@kernel
def _emit(out: Array, count: int, start: int, end: int, kind: int) -> int:
    """Adds the window around characters ``start`` to ``end``, joined with the windows that it touches."""
    low, high = max(0, start - LEFT), end + RIGHT
    while count > 0 and 3 * count <= len(out) and low <= out[3 * count - 2]:
        low = min(low, out[3 * count - 3])
        high = max(high, out[3 * count - 2])
        kind |= out[3 * count - 1]
        count -= 1
    if 3 * count + 3 <= len(out):
        out[3 * count], out[3 * count + 1], out[3 * count + 2] = low, high, kind
    return count + 1


_WORDS = ("dot", "at", "kakao", "telegram", "t.me/", "line", "wechat", "뱅이", "레", "인", "챗")
_DOT, _AT, _KAKAO, _TELEGRAM, _TME, _LINE, _WECHAT, _SNAIL_REST, _TELE_REST, _LINE_REST, _WECHAT_REST = (
    np.frombuffer(word.encode(), np.uint8) for word in _WORDS
)


@kernel
def _word(data: Array, at: int, before: int, kind: int) -> int:
    """The kind of candidate whose word begins at byte ``at``, 0 for none; ``before`` is the letter before."""
    if kind == SNAIL:
        return EMAIL if _follows(data, at + 3, _SNAIL_REST) else 0
    if kind == TALK:
        return MESSENGER if _id_is_near(data, at + 3, 24, 40) else 0
    if kind == TELE:
        return MESSENGER if _follows(data, at + 3, _TELE_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if kind == WECHAT:
        return MESSENGER if _follows(data, at + 3, _WECHAT_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if kind == LINE:
        return MESSENGER if _follows(data, at + 3, _LINE_REST) and _id_is_near(data, at + 6, 0, 32) else 0
    byte = data[at] | 0x20
    if byte == 0x6B:
        return MESSENGER if _follows(data, at, _KAKAO) and _id_is_near(data, at + 5, 0, 40) else 0
    if 0x61 <= before <= 0x7A:
        return 0
    if byte == 0x61:
        return EMAIL if before in (0x28, 0x5B, 0x7B, 0x3C) and _follows(data, at, _AT) else 0
    if byte == 0x64:
        ends = at + 3 >= len(data) or not _is_id(data[at + 3])
        return EMAIL if ends and _follows(data, at, _DOT) else 0
    if byte == 0x74:
        found = _follows(data, at, _TELEGRAM) or _follows(data, at, _TME)
        return MESSENGER if found and _id_is_near(data, at + 5, 0, 40) else 0
    if byte == 0x6C:
        return MESSENGER if _follows(data, at, _LINE) and _id_is_near(data, at + 4, 0, 24) else 0
    if byte == 0x77:
        return MESSENGER if _follows(data, at, _WECHAT) else 0
    return 0


@kernel
def candidates(data: Array, classes: Array, plates: Array, addresses: bool, out: Array) -> int:
    """Windows as (first character, character behind the last, kinds) in ``out``, ascending and apart.

    Returns their number; when ``out`` is too short for them the number is larger than it holds, and its
    content means nothing.  ``addresses`` asks for IPv4 addresses too.
    """
    size = len(data)
    count = position = index = 0  # windows; byte; character
    units = sure = gap = first = last = 0  # of the signs that may be one number
    run = run_start = letter = 0  # of digits without a gap; the ASCII letter right before it
    previous, previous_end, previous_letter = 0, -9, 0  # the run before
    octets = 0
    plate_start, plate_at = 0, -9
    before = 0  # the ASCII character before, in lower case
    while position <= size:
        length = 1
        point = np.uint32(0x0A)  # the end of the text ends what is open
        if position < size:
            byte = data[position]
            point = np.uint32(byte)
            if byte >= 0xF0:
                length = 4
                is_digit = byte == 0xF0 and data[position + 1] == 0x9D and data[position + 2] == 0x9F
                point = np.uint32(0x30) if is_digit else np.uint32(0)
            elif byte >= 0xE0:
                length = 3
                point = (
                    (np.uint32(byte & 0x0F) << 12)
                    | (np.uint32(data[position + 1] & 0x3F) << 6)
                    | np.uint32(data[position + 2] & 0x3F)
                )
            elif byte >= 0x80:
                length = 2
                point = (np.uint32(byte & 0x1F) << 6) | np.uint32(data[position + 1] & 0x3F)
        kind = classes[point]
        if kind == OTHER or kind == LETTER or kind == SPACE:
            if units == 0 and run == 0 and index - previous_end > 1:
                before = np.uint32(point | 0x20) if kind == LETTER else point
                position += length
                index += 1
                continue

        if kind == DIGIT:
            if run == 0:
                run_start, letter = index, before
            run += 1
        elif run:
            issuing = letter == 0x6D or letter == 0x73 or letter == 0x72 or letter == 0x6F or letter == 0x64
            if run == 4:
                if run_start - plate_at <= 3:
                    count = _emit(out, count, plate_start, index, PLATE)
                if previous == 3 and previous_end == run_start - 1 and 0x61 <= letter <= 0x7A and previous_letter:
                    count = _emit(out, count, previous_end - 4, index, PASSPORT)
            if run == 8 and issuing:
                count = _emit(out, count, run_start, index, PASSPORT)
            if addresses:
                octets = octets + 1 if letter == 0x2E and previous_end == run_start - 1 else 1
                if octets >= 4 and run <= 3:
                    count = _emit(out, count, run_start - 12, index, ADDRESS)
            previous, previous_end, previous_letter = run, index, issuing
            run = 0

        if kind == DIGIT or kind == SPELLED or kind == ALIKE:
            if units == 0:
                first = index
            units += 1
            if kind != ALIKE:
                sure += 1
            gap = 0
            last = index + 1
        elif units:
            gap += 1
            joins = kind == SEPARATOR or kind == SPACE or (kind == BREAK and before == 0x2D and position < size)
            if not joins or gap > GAP:
                if units >= UNITS and sure >= SURE_UNITS:
                    count = _emit(out, count, first, last, NUMBER)
                units = sure = gap = 0

        if plates[point] and 2 <= previous <= 3 and index - previous_end <= 1:
            plate_start, plate_at = previous_end - previous, index
        if kind == AT:
            if _at_is_mail(data, position, position + length):
                count = _emit(out, count, index, index + 1, EMAIL)
        elif kind >= TRIGGER or kind == ALIKE:
            found = _word(data, position, before, kind)
            if found:
                count = _emit(out, count, index, index + 3, found)
        elif kind == JAMO:
            count = _emit(out, count, index, index, DECOMPOSED)
        before = np.uint32(point | 0x20) if kind == ALIKE or kind == TRIGGER else point
        position += length
        index += 1
    return count
