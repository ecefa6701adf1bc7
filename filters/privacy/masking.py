"""Masks every identifier that a detector finds, until none finds any.

No mask form holds what a detector matches, so that masking twice is masking once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from filters.privacy import (
    account,
    address,
    card,
    email,
    email_spelled,
    licence,
    messenger,
    passport,
    phone,
    plate,
    resident,
    spelled,
)
from filters.privacy import candidates_kernel as kernel
from filters.privacy.fold import fold
from filters.privacy.identifier import Identifier
from filters.privacy.words_kernel import EMAIL, MESSENGER

# Where two detectors overlap the earlier one wins.
DETECTORS: tuple[tuple[int, Callable[[str], Iterable[Identifier]]], ...] = (
    (EMAIL, email.find),
    (EMAIL, email_spelled.find),
    (kernel.NUMBER | kernel.SPLIT, resident.find),
    (kernel.OTHER, resident.find_spelled),
    (kernel.NUMBER, card.find),
    (kernel.NUMBER | kernel.RUN, licence.find),
    (kernel.NUMBER, phone.find),
    (kernel.NUMBER | kernel.RUN, account.find),
    (kernel.NUMBER, spelled.find),
    (kernel.OTHER, account.find_spelled),
    (kernel.PASSPORT, passport.find),
    (kernel.PLATE, plate.find),
    (MESSENGER, messenger.find),
    (kernel.ADDRESS, address.find),
)
Array = np.ndarray[Any, np.dtype[Any]]
Windows = list[list[int]]  # (first character, character behind the last, kinds), ascending and apart
WINDOWS = 32  # at first; a text with more is looked at again with room for all


class Span(NamedTuple):
    """One masked stretch of the input text, in characters."""

    type: str
    start: int
    end: int


class Masked(NamedTuple):
    """``spans`` are disjoint and in order; ``contacts`` the canonical contacts masked."""

    text: str
    spans: tuple[Span, ...]
    contacts: tuple[str, ...]


def mask(text: str, data: bytes | None = None, addresses: bool = False, windows: Windows | None = None) -> Masked:
    """The masked text and what was masked.

    ``data`` is the text in UTF-8 where the caller has it, ``windows`` what ``survey`` says of it; ``addresses``
    asks for IPv4 addresses of persons too.  What a mask leaves (a domain, a neighbour) is looked at again until
    nothing matches.
    """
    found = find(text, data, addresses, windows)
    if not found:
        return Masked(text, (), ())
    contacts: list[str] = []
    spans: list[Span] = []
    passes: list[tuple[list[Identifier], list[int]]] = []
    while found:
        for item in found:
            start, last = item.start, item.end - 1
            for earlier, starts in reversed(passes):
                start, last = _origin(earlier, starts, start)[0], _origin(earlier, starts, last)[1] - 1
            spans.append(Span(item.type, start, last + 1))
            if item.contact:
                contacts.append(item.contact)
        text, starts = _replaced(text, found)
        passes.append((found, starts))
        found = find(text, None, addresses)
    return Masked(text, tuple(spans) if len(passes) == 1 else _disjoint(spans), tuple(contacts))


def find(
    text: str, data: bytes | None = None, addresses: bool = False, windows: Windows | None = None
) -> list[Identifier]:
    """What all detectors match, disjoint, in order of place; the first look of ``mask``."""
    if windows is None:
        windows = _windows(text.encode("utf-8", "surrogatepass") if data is None else data, addresses)
    if any(kinds & kernel.DECOMPOSED for _, _, kinds in windows):
        return _in_composed(text, addresses)
    found: list[Identifier] = []
    for low, high, kinds in windows:
        found += _in_window(text[low:high], low, kinds)
    return found


def _in_composed(text: str, addresses: bool) -> list[Identifier]:
    """``find`` on decomposed Hangul; composing leaves no syllable that would lead here again."""
    composed = fold(text)
    found = find(composed.text, None, addresses) if len(composed.text) < len(text) else []
    spans = [composed.span(item.start, item.end) for item in found]
    return [item._replace(start=start, end=end) for item, (start, end) in zip(found, spans, strict=True)]


def survey(data: Array, offsets: Array, addresses: bool = False) -> dict[int, Windows]:
    """Where in the texts of ``data`` (UTF-8, text i from offset i on) detectors are worth running, by number of
    the text; a text that is not there holds no identifier."""
    rows = np.empty((max(64, len(offsets)), 4), np.int64)
    while (count := kernel.all_candidates(data, offsets, kernel.SIGNS, addresses, WINDOWS, rows)) > len(rows):
        rows = np.empty((count, 4), np.int64)
    found: dict[int, Windows] = {}
    for text, low, high, kinds in rows[:count].tolist():
        found.setdefault(text, []).append([low, high, kinds])
    for text, windows in found.items():
        if not windows[0][2]:
            found[text] = _windows(data[offsets[text] : offsets[text + 1]].tobytes(), addresses)
    return found


def _windows(data: bytes, addresses: bool) -> Windows:
    bytes_of = np.frombuffer(data, np.uint8)
    out = np.empty(3 * WINDOWS, np.int64)
    count = kernel.candidates(bytes_of, kernel.SIGNS, addresses, out)
    if not count:
        return []
    if count > WINDOWS:
        out = np.empty(3 * count, np.int64)
        count = kernel.candidates(bytes_of, kernel.SIGNS, addresses, out)
    windows: Windows = out[: 3 * count].reshape(-1, 3).tolist()
    return windows


def _in_window(text: str, low: int, kinds: int) -> Iterator[Identifier]:
    folded = fold(text)
    found: list[Identifier] = []
    for kind, detector in DETECTORS:
        if kinds & kind:
            more = sorted(detector(folded.text), key=lambda item: item.start)
            if more:
                found = sorted(found + _clear_of(found, more), key=lambda item: item.start)
    for item in found:
        start, end = folded.span(item.start, item.end)
        yield item._replace(start=low + start, end=low + end)


def _clear_of(found: list[Identifier], more: list[Identifier]) -> list[Identifier]:
    """Those of ``more`` that touch none of ``found`` nor an earlier one of ``more``; both are in order."""
    starts = [item.start for item in found]
    clear: list[Identifier] = []
    for item in more:
        before = bisect_right(starts, item.end - 1) - 1
        if (before < 0 or found[before].end <= item.start) and (not clear or clear[-1].end <= item.start):
            clear.append(item)
    return clear


def _replaced(text: str, found: list[Identifier]) -> tuple[str, list[int]]:
    """The text with its masks, and where each mask begins in it."""
    pieces: list[str] = []
    starts: list[int] = []
    position = length = 0
    for item in found:
        pieces += (text[position : item.start], item.mask)
        length += item.start - position
        starts.append(length)
        length += len(item.mask)
        position = item.end
    return "".join(pieces) + text[position:], starts


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
