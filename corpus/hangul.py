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
TONE_MARKS = (0x302E, 0x302F)  # left of old syllables: high, and rising

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


def simplified_han() -> frozenset[str]:
    """Han characters that only simplified Chinese writes (们 务 购): in GB 2312, and neither in KS X 1001, whose 4,888
    Hanja are those of Korean, nor in JIS X 0208."""

    def coded(character: str, encoding: str) -> bool:
        return bool(character.encode(encoding, "ignore"))

    unified = map(chr, range(HAN_BLOCKS[1][0], HAN_BLOCKS[1][1] + 1))
    return frozenset(
        one for one in unified if coded(one, "gb2312") and not coded(one, "euc_kr") and not coded(one, "shift_jis")
    )


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


# Parts of old letters (Unicode's names) as what they became: ㅿ ㆁ ㆆ, and the light and the dental ones.
_BECAME = {"PANSIOS": "SIOS", "YESIEUNG": "IEUNG", "YEORINHIEUH": "HIEUH"}
_SHAPES = re.compile("KAPYEOUN|CHITUEUM|CEONGCHIEUM")
_TENSE = {"CHOSEONG": ("KIYEOK", "TIKEUT", "PIEUP", "SIOS", "CIEUC"), "JONGSEONG": ("KIYEOK", "SIOS")}
_OLD_BLOCK = re.compile(
    "[\u1100-\u115e\ua960-\ua97c][\u1161-\u11a7\ud7b0-\ud7c6][\u11a8-\u11ff\ud7cb-\ud7fb]?[\u302e\u302f]?"
    "|[가-힣](?:[\u11a8-\u11ff\ud7cb-\ud7fb][\u302e\u302f]?|[\u302e\u302f])"
)


def modern(text: str) -> str:
    """NFC, and syllable blocks with letters that are no longer written as the syllables they became.

    Clusters before a vowel became tense consonants (ᄯᅩ 또, ᄡᆞᆯ 쌀), of those behind it the first stays (호ᇙ 홀),
    and ㆍ became ㅏ, as the spelling rules of 1912 write it (ᄉᆞᄅᆞᆷ 사람).  Their tone marks go.  Loose jamo stay.
    """

    def syllable(found: re.Match[str]) -> str:
        block = nfc(found[0].translate(_letters_of_today()))
        return block if len(block) == 1 else found[0]  # a second final is loose

    return _OLD_BLOCK.sub(syllable, nfc(text))


@cache
def _letters_of_today() -> dict[int, int | None]:
    """Table of str.translate for the letters of old Hangul, and for tone marks."""
    found: dict[int, int | None] = dict.fromkeys(TONE_MARKS)
    for first, last in (JAMO, JAMO_EXTENDED_A, JAMO_EXTENDED_B):
        for point in range(first, last + 1):
            _, role, name = unicodedata.name(chr(point), "HANGUL NONE FILLER").split(" ")
            if name != "FILLER" and not _is_modern(point):
                found[point] = ord(unicodedata.lookup(f"HANGUL {role} {_became(role, name.split('-'))}"))
    return found


def _is_modern(point: int) -> bool:
    return 0x1100 <= point <= 0x1112 or 0x1161 <= point <= 0x1175 or 0x11A8 <= point <= 0x11C2


def _became(role: str, parts: list[str]) -> str:
    """Name of the modern letter in the place of an old one."""
    if role == "JUNGSEONG":
        return "AE" if parts == ["ARAEA", "I"] else parts[0].removeprefix("SSANG").replace("ARAEA", "A")
    name = _SHAPES.sub("", parts[-1] if role == "CHOSEONG" else parts[0])
    base = name.removeprefix("SSANG")
    base = _BECAME.get(base, base)
    tense = name.startswith("SSANG") or (role == "CHOSEONG" and len(parts) > 1)
    return f"SSANG{base}" if tense and base in _TENSE[role] else base
