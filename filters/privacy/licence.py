"""Driver's licences.  Kept: the region, as HyperCLOVA did.

RR-YY-NNNNNN-CC with the region 11-26 or 28 (Microsoft Purview, "South Korea driver's license number");
on older cards the region's name stands in place of its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

REGIONS = "서울|부산|경기남부|경기북부|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산|세종"
_GAP = r"(?: ?[-.] ?|  ?)"
# What follows the region; then the region, looked for backwards.
PATTERN = re.compile(rf"[0-9][0-9](?:(?P<gap>{_GAP})[0-9]{{6}}(?P=gap)|[0-9]{{6}})[0-9]{{2}}(?![0-9*]|[-./][0-9*])")
_REGION = re.compile(
    rf"(?:(?<![0-9A-Za-z_*])(?<![0-9*][-./])(?P<code>1[1-9]|2[0-6]|28)|(?P<name>{REGIONS})\)?)(?P<gap>{_GAP})?\Z"
)
_WORDS = re.compile(r"면허|licen[cs]e", re.IGNORECASE)
_REACH = 32


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order.  Twelve digits in one run need a word of licences."""
    position = 0
    while match := PATTERN.search(text, position):
        start, end = match.span()
        region = _REGION.search(text, max(0, start - 10), start)
        context = text[max(0, start - _REACH) : start]
        named = region and (_WORDS.search(context) or _WORDS.search(text[end : end + 12]))
        if region is None or (not named and (match["gap"] is None or (region["code"] and region["gap"] is None))):
            position = start + 1
            continue
        yield Identifier("licence", region.start(), end, f"{region['code'] or region['name']}-{MARK}")
        position = end
