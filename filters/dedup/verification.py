"""Verification: is a candidate pair really similar?  By estimate where that is clear, else exactly.

- Equal folded digests: the same letters and digits, ``folded``, Jaccard 1.
- The share m of equal 8-bit lanes estimates J; unequal lanes agree by chance once in 256, so the
  estimate is (m / lanes - 1/256) / (1 - 1/256).  At least J + doubt: ``estimate``.  Below J - doubt: none.
- Between: the sets of 64-bit shingle hashes are intersected, ``exact``.  A set of more than 65,536 is
  thinned by its hashes, alike in every document, until it has no more; the pair is then compared at
  the finer thinning of the two (error at most sqrt(.25 / 32,768) = .003) and called ``estimate``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.kernel import kernel
from filters.dedup.config import DedupConfig
from filters.dedup.signature_kernel import keep, table_for
from filters.rule import quantised

VERIFICATION_VERSION = 1

PAIR = pa.schema(
    [
        ("a", pa.binary()),  # 16 bytes, a < b
        ("b", pa.binary()),
        ("jaccard", pa.float32()),  # quantised to 1/4096
        ("how", pa.string()),  # estimate | exact | folded
    ],
    metadata={"malmoi.schema": f"pair {VERIFICATION_VERSION}"},
)

# Verdicts on a candidate pair; those of ACCEPTED become rows of PAIR with this word.
UNLIKE, IN_DOUBT, ESTIMATED, SETTLED, FOLDED, SETTLED_UNLIKE = 0, 1, 2, 3, 4, 5
ACCEPTED = {ESTIMATED: "estimate", SETTLED: "exact", FOLDED: "folded"}

SET_LIMIT = 65_536  # hashes, 512 KiB: bounds what one pair costs
_CHANCE = 1 / 256

Array = np.ndarray[Any, np.dtype[Any]]


class Verdicts(NamedTuple):
    """``verdict`` int8 and ``jaccard`` float32 (quantised) per pair."""

    verdict: Array
    jaccard: Array


def estimate(lanes_a: Array, lanes_b: Array) -> Array:
    """float64 estimates from uint8 lanes of (n, lanes) each; slightly negative for unlike texts."""
    equal = (lanes_a == lanes_b).sum(axis=1)
    result: Array = (equal / lanes_a.shape[1] - _CHANCE) / (1 - _CHANCE)
    return result


def judge(lanes_a: Array, lanes_b: Array, folded_a: Array, folded_b: Array, config: DedupConfig) -> Verdicts:
    """Verdicts by digests and lanes alone: FOLDED, ESTIMATED, IN_DOUBT or UNLIKE.

    ``lanes``: uint8 of (n, lanes), all zero for a document without a signature; ``folded``: uint8 of
    (n, 16).  A pair without signatures is folded or nothing.
    """
    same = (folded_a == folded_b).all(axis=1) & folded_a.any(axis=1)
    signed = lanes_a.any(axis=1) & lanes_b.any(axis=1)
    value = np.where(signed, estimate(lanes_a, lanes_b), 0.0)
    verdict = np.where(value >= config.jaccard - config.doubt, IN_DOUBT, UNLIKE).astype(np.int8)
    verdict[value >= config.jaccard + config.doubt] = ESTIMATED
    verdict[~signed] = UNLIKE
    verdict[same] = FOLDED
    return Verdicts(verdict, quantised(np.where(same, 1.0, np.clip(value, 0.0, 1.0))))


def thinned(hashes: Array, limit: int = SET_LIMIT, shift: int = 0) -> tuple[int, Array]:
    """(shift, hashes): those below 2^(64 - shift), with the least shift, from the given one on, that leaves
    at most ``limit``."""
    while len(hashes) > limit:
        shift += 1
        hashes = _below(hashes, shift)
    return shift, hashes


def settle(shift_a: int, hashes_a: Array, shift_b: int, hashes_b: Array, config: DedupConfig) -> tuple[int, float]:
    """(verdict, jaccard) of a pair from its shingle sets: SETTLED, ESTIMATED or SETTLED_UNLIKE."""
    shift = max(shift_a, shift_b)
    if shift:
        hashes_a, hashes_b = _below(hashes_a, shift), _below(hashes_b, shift)
    common = int(common_count(hashes_a, hashes_b))
    union = len(hashes_a) + len(hashes_b) - common
    jaccard = common / union if union else 0.0
    if jaccard < config.jaccard:
        return SETTLED_UNLIKE, jaccard
    return (ESTIMATED if shift else SETTLED), jaccard


def _below(hashes: Array, shift: int) -> Array:
    return hashes[hashes < np.uint64(1 << (64 - shift))] if shift else hashes


@kernel
def common_count(a: Array, b: Array) -> int:
    """Number of values in both of two arrays of distinct uint64 that are not 0."""
    if len(a) > len(b):
        a, b = b, a
    table = table_for(len(a))
    for value in a:
        keep(table, value)
    mask = np.uint64(len(table) - 1)
    count = 0
    for value in b:
        slot = value & mask
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        count += table[slot] == value
    return count
