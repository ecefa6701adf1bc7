"""Kernel that decodes UTF-8: every byte as if a character began there, then those where one does.

A loop that asks at each byte how long its character is guesses wrong at most borders of words in Korean, where
characters of three bytes and of one alternate: 2.3 ns a byte.  Without a branch the first half is compiled to
vectors, and both together take 1 ns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

CHUNK = 1024  # bytes decoded at a time
ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)


@kernel
def decode_rows(data: Any, offsets: Any, points: Any, ends: Any) -> None:
    """Fill ``points`` (uint32, room for a point a byte) and ``ends`` (int64, rows + 1), row by row."""
    scratch = np.empty(CHUNK, np.uint32)
    ends[0] = 0
    for row in range(len(offsets) - 1):
        ends[row + 1] = ends[row] + decode(data, offsets[row], offsets[row + 1], scratch, points[ends[row] :])


@kernel
def decode(data: Any, start: int, end: int, scratch: Any, points: Any) -> Any:
    """Code points of the UTF-8 ``data[start:end]`` into ``points`` (uint32, room for a point a byte); how many.

    ``scratch``: uint32 of CHUNK.  Bytes that are no UTF-8 give points below 2^21.
    """
    size = np.uint64(0)
    i = np.uint64(start)
    last = np.uint64(max(start, end - 3))  # behind it a character may reach beyond the end
    while i < last:
        count = min(np.uint64(CHUNK), last - i)
        _points(data, i, count, scratch)
        for k in range(count):
            points[size] = scratch[k]
            size += np.uint64(data[i + k] & 0xC0 != 0x80)
        i += count
    while i < np.uint64(end):
        byte = np.uint32(data[i])
        left = np.uint64(end) - i
        if byte & 0xC0 != 0x80:
            point = byte
            if byte >= 0xE0 and left >= THREE:
                point = (byte & 0x0F) << 12 | (np.uint32(data[i + ONE]) & 0x3F) << 6 | np.uint32(data[i + TWO]) & 0x3F
            elif 0xC0 <= byte < 0xE0 and left >= TWO:
                point = (byte & 0x1F) << 6 | np.uint32(data[i + ONE]) & 0x3F
            points[size] = point
            size += ONE
        i += ONE
    return np.int64(size)


@kernel
def _points(data: Any, start: Any, count: Any, scratch: Any) -> None:
    """What begins at each of ``count`` bytes from ``start`` on; of the bytes inside a character, anything."""
    for k in range(count):
        i = start + k
        first, second = np.uint32(data[i]), np.uint32(data[i + ONE]) & 0x3F
        third, fourth = np.uint32(data[i + TWO]) & 0x3F, np.uint32(data[i + THREE]) & 0x3F
        two = (first & 0x1F) << 6 | second
        three = (first & 0x0F) << 12 | second << 6 | third
        four = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
        scratch[k] = first if first < 0x80 else two if first < 0xE0 else three if first < 0xF0 else four
