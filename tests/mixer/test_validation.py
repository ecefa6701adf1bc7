"""Validation documents: drawn from id, seed and share alone."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError
from corpus.identity import document_id
from mixer.config import KindShare, MixConfig
from mixer.copies import id_words
from mixer.recipe import check_config
from mixer.validation import drawn, part_count, set_apart, share
from tests.oracles import mixture

IDS = [document_id("하루", f"글-{n}") for n in range(3000)]
WORDS = id_words(pa.array(IDS, pa.binary()))


def apart(part: Fraction, seed: int = 7) -> list[bool]:
    answer: list[bool] = drawn(*WORDS, part, seed).tolist()
    return answer


@given(st.fractions(min_value=0, max_value=Fraction(99, 100)), st.integers(0, 2**32))
def test_a_document_is_set_apart_when_its_draw_lies_below_the_share(part: Fraction, seed: int) -> None:
    found = drawn(*id_words(pa.array(IDS[:50], pa.binary())), part, seed).tolist()
    assert found == [Fraction(mixture.draw(id_, seed, "mix.validation"), 2**64) < part for id_ in IDS[:50]]


def test_a_larger_share_gives_no_document_back() -> None:
    few, many = apart(Fraction(1, 100)), apart(Fraction(1, 50))
    assert sum(few) < sum(many)
    assert not [n for n in range(len(IDS)) if few[n] and not many[n]]


def test_the_share_is_met_but_for_chance() -> None:
    """3,000 draws at a tenth: 300 within three standard errors of 16.4."""
    assert abs(sum(apart(Fraction(1, 10))) - 300) <= 49
    assert sum(apart(Fraction(0))) == 0


def test_golden_documents() -> None:
    assert [n for n, is_apart in enumerate(apart(Fraction(1, 500))) if is_apart] == [1809, 1811, 2232, 2668]


def test_it_is_no_draw_of_copies_or_order() -> None:
    """A document set apart is as likely as any to be drawn for a copy: the purposes are independent."""
    chosen = [id_ for id_, is_apart in zip(IDS, apart(Fraction(1, 2)), strict=True) if is_apart]
    copied = sum(mixture.copies(id_, Fraction(1, 2), 7) for id_ in chosen)
    assert abs(copied / len(chosen) - 0.5) < 0.05


def test_a_kind_may_have_a_share_of_its_own() -> None:
    config = MixConfig(validation=0.01, kinds={"뉴스": KindShare(validation=0.5), "댓글": KindShare(validation=0.0)})
    assert [share(config, kind) for kind in ("블로그", "뉴스", "댓글")] == [Fraction(1, 100), Fraction(1, 2), 0]
    kinds = pa.array(["블로그", "뉴스", "댓글"] * 1000)
    found = set_apart(*WORDS, kinds, config, 7)
    by_kind = [found[n::3].sum() for n in range(3)]
    assert by_kind[0] < 30 < 400 < by_kind[1] and by_kind[2] == 0
    assert found[1::3].tolist() == apart(Fraction(1, 2))[1::3]


def test_a_kind_that_a_fixed_recipe_leaves_out_sets_nothing_apart() -> None:
    config = MixConfig(
        mode="fixed", validation=0.1, kinds={"뉴스": KindShare(weight=1.0), "댓글": KindShare(weight=0.0)}
    )
    assert [share(config, kind) for kind in ("뉴스", "댓글", "위키")] == [Fraction(1, 10), 0, 0]


def test_parts_are_as_many_as_the_bytes_need() -> None:
    config = MixConfig(part_bytes=1000, parts=7)
    assert [part_count(config, size) for size in (0, 1, 1000, 1001)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (MixConfig(validation=1.0), "mix.validation"),
        (MixConfig(validation=-0.1), "mix.validation"),
        (MixConfig(kinds={"뉴스": KindShare(validation=1.5)}), "mix.kinds.뉴스.validation"),
        (MixConfig(kinds={"뉴스": KindShare(validation=float("nan"))}), "mix.kinds.뉴스.validation"),
    ],
)
def test_a_share_that_leaves_nothing_to_train_on_is_refused(config: MixConfig, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_config(config)
    assert caught.value.where == key
