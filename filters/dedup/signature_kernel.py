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
def decode(data: Array, start: int, end: int, table: Array, points: Array, folded: Array) -> tuple[int, int, int]:
    """UTF-8 ``data[start:end]`` to code points: (characters, without white space, letters and digits).

    ``points`` receives the code points that are not white space, ``folded`` the lower-cased letters,
    marks and digits; both uint32, at least end - start long.  ``table``: see signature.fold_table.
    Bytes that are not UTF-8 are read as the characters U+0080 to U+00FF, one each: never a fault.
    """
    characters = squeezed = kept = 0
    i = start
    limit = np.uint32(len(table))
    while i < end:
        lead = np.uint32(data[i])
        if lead < 0x80:
            point = lead
            i += 1
        elif lead >= 0xE0 and lead < 0xF0 and i + 2 < end:
            point = ((lead & 0x0F) << 12) | ((np.uint32(data[i + 1]) & 0x3F) << 6) | (np.uint32(data[i + 2]) & 0x3F)
            point = np.uint32(point)
            i += 3
        elif lead >= 0xC0 and lead < 0xE0 and i + 1 < end:
            point = np.uint32(((lead & 0x1F) << 6) | (np.uint32(data[i + 1]) & 0x3F))
            i += 2
        elif lead >= 0xF0 and lead < 0xF8 and i + 3 < end:
            point = np.uint32(
                ((lead & 0x07) << 18)
                | ((np.uint32(data[i + 1]) & 0x3F) << 12)
                | ((np.uint32(data[i + 2]) & 0x3F) << 6)
                | (np.uint32(data[i + 3]) & 0x3F)
            )
            i += 4
        else:
            point = lead
            i += 1
        characters += 1
        if point >= 0xAC00 and point <= 0xD7A3:  # Hangul syllables: letters without case
            fold = point
        elif point < limit:
            fold = table[point]
            if fold == SPACE:
                continue
        else:
            fold = np.uint32(0)
        points[squeezed] = point
        squeezed += 1
        folded[kept] = fold
        kept += fold != 0
    return characters, squeezed, kept


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
def digest_words(points: Array, count: int, seed: Any) -> Any:
    """XXH64 with ``seed`` over the first ``count`` uint32 of ``points``, as little-endian bytes."""
    total = np.uint64(count * 4)
    words = count // 2
    i = 0
    if count >= 8:
        a = seed + _P1 + _P2
        b = seed + _P2
        c = seed
        d = seed - _P1
        while i + 4 <= words:
            j = 2 * i
            a = _round(a, (np.uint64(points[j]) | (np.uint64(points[j + 1]) << _32)) * _P2)
            b = _round(b, (np.uint64(points[j + 2]) | (np.uint64(points[j + 3]) << _32)) * _P2)
            c = _round(c, (np.uint64(points[j + 4]) | (np.uint64(points[j + 5]) << _32)) * _P2)
            d = _round(d, (np.uint64(points[j + 6]) | (np.uint64(points[j + 7]) << _32)) * _P2)
            i += 4
        h = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        h = _merged(_merged(_merged(_merged(h, a), b), c), d)
    else:
        h = seed + _P5
    h += total
    while i < words:
        word = np.uint64(points[2 * i]) | (np.uint64(points[2 * i + 1]) << _32)
        h = _rotated(h ^ _round(np.uint64(0), word * _P2), 27) * _P1 + _P4
        i += 1
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
        for k in range(2):
            digests[row, k] = digest_words(points, squeezed, seeds[k])
            digests[row, 2 + k] = digest_words(folded, kept, seeds[k]) if kept else np.uint64(0)
        if shingles >= SHINGLE:
            minima(points, shingles, factors, terms, hashes, lanes)
            band_keys(lanes, per_band, keys[row])
            for lane in range(len(lanes)):
                low[row, lane] = np.uint8(lanes[lane] & np.uint32(0xFF))


@kernel
def shingle_set(data: Array, start: int, end: int, table: Array) -> Array:
    """The distinct 64-bit shingle hashes of one text, sorted."""
    points = np.empty(end - start + 1, np.uint32)
    folded = np.empty(end - start + 1, np.uint32)
    _, squeezed, _ = decode(data, start, end, table, points, folded)
    count = max(squeezed - (SHINGLE - 1), 0)
    hashes = np.empty(count, np.uint64)
    hash_shingles(points, 0, count, hashes)
    hashes.sort()
    distinct = 0
    for i in range(count):
        if i == 0 or hashes[i] != hashes[distinct - 1]:
            hashes[distinct] = hashes[i]
            distinct += 1
    return hashes[:distinct].copy()
