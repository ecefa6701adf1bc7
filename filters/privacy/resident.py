"""Resident registration numbers and foreigners' numbers.  Kept: decade of birth, century and sex.

YYMMDD-SNNNNNN (주민등록법 시행규칙, article 2): S is 1, 2 (born 19xx), 3, 4 (20xx); 5-8 the same for
foreigners.  Since October 2020 the last six digits are drawn at random, so a checksum proves nothing about
newer numbers: a written dash and a possible date are enough.  Thirteen digits in one run, which barcodes,
clocks and order numbers also are, dates with their own marks and looser joints (a line, a comma, a cell) need
the check digit or a word that says what they are; a word for the second half between the two is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.masks import MARK
from filters.privacy.identifier import Identifier
from filters.privacy.numerals import read
from filters.privacy.resident_forms import PATTERN, PERSON, REVERSED, SPACED, is_barcode, is_birth, is_checked

_PLAIN = re.compile(r" ?(?:-{1,3}|[~_/.]) ?|-\n|\n ?-|  ?| ?\(?(?:다시|대시|하이픈|dash)\)? ?|[)\]}] ?-? ?[(\[{]?")
_LOOSE = re.compile(r"[\s\"'()\[\]{}<>|,:;=+*&/.~_-]{1,6}| ?에 ?")
_SECOND = re.compile(
    r"뒷|뒤 ?[\]):]|뒤 ?쪽|뒤(?:는|자리)|(?<![가-힣])뒤 \Z|끝 ?자리|2\D{1,12}\Z|back|last|second", re.IGNORECASE
)
_FIRST = re.compile(r"앞|생년|생일|front|first", re.IGNORECASE)
_BEFORE = re.compile(r"[0-9A-Za-z_*]\Z|[0-9*][-.]\Z")
_INSIDE = re.compile(r"[A-Za-z_.]\Z")
_COLUMN = re.compile(r"[0-9] \Z")
_NAMED = re.compile(
    r"주민|외국인|등록 ?번호|민번|주번|생년|거소|住民|jumin|resident|RRN[_-]?[12]?\W"
    r"|(?<![A-Za-z])(?:RRN|ARC|SSN)(?![A-Za-z])",
    re.IGNORECASE,
)
_NAMED_BEHIND = re.compile(r"[^0-9\n]{0,12}(?:주민|외국인 ?등록|생년)|[ ,)\]]{1,2}(?:남|여|男|女)(?![가-힣])")
_COUNTED = re.compile(r" ?(?:명|원|개|건|주|회|대|권|점|표|호|세대|가구|톤|달러|km|kg|㎡|%)(?![가-힣]{2})|[,.][0-9]")
_OTHER = re.compile(r"바코드|주문|운송|송장|시리얼|일련|품번|코드|ean|isbn|serial|order|epoch|타임", re.IGNORECASE)
_COMPANY = re.compile(r"법인|사업자|고유번호|단체")
_NEAR = 14  # in which a word says that it is no person
_REACH, _BEHIND = 32, 20  # characters before and behind a number in which a word says what it is


class _Context(NamedTuple):
    before: str
    between: str
    behind: str


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order of pattern and place; the caller keeps those apart from each other."""
    return _find(text, "")


def find_spelled(text: str) -> Iterator[Identifier]:
    """Those in other numerals than digits, in part or whole."""
    digits = read(text)
    if digits is not text:
        for item in _find(digits, "_spelled"):
            if text[item.start : item.end] != digits[item.start : item.end]:
                yield item


def _find(text: str, suffix: str) -> Iterator[Identifier]:
    for pattern in (PATTERN, SPACED, REVERSED):
        position = 0
        while match := pattern.search(text, position):
            start, end = match.span()
            context = _Context(text[max(0, start - _REACH) : start], match["between"], text[end : end + _BEHIND])
            digits = _digits(match)
            if _BEFORE.search(context.before) or not _is_person(match, digits, context):
                position = start + 1
                continue
            kind = "foreigner" if digits[6] in "5678" else "resident"
            yield Identifier(kind + suffix, start, end, f"{digits[0]}0-{digits[6]}-{MARK}")
            position = end


def _digits(match: re.Match[str]) -> str:
    """The thirteen digits."""
    groups = match.groupdict()
    parts = [groups["year"], groups["month"] or groups["month2"], groups["day"] or groups["day2"]]
    parts = ["".join(c for c in part if c.isdigit()).rjust(2, "0") for part in parts]
    return "".join(parts) + "".join(c for c in groups["serial"] if c.isdigit())


def _is_person(match: re.Match[str], digits: str, context: _Context) -> bool:
    groups = match.groupdict()
    century = groups.get("century")
    if not is_birth(digits):
        return False
    if century and (digits[6] in "3478") != (century == "20"):
        return False
    if _COMPANY.search(context.before[-_NEAR:]) and "주민" not in context.before and "외국인" not in context.before:
        return False
    checked = is_checked(digits) and not is_barcode(digits)
    if digits[6] in "1256" and digits[:2] < "20" and not century and (match.group().isdigit() or not checked):
        # Nobody alive was born in 1900-1919, but companies' numbers of Seoul read so: 110111-1234567.
        return False
    named = _NAMED.search(context.before) is not None or _NAMED_BEHIND.match(context.behind) is not None
    if match.group().isdigit():
        return not century and (named or (checked and _OTHER.search(context.before) is None))
    if match.re is REVERSED:
        return _SECOND.search(context.before) is not None and _FIRST.search(context.between) is not None
    dated = century or groups.get("mark") or groups.get("worded")
    regular = len(groups["serial"]) == 7 or match.re is SPACED
    if _PLAIN.fullmatch(context.between) and regular and not dated:
        # A row of numbers with a space between each is none.
        return (
            named
            or context.between.strip() != ""
            or not (_COLUMN.search(context.before) or context.behind[:2].strip().isdigit())
        )
    if _COUNTED.match(context.behind) or (_INSIDE.search(context.between) and not _PLAIN.fullmatch(context.between)):
        return False
    if _SECOND.search(context.between):
        if "2" in context.between:  # the second field of any form
            return named
        return not groups.get("worded") or named or "뒷" in context.between
    joint = context.between == "" or _PLAIN.fullmatch(context.between) or _LOOSE.fullmatch(context.between)
    return bool(joint) and (named or (not dated and PERSON.search(context.before) is not None))
