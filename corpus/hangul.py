"""The only home of Hangul code-point ranges, Unicode forms and character classes.

Ranges are from the Unicode 15.1 charts.  Nothing here uses NFKC: it turns the compatibility jamo of
chat (ㅋㅋ) into conjoining jamo and fuses letters that their writer kept apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

SYLLABLES = (0xAC00, 0xD7A3)  # 가..힣
JAMO = (0x1100, 0x11FF)  # conjoining jamo, old letters included
JAMO_EXTENDED_A = (0xA960, 0xA97F)  # old initial consonants
JAMO_EXTENDED_B = (0xD7B0, 0xD7FF)  # old vowels and finals
COMPATIBILITY_JAMO = (0x3130, 0x318F)  # ㄱ ㅋ ㅠ as typed in chat
HALFWIDTH_JAMO = (0xFFA0, 0xFFDC)

HANGUL_BLOCKS = (SYLLABLES, JAMO, JAMO_EXTENDED_A, JAMO_EXTENDED_B, COMPATIBILITY_JAMO, HALFWIDTH_JAMO)

HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))
KANA_BLOCKS = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))
LATIN_BLOCKS = (
    (0x0041, 0x02AF),
    (0x1D00, 0x1DBF),
    (0x1E00, 0x1EFF),
    (0x2C60, 0x2C7F),
    (0xA720, 0xA7FF),
    (0xAB30, 0xAB6F),
    (0xFB00, 0xFB06),
    (0xFF21, 0xFF5A),
)

# Every character has exactly one class.  `letter` is a letter or mark of any other script; `symbol` is
# punctuation, a symbol (emoji and U+FFFD too) or a number that is no decimal digit (Ⅳ, ①); `space` is what
# str.split splits at; `other` is control, format, private or unassigned.
CHARACTER_CLASSES = ("syllable", "jamo", "latin", "han", "kana", "letter", "digit", "symbol", "space", "other")
_JAMO_BLOCKS = HANGUL_BLOCKS[1:]


def is_hangul(character: str) -> bool:
    """True for syllables and every kind of jamo; false for Han, which shares no block with them."""
    point = ord(character)
    return any(low <= point <= high for low, high in HANGUL_BLOCKS)


def nfc(text: str) -> str:
    """The stored form.  Decomposed Hangul (macOS file names, some feeds) is composed again."""
    return unicodedata.normalize("NFC", text)


_SCRIPTS = (
    ("syllable", (SYLLABLES,)),
    ("jamo", _JAMO_BLOCKS),
    ("latin", LATIN_BLOCKS),
    ("han", HAN_BLOCKS),
    ("kana", KANA_BLOCKS),
)


def character_class(character: str) -> str:
    """One of CHARACTER_CLASSES, by block and by the general category of Python's own Unicode data."""
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    if category[0] in "LM":
        point = ord(character)
        for name, ranges in _SCRIPTS:
            for low, high in ranges:
                if low <= point <= high:
                    return name
        return "letter"
    if category == "Nd":
        return "digit"
    return "symbol" if category[0] in "PSN" else "other"


@cache
def character_classes() -> npt.NDArray[np.uint8]:
    """``character_class`` of every number below 2^21 as its place in CHARACTER_CLASSES: 2^21 uint8, read only.

    Surrogates and numbers above U+10FFFF, which a damaged UTF-8 sequence can spell, are `other`.
    In .1 s: every worker process waits for it.
    """
    order = {name: place for place, name in enumerate(CHARACTER_CLASSES)}
    by_category = dict.fromkeys("LM", order["letter"]) | dict.fromkeys("PSN", order["symbol"])
    table = np.full(1 << 21, order["other"], np.uint8)
    for first, last in _ASSIGNED:
        categories = [unicodedata.category(chr(point)) for point in range(first, last)]
        places = {category: by_category.get(category[0], order["other"]) for category in set(categories)}
        places["Nd"] = order["digit"]
        table[first:last] = [places[category] for category in categories]
    for name, ranges in _SCRIPTS:
        for first, last in ranges:
            block = table[first : last + 1]
            block[block == order["letter"]] = order[name]
    table[[point for point in range(_ASSIGNED[0][1]) if chr(point).isspace()]] = order["space"]
    table.flags.writeable = False
    return table


_ASSIGNED = ((0, 0x323B0), (0xE0100, 0xE01F0))  # all others are unassigned, private or format characters


def ks_x_1001() -> frozenset[str]:
    """The 2,350 syllables of KS X 1001, rows 16 to 40: all that common Korean is written with.

    Of the syllables of ordinary text .03 % lie outside; of those that UTF-8 gives when it is read as
    CP949, 92.6 % do.  Two bytes each: Python's euc_kr knows the other 8,822 as sequences of eight.
    """
    rows = range(0xB0, 0xC9)
    return frozenset(bytes((row, cell)).decode("euc_kr") for row in rows for cell in range(0xA1, 0xFF))


# Initials, vowels and finals of a syllable as compatibility jamo, in the order of Unicode 3.12.
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "\u3164ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # the filler stands for none
_MADE_UP = re.compile(f"\u3164([{INITIALS}])([{VOWELS}])([{FINALS}])")


def made_up(text: str) -> str:
    """Syllables for the sequences filler, initial, vowel, final by which KS X 1001 (annex 3) writes
    the 8,822 syllables that it has no code for.  Left alone, they would end as loose letters."""

    def syllable(found: re.Match[str]) -> str:
        initial, vowel, final = INITIALS.index(found[1]), VOWELS.index(found[2]), FINALS.index(found[3])
        return chr(SYLLABLES[0] + (initial * 21 + vowel) * 28 + final)

    return _MADE_UP.sub(syllable, text) if "\u3164" in text else text
