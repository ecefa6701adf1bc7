"""Passports: a letter of the sort of passport and eight digits, or since 2021 letter, three digits, letter, four.

Sorts M, S, R, O, D (Microsoft Purview, "South Korea passport number"; 외교부, new passports since
2021-12-21).  The form is that of many part numbers, so a word must say what it is.
Older ones have two letters and seven digits.  Nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

PATTERN = re.compile(
    r"(?<![0-9A-Za-z_*/#-])[MSROD](?:[ -]?[0-9]{8}| ?[0-9]{3} ?[A-Z] ?[0-9]{4})(?![0-9A-Za-z_*])", re.IGNORECASE
)
# JR1234567: letters of any sort, so right behind a word for the number.
OLD = re.compile(
    r"(?:여권 ?번호|passport ?(?:no\b|number\b|#))[^0-9A-Za-z_\n]{0,6}(?<!=)"
    r"(?P<number>[A-Z]{2}[0-9]{7})(?![0-9A-Za-z_*])",
    re.IGNORECASE,
)
_WORDS = re.compile(r"여권|passport|패스포트|旅券", re.IGNORECASE)
_BEFORE, _AFTER = 48, 24  # characters in which the word stands


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order."""
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if _WORDS.search(text[max(0, start - _BEFORE) : start]) or _WORDS.search(text[end : end + _AFTER]):
            yield Identifier("passport", start, end, MARK)
    for match in OLD.finditer(text) if "여권" in text or "passport" in text.lower() else ():
        yield Identifier("passport", match.start("number"), match.end("number"), MARK)
