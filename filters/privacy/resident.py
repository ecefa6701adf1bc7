"""Resident registration numbers and foreigners' numbers.  Kept: decade of birth, century and sex.

YYMMDD-SNNNNNN: S is 1, 2 (born 19xx), 3, 4 (20xx); 5-8 the same for foreigners.  Since October 2020 the
last six digits are drawn at random, so a checksum proves nothing about newer numbers: a written separator
and a possible date are enough; thirteen digits in one run, which barcodes and clocks also are, need the
checksum, or a birth after September 2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters.privacy.identifier import Identifier

PATTERN = re.compile(
    r"[0-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"([ \u00a0]?[-\u2010-\u2015\u2212][ \u00a0]?|[ \u00a0])?[1-8][0-9]{6}(?![0-9])"
)
_BEFORE = re.compile(r"[0-9A-Za-z_*]\Z|[0-9*][-.]\Z")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BARCODE = ("880", "978", "979")  # GS1 prefixes of Korea and of books


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order."""
    position = 0
    while match := PATTERN.search(text, position):
        start, end = match.span()
        digits = "".join(c for c in match.group() if c.isdigit())
        # Nobody alive was born in 1900-1919, but companies' numbers of Seoul read so: 110111-1234567.
        doubtful = match[1] is None or (digits[6] in "1256" and digits[:2] < "20")
        if _BEFORE.search(text, max(0, start - 2), start) or (doubtful and not _proven(digits)):
            position = start + 1
            continue
        kind = "foreigner" if digits[6] in "5678" else "resident"
        yield Identifier(kind, start, end, f"{digits[0]}*****-{digits[6]}******")
        position = end


def _proven(digits: str) -> bool:
    values = [int(c) for c in digits]
    if digits.startswith(_BARCODE) and sum(v * (3 if i % 2 else 1) for i, v in enumerate(values)) % 10 == 0:
        return False
    if digits[6] in "3478" and "2010" <= digits[:4] <= "4999":
        return True
    total = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=False))
    check = (11 - total % 11) % 10
    return values[12] in (check, (check + 2) % 10)  # foreigners' check digit is shifted by two
