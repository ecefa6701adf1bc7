"""Suspicion and syllable counts by their definition, character by character."""

from __future__ import annotations

import unicodedata

from corpus.hangul import ks_x_1001
from corpus.syllables import COMMON, Syllables

_KS = ks_x_1001()
_WINDOWS = {bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0xA0)} - {"\ufffd"}
# Whole blocks or rows whose lead bytes stand for a character of windows-1252.
_LEADS = {character.encode()[:1] for character in _WINDOWS} | {b"\xc2", b"\xc3"}


def _han(character: str) -> bool:
    return "\u3400" <= character <= "\u4dbf" or "\u4e00" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def suspicion(text: str, latin: int, korean: int) -> int:
    found = run = letters = 0
    for character in text + "\n":
        first = character.encode("utf-8", "surrogatepass")[:1]
        if first in _LEADS:
            run += 1
            letters += first == b"\xc3"
        else:
            found |= latin if run >= 3 and letters else 0
            run = letters = 0
    for line in text.split("\n"):
        lost = [character for character in line if "\ud800" <= character <= "\udfff"]
        han = [character for character in line if character <= "\uffff" and _han(character)]
        rare = [character for character in line if "가" <= character <= "힣" and character not in _KS]
        common = [character for character in line if character in _KS]
        # Only lines with a character of the Hanja rows, of U+4000 on, of U+F000 on, or a lost byte are counted.
        signs = [c for c in line if "\u4000" <= c <= "\u9fff" or "\uf000" <= c <= "\uffff"]
        if (lost or signs) and len(lost) + len(han) + len(rare) > len(common):
            found |= korean
    return found


def counts(text: str) -> Syllables:
    outside = [character for character in text if ord(character) > 0x7F]
    return Syllables(
        characters=len(text),
        outside=len(outside),
        syllables=sum("가" <= character <= "힣" for character in outside),
        ks=sum(character in _KS for character in outside),
        common=sum(character in COMMON for character in outside),
        han=sum(_han(character) for character in outside),
        unwanted=sum(_unwanted(character) for character in text),
        jamo=sum("\u3130" <= character <= "\u318f" for character in outside),
    )


def _unwanted(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        category in ("Cs", "Co", "Cn") or character == "\ufffd" or (category == "Cc" and character not in "\t\n\v\f\r")
    )
