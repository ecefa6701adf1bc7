"""Korean mobile and landline numbers.  Kept: the prefix (network or region), as HyperCLOVA did.

Numbering plan: 010, 011, 016-019 mobile; 02, 031-033, 041-044, 051-055, 061-064 regions; 070 Internet
phones; 0502-0508 personal redirect numbers (Ministry of Science and ICT, 전기통신번호관리세칙).  Numbers that
name an organisation (080, 15xx-18xx with eight digits) are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters.privacy.identifier import Identifier

# One separator: a dash, dot or closing bracket with spaces around it, or a space.
_MARK = r"(?:[ \u00a0]?[-.)\u2010-\u2015\u2212~][ \u00a0]?|[ \u00a0])"
_COUNTRY = r"\+82[-. ]{0,2}(?:\(0\) ?|0)?|\(\+82\) ?0?|0082[-. ]{0,2}0?|82[-.](?=1)"
_MOBILE = r"1[016789]"
_AREA = r"2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8]"
# Each branch begins with a literal, so that the search skips to the next +, (, 0 or 8 in a tight loop.
PATTERN = re.compile(
    rf"(?:{_COUNTRY}|\(0|0)"
    rf"(?:(?P<mobile>{_MOBILE}){_MARK}?[0-9]{{3,4}}{_MARK}?"
    # A region and its number run together only as a whole: 02110-1301 is a post code of Boston.
    rf"|(?P<area>{_AREA})(?:{_MARK}[1-9][0-9]{{2,3}}{_MARK}?|[1-9][0-9]{{2,3}}))"
    r"[0-9]{4}(?![0-9*]|[-.][0-9*])"
)
# Ten digits in one run are an ISBN, too: where a page or a word says so they are no landline.
_BOOK = re.compile(r"(?:[/=]|ISBN(?:-10)?[-:= ]{0,2})\Z", re.IGNORECASE)
_BEFORE = re.compile(r"[0-9A-Za-z_*]\Z|[0-9*][-.]\Z")


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order.  A number inside a longer one (an account, a decimal, an order number) is none."""
    position = 0
    while match := PATTERN.search(text, position):
        start = match.start()
        book = match["area"] and match.group().isdigit() and _BOOK.search(text, max(0, start - 10), start)
        if book or _BEFORE.search(text, max(0, start - 2), start):
            position = start + 1
            continue
        if match["mobile"]:
            yield Identifier("mobile", start, match.end(), f"0{match['mobile']}-****-****", _canonical(match, "mobile"))
        else:
            yield Identifier("landline", start, match.end(), f"0{match['area']}-****-****", _canonical(match, "area"))
        position = match.end()


def _canonical(match: re.Match[str], group: str) -> str:
    digits = "".join(c for c in match.string[match.end(group) : match.end()] if c.isdigit())
    return f"0{match[group]}{digits}"
