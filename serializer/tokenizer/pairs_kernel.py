"""Pairs of ids in an open-addressing table: shared by learning and encoding."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, Any]
Id = int | np.int64

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)  # no pair: ids stay below 2^31
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, Fibonacci hashing (Knuth, TAOCP 3, 6.4)


@kernel
def pair_key(left: Id, right: Id) -> np.uint64:
    """Keys sort as pairs do."""
    return np.uint64(left) << np.uint64(32) | np.uint64(right)


@kernel
def pair_slot(keys: Array, key: np.uint64) -> int:
    """The slot of a key in a table of 2^k uint64, or the free slot that is its own."""
    mask = np.uint64(len(keys) - 1)
    slot = (key * _MIX) >> np.uint64(20) & mask
    while keys[slot] != EMPTY and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return int(slot)
