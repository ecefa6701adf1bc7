"""Korean mobile and landline numbers.  Kept: the prefix (network or region), as HyperCLOVA did.

Numbering plan (전기통신번호관리세칙, Ministry of Science and ICT): 010, 011, 016-019 mobile; 02, 031-033,
041-044, 051-055, 061-064 regions; 070 Internet phones; 0502-0508 personal redirect numbers.  Numbers that
name an organisation (080, 15xx-18xx with eight digits) are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

# One separator: a mark with spaces around, a closing bracket with or without a dash, or a space.
_SEPARATOR = r"(?: ?\) ?-? ?| ?[-./_~] ?|-\n|  ?)"
_GAP = r"\)?[-. ]{0,2}(?:\(0\)[- ]?|\(?0|\()?"
_COUNTRY = (
    rf"\(\+ ?82{_GAP}|\+ ?82{_GAP}|\(0082{_GAP}|0082{_GAP}|\(82\)[-. ]{{0,2}}0?(?=1)"
    r"|82[-. ]{1,2}(?:\(0\)[- ]?|0)?(?=1)|82(?=10[2-9][0-9]{7}(?![0-9]))"
)
_MOBILE = r"1[016789]"
_AREA = r"2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8]"
# Each branch begins with a literal, so that the search skips to the next +, (, 0 or 8 in a tight loop.
PATTERN = re.compile(
    rf"(?:{_COUNTRY}|\( ?0|\[0(?=[0-9]{{2}}\][0-9 -])|0)"
    rf"(?:(?P<mobile>{_MOBILE})(?P<gap>{_SEPARATOR}|:|\][- ]?)?[0-9]{{3,4}}(?P<gap2>{_SEPARATOR}|:)?"
    # A region and its number run together only as a whole: 02110-1301 is a post code of Boston.
    rf"|(?P<area>{_AREA})(?:{_SEPARATOR}[1-9][0-9]{{2,3}}{_SEPARATOR}?|[1-9][0-9]{{2,3}}))"
    r"[0-9]{4}(?![0-9*]|[-.][0-9*])"
)
_BEFORE = re.compile(r"[0-9A-Za-z_*]\Z|[0-9*][-.]\Z")
# Written right before a number without a space: HP010-1234-5678; and the number of a list: "1.010-1234-5678".
_LABEL = re.compile(
    r"(?:(?<![A-Za-z])(?:HP|TEL|PHONE|MOBILE|CELL|FAX|H\.?P|C\.?P|T|M|P|H)|(?<![0-9A-Za-z.])[1-9][0-9]?[.])\Z",
    re.IGNORECASE,
)
_COLON = re.compile("[0-9A-Fa-f:]:\\Z")  # of an IPv6 address, a time
_PHONE = re.compile(r"전화|연락|문의|번호|휴대|핸드폰|팩스|☎|TEL|FAX|PHONE|CALL", re.IGNORECASE)
_LATIN = re.compile("[A-Za-z]")
# Ten digits in one run are an ISBN, too: where a page or a word says so they are no landline.
_BOOK = re.compile(r"(?:[/=]|ISBN(?:-10)?[-:= ]{0,2})\Z", re.IGNORECASE)


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order.  A number inside a longer one (an account, a decimal, an order number) is none."""
    position = 0
    while match := PATTERN.search(text, position):
        start = match.start()
        before = text[max(0, start - 16) : start]
        inside = _BEFORE.search(before) and not (_LABEL.search(before) and not match.group().isdigit())
        if inside or _is_other(match, before):
            position = start + 1
            continue
        end = match.end()
        if "(" in match.group() and ")" not in match.group():
            if match.group().startswith("("):
                start += 1  # the bracket goes on behind the number
            elif text.startswith(")", end):
                end += 1
        kind, group = ("mobile", "mobile") if match["mobile"] else ("landline", "area")
        yield Identifier(kind, start, end, f"0{match[group]}-{MARK}", _canonical(match, group))
        position = end


def _is_other(match: re.Match[str], before: str) -> bool:
    """Bits, books, and the run of ten digits that no mobile has."""
    digits = "".join(c for c in match.group() if c.isdigit())
    if match.group().isdigit() and (before.endswith("#") or _LATIN.match(match.string, match.end())):
        return True  # of a tag or a hash
    if not set(digits) - {"0", "1"}:
        return True
    if "]" in match.group() and not match.group().startswith("["):
        return True
    if ":" in match.group():
        inside = _COLON.search(before) or match.string.startswith(":", match.end())
        return bool(inside) or match["gap"] != match["gap2"] or len(digits) != 11
    if match["mobile"]:
        # 010 is always followed by eight digits; written with seven it is a slip, in one run another number.
        return match.group().isdigit() and len(digits) == 10 and match["mobile"] == "10"
    if not match.group().isdigit() or _PHONE.search(before):
        return False
    return _BOOK.search(before) is not None or _is_isbn(digits)


def _is_isbn(digits: str) -> bool:
    return len(digits) == 10 and sum((10 - i) * int(digit) for i, digit in enumerate(digits)) % 11 == 0


def _canonical(match: re.Match[str], group: str) -> str:
    digits = "".join(c for c in match.string[match.end(group) : match.end()] if c.isdigit())
    return f"0{match[group]}{digits}"
