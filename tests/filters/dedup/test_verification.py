"""Verdicts on pairs: where an estimate decides, where sets do, and what bounds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.dedup import verification
from filters.dedup.config import DedupConfig
from filters.dedup.verification import (
    ESTIMATED,
    FOLDED,
    IN_DOUBT,
    SETTLED,
    SETTLED_UNLIKE,
    UNLIKE,
    common_count,
    estimate,
    judge,
    settle,
    thinned,
)

CONFIG = DedupConfig()
DIGESTS = np.arange(32, dtype=np.uint8).reshape(2, 16)


def lanes(equal: int) -> tuple[np.ndarray, np.ndarray]:
    """Two documents of which this many of 112 lanes agree."""
    a = np.full((1, 112), 7, np.uint8)
    b = a.copy()
    b[0, equal:] = 9
    return a, b


@pytest.mark.parametrize(
    ("equal", "verdict"), [(112, ESTIMATED), (99, ESTIMATED), (98, IN_DOUBT), (81, IN_DOUBT), (80, UNLIKE), (0, UNLIKE)]
)
def test_estimates_decide_outside_of_doubt(equal: int, verdict: int) -> None:
    """(m / 112 - 1/256) / (1 - 1/256): 99 lanes are .883, 98 .874; 81 are .722, 80 .713."""
    found = judge(*lanes(equal), DIGESTS[:1], DIGESTS[1:], CONFIG)
    assert found.verdict.tolist() == [verdict]
    assert found.jaccard[0] == np.float32(round(max(estimate(*lanes(equal))[0], 0) * 4096) / 4096)


def test_chance_agreement_of_lanes_is_taken_off() -> None:
    rng = np.random.default_rng(3)
    a, b = (rng.integers(0, 256, (4000, 112)).astype(np.uint8) for _ in range(2))
    assert abs(estimate(a, b).mean()) < 0.001


def test_equal_folded_digests_are_similar_and_empty_ones_are_not() -> None:
    zeros, nothing = np.zeros((1, 112), np.uint8), np.zeros((1, 16), np.uint8)
    assert judge(zeros, zeros, DIGESTS[:1], DIGESTS[:1], CONFIG).verdict.tolist() == [FOLDED]
    assert judge(zeros, zeros, DIGESTS[:1], DIGESTS[:1], CONFIG).jaccard.tolist() == [1.0]
    assert judge(zeros, zeros, nothing, nothing, CONFIG).verdict.tolist() == [UNLIKE]


def test_documents_without_a_signature_are_not_alike_for_lacking_one() -> None:
    """Systems that give every short document the same empty signature collapse them into one."""
    zeros = np.zeros((1, 112), np.uint8)
    assert judge(zeros, zeros, DIGESTS[:1], DIGESTS[1:], CONFIG).verdict.tolist() == [UNLIKE]


@given(st.sets(st.integers(1, 400), max_size=300), st.sets(st.integers(1, 400), max_size=300))
def test_common_count_is_that_of_sets(x: set[int], y: set[int]) -> None:
    scale = 0x9E3779B97F4A7C15
    a, b = (np.array([v * scale % 2**64 for v in side], np.uint64) for side in (x, y))
    assert common_count(a, b) == len(x & y)


@pytest.mark.parametrize(("common", "verdict"), [(80, SETTLED), (79, SETTLED_UNLIKE)])
def test_the_threshold_itself_is_similar(common: int, verdict: int) -> None:
    a = np.arange(1, 101, dtype=np.uint64)
    b = np.arange(1, common + 1, dtype=np.uint64)
    assert settle(0, a, 0, b, CONFIG) == (verdict, common / 100)


def test_great_sets_are_thinned_alike_and_give_nearly_the_same_answer() -> None:
    rng = np.random.default_rng(5)
    whole = rng.integers(1, 1 << 63, 1_000_000).astype(np.uint64) * np.uint64(2)
    a, b = whole[:950_000], whole[50_000:]
    (shift_a, few_a), (shift_b, few_b) = thinned(a), thinned(b)
    assert len(few_a) <= verification.SET_LIMIT
    assert shift_a == shift_b == 4
    verdict, jaccard = settle(shift_a, few_a, shift_b, few_b, CONFIG)
    assert verdict == ESTIMATED
    assert abs(jaccard - 0.9) < 0.01


def test_sets_of_unlike_size_are_compared_at_the_finer_thinning() -> None:
    rng = np.random.default_rng(6)
    a = rng.integers(1, 1 << 63, 140_000).astype(np.uint64) * np.uint64(2)
    b = a[:60_000]
    _, jaccard = settle(*thinned(a), *thinned(b), CONFIG)
    assert abs(jaccard - 60 / 140) < 0.01
    assert thinned(b)[0] == 0


def test_two_empty_sets_are_not_similar() -> None:
    none = np.zeros(0, np.uint64)
    assert settle(0, none, 0, none, CONFIG) == (SETTLED_UNLIKE, 0.0)
