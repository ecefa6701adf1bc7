"""Dates as records give them, to microseconds since 1970 in UTC.

A date without a zone is read as UTC, so that the calendar day stays the one that was written.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (one spelling with the offsets below)

_TIME = r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|KST|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2})\s*[.일]?)?)?\s*[월년]?" + _TIME, re.ASCII
)
_YEAR_LAST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _TIME, re.ASCII)
_PACKED = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})" + _TIME, re.ASCII)


def microseconds(value: Any) -> int | None:
    """UTC microseconds of a string, datetime, date or epoch number; None when it is no date.

    Strings: year first with -, /, . or 년 월 일 (month and day may be missing), 20240131, and month/day/year
    (the American order, as in published documentation sets; day/month/year where the first exceeds 12).
    Numbers: seconds since 1970, or milliseconds above 10^11.
    """
    if isinstance(value, str):
        return _parsed(value.strip()) if len(value) <= 64 else None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)  # noqa: UP017
        return (moment - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, date):
        return _moment(value.year, value.month, value.day)
    if isinstance(value, int | float) and 10**8 <= value < 10**14:
        return int(value * (1000 if value > 10**11 else 1_000_000))
    return None


@lru_cache(maxsize=65536)
def _parsed(text: str) -> int | None:
    if match := _PACKED.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        year, month, day, *rest = match.groups()
    elif match := _YEAR_LAST.fullmatch(text):
        month, day, year, *rest = match.groups()
        if int(month) > 12:
            month, day = day, month
    else:
        return None
    hour, minute, second, fraction, zone = rest
    return _moment(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
        zone,
    )


def _moment(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    micro: int = 0,
    zone: str | None = None,
) -> int | None:
    if zone is None or zone in ("Z", "UTC", "GMT"):
        offset = 0
    elif zone == "KST":
        offset = 9 * 60
    else:
        digits = zone[1:].replace(":", "")
        offset = (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), micro, timezone(timedelta(minutes=offset)))
        return (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
