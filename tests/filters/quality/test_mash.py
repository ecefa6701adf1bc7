"""Keys hit at random: the kernel of rows equals its twin, and what falls and what stays."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
from hypothesis import given

from corpus.document import text_buffers
from filters.quality import keys_kernel
from tests.filters.scored import reasons, scores
from tests.oracles.keys import keys

PIECES = st.sampled_from(
    [*keys_kernel.ROWS, *(row[::-1] for row in keys_kernel.ROWS), "asdf", "FDSA", "가", " ", "é", "@"]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.text("asdfqwertyKLMP[`{ 가", max_size=60), st.text())
PROSE = "우리는 골목을 지나 오래된 시장으로 걸어갔다. 날이 저물자 가게마다 하나둘 불이 켜졌다. "
PANGRAM = "The quick brown fox jumps over the lazy dog while we were there to weigh the poor property of treasure. "


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_the_kernel_counts_keys_as_its_twin_does(texts: list[str]) -> None:
    text = text_buffers(pa.array(texts, pa.large_string()))
    found = np.zeros(len(texts), np.int64)
    keys_kernel.count(text.data, text.offsets, keys_kernel.PLACES, found)
    assert found.tolist() == [keys(one) for one in texts]


def test_what_a_row_of_keys_is() -> None:
    assert [keys(text) for text in ("asdf", "fdsa", "ASDF", "asa", "as df", "aㅁsdf", "poi", "pl")] == [
        2,
        2,
        2,
        0,
        0,
        1,
        1,
        0,
    ]


def test_rows_of_keys_with_vowels_fall_and_english_prose_does_not() -> None:
    assert "mash.keys" in reasons(PROSE + "asdf qwer asdfasdf fdsa poiu asdf qwerty lkjh asdf asdf fdsa ")
    assert "mash.keys" in reasons(PROSE + "asdf qwer asdfasdf fdsa poiu asdf qwerty lkjh asdf asdf fdsa ", "comments")
    assert scores(PROSE + PANGRAM)["mash.keys"] < 0.06
    assert "mash.keys" not in reasons(PROSE + PANGRAM)


def test_the_nearest_page_that_names_a_row_of_keys_stays() -> None:
    text = PROSE * 3 + "자판의 왼손 자리는 asdf, 오른손 자리는 jkl이고 윗줄은 qwerty이다. " + PANGRAM
    assert 0.05 < scores(text)["mash.keys"] < 0.15
    assert "mash.keys" not in reasons(text)
    assert scores(PROSE + "asdf asdf asdf")["mash.keys"] == 0  # below 50 Latin letters nothing is said
