"""Bank accounts: ten to fourteen digits where a bank or a word of payment says so.  Nothing is kept.

Numbers have no common check digit, so a number counts only next to the name of a bank, in a grouping that
banks use, or behind a word such as 계좌.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import ahocorasick_rs

from corpus.masks import MARK
from filters.privacy.banks import DIGITS, NAMES, SHAPES, WORDS
from filters.privacy.identifier import Identifier
from filters.privacy.numerals import read

_MARK = r" ?[./_~*] ?| |에 ?| 다시 |--"
# It begins with a digit and nothing before, so that the search goes to the next one in a tight loop.
PATTERN = re.compile(
    r"[0-9](?:(?P<apart>(?<![0-9] [0-9])(?: [0-9]){9,13}(?! ?[0-9*]))|"
    r"[0-9]{0,7}(?:(?:(?: ?- ?|-\n)[0-9]{1,11}){1,5}|"
    rf"(?P<gap>{_MARK})[0-9]{{1,11}}(?:(?P=gap)[0-9]{{1,8}}){{0,4}})"
    r"(?![0-9*])|[0-9]{9,13}(?![0-9*]))"
)
_BEFORE = re.compile(r"[0-9A-Za-z_*#]\Z|[0-9*][-.,:]\Z")
_PATH = re.compile(r"[=/]\Z")
_AFTER = re.compile(r"[-.,:/][0-9*]| ?원(?![가-힣]{2})|[A-Za-z_=]")

_SIDE = r"[\s:;,.()\[\]{}>\-=|/\"']{0,4}"
_HOLDER = r"(?:(?:[(\[]|예금주)?[ :]?[가-힣]{2,4}[ :|/,)\]]{1,3})?"
_NEAR_NAME = re.compile(rf"(?:{NAMES}){_SIDE}{_HOLDER}\Z", re.IGNORECASE)
_NEAR_WORD = re.compile(rf"(?P<bank>{WORDS})(?:은행)?{_SIDE}(?P<holder>{_HOLDER})\Z", re.IGNORECASE)
_AFTER_NAME = re.compile(
    rf"[ ,(/|\[]{{0,3}}(?:[가-힣]{{2,4}}[ ,)/]{{1,2}})?\(?(?:{NAMES}|(?:{WORDS})은행|예금주)", re.IGNORECASE
)
_AFTER_WORD = re.compile(rf"[ ,(/|\[]{{1,3}}(?:{WORDS})(?![가-힣A-Za-z])", re.IGNORECASE)
_STRONG = re.compile(r"계좌|입금|송금|이체|예금주|환불|후원금|통장|납부|account", re.IGNORECASE)
# Words of money that changes hands, which name an account only beside a bank.
_WEAK = re.compile("보내|넣어|축의|부의|조의|마음 ?전|회비|성금|월세|후원|앞으로|납입")
# One of these stands near every account: a search for all of them at once, many times faster than the patterns.
CUES = tuple(f"{_STRONG.pattern}|Account|{NAMES}|{WORDS}".split("|"))
_CUES = ahocorasick_rs.AhoCorasick(CUES)
# The nearest of these before a number says what it is instead.
_OTHER = re.compile(
    r"전화|연락|휴대|팩스|☎|tel|fax|phone|사업자|법인|등록|고유 ?번호|주문|운송|송장|등기|택배|접수|문서|일련|시리얼"
    r"|우편|면허|여권|카드|주민|품번|모델|버전|바코드|isbn|issn|ean|doi|좌표|코드|일시|일자|허가|고객센터|order|serial|epoch|타임",
    re.IGNORECASE,
)
# Of one run of digits: barcodes, books, moments, and what is counted.
_OTHER_RUN = re.compile(r"880|97[89]|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_COUNTED = re.compile(" ?(?:명|곳|개|건|주|회|대|점|가구|세대|달러|표)(?![가-힣]{2})")
_TOLL_FREE = re.compile(r"080-")
_REACH, _NEAR = 32, 12


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order."""
    if _CUES.find_matches_as_indexes(text):
        yield from _find(text, "")


def find_spelled(text: str) -> Iterator[Identifier]:
    """Those in other numerals than digits, in part or whole."""
    digits = read(text) if _CUES.find_matches_as_indexes(text) else text
    if digits is not text:
        for item in _find(digits, "_spelled"):
            if text[item.start : item.end] != digits[item.start : item.end]:
                yield item


def _find(text: str, suffix: str) -> Iterator[Identifier]:
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if end - start < 10:
            continue
        before, after = text[max(0, start - _REACH) : start], text[end : end + 16]
        if _BEFORE.search(before[-2:]) or _AFTER.match(after):
            continue
        groups = re.split("[^0-9]+", match.group())
        digits = "".join(groups)
        groups = [digits] if match["apart"] else groups
        if 10 <= len(digits) <= 14 and _is_account(groups, before, after, match["gap"]):
            yield Identifier("account" + suffix, start, end, MARK, f"account:{digits}")


def _is_account(groups: list[str], before: str, after: str, gap: str | None) -> bool:
    shape = tuple(map(len, groups))
    if shape == (3, 2, 5) or shape[:3] == (4, 2, 2) or len(set("".join(groups))) == 1:  # a business; a date
        return False
    if len(groups) > 1 and _TOLL_FREE.match("-".join(groups)):
        return False
    other = max((match.end() for match in _OTHER.finditer(before)), default=-1)
    strong = max((match.end() for match in _STRONG.finditer(before)), default=-1)
    named = _named(groups, before, after, other)
    followed = _AFTER_NAME.match(after) or (len(groups) > 2 and _AFTER_WORD.match(after))
    if (other > strong or _PATH.search(before)) and not named and not (followed and other < len(before) - _NEAR):
        return False
    fits = shape in SHAPES or len(shape) == 1
    if strong >= 0 and gap in (None, " "):
        return fits or len(shape) > 2
    return fits and (strong >= 0 or named or bool(followed))


def _named(groups: list[str], before: str, after: str, other: int) -> bool:
    """The name of a bank stands right before, and no word between the two says that the number is another."""
    match = _NEAR_NAME.search(before)
    if match:
        return other <= match.start()
    match = _NEAR_WORD.search(before)
    if not match or other > match.start():
        return False
    if len(groups) > 2:
        return True
    if len(groups) == 1 and (_OTHER_RUN.match(groups[0]) or _COUNTED.match(after)):
        return False
    if _WEAK.search(before) or _WEAK.search(after):
        return True
    return len(groups) == 1 and not match["holder"] and len(groups[0]) in DIGITS[match["bank"].upper()]
