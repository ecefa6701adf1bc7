"""The split of pretokenizer.PATTERN over UTF-8 buffers, blind to marks; its twin is the pattern itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

HANGUL, HAN, KANA, DIGIT, LETTER, MARK, WHITE, BREAK = 1, 2, 3, 4, 5, 6, 7, 8
DIGITS = 3  # at most in one piece

_SPACE = 0x20


@kernel
def class_at(data: np.ndarray[Any, Any], at: int, table: np.ndarray[Any, Any]) -> tuple[int, int]:
    """(class, length in bytes) of the character that begins at ``at`` of valid UTF-8."""
    lead = data[at]
    if lead < 0x80:
        return table[lead], 1
    if lead < 0xE0:
        return table[((lead & 0x1F) << 6) | (data[at + 1] & 0x3F)], 2
    if lead < 0xF0:
        return table[((lead & 0x0F) << 12) | ((data[at + 1] & 0x3F) << 6) | (data[at + 2] & 0x3F)], 3
    point = ((lead & 0x07) << 18) | ((data[at + 1] & 0x3F) << 12) | ((data[at + 2] & 0x3F) << 6) | (data[at + 3] & 0x3F)
    return table[point], 4


@kernel
def piece_end(data: np.ndarray[Any, Any], start: int, stop: int, table: np.ndarray[Any, Any]) -> int:
    """Where the piece that begins at ``start`` ends; the text ends at ``stop`` > ``start``."""
    at = start
    kind, length = class_at(data, at, table)
    if data[at] == _SPACE and at + 1 < stop:
        following, following_length = class_at(data, at + 1, table)
        if following != WHITE and following != BREAK:
            at += 1
            kind, length = following, following_length
    at += length
    if kind == WHITE:
        last = start
        while at < stop:
            following, length = class_at(data, at, table)
            if following != WHITE:
                # `at` is the first character after the run; a final space belongs to a word.
                if following != BREAK and data[last] == _SPACE and last > start:
                    return last
                return at
            last = at
            at += length
        return stop
    left = DIGITS - 1 if kind == DIGIT else stop
    while at < stop and left > 0:
        following, length = class_at(data, at, table)
        if following != kind:
            break
        at += length
        left -= 1
    return at


@kernel
def split_buffers(
    data: np.ndarray[Any, Any], offsets: np.ndarray[Any, Any], table: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Ends of all pieces of all texts (int64, with room behind them), and where each text's ends begin
    (int64 of n + 1): the last item says how many there are."""
    texts = len(offsets) - 1
    starts = np.empty(texts + 1, np.int64)
    starts[0] = 0
    ends = np.empty(max(16, (offsets[texts] - offsets[0]) // 4), np.int64)
    count = 0
    for text in range(texts):
        at, stop = offsets[text], offsets[text + 1]
        while at < stop:
            at = piece_end(data, at, stop, table)
            if count == len(ends):
                grown = np.empty(2 * count, np.int64)
                for i in range(count):  # a loop compiles in a fraction of a slice's time
                    grown[i] = ends[i]
                ends = grown
            ends[count] = at
            count += 1
        starts[text + 1] = count
    return ends, starts


@kernel
def hangul_borders(
    data: np.ndarray[Any, Any], offsets: np.ndarray[Any, Any], ends: np.ndarray[Any, Any], table: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], int]:
    """Those of the ascending offsets ``ends`` that lie strictly inside a Hangul piece (int64, with room
    behind them), and how many they are.  To cut at marks would change no Hangul piece."""
    found = np.empty(len(ends), np.int64)
    count = 0
    item = 0
    for text in range(len(offsets) - 1):
        at, stop = offsets[text], offsets[text + 1]
        while at < stop and item < len(ends):
            end = piece_end(data, at, stop, table)
            first = at + 1 if data[at] == _SPACE and end > at + 1 else at
            hangul = class_at(data, first, table)[0] == HANGUL
            while item < len(ends) and ends[item] < end:
                if hangul and ends[item] > at:
                    found[count] = ends[item]
                    count += 1
                item += 1
            at = end
    return found, count
