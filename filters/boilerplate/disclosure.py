"""Marker: what an author says of being paid, counted and left in the text.

Korean posts must disclose it (guideline on labelling and advertising, Fair Trade Commission, 2020), mostly in
set phrases, so that a count is a fact about the post, which spam rules may read from ``edits``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PHRASES = {
    # 이 포스팅은 쿠팡 파트너스 활동의 일환으로, 이에 따른 일정액의 수수료를 제공받습니다.
    "affiliate": re.compile(
        r"파트너스\s?활동(?:의|을)?[^\n.]{0,40}수수료|제휴\s?(?:마케팅|링크)[^\n.]{0,40}수수료|일정액?의\s?수수료를?\s?(?:제공|지급)?\s?받"
    ),
    # 업체로부터 소정의 원고료를 제공받아 작성하였습니다.  제품만 무상으로 제공받아
    "sponsored": re.compile(
        r"(?:원고료|제작비|고료|제품|상품|식사권|서비스|이용권|대가|경제적\s?지원)[을를]?[^\n.]{0,20}"
        r"(?:제공|지원|지급|협찬)\s?받(?:아|고|은|았|습)[^\n.]{0,40}(?:작성|후기|리뷰|포스팅|글|체험)|#\s?(?:협찬|유료\s?광고|광고포함)"
    ),
}
_HINT = re.compile("수수료|받아|받고|받은|받았|받습|#")


class Disclosure:
    """Counts ``disclosure.affiliate`` and ``disclosure.sponsored``; changes nothing."""

    name = "disclosure"
    version = 1

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        if _HINT.search(text) is None:
            return text, {}
        counts = {f"{self.name}.{name}": len(form.findall(text)) for name, form in _PHRASES.items()}
        return text, {name: number for name, number in counts.items() if number}
