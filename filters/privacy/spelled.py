"""Mobile numbers written so that a plain search misses them.  Kept: the prefix.

Digits one by one (0 1 0 - 1 2 3 4 …), in an uneven rhythm, spelled in Hangul (공일공 일이삼사 …), partly
spelled, in Hanja, or with letters and rings that look like digits (O1O, ○1○, Z).  What holds such a numeral or a
look-alike is reported apart, as ``mobile_spelled``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.candidates_kernel import LONGEST_RUN
from filters.privacy.identifier import Identifier
from filters.privacy.numerals import ALIKE, DIGIT_OF, SIGNS, WORDS, ZONE

_ZERO, _ONE, _NET = (f"[{''.join(SIGNS[d] for d in digits)}]" for digits in ("0", "1", "016789"))
_UNIT = f"[{''.join(DIGIT_OF)}]"
_SAID = "에 ?| ?다시 "  # how people read a dash aloud
_GAP = rf"(?:[ .\-_~*/]{{0,3}}|{_SAID})"
PATTERN = re.compile(
    rf"\(?(?<![0-9A-Za-z*]){_ZERO}{_GAP}{_ONE}{_GAP}{_NET}"
    rf"(?:(?:[ .\-_~*/)]{{0,3}}|{_SAID}){_UNIT}){{7,8}}(?![0-9])(?!{_GAP}[0-9])"
)
_BEFORE = re.compile(r"(?:[0-9A-Za-z_*]|[0-9*][-. ])\Z")
_FOUR = "(?:[0-9]{4}|[0-9](?: [0-9]){3})"
_PART_APART = re.compile(rf"\A010([-. ]){_FOUR}\1{_FOUR}\Z")  # 010-1 2 3 4-5678


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order."""
    position = 0
    while match := PATTERN.search(text, position):
        start, end = match.span()
        signs = [c for c in match.group() if c in DIGIT_OF]
        digits = "".join(DIGIT_OF[sign] for sign in signs)
        before = text[max(0, start - 2) : start]
        if (
            _BEFORE.search(before)
            or _is_in_longer_run(text, start, end)
            or not _is_number(signs, digits, match.group())
        ):
            position = start + 1
            continue
        plain = "".join(signs) == digits
        kind = "mobile" if plain else "mobile_spelled"
        yield Identifier(kind, start, end, f"{digits[:3]}-{MARK}", digits)
        position = end


def _is_in_longer_run(text: str, start: int, end: int) -> bool:
    """More signs than any number has stand together without a gap."""
    while start > 0 and end - start <= LONGEST_RUN and text[start - 1] in DIGIT_OF:
        start -= 1
    while end < len(text) and end - start <= LONGEST_RUN and text[end] in DIGIT_OF:
        end += 1
    return end - start > LONGEST_RUN and all(sign in DIGIT_OF for sign in text[start:end])


def _is_number(signs: list[str], digits: str, written: str) -> bool:
    """Bits of a matrix row are none, nor are words: a number has a digit, or all eleven signs spelled."""
    if digits.startswith("010") and len(digits) != 11:
        return False
    hangul = sum(sign in WORDS for sign in signs)
    real = sum(sign.isdigit() for sign in signs)
    if hangul and not real:
        # Eleven syllables in a row that all name digits, the first three 0 1 x.
        return hangul == len(signs)
    if not hangul and real < 6:
        return False
    if real < len(signs):
        return hangul > 0 or not ALIKE.isdisjoint(ZONE.sub("", written))
    # Digits alone: every one apart, as no row of a table is by chance (0 1 0 2 3 …), or 010 and odd groups.
    if _PART_APART.search(written):
        return len(set(digits[3:]) - {"0", "1"}) > 2
    groups = re.findall("[0-9]+", written)
    apart = len(groups) == len(signs) == 11 and digits.startswith("010") and len(set(digits[3:]) - {"0", "1"}) > 2
    return apart or (len(groups[0]) == 3 and len(groups) > 1 and len(set(re.findall("[^0-9]+", written))) == 1)
