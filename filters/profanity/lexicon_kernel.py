"""Kernel of the lexicon: which of the automaton's matches stand where their entry may, outside false friends."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]

ANY, START, WHOLE, JAMO, LATIN = 0, 1, 2, 3, 4
NONE, OTHER, SYLLABLE, CONSONANT, LAUGHTER, LATIN_LETTER, DIGIT = 0, 1, 2, 3, 4, 5, 6


@kernel
def _three(first: int, second: int, third: int) -> int:
    """What a character of three bytes is: a syllable, a consonant typed alone (ㅋ and ㅎ apart), or another."""
    point = (first & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)
    if 0xAC00 <= point <= 0xD7A3:
        return SYLLABLE
    if point == 0x314B or point == 0x314E:
        return LAUGHTER
    return CONSONANT if 0x3131 <= point <= 0x314E else OTHER


@kernel
def _one(byte: int) -> int:
    if 0x30 <= byte <= 0x39:
        return DIGIT
    return LATIN_LETTER if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A else OTHER


@kernel
def _before(data: Array, low: int, at: int) -> int:
    """The kind of the character that ends at ``at``; NONE at the text's beginning."""
    if at <= low:
        return NONE
    if data[at - 1] < 0x80:
        return int(_one(data[at - 1]))
    if at - 3 >= low and 0xE0 <= data[at - 3] < 0xF0:
        return int(_three(data[at - 3], data[at - 2], data[at - 1]))
    return OTHER


@kernel
def _behind(data: Array, at: int, high: int) -> int:
    """The kind of the character that begins at ``at``; NONE at the text's end."""
    if at >= high:
        return NONE
    if data[at] < 0x80:
        return int(_one(data[at]))
    if at + 3 <= high and 0xE0 <= data[at] < 0xF0:
        return int(_three(data[at], data[at + 1], data[at + 2]))
    return OTHER


@kernel
def _stands(data: Array, low: int, high: int, start: int, end: int, place: int) -> bool:
    """May an entry of this place stand there, in the text data[low:high]?"""
    if place == ANY:
        return True
    before = _before(data, low, start)
    if place == JAMO:
        return before != CONSONANT and _behind(data, end, high) != CONSONANT
    if place == LATIN:
        behind = _behind(data, end, high)
        return before != LATIN_LETTER and before != DIGIT and behind != LATIN_LETTER and behind != DIGIT
    if before in (SYLLABLE, DIGIT, LATIN_LETTER):
        return False
    return place == START or _behind(data, end, high) != SYLLABLE


@kernel
def count(
    data: Array, offsets: Array, starts: Array, ends: Array, classes: Array, places: Array, hits: Array, spans: Array
) -> int:
    """Adds to ``hits`` (documents x classes) what counts, writes (start, end, class) of each to ``spans`` and
    returns their number.

    Matches come by start, of one start the longest first, of one span the false friend (class -1) first.  Of
    overlapping entries the one that begins first counts; a match over a document's end is none.
    """
    document = found = 0
    innocent = taken = np.int64(0)  # where false friends, and entries that count, end so far
    for match in range(len(starts)):
        start, end = starts[match], ends[match]
        while start >= offsets[document + 1]:
            document += 1
        low, high = offsets[document], offsets[document + 1]
        if end > high:
            continue
        if classes[match] < 0:
            innocent = max(innocent, end)
        elif end > innocent and start >= taken and _stands(data, low, high, start, end, places[match]):
            taken = end
            hits[document, classes[match]] += 1
            spans[found, 0], spans[found, 1], spans[found, 2] = start, end, classes[match]
            found += 1
    return found
