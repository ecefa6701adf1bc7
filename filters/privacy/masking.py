"""Masks every identifier that a detector finds, until none finds any.

No mask form holds what a detector matches, so that masking twice is masking once.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from filters.privacy import email, phone, resident
from filters.privacy.digits_kernel import holds_number
from filters.privacy.identifier import Identifier


class Span(NamedTuple):
    """One masked stretch of the input text, in characters."""

    type: str
    start: int
    end: int


class Masked(NamedTuple):
    """``spans`` are disjoint and in order; ``contacts`` the canonical phones and addresses masked."""

    text: str
    spans: tuple[Span, ...]
    contacts: tuple[str, ...]


def mask(text: str) -> Masked:
    """The masked text and what was masked.

    Where detectors overlap the earlier kind wins: e-mail, resident number, phone.  What a mask leaves
    (a domain, a neighbour) is looked at again until nothing matches.
    """
    found = _found(text)
    if not found:
        return Masked(text, (), ())
    pieces: list[str] = []
    starts: list[int] = []  # of the masks, in the masked text
    position = length = 0
    for item in found:
        pieces += (text[position : item.start], item.mask)
        length += item.start - position
        starts.append(length)
        length += len(item.mask)
        position = item.end
    rest = mask("".join(pieces) + text[position:])
    spans = [Span(item.type, item.start, item.end) for item in found]
    for span in rest.spans:
        spans.append(Span(span.type, _origin(found, starts, span.start)[0], _origin(found, starts, span.end - 1)[1]))
    contacts = tuple(item.contact for item in found if item.contact)
    return Masked(rest.text, _disjoint(spans) if rest.spans else tuple(spans), contacts + rest.contacts)


def _found(text: str) -> list[Identifier]:
    """Matches of all detectors, disjoint, in order of place."""
    found = list(email.find(text)) if "@" in text else []
    if not holds_number(np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)):
        return found
    for detector in (resident, phone):
        more = list(detector.find(text))
        if more:
            found = sorted(found + _clear_of(found, more), key=lambda item: item.start)
    return found


def _clear_of(found: list[Identifier], more: list[Identifier]) -> list[Identifier]:
    """Those of ``more`` that touch none of ``found``; both are in order."""
    starts = [item.start for item in found]
    clear = []
    for item in more:
        before = bisect_right(starts, item.end - 1) - 1
        if before < 0 or found[before].end <= item.start:
            clear.append(item)
    return clear


def _origin(found: list[Identifier], starts: list[int], position: int) -> tuple[int, int]:
    """The input's characters that one character of the masked text stands for, as (start, end)."""
    index = bisect_right(starts, position) - 1
    if index < 0:
        return position, position + 1
    item = found[index]
    beyond = position - starts[index] - len(item.mask)
    if beyond < 0:
        return item.start, item.end
    return item.end + beyond, item.end + beyond + 1


def _disjoint(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].type, joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
