"""Vehicle plates: 12가 3456, 123가4567, with the region before it on commercial and older ones.  Nothing is kept.

자동차 등록번호판 등의 기준에 관한 고시, article 5: class 01-99 or 100-999, a syllable of the listed ones, four
digits from 0100 on.  Some syllables also count things (24주 1000명, 30도, 12호, 100조): those need a word of
cars near, unless the number is written in one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters.privacy.candidates_kernel import PLATE_SYLLABLES
from filters.privacy.identifier import MARK, Identifier

REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
PATTERN = re.compile(
    rf"(?:(?P<region>{REGIONS}) ?)?(?<![0-9A-Za-z.,:/*-])(?P<class>[0-9]{{2,3}})(?P<gap> ?)(?P<syllable>[{PLATE_SYLLABLES}])"
    r"(?P<gap2> ?-? ?)(?P<number>[0-9]{4})(?![0-9]|[-.,:/~][0-9]| ?(?:년|원|명|개|월|일|시|분|억|만|천|호|km|kg|m|g|%|배|회|건|장|달러|점|세대|톤|ha|㎡|px|p)(?![가-힣]{4}))"
)
_CARS = re.compile(
    r"차|번호판|택시|버스|주차|트럭|오토바이|운전|렌터|렌트|소나타|쏘나타|그랜저|아반떼|모닝|카니발|넘버|plate",
    re.IGNORECASE,
)
_COUNTERS = frozenset("조주호도구부배자사소수로가나다고서보오오두보무")
_REACH = 24


def find(text: str) -> Iterator[Identifier]:
    """Plates in order."""
    for match in PATTERN.finditer(text):
        start, end = match.span()
        number = match["number"]
        if number < "0100" or int(match["class"]) < 1:
            continue
        near = text[max(0, start - _REACH) : start] + " " + text[end : end + _REACH]
        sure = match["region"] or _CARS.search(near)
        if not sure and (match["gap"] or match["syllable"] in _COUNTERS):
            continue
        yield Identifier("plate", start, end, MARK)
