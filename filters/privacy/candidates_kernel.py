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

NUMBER, EMAIL, MESSENGER, PLATE, PASSPORT, ADDRESS, DECOMPOSED, RUN, SPLIT, OTHER = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    256,
    512,
)

UNITS = 9  # 02-345-6789, the shortest number that is masked
SURE_UNITS = 7  # digits or Hangul digits among them; the rest may be letters that look like digits
LONGEST_RUN = 16  # digits without a gap of the longest number, a card
HALF = 6  # digits, or Hangul digits, of the shorter half of a registration number; the other has one more
APART = 44  # characters between its halves: "900101이고 뒷자리는 1234567"
GAP = 4  # characters between two digits of one number: " - " and a zero-width mark

SPELLED_DIGITS = "공영빵일이삼사오육륙칠팔구零〇一二三四五六七八九"
SAID_DASHES = "다시대에"  # 공일공 다시 일이삼사, 공일공에 일이삼사
ALIKE_DIGITS = "OoQlI○◯"
ZEROS = "공영빵零Oo○〇◯Ｏｏ("  # what a number may begin with, besides digits
# 자동차 등록번호판 등의 기준에 관한 고시, article 5: private, commercial, rental and parcel cars.
PLATE_SYLLABLES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호"

# What a character is to the pass, as bits.
DIGIT, SPELLED, ALIKE, GAP_SIGN, BREAK, START, WORD, AT, JAMO, SYLLABLE = (1 << bit for bit in range(10))
_UNIT = DIGIT | SPELLED | ALIKE
_LOUD = START | WORD | AT | JAMO  # looked at even where nothing is open


def _signs() -> Array:
    table = np.zeros(0x10000, np.uint16)
    for marks, bit in (
        ("0123456789０１２３４５６７８９", DIGIT | START),
        (SPELLED_DIGITS, SPELLED),
        (ALIKE_DIGITS + "Ｏｏｌ", ALIKE),
        (ZEROS.replace("(", ""), START),
        (" -.()/_+~*－．（）＋" + SAID_DASHES + fold.DASHES + fold.DOTS + fold.INVISIBLE + fold.SPACES, GAP_SIGN),
        ("\n", BREAK),
        ("@＠﹫", AT),
        ("DdGgKkLlWw/([{<골톡텔라위", WORD),
        (PLATE_SYLLABLES, SYLLABLE),
    ):
        for mark in marks:
            table[ord(mark)] |= bit
    for point in fold.DIGITS:
        if point < 0x10000:
            table[point] = DIGIT | START
    table[0x1161:0x1176] = JAMO  # vowels: of decomposed Hangul every syllable has one
    return table


SIGNS = _signs()


@kernel
def _lower(byte: Any) -> Any:
    return byte | 0x20 if 0x41 <= byte <= 0x5A else byte


@kernel
def _is_id(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or byte == 0x5F


@kernel
def _before(data: Array, at: int) -> Any:
    """The ASCII character before byte ``at`` in lower case, full-width letters as ASCII; 0 for any other."""
    if at == 0:
        return 0
    byte = np.int64(data[at - 1])
    if byte < 0x80:
        return _lower(byte)
    if at >= 3 and data[at - 3] == 0xEF and (data[at - 2] == 0xBC or data[at - 2] == 0xBD):
        return _lower((np.int64(data[at - 2]) - 0xBC) * 64 + byte - 0x80 + 0x20)
    return 0


@kernel
def _follows(data: Array, at: int, word: Array) -> bool:
    """``word`` (lower case) stands at ``at``."""
    if at < 0 or at + len(word) > len(data):
        return False
    for i in range(len(word)):  # noqa: SIM110 - compiled
        if _lower(np.int64(data[at + i])) != word[i]:
            return False
    return True


@kernel
def _id_is_near(data: Array, at: int, back: int, ahead: int) -> bool:
    """Three signs of an account name within the next ``ahead`` bytes, or within ``back`` bytes before; dots
    and dashes count behind the first."""
    run = 0
    for i in range(max(0, at - back), min(len(data), at + ahead)):
        if i == at:
            run = 0
        run = run + 1 if _is_id(data[i]) or (run and (data[i] == 0x2D or data[i] == 0x2E)) else 0
        if run >= 3:
            return True
    return False


@kernel
def _at_is_mail(data: Array, at: int) -> bool:
    """A @ at byte ``at`` with a sign of a name before it and of a host behind, spaces and marks between
    allowed; @ alone before a word (mentions, decorators) and host names without a dot are none.  The
    full-width @ is rare enough to be looked at always."""
    if data[at] >= 0x80:
        return True
    before = at - 1
    while before >= 0 and at - before <= 8 and not _is_id(data[before]):
        if data[before] == 0x0A:
            return False
        before -= 1
    if before < 0 or at - before > 8:
        return False
    spaced = before < at - 1 and data[at - 1] == 0x20
    after = at + 1
    while after < len(data) and after - at < 9 and not _is_id(data[after]) and data[after] < 0xE0:
        if data[after] == 0x0A:
            return False
        after += 1
    if after >= len(data) or after - at >= 9:
        return False
    if data[after] >= 0xE0:
        return not spaced
    host = after
    while after < len(data) and after - host < 64 and (_is_id(data[after]) or data[after] == 0x2D):
        after += 1
    if after < len(data):
        byte = data[after]
        # "naver.com", "naver닷컴", "naver . com", "naver (dot) com"
        if byte == 0x2E or byte >= 0x80 or byte == 0x20 or byte == 0x28 or byte == 0x5B:
            return True
    first = _lower(np.int64(data[host]))
    # naver, nate, gmail, daum, hanmail, hotmail
    return not spaced and after - host >= 4 and (first == 0x6E or first == 0x67 or first == 0x64 or first == 0x68)


_WORDS = ("at", "dot", "ram", "tele", "kakao", "t.me", "line", "wechat", "뱅이", "레", "인", "챗")
_A, _DOT, _RAM, _TELE, _KAKAO, _TME, _LINE, _WECHAT, _SNAIL_REST, _TELE_REST, _LINE_REST, _WECHAT_REST = (
    np.frombuffer(word.encode(), np.uint8) for word in _WORDS
)
_ID, _ID_HANGUL, _ME = (np.frombuffer(word.encode(), np.uint8) for word in ("id", "아이디", ".me/"))


@kernel
def _word(data: Array, at: int, point: int) -> int:
    """The kind of candidate whose word is at byte ``at``, where ``point`` stands; 0 for none."""
    if point == 0xACE8:  # 골
        return EMAIL if _follows(data, at + 3, _SNAIL_REST) else 0
    if point == 0xD1A1:  # 톡
        return MESSENGER if _id_is_near(data, at + 3, 24, 40) else 0
    if point == 0xD154:  # 텔
        return MESSENGER if _follows(data, at + 3, _TELE_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if point == 0xC704:  # 위
        return MESSENGER if _follows(data, at + 3, _WECHAT_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if point == 0xB77C:  # 라
        return MESSENGER if _follows(data, at + 3, _LINE_REST) and _names_id(data, at + 6) else 0
    if point == 0x2F:
        return MESSENGER if _follows(data, at - 4, _TME) and _id_is_near(data, at, 0, 40) else 0
    if point < 0x40 or point == 0x5B or point == 0x7B:  # ( < [ {
        inside = at + 2 if at + 1 < len(data) and data[at + 1] == 0x20 else at + 1
        return EMAIL if _follows(data, inside, _A) and not _is_id_at(data, inside + 2) else 0
    point |= 0x20
    if point == 0x67:
        found = _follows(data, at + 1, _RAM) and _follows(data, at - 4, _TELE)
        return MESSENGER if found and _id_is_near(data, at + 4, 0, 40) else 0
    if point == 0x6B:
        return MESSENGER if _follows(data, at, _KAKAO) and _id_is_near(data, at + 5, 0, 40) else 0
    before = _before(data, at)
    if 0x61 <= before <= 0x7A:
        return 0
    if point == 0x64:
        return EMAIL if _follows(data, at, _DOT) and not _is_id_at(data, at + 3) else 0
    if point == 0x6C:
        return MESSENGER if _follows(data, at, _LINE) and _names_id(data, at + 4) else 0
    return MESSENGER if _follows(data, at, _WECHAT) else 0


@kernel
def _names_id(data: Array, at: int) -> bool:
    """What must follow the name of a messenger that is a common word, too: 라인 아이디, LINE ID, line.me/."""
    if at < len(data) and data[at] == 0x20:
        at += 1
    return _follows(data, at, _ID) or _follows(data, at, _ID_HANGUL) or _follows(data, at, _ME)


@kernel
def _spells(data: Array, at: int, signs: Array) -> bool:
    """Two more numerals of three bytes stand at byte ``at``."""
    if at + 6 > len(data):
        return False
    for start in (at, at + 3):
        if data[start] < 0xE0 or data[start] >= 0xF0:
            return False
        point = (np.int64(data[start]) & 0x0F) << 12
        point |= (np.int64(data[start + 1]) & 0x3F) << 6 | (np.int64(data[start + 2]) & 0x3F)
        if signs[point] & (SPELLED | ALIKE) == 0:
            return False
    return True


@kernel
def _follows_consonant(data: Array, at: int) -> bool:
    """U+1100 to U+1112, with which a vowel composes, stand before byte ``at``."""
    return at >= 3 and data[at - 3] == 0xE1 and data[at - 2] == 0x84 and 0x80 <= data[at - 1] <= 0x92


@kernel
def _is_id_at(data: Array, at: int) -> bool:
    return at < len(data) and _is_id(data[at])


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


@kernel
def candidates(data: Array, signs: Array, addresses: bool, out: Array) -> int:
    """Windows as (first character, character behind the last, kinds) in ``out``, ascending and apart.

    Returns their number; when ``out`` is too short for them the number is larger than it holds, and its
    content means nothing.  ``addresses`` asks for IPv4 addresses too.
    """
    size = len(data)
    count = position = index = 0  # windows; byte; character
    units = sure = gap = first = last = 0  # of the signs that may be one number
    run = run_start = letter = 0  # of digits without a gap; the ASCII letter right before it
    previous, previous_end, previous_letter = 0, -9, False  # the run before
    octets = 0
    plate_start, plate_at = 0, -9
    parted, half, longest = -APART - 1, 0, 0  # where the signs before ended, how many; longest run in these
    other = half_other = 0  # OTHER where one of these is no digit
    opens = False  # the first of them is a 0 or 8 (a phone number, +82 without its sign) or no ASCII
    busy = 0  # the first character at which nothing is open any more
    while position <= size:
        length = 1
        point: Any = 0x0A  # the end of the text ends what is open
        if position < size:
            point = np.int64(data[position])
            if point >= 0xF0:
                length = 4
                point = 0x30 if point == 0xF0 and data[position + 1] == 0x9D and data[position + 2] == 0x9F else 0
            elif point >= 0xE0:
                length = 3
                point = (point & 0x0F) << 12
                point |= (np.int64(data[position + 1]) & 0x3F) << 6 | (np.int64(data[position + 2]) & 0x3F)
            elif point >= 0x80:
                length = 2
                point = (point & 0x1F) << 6 | (np.int64(data[position + 1]) & 0x3F)
        sign = signs[point]
        starts = sign & START != 0 or (sign & SPELLED != 0 and _spells(data, position + length, signs))
        if sign & _LOUD == 0 and not starts and index > busy:
            position += length
            index += 1
            continue

        if sign & DIGIT:
            if run == 0:
                run_start, letter = index, _before(data, position)
            run += 1
        elif run:
            issuing = letter == 0x6D or letter == 0x73 or letter == 0x72 or letter == 0x6F or letter == 0x64
            if run == 4:
                if run_start - plate_at <= 4:
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
            longest = max(longest, run)
            run = 0

        if sign & _UNIT and (units or starts):
            if units == 0:
                first, longest, other = index, 0, 0
                opens = point == 0x30 or point == 0x38 or point > 0x39
            units += 1
            if not sign & ALIKE:
                sure += 1
            if not sign & DIGIT:
                other = OTHER
            gap = 0
            last = index + 1
        elif units:
            gap += 1
            joins = sign & GAP_SIGN or (sign & BREAK and position < size and _before(data, position) == 0x2D)
            if not joins or gap > GAP:
                found = NUMBER if units >= UNITS and sure >= SURE_UNITS else 0
                if found and last - first == units:  # one run
                    if units > LONGEST_RUN or (longest == units == UNITS and not opens):
                        found = 0
                    elif longest == units <= 12 and not opens:
                        found = RUN
                elif HALF <= sure < UNITS and first - parted <= APART:
                    # The second half, or the first behind the second; not of a hash, a name or a fraction.
                    inside = 0x61 <= letter <= 0x7A or letter == 0x2E or letter == 0x5F
                    digits = HALF <= longest <= HALF + 1 and not inside
                    if (digits or longest == 0) and (sure > HALF or half == HALF + 1):
                        found, first, other = SPLIT, parted, other | half_other
                if found:
                    count = _emit(out, count, first, last, found | other)
                parted, half, half_other = last, sure, other
                units = sure = gap = 0
        if units or run:
            busy = index + 1

        if sign & SYLLABLE and 2 <= previous <= 3 and index - previous_end <= 1:
            plate_start, plate_at = previous_end - previous, index
        if sign & AT:
            if _at_is_mail(data, position):
                count = _emit(out, count, index, index + 1, EMAIL)
        elif sign & WORD:
            found = _word(data, position, point)
            if found:
                count = _emit(out, count, index, index + 3, found)
        elif sign & JAMO and _follows_consonant(data, position):
            count = _emit(out, count, index, index, DECOMPOSED)
        position += length
        index += 1
    # A number at the very end was closed by the end of the text above.
    return count
