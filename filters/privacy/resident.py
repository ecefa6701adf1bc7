"""Resident registration numbers and foreigners' numbers.  Kept: decade of birth, century and sex.

YYMMDD-SNNNNNN (주민등록법 시행규칙, article 2): S is 1, 2 (born 19xx), 3, 4 (20xx); 5-8 the same for
foreigners.  Since October 2020 the last six digits are drawn at random, so a checksum proves nothing about
newer numbers: a written separator and a possible date are enough.  Thirteen digits in one run, which
barcodes, clocks and order numbers also are, need the checksum or a word that says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

PATTERN = re.compile(
    r"[0-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?: ?[-~_/.] ?|-\n|  ?)?[1-8][0-9]{6}(?![0-9])"
)
# Digits one by one, or in a rhythm of the writer's own: "9 0 0 1 0 1 - 1 2 3 4 5 6 7".
_SPACED = re.compile(r"[0-9](?: [0-9]){5} ?[-~_/.]? ?[1-8](?: [0-9]){6}(?![0-9]| [0-9])")
_BEFORE = re.compile(r"[0-9A-Za-z_*]\Z|[0-9*][-.]\Z")
_NAMED = re.compile(r"주민|외국인|등록 ?번호|민번|주번|생년|RRN|ARC|거소", re.IGNORECASE)
_COMPANY = re.compile(r"법인|사업자|고유번호|단체")
_REACH = 24  # characters before a number in which a word says what it is
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Births of this century are at most of this year, until there is need for more: 301231 is no date of birth.
_LAST = 30


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order of pattern and place; the caller keeps those apart from each other."""
    for pattern in (PATTERN, _SPACED):
        position = 0
        while match := pattern.search(text, position):
            start, end = match.span()
            digits = "".join(c for c in match.group() if c.isdigit())
            context = text[max(0, start - _REACH) : start]
            if _BEFORE.search(context) or not _is_person(digits, match.group().isdigit(), context):
                position = start + 1
                continue
            kind = "foreigner" if digits[6] in "5678" else "resident"
            yield Identifier(kind, start, end, f"{digits[0]}0-{digits[6]}-{MARK}")
            position = end


def _is_person(digits: str, joined: bool, context: str) -> bool:
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12 or not 1 <= day <= _LENGTHS[month - 1] or (digits[6] in "3478" and year > _LAST):
        return False
    named = _NAMED.search(context) is not None
    if _COMPANY.search(context) and "주민" not in context and "외국인" not in context:
        return False
    # Nobody alive was born in 1900-1919, but companies' numbers of Seoul read so: 110111-1234567.
    old = digits[6] in "1256" and year < 20
    if joined:
        return not old and (named or (_is_checked(digits) and not _is_barcode(digits)))
    return not old or _is_checked(digits)


def _is_checked(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    check = (11 - total % 11) % 10
    return int(digits[12]) in (check, (check + 2) % 10)  # foreigners' check digit is shifted by two


def _is_barcode(digits: str) -> bool:
    """EAN-13 of the prefixes that are met in Korea: its own, books and periodicals (GS1)."""
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
    return total % 10 == 0 and digits.startswith(("880", "977", "978", "979"))
