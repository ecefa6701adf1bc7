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
from filters.privacy.words_kernel import EMAIL, at_is_mail, letter_before, may_be_word, two_letters_before, word

Array = np.ndarray[Any, Any]

LEFT, RIGHT = 64, 48

NUMBER, PLATE, PASSPORT, ADDRESS, DECOMPOSED, RUN, SPLIT, OTHER = 1, 8, 16, 32, 64, 128, 256, 512

UNITS = 9  # 02-345-6789, the shortest number that is masked
SURE_UNITS = 7  # digits or Hangul digits among them; the rest may be letters that look like digits
PERSON_UNITS, SURE_OF_PERSON = 13, 5  # of a registration number more may be letters: 9OOlOl-lZ3l68O
LONGEST_RUN = 16  # digits without a gap of the longest number, a card
HALF = 6  # digits, or Hangul digits, of the shorter half of a registration number; the other has one more
APART = 44  # characters between its halves: "900101이고 뒷자리는 1234567"
GAP = 4  # characters between two digits of one number: " - " and a zero-width mark

SPELLED_DIGITS = "공영빵일이삼사오육륙칠팔구零〇一二三四五六七八九"
SAID_DASHES = "다시대에"  # 공일공 다시 일이삼사, 공일공에 일이삼사
ALIKE_DIGITS = "OoQlI○◯Zz"
ZEROS = "공영빵零Oo○〇◯Ｏｏ("  # what a number may begin with, besides digits
# 자동차 등록번호판 등의 기준에 관한 고시, article 5: private, commercial, rental and parcel cars.
PLATE_SYLLABLES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호"

# What a character is to the pass, as bits.
DIGIT, SPELLED, ALIKE, GAP_SIGN, BREAK, START, WORD, AT, JAMO, SYLLABLE = (1 << bit for bit in range(10))
_UNIT = DIGIT | SPELLED | ALIKE
_LOUD = START | WORD | AT | JAMO  # looked at even where nothing is open
_LOUD_SPELLED = _LOUD | SPELLED
_GOES_ON = _UNIT | GAP_SIGN | BREAK


def _signs() -> Array:
    table = np.zeros(0x10000, np.uint16)
    for marks, bit in (
        ("0123456789０１２３４５６７８９", DIGIT | START),
        (SPELLED_DIGITS, SPELLED),
        (ALIKE_DIGITS + "ＯｏｌＺｚ", ALIKE),
        (ZEROS.replace("(", ""), START),
        (" -.()/_+~*－．（）＋" + SAID_DASHES + fold.DASHES + fold.DOTS + fold.INVISIBLE + fold.SPACES, GAP_SIGN),
        ("]:］：", GAP_SIGN),  # [010]1234-5678, 010:1234:5678
        ("\n", BREAK),
        ("@＠﹫", AT),
        ("DdGgKkLlWw%_/([{<골톡텔라위앳엣", WORD),
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
    run = run_start = letter = issuer = 0  # of digits without a gap; what is right before it; the letter before
    previous, previous_end, previous_letter = 0, -9, False  # the run before
    octets = 0
    plate_start, plate_at = 0, -9
    parted, half, longest = -APART - 1, 0, 0  # where the signs before ended, how many; longest run in these
    other = half_other = 0  # OTHER where one of these is no digit
    opens = False  # the first of them is a 0 or 8 (a phone number, +82 without its sign) or no ASCII
    busy = 0  # the first character at which nothing is open any more
    whole = size - 2  # a first byte before it has two more
    while position <= size:
        if index > busy:  # nothing is open: on to what may begin something
            skipped = 0
            while position < whole:
                byte = np.int64(data[position])
                if byte < 0x80:
                    sign = signs[byte]
                    if sign & _LOUD:
                        if sign & START:
                            # A letter like 0 that no sign of a number follows opens and closes one of one sign.
                            if byte < 0x40 or signs[data[position + 1]] & _GOES_ON or data[position + 1] >= 0x80:
                                break
                            parted, half, half_other = index + skipped + 1, 0, OTHER
                        elif may_be_word(data, position, byte):
                            break
                    position += 1
                elif 0xE0 <= byte < 0xF0:
                    second, third = np.int64(data[position + 1]) & 0x3F, np.int64(data[position + 2]) & 0x3F
                    sign = signs[(byte & 0x0F) << 12 | second << 6 | third]
                    if sign & _LOUD_SPELLED and (sign & _LOUD or _spells(data, position + 3, signs)):
                        break
                    position += 3
                else:
                    break
                skipped += 1
            index += skipped
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
                run_start, letter = index, letter_before(data, position)
                # M12345678, M-12345678, M 12345678
                issuer = letter_before(data, position - 1) if letter == 0x2D or letter == 0x20 else letter
            run += 1
        elif run:
            issuing = issuer == 0x6D or issuer == 0x73 or issuer == 0x72 or issuer == 0x6F or issuer == 0x64
            if run == 4:
                if run_start - plate_at <= 4:
                    count = _emit(out, count, plate_start, index, PLATE)
                if previous == 3 and previous_end == run_start - 1 and 0x61 <= letter <= 0x7A and previous_letter:
                    count = _emit(out, count, previous_end - 4, index, PASSPORT)
            if (run == 8 and issuing) or (run == 7 and 0x61 <= letter <= 0x7A and two_letters_before(data, position)):
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
            joins = sign & GAP_SIGN or (sign & BREAK and position < size and letter_before(data, position) == 0x2D)
            if not joins or gap > GAP:
                enough = sure >= SURE_UNITS or (sure >= SURE_OF_PERSON and units >= PERSON_UNITS)
                found = NUMBER if units >= UNITS and enough else 0
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
            if at_is_mail(data, position):
                count = _emit(out, count, index, index + 1, EMAIL)
        elif sign & WORD:
            found = word(data, position, point)
            if found:
                count = _emit(out, count, index, index + 3, found)
        elif sign & JAMO and _follows_consonant(data, position):
            count = _emit(out, count, index, index, DECOMPOSED)
        position += length
        index += 1
    # A number at the very end was closed by the end of the text above.
    return count


@kernel
def all_candidates(data: Array, offsets: Array, signs: Array, addresses: bool, room: int, rows: Array) -> int:
    """``candidates`` of text after text of ``data``: (text, first character, character behind the last, kinds).

    A text with more than ``room`` windows has one row without kinds: it is to be looked at by itself.  Returns
    the number of rows; where ``rows`` is shorter its content means nothing.
    """
    held = np.empty(3 * room, np.int64)
    count = 0
    for text in range(len(offsets) - 1):
        found = candidates(data[offsets[text] : offsets[text + 1]], signs, addresses, held)
        for window in range(found if found <= room else 1):
            if count < len(rows):
                rows[count, 0] = text
                for part in range(3):
                    rows[count, 1 + part] = held[3 * window + part] if found <= room else 0
            count += 1
    return count
