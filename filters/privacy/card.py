"""Payment cards.  Nothing is kept.

ISO/IEC 7812-1: an issuer's range and the Luhn digit.  Ranges as the networks publish them: Visa 4,
Mastercard 51-55 and 2221-2720, American Express 34 and 37 (fifteen digits, 4-6-5), Diners 36, 38, 300-305
(fourteen, 4-6-4), JCB 3528-3589, UnionPay 62, Discover 6011 and 65, cards for Korea alone 9.
Where 카드번호 stands right before, sixteen digits in fours are a card's whatever they are: a slip of the pen, or a
card of a shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

_GAP = r"(?: ?[-._/] ?|  ?)"
PATTERN = re.compile(
    # Its first character is one of a set, so that the search goes to the next of these in a tight loop.
    rf"[2-69](?:[0-9]{{3}}(?P<gap>{_GAP})[0-9]{{4}}(?P=gap)[0-9]{{4}}(?P=gap)[0-9]{{4}}"
    rf"|(?<=3)[0-9]{{3}}(?P<gap2>{_GAP})[0-9]{{6}}(?P=gap2)[0-9]{{4,5}}"
    r"|[0-9]{15}|(?<=3)[0-9]{13,15})(?![0-9]|[-.][0-9*])"
)
TOLD = re.compile(
    rf"(?:카드 ?번호|card ?(?:number|no\b))[^0-9A-Za-z\n]{{0,6}}(?P<number>[0-9]{{4}}(?P<gap>{_GAP})[0-9]{{4}}(?P=gap)"
    r"[0-9]{4}(?P=gap)[0-9]{4})(?![0-9]|[-.][0-9*])",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[0-9A-Za-z_*#=/]\Z|[0-9*][-.]\Z")
_CARD = re.compile(r"카드|결제|승인|visa|비자|master|마스터|amex|아멕스|아메리칸|card|다이너스|BC|유효", re.IGNORECASE)
_OTHER = re.compile(
    r"주문|운송|송장|등기|접수|문서|거래 ?번호|관리 ?번호|고유 ?번호|일련|시리얼|serial|order|tracking|일시|계좌|가상",
    re.IGNORECASE,
)
_REACH = 24


def find(text: str) -> Iterator[Identifier]:
    """Numbers in order.  In one run they need a word of cards near, in groups the check digit is enough."""
    for match in PATTERN.finditer(text):
        start, end = match.span()
        context = text[max(0, start - _REACH) : start]
        digits = "".join(c for c in match.group() if c.isdigit())
        if _BEFORE.search(context) or not (_is_issued(digits) and _is_luhn(digits)):
            continue
        named = _CARD.search(context + " " + text[end : end + 12])
        if not named and (match.group().isdigit() or _OTHER.search(context)):
            continue
        yield Identifier("card", start, end, MARK)
    for match in TOLD.finditer(text) if "카드" in text or "card" in text.lower() else ():
        if len(set(match["number"])) > 2:  # not 0000-0000-0000-0000
            yield Identifier("card", match.start("number"), match.end("number"), MARK)


def _is_issued(digits: str) -> bool:
    head2, head3, head4 = digits[:2], digits[:3], digits[:4]
    if len(digits) == 16:
        return (
            digits[0] in "49"
            or "51" <= head2 <= "55"
            or "2221" <= head4 <= "2720"
            or "3528" <= head4 <= "3589"
            or head2 in ("62", "65")
            or head4 == "6011"
        )
    if len(digits) == 15:
        return head2 in ("34", "37")
    return head2 in ("36", "38") or "300" <= head3 <= "305"


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
