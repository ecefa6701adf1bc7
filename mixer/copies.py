"""How often a document is mixed and where each copy lands, drawn from its id and the seed alone.

Ids are BLAKE2b digests already, so a draw is three rounds of MurmurHash3's 64-bit finalizer
(fmix64, Appleby 2011, public domain) over id and key: a few nanoseconds a document in numpy against
2.5 us for a keyed BLAKE2b, and plain integers in tests/oracles/mixture.py.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.identity import ID_BYTES, fixed_bytes, keyed_hash

Words = np.ndarray[Any, np.dtype[np.uint64]]
Counts = np.ndarray[Any, np.dtype[np.int32]]

STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: different copies never meet
COPIES, ORDER = "mix.copies", "mix.order"
VERSION = 1


def id_words(ids: pa.Array) -> tuple[Words, Words]:
    """The two big-endian halves of 16-byte ids.  Raises ValueError on any other width."""
    halves = fixed_bytes(ids, ID_BYTES).view(">u8").reshape(-1, 2).astype(np.uint64)
    return halves[:, 0], halves[:, 1]


def fmix64(words: Words) -> Words:
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return words ^ (words >> np.uint64(33))


def draw(high: Words, low: Words, seed: int, purpose: str) -> Words:
    """One 64-bit value per id, keyed by seed and purpose."""
    first = np.uint64(keyed_hash(seed, purpose, b"high"))
    second = np.uint64(keyed_hash(seed, purpose, b"low"))
    return fmix64((fmix64(high + first) ^ low) + second)


def copies(high: Words, low: Words, epochs: Fraction, seed: int) -> Counts:
    """floor(r) + [draw < frac(r) * 2^64] copies of each document, r = ``epochs``.

    Under one seed a larger r never takes a copy away.
    """
    whole = math.floor(epochs)
    # The smallest integer not below frac(r) * 2^64; 2^64 itself does not fit a word.
    bound = min(math.ceil((epochs - whole) * 2**64), 2**64 - 1)
    drawn = draw(high, low, seed, COPIES) < np.uint64(bound)
    return np.asarray(whole + drawn.astype(np.int32), np.int32)


def order_keys(high: Words, low: Words, copy: Counts, seed: int) -> Words:
    """The place of each copy in the final order: a 64-bit value, distinct for the copies of one id."""
    return fmix64(draw(high, low, seed, ORDER) + STEP * (copy.astype(np.uint64) + np.uint64(1)))


def parts_of(order: Words, count: int) -> Counts:
    """Which of ``count`` equal ranges of the order each key falls in (count < 2^31, by the upper 32 bits)."""
    return (((order >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)).astype(np.int32)


def packed(order: Words) -> pa.Array:
    """Order keys as 8 big-endian bytes, whose byte order is their order."""
    data = pa.py_buffer(order.astype(">u8").tobytes())
    return pa.Array.from_buffers(pa.binary(8), len(order), [None, data]).cast(pa.binary())
