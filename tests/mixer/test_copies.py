"""Copies and order: golden values, the plain definition, and what a seed and an epoch may change."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import document_id
from mixer.copies import COPIES, copies, draw, id_words, order_keys, packed, parts_of
from tests.oracles import mixture

IDS = [document_id("뉴스", f"기사-{number}") for number in range(2000)]
HIGH, LOW = id_words(pa.array(IDS, pa.binary()))


def test_golden_values_of_the_draws() -> None:
    assert IDS[0].hex() == "35139fe2b27281a223216a670f0c0d85"
    assert [hex(value) for value in draw(HIGH[:3], LOW[:3], 0, COPIES)] == [
        "0xf85b46bd5ff9faa6",
        "0x22bd4c72bfb174ce",
        "0xf51f33f311caad6d",
    ]
    order = order_keys(HIGH[:3], LOW[:3], np.array([0, 1, 2], np.int32), 0)
    assert [hex(value) for value in order] == ["0xfad358f2c467377", "0xf9740fe965b970b6", "0x1e08a34e36aa1d09"]
    assert packed(order).to_pylist()[0].hex() == "0fad358f2c467377"


def test_copies_and_order_equal_their_plain_definition() -> None:
    for seed in (0, 7):
        for epochs in (Fraction(0), Fraction(1, 3), Fraction(1), Fraction(5, 2), Fraction(4)):
            expected = [mixture.copies(item, epochs, seed) for item in IDS[:200]]
            assert copies(HIGH[:200], LOW[:200], epochs, seed).tolist() == expected
        copy = (np.arange(200) % 4).astype(np.int32)
        expected = [mixture.order(item, index % 4, seed) for index, item in enumerate(IDS[:200])]
        order = order_keys(HIGH[:200], LOW[:200], copy, seed)
        assert order.tolist() == expected
        for parts in (1, 3, 7, 64):
            assert parts_of(order, parts).tolist() == [mixture.part(place, parts) for place in expected]


def test_whole_epochs_give_every_document_the_same_copies() -> None:
    for whole in (0, 1, 4):
        assert set(copies(HIGH, LOW, Fraction(whole), 3).tolist()) == {whole}


def test_a_fraction_is_drawn_at_its_rate() -> None:
    # 2,000 draws at .3: mean 600, standard deviation 20.5; four of them either side.
    drawn = int(copies(HIGH, LOW, Fraction(23, 10), 0).sum()) - 4000
    assert 518 <= drawn <= 682


def test_another_seed_draws_other_documents_and_another_order() -> None:
    first, second = (copies(HIGH, LOW, Fraction(1, 2), seed) for seed in (0, 1))
    # Independent halves agree on half of 2,000: 1,000 +- 4 * 22.4.
    assert 910 <= int((first == second).sum()) <= 1090
    zero = np.zeros(2000, np.int32)
    assert not np.array_equal(order_keys(HIGH, LOW, zero, 0), order_keys(HIGH, LOW, zero, 1))


def test_copies_of_a_document_never_share_a_place() -> None:
    keys = {int(order_keys(HIGH[:1], LOW[:1], np.array([copy], np.int32), 0)[0]) for copy in range(64)}
    assert len(keys) == 64


def test_parts_are_equal_ranges_of_the_order() -> None:
    order = np.sort(order_keys(HIGH, LOW, np.zeros(2000, np.int32), 0))
    parts = parts_of(order, 8)
    assert np.all(np.diff(parts) >= 0)
    counts = np.bincount(parts, minlength=8)
    assert counts.sum() == 2000
    assert counts.min() > 250 - 4 * 15  # binomial, standard deviation 14.8
    edges = np.array([0, 2**61 - 1, 2**61, 2**64 - 1], np.uint64)
    assert parts_of(edges, 8).tolist() == [0, 0, 1, 7]


def test_packed_order_sorts_as_its_numbers() -> None:
    order = order_keys(HIGH, LOW, np.zeros(2000, np.int32), 5)
    as_bytes = packed(order).to_pylist()
    assert [int.from_bytes(item, "big") for item in as_bytes] == order.tolist()
    assert sorted(as_bytes) == [item.to_bytes(8, "big") for item in sorted(order.tolist())]


@given(
    st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=20),
    st.fractions(0, 6),
    st.fractions(0, 1),
    st.integers(0, 2**64 - 1),
)
def test_more_epochs_never_take_a_copy_away(ids: list[bytes], epochs: Fraction, more: Fraction, seed: int) -> None:
    high, low = id_words(pa.array(ids, pa.binary()))
    fewer = copies(high, low, epochs, seed)
    assert np.all(copies(high, low, epochs + more, seed) >= fewer)
    assert fewer.tolist() == [mixture.copies(item, epochs, seed) for item in ids]
