"""Compiled signatures: decode once, then digests, shingle hashes and lanes over one scratch buffer.

Everything here is fixed by golden values in tests/filters/dedup/test_signature.py: a change is a new
SIGNATURE_VERSION.  Hashes: XXH64 (its published specification) over UTF-32 for the digests; for
shingles an injective packing of five code points into two words, one multiplication each and the
64-bit finaliser of MurmurHash3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]

SHINGLE = 5  # code points: three in one word, two in the other
SPACE = np.uint32(0xFFFFFFFF)  # in the fold table: white space

_P1 = np.uint64(0x9E3779B185EBCA87)
_P2 = np.uint64(0xC2B2AE3D27D4EB4F)
_P3 = np.uint64(0x165667B19E3779F9)
_P4 = np.uint64(0x85EBCA77C2B2AE63)
_P5 = np.uint64(0x27D4EB2F165667C5)
_K1 = np.uint64(0x9FB21C651E98DF25)
_K2 = np.uint64(0xD6E8FEB86659FD93)
_M1 = np.uint64(0xFF51AFD7ED558CCD)
_M2 = np.uint64(0xC4CEB9FE1A85EC53)
_1, _2, _3, _4 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_21, _29, _32, _33, _42 = np.uint64(21), np.uint64(29), np.uint64(32), np.uint64(33), np.uint64(42)


@kernel
def _finalised(h: Any) -> Any:
    """The 64-bit finaliser of MurmurHash3: a bijection that spreads every bit."""
    h ^= h >> _33
    h *= _M1
    h ^= h >> _33
    h *= _M2
    h ^= h >> _33
    return h


@kernel
def decode(data: Array, start: int, end: int, table: Array, points: Array, folded: Array) -> Any:
    """UTF-8 ``data[start:end]`` to code points: (characters, without white space, letters and digits).

    ``points`` receives the code points that are not white space, ``folded`` the lower-cased letters,
    marks and digits; both uint32, at least end - start long.  ``table``: see signature.fold_table.
    Bytes that are not UTF-8 are read as the characters U+0080 to U+00FF, one each: never a fault.
    """
    characters = squeezed = kept = np.uint64(0)  # unsigned throughout: numba then tests no index for its sign
    i, stop = np.uint64(start), np.uint64(end)
    limit = np.uint32(len(table))
    while i < stop:
        lead = np.uint32(data[i])
        characters += _1
        if lead >= 0xE0 and lead < 0xF0 and i + _2 < stop:
            point = np.uint32(
                ((lead & 0x0F) << 12) | ((np.uint32(data[i + _1]) & 0x3F) << 6) | (np.uint32(data[i + _2]) & 0x3F)
            )
            i += _3
            if point >= 0xAC00 and point <= 0xD7A3:  # Hangul syllables: letters without case
                points[squeezed] = point
                squeezed += _1
                folded[kept] = point
                kept += _1
                continue
        elif lead >= 0xC0 and lead < 0xE0 and i + _1 < stop:
            point = np.uint32(((lead & 0x1F) << 6) | (np.uint32(data[i + _1]) & 0x3F))
            i += _2
        elif lead >= 0xF0 and lead < 0xF8 and i + _3 < stop:
            point = np.uint32(
                ((lead & 0x07) << 18)
                | ((np.uint32(data[i + _1]) & 0x3F) << 12)
                | ((np.uint32(data[i + _2]) & 0x3F) << 6)
                | (np.uint32(data[i + _3]) & 0x3F)
            )
            i += _4
        else:
            point = lead
            i += _1
        fold = table[point] if point < limit else np.uint32(0)
        points[squeezed] = point
        folded[kept] = fold
        inked = np.uint64(fold != SPACE)
        squeezed += inked
        kept += inked & np.uint64(fold != 0)
    return np.int64(characters), np.int64(squeezed), np.int64(kept)


@kernel
def _round(lane: Any, mixed: Any) -> Any:
    lane += mixed
    lane = (lane << np.uint64(31)) | (lane >> _33)
    return lane * _P1


@kernel
def _merged(h: Any, lane: Any) -> Any:
    return (h ^ _round(np.uint64(0), lane * _P2)) * _P1 + _P4


@kernel
def _rotated(value: Any, by: int) -> Any:
    return (value << np.uint64(by)) | (value >> np.uint64(64 - by))


@kernel
def _word(points: Array, i: Any) -> Any:
    return (np.uint64(points[i]) | (np.uint64(points[i + 1]) << _32)) * _P2


@kernel
def digest(points: Array, count: int, seeds: Array, digests: Array) -> None:
    """XXH64 over the first ``count`` uint32 of ``points`` as little-endian bytes, under two seeds at once."""
    s, t = seeds[0], seeds[1]
    a, b, c, d = s + _P1 + _P2, s + _P2, s, s - _P1
    e, f, g, h = t + _P1 + _P2, t + _P2, t, t - _P1
    end = count - count % 8
    for i in range(0, end, 8):
        word = _word(points, i)
        a, e = _round(a, word), _round(e, word)
        word = _word(points, i + 2)
        b, f = _round(b, word), _round(f, word)
        word = _word(points, i + 4)
        c, g = _round(c, word), _round(g, word)
        word = _word(points, i + 6)
        d, h = _round(d, word), _round(h, word)
    first, second = s + _P5, t + _P5
    if end:
        first = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        first = _merged(_merged(_merged(_merged(first, a), b), c), d)
        second = _rotated(e, 1) + _rotated(f, 7) + _rotated(g, 12) + _rotated(h, 18)
        second = _merged(_merged(_merged(_merged(second, e), f), g), h)
    digests[0] = _tail(points, end, count, first)
    digests[1] = _tail(points, end, count, second)


@kernel
def _tail(points: Array, start: int, count: int, h: Any) -> Any:
    h += np.uint64(count * 4)
    for i in range(start, count - 1, 2):
        h = _rotated(h ^ _round(np.uint64(0), _word(points, i)), 27) * _P1 + _P4
    if count & 1:
        h = _rotated(h ^ (np.uint64(points[count - 1]) * _P1), 23) * _P2 + _P3
    h ^= h >> _33
    h *= _P2
    h ^= h >> _29
    h *= _P3
    h ^= h >> _32
    return h


@kernel
def hash_shingles(points: Array, start: int, count: int, hashes: Array) -> None:
    """64-bit hashes of the ``count`` windows of five code points from ``start`` on, into ``hashes``."""
    for i in range(count):
        j = start + i
        left = np.uint64(points[j]) | (np.uint64(points[j + 1]) << _21) | (np.uint64(points[j + 2]) << _42)
        right = np.uint64(points[j + 3]) | (np.uint64(points[j + 4]) << _21)
        hashes[i] = _finalised(left * _K1 + right * _K2)


_BLOCK = 4096  # shingles hashed at a time: 32 KB, stays in the first cache


@kernel
def minima(points: Array, shingles: int, factors: Array, terms: Array, hashes: Array, lanes: Array) -> None:
    """``lanes[l]`` = minimum over the shingles of factors[l] * x + terms[l] mod 2^32, x the hash's upper half.

    All uint32; four shingles a step, so that a lane is loaded and stored once for four.
    """
    width = len(lanes)
    for lane in range(width):
        lanes[lane] = np.uint32(0xFFFFFFFF)
    for block in range(0, shingles, _BLOCK):
        count = min(_BLOCK, shingles - block)
        hash_shingles(points, block, count, hashes)
        whole = count - count % 4
        for i in range(0, whole, 4):
            p = np.uint32(hashes[i] >> _32)
            q = np.uint32(hashes[i + 1] >> _32)
            r = np.uint32(hashes[i + 2] >> _32)
            s = np.uint32(hashes[i + 3] >> _32)
            for lane in range(width):
                f, t = factors[lane], terms[lane]
                u = min(np.uint32(f * p + t), np.uint32(f * q + t))
                v = min(np.uint32(f * r + t), np.uint32(f * s + t))
                lanes[lane] = min(lanes[lane], u, v)
        for i in range(whole, count):
            p = np.uint32(hashes[i] >> _32)
            for lane in range(width):
                lanes[lane] = min(lanes[lane], np.uint32(factors[lane] * p + terms[lane]))


@kernel
def band_keys(lanes: Array, per_band: int, keys: Array) -> None:
    """One 64-bit key per band of ``per_band`` lanes; the band's number is part of it."""
    for band in range(len(keys)):
        h = _finalised(np.uint64(band + 1) * _K1)
        for lane in range(band * per_band, (band + 1) * per_band):
            h = _finalised(h ^ np.uint64(lanes[lane])) * _K2
        keys[band] = _finalised(h)


@kernel
def sign(
    data: Array,
    offsets: Array,
    table: Array,
    factors: Array,
    terms: Array,
    per_band: int,
    seeds: Array,
    counts: Array,
    digests: Array,
    keys: Array,
    low: Array,
) -> None:
    """Signatures of all texts of a batch.

    ``counts`` int32 of (n, 2): characters, shingles.  ``digests`` uint64 of (n, 4): squeezed, then
    folded, under two seeds each; folded is 0 where no letter or digit is left.  ``keys`` uint64 of
    (n, bands) and ``low`` uint8 of (n, lanes): untouched where there are fewer than five shingles.
    """
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    points = np.empty(longest + 1, np.uint32)
    folded = np.empty(longest + 1, np.uint32)
    hashes = np.empty(_BLOCK, np.uint64)
    lanes = np.empty(len(factors), np.uint32)
    for row in range(len(offsets) - 1):
        characters, squeezed, kept = decode(data, offsets[row], offsets[row + 1], table, points, folded)
        shingles = max(squeezed - (SHINGLE - 1), 0)
        counts[row, 0] = characters
        counts[row, 1] = shingles
        digest(points, squeezed, seeds, digests[row, :2])
        if kept:
            digest(folded, kept, seeds, digests[row, 2:])
        if shingles >= SHINGLE:
            minima(points, shingles, factors, terms, hashes, lanes)
            band_keys(lanes, per_band, keys[row])
            for lane in range(len(lanes)):
                low[row, lane] = np.uint8(lanes[lane] & np.uint32(0xFF))


@kernel
def keep(table: Array, value: Any) -> bool:
    """Put a value that is not 0 into an open-addressing table of zeros; False when it was there."""
    mask = np.uint64(len(table) - 1)
    slot = value & mask
    while table[slot] != 0 and table[slot] != value:
        slot = (slot + _1) & mask
    if table[slot] == value:
        return False
    table[slot] = value
    return True


@kernel
def table_for(count: int) -> Array:
    """An empty table, at most half full with ``count`` values."""
    size = 16
    while size < 2 * count:
        size *= 2
    return np.zeros(size, np.uint64)


@kernel
def shingle_set(data: Array, start: int, end: int, fold: Array) -> Array:
    """The distinct 64-bit shingle hashes of one text, in the order in which they first occur.

    A table costs 6 ns a shingle, sorting 17 (measured).  A hash of 0 is taken for 1.
    """
    points = np.empty(end - start + 1, np.uint32)
    folded = np.empty(end - start + 1, np.uint32)
    _, squeezed, _ = decode(data, start, end, fold, points, folded)
    hashes = np.empty(max(squeezed - (SHINGLE - 1), 0), np.uint64)
    hash_shingles(points, 0, len(hashes), hashes)
    table = table_for(len(hashes))
    distinct = 0
    for value in hashes:
        value = max(value, _1)
        if keep(table, value):
            hashes[distinct] = value
            distinct += 1
    return hashes[:distinct].copy()
