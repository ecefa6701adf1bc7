"""Vehicle plates: 12가 3456, 123가4567, with the region before it on commercial and older ones.  Nothing is kept.

자동차 등록번호판 등의 기준에 관한 고시, article 5: class 01-99 or 100-999, a syllable of the listed ones, four
digits from 0100 on.  Some syllables also count things or are particles (24주 1000명, 30도, 12호, 100조, 2가):
those need a word of cars near, and so does a number with spaces in it.  A region before it is enough, unless the
syllable is a unit and the number one that is counted (대구 11주 2500, 강원 12도 2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.candidates_kernel import PLATE_SYLLABLES
from filters.privacy.identifier import Identifier

REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_UNITS = (
    "년|원|명|개|월|일|시간|분|억|만|천|호|배|회|건|장|점|세대|가구|톤|평|미터|킬로|그램|달러|유로|엔|위안|퍼센트|프로|도|차"
    "|번지|만원|천원"
    "|km|kg|cm|mm|m|g|%|㎡|㎞|ha|px|kW|MB|GB"
)
PATTERN = re.compile(
    rf"(?:(?P<region>{REGIONS})(?:특별자치|특별|광역)?시? ?)?(?<![0-9A-Za-z.,:/*-])(?P<class>[0-9]{{2,3}})(?P<gap> ?)"
    rf"(?P<syllable>[{PLATE_SYLLABLES}])(?P<gap2> ?-? ?)(?P<number>[0-9]{{4}})"
    rf"(?![0-9]|[-.,:/~][0-9]|{_UNITS}| (?:{_UNITS})(?![가-힣]))"
)
_CARS = re.compile(
    r"차량|차 ?번호|차주|자동차|승용차|승합차|화물차|번호판|택시|버스|주차|트럭|오토바이|운전|렌터카|렌트|넘버"
    r"|소나타|쏘나타|그랜저|아반떼|모닝|카니발|견인|뺑소니|plate",
    re.IGNORECASE,
)
_COUNTERS = frozenset("조주호도구부배자사소수로가나다고서보오두무")
# Units; 배 is one only below the classes of lorries, 80 to 99, which parcel cars have.
_COUNTING = frozenset("호도주조구부배")
_COUNTABLE = re.compile("[0-9]{2}00|(?:19|20)[0-9]{2}")
# 98누1234 is a case of a court before 2000.
_OTHER_BEFORE = re.compile(r"(?:부품|품번|모델|제품|시리얼|선고|판결|사건)(?:명|번호)? ?:? ?\Z")
_OTHER_AFTER = re.compile(r" ?(?:판결|결정|사건|부품|모델)")
_REACH = 24


def find(text: str) -> Iterator[Identifier]:
    """Plates in order."""
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if match["number"] < "0100" or int(match["class"]) < 1:
            continue
        near = text[max(0, start - _REACH) : start] + " " + text[end : end + _REACH]
        if _OTHER_BEFORE.search(text[max(0, start - 12) : start]) or _OTHER_AFTER.match(text[end : end + 4]):
            continue
        doubtful: object
        if match["region"]:
            lorry = match["syllable"] == "배" and match["class"] >= "80"
            doubtful = match["syllable"] in _COUNTING and not lorry and _COUNTABLE.match(match["number"])
        else:
            doubtful = match["gap"] or match["gap2"] or match["syllable"] in _COUNTERS
        if not doubtful or _CARS.search(near):
            yield Identifier("plate", start, end, MARK)
