"""Compiled sketches of the audit: MinHash lanes under other permutations than those of signatures."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.dedup.signature_kernel import SHINGLE, band_keys, decode, minima

Array = np.ndarray[Any, np.dtype[Any]]

_BLOCK = 4096  # of signature_kernel.minima


@kernel
def sketch(
    data: Array,
    offsets: Array,
    fold: Array,
    factors: Array,
    terms: Array,
    per_band: int,
    signed: Array,
    lanes: Array,
    keys: Array,
) -> None:
    """``lanes`` uint32 of (n, lanes) and ``keys`` uint64 of (n, bands) of all texts of a batch; both
    untouched, and ``signed`` false, where there are fewer than five shingles."""
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    points = np.empty(longest + 1, np.uint32)
    folded = np.empty(longest + 1, np.uint32)
    hashes = np.empty(_BLOCK, np.uint64)
    for row in range(len(offsets) - 1):
        _, squeezed, _ = decode(data, offsets[row], offsets[row + 1], fold, points, folded)
        shingles = squeezed - (SHINGLE - 1)
        signed[row] = shingles >= SHINGLE
        if signed[row]:
            minima(points, shingles, factors, terms, hashes, lanes[row])
            band_keys(lanes[row], per_band, keys[row])


@kernel
def all_band_keys(lanes: Array, per_band: int, keys: Array) -> None:
    """The keys that :func:`sketch` gives to documents with these lanes."""
    for row in range(len(lanes)):
        band_keys(lanes[row], per_band, keys[row])
