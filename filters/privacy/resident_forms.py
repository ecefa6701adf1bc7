"""How registration numbers are written: date of birth, what stands between, serial; and what their digits prove."""

from __future__ import annotations

import re

_BIRTH = (
    r"(?:(?P<century>19|20)?(?P<year>[0-9]{2})"
    r"(?:(?P<mark> ?[./-] ?| )?(?P<month>0[1-9]|1[0-2])(?(mark)(?P=mark))(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"|(?P<worded>년) ?(?P<month2>1[0-2]|0?[1-9])월 ?(?P<day2>3[01]|[12][0-9]|0?[1-9])일))"
)
# What may stand between the halves: up to 40 signs, and the 2 of a form's second field (jumin2, value=).
_BETWEEN = r"(?P<between>[^0-9]{0,40}?|[^0-9]{1,32}[A-Za-z_-]2[^0-9]{1,12})"
_SERIAL = (
    r"(?P<serial>[1-8](?:[ -]?[0-9]{6}|[ -]?[0-9]{3}[ -][0-9]{3}|[ -]?[0-9]{2} [0-9]{2} [0-9]{2}))(?![0-9]|[-.][0-9*])"
)
PATTERN = re.compile(_BIRTH + _BETWEEN + _SERIAL)
REVERSED = re.compile(
    r"(?P<serial>[1-8](?<![0-9][0-9])[0-9]{6})(?P<between>[^0-9]{1,24})"
    r"(?P<year>[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])(?![0-9]|[-.][0-9*])"
)
# Digits one by one, or in a rhythm of the writer's own: "9 0 0 1 0 1 - 1 2 3 4 5 6 7".
SPACED = re.compile(
    r"(?P<year>[0-9] [0-9]) (?P<month>[01] [0-9]) (?P<day>[0-3] [0-9])(?P<between> ?[-~_/.]? ?)"
    r"(?P<serial>[1-8](?: [0-9]){6})(?![0-9]| [0-9])"
)
# A name in the cell or column before, by the surnames that nine of ten Koreans have (통계청, 2015).
PERSON = re.compile(
    r"(?<![가-힣])[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄원천][가-힣]{2}[\s,|/]{1,3}\Z"
)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Births of this century are at most of this year, until there is need for more: 301231 is no date of birth.
_LAST = 30


def is_birth(digits: str) -> bool:
    """The first seven digits are a date of birth, and a century with it."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if digits[6] in "3478" and year > _LAST:
        return False
    return 1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]


def is_checked(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    shift = 2 if digits[6] in "5678" else 0  # foreigners' check digit
    return int(digits[12]) == (11 - total % 11 + shift) % 10


def is_barcode(digits: str) -> bool:
    """EAN-13 of the prefixes that are met in Korea: its own, books and periodicals (GS1)."""
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
    return total % 10 == 0 and digits.startswith(("880", "977", "978", "979"))
