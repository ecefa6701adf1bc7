"""Bank accounts: ten to fourteen digits where a bank or a word of payment says so.  Nothing is kept.

Groupings from the numbering schemes that the banks report to the clearing institute (금융결제원, 참가기관별
CMS 계좌번호체계, 2026-05-08), and as people write them.  Numbers have no common check digit, so a number
counts only next to the name of a bank, in a grouping that banks use, or behind a word such as 계좌.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

PATTERN = re.compile(
    r"[0-9]{1,8}(?:(?P<gap> ?- ?| )[0-9]{1,11})(?:(?P=gap)[0-9]{1,8}){0,4}(?![0-9*])|[0-9]{10,14}(?![0-9*])"
)
_BEFORE = re.compile(r"[0-9A-Za-z_*#=/]\Z|[0-9*][-.,:]\Z")
_AFTER = re.compile(r"[-.,:/][0-9*]| ?원(?![가-힣]{2})|[A-Za-z_=]")

SHAPES = frozenset(
    tuple(map(int, shape.split("-")))
    for line in (
        "3-2-6 3-2-5-1 3-2-6-1 3-2-4-2-1 3-2-4-3 3-2-7 3-2-8 3-2-3-4 3-3-4 3-3-5 3-3-6 3-3-7 3-3-3-3 3-4-4 3-4-5",
        "3-4-4-1 3-4-4-2 3-4-4-2-1 3-5-2-1 3-5-2-2-1 3-5-2-1-2 3-5-4 3-5-5 3-6-2 3-6-3 3-6-4 3-6-5 3-6-2-2-1 3-6-2-3",
        "3-7-1-3 3-8-3 3-8 3-9 4-2-4-2 4-2-5-1 4-2-6 4-2-7 4-2-7-1 4-2-8 4-3-5 4-3-6 4-3-7 4-4-4 4-4-5 4-4-6 4-4-4-1",
        "4-4-4-2 4-5-4 4-6-3 5-2-6 6-2-4 6-2-6 6-2-5-1 6-6 6-7 1-6-1-2-2 1-6-2-1 2-2-5-1 2-3-6-3 2-11 8-2",
    )
    for shape in line.split(" ")
)
# Names that say bank by themselves, and those that are words or places, too, and need 은행 or a grouping.
_NAMES = (
    "국민은행|신한은행|우리은행|하나은행|농협|기업은행|카카오뱅크|카뱅|토스뱅크|케이뱅크|K뱅크|케뱅|새마을금고|우체국|수협|신협"
    "|SC제일|제일은행|씨티|산업은행|아이엠뱅크|iM뱅크|축협|산림조합|저축은행|외환은행|KB|NH|IBK|KDB|KEB|DGB|BNK|은행|뱅크|신한"
)
_WORDS = "국민|우리|하나|기업|카카오|토스|새마을|제일|대구|부산|광주|전북|경남|제주|산업|한미|조흥|주택|MG|SC|SH"
_HOLDER = r"(?:(?:[(\[]|예금주)?[ :]?[가-힣]{2,4}[)\]]?[ :]{1,2})?"
_NEAR_NAME = re.compile(rf"(?:{_NAMES})[ :;,.)\]}}>\-=]{{0,3}}{_HOLDER}\Z", re.IGNORECASE)
_NEAR_WORD = re.compile(rf"(?:{_WORDS})(?:은행)?[ :;,.)\]}}>\-=]{{0,3}}{_HOLDER}\Z", re.IGNORECASE)
_AFTER_NAME = re.compile(
    rf"[ ,(/\[]{{0,3}}(?:[가-힣]{{2,4}}[ ,)]{{1,2}})?\(?(?:{_NAMES}|(?:{_WORDS})은행|예금주)", re.IGNORECASE
)
_STRONG = re.compile(r"계좌|입금|송금|이체|예금주|환불|후원금|통장|납부|account", re.IGNORECASE)
# One of these stands near every account: a substring search, many times faster than the patterns.
CUES = tuple(f"{_STRONG.pattern}|Account|{_NAMES}|{_WORDS}".split("|"))
# The nearest of these before a number says what it is instead.
_OTHER = re.compile(
    r"전화|연락|휴대|팩스|☎|tel|fax|phone|사업자|법인|등록|고유 ?번호|주문|운송|송장|등기|택배|접수|문서|일련|시리얼"
    r"|우편|면허|여권|카드|주민|품번|모델|버전|바코드|isbn|issn|ean|doi|좌표|코드|일시|일자|허가|고객센터|order|serial|epoch|타임",
    re.IGNORECASE,
)
_TOLL_FREE = re.compile(r"080-")
_REACH = 32


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order."""
    if not any(cue in text for cue in CUES):
        return
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if end - start < 10:
            continue
        before, after = text[max(0, start - _REACH) : start], text[end : end + 16]
        if _BEFORE.search(before[-2:]) or _AFTER.match(after):
            continue
        groups = re.split("[^0-9]+", match.group())
        digits = "".join(groups)
        if 10 <= len(digits) <= 14 and _is_account(groups, digits, before, after):
            yield Identifier("account", start, end, MARK, f"account:{digits}")


def _is_account(groups: list[str], digits: str, before: str, after: str) -> bool:
    shape = tuple(map(len, groups))
    if shape == (3, 2, 5) or shape[:3] == (4, 2, 2) or len(set(digits)) == 1:  # a business; a date
        return False
    if len(groups) > 1 and _TOLL_FREE.match("-".join(groups)):
        return False
    named = _NEAR_NAME.search(before) or (len(groups) > 2 and _NEAR_WORD.search(before))
    other = max((match.end() for match in _OTHER.finditer(before)), default=-1)
    strong = max((match.end() for match in _STRONG.finditer(before)), default=-1)
    if other > strong and not named:
        return False
    fits = shape in SHAPES or len(shape) == 1
    if strong >= 0:
        return fits or len(shape) > 2
    return fits and bool(named or _AFTER_NAME.match(after))
