"""Bank accounts: ten to fourteen digits where a bank or a word of payment says so.  Nothing is kept.

Numbers have no common check digit, so a number counts only next to the name of a bank, in a grouping that
banks use, or behind a word such as 계좌.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import ahocorasick_rs

from corpus.masks import MARK
from filters.privacy import account_words as words
from filters.privacy.banks import DIGITS, SHAPES
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

_CUES = ahocorasick_rs.AhoCorasick(words.CUES)
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
    other = max((match.end() for match in words.OTHER.finditer(before)), default=-1)
    strong = max((match.end() for match in words.STRONG.finditer(before)), default=-1)
    named = _named(groups, before, after, other)
    followed = words.AFTER_NAME.match(after) or words.AFTER_USE.match(after)
    if len(groups) > 2:
        followed = followed or words.AFTER_WORD.match(after)
    if (other > strong or _PATH.search(before)) and not named and not (followed and other < len(before) - _NEAR):
        return False
    fits = shape in SHAPES or len(shape) == 1
    if not fits and gap is None and len(shape) > 2 and words.BANK.search(before):
        fits = len("".join(groups)) > 10
    if strong >= 0 and gap in (None, " "):
        return fits or len(shape) > 2
    return fits and (strong >= 0 or named or bool(followed))


def _named(groups: list[str], before: str, after: str, other: int) -> bool:
    """The name of a bank stands right before, and no word between the two says that the number is another."""
    match = words.NEAR_NAME.search(before)
    dated = len(groups) == 3 and words.DATED.match("".join(groups)) and len(groups[1]) == 2
    if match:
        return other <= match.start() and not (dated and not words.BANK.search(before))
    match = words.NEAR_WORD.search(before)
    if not match or other > match.start():
        return False
    if match["bank"].islower() and match["bank"].isascii():
        return len(groups) > 2 and "\n" not in match.group()  # not the language of a block of code: ```sh
    if len(groups) > 2:
        return not dated
    if len(groups) == 1 and (words.OTHER_RUN.match(groups[0]) or words.COUNTED.match(after)):
        return False
    if words.WEAK.search(before) or words.WEAK.search(after):
        return True
    return len(groups) == 1 and not match["holder"] and len(groups[0]) in DIGITS.get(match["bank"].upper(), ())
