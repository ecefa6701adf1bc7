"""What rules read of syllables in conjoining jamo, one character at a time and by the names of Unicode."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

TENSE = ("KIYEOK", "TIKEUT", "PIEUP", "SIOS", "CIEUC")
BECAME = {"PANSIOS": "SIOS", "YESIEUNG": "IEUNG", "YEORINHIEUH": "HIEUH"}
MARKS = "\u302e\u302f"


def role(letter: str) -> str:
    """CHOSEONG (initial), JUNGSEONG (vowel) or JONGSEONG (final) of a conjoining jamo, else nothing."""
    words = unicodedata.name(letter, "").split(" ")
    known = len(words) == 3 and words[0] == "HANGUL" and words[1].endswith("SEONG") and words[2] != "FILLER"
    return words[1] if known else ""


def today(letter: str) -> str:
    """The letter of today's script that an old one became."""
    kind = role(letter)
    parts = unicodedata.name(letter).split(" ")[2].split("-")
    if kind == "JUNGSEONG":
        name = "AE" if parts == ["ARAEA", "I"] else "A" if "ARAEA" in parts[0] else parts[0]
        if len(unicodedata.normalize("NFC", f"ᄀ{letter}")) == 1:
            name = "-".join(parts)
    elif len(unicodedata.normalize("NFC", f"{letter}ᅡ" if kind == "CHOSEONG" else f"가{letter}")) == 1:
        name = "-".join(parts)
    else:
        name = parts[-1] if kind == "CHOSEONG" else parts[0]
        for shape in ("KAPYEOUN", "CHITUEUM", "CEONGCHIEUM"):
            name = name.removeprefix(shape)
        doubled = name.startswith("SSANG") or (kind == "CHOSEONG" and len(parts) > 1)
        name = name.removeprefix("SSANG")
        name = BECAME.get(name, name)
        if doubled and name in (TENSE if kind == "CHOSEONG" else ("KIYEOK", "SIOS")):
            name = f"SSANG{name}"
    return unicodedata.lookup(f"HANGUL {kind} {name}")


def modern(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    result = ""
    i = 0
    while i < len(text):
        first, second, third = (text[i + k : i + k + 1] for k in range(3))
        block = ""
        if role(first) == "CHOSEONG" and second and role(second) == "JUNGSEONG":
            block = today(first) + today(second)
            if third and role(third) == "JONGSEONG":
                block += today(third)
        elif "가" <= first <= "힣":
            block = first
            if second and role(second) == "JONGSEONG" and (ord(first) - 0xAC00) % 28 == 0:
                block += today(second)
        taken = max(len(block), 1)
        result += unicodedata.normalize("NFC", block) or first
        i += taken
        if block and text[i : i + 1] and text[i] in MARKS:
            i += 1
    return result


def composes(text: str) -> bool:
    """Whether a vowel stands behind an initial, or a final or tone mark behind a syllable."""
    return any(
        (role(first) == "CHOSEONG" and role(second) == "JUNGSEONG")
        or ("가" <= first <= "힣" and (role(second) == "JONGSEONG" or second in MARKS))
        for first, second in pairwise(text)
    )
