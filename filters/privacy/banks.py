"""Korean banks: their names in running text, and how many digits their accounts have in which groups.

Groupings from the numbering schemes that the banks report to the clearing institute (금융결제원, 참가기관별
CMS 계좌번호체계, 2026-05-08), and as people write them.
"""

from __future__ import annotations

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
NAMES = (
    "국민은행|신한은행|우리은행|하나은행|농협|기업은행|카카오뱅크|카뱅|토스뱅크|케이뱅크|K뱅크|케뱅|새마을금고|우체국|수협|신협"
    "|SC제일|제일은행|씨티|산업은행|아이엠뱅크|iM뱅크|축협|산림조합|저축은행|외환은행|KB|NH|IBK|KDB|KEB|DGB|BNK|은행|뱅크|신한"
)
WORDS = "국민|우리|하나|기업|카카오|토스|새마을|제일|대구|부산|광주|전북|경남|제주|산업|한미|조흥|주택|MG|SC|SH"
# Names in Latin letters as people also write them, small; most are units or parts of words, too.
SMALL = "kb|nh|ibk|kdb|keb|dgb|bnk|mg|sc|sh"
# How many digits the accounts of those banks have, in one run.
DIGITS = {
    "국민": (11, 12, 14), "우리": (11, 12, 13, 14), "하나": (11, 12, 14), "기업": (11, 12, 14), "카카오": (13,),
    "토스": (12,), "새마을": (13,), "제일": (11,), "대구": (11, 12, 14), "부산": (12, 13), "광주": (12, 13),
    "전북": (12, 13), "경남": (12, 13), "제주": (12,), "산업": (11, 14), "한미": (11,), "조흥": (11,),
    "주택": (12, 14), "MG": (13,), "SC": (11,), "SH": (11, 12),
}  # fmt: skip
