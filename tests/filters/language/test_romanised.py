"""Words that end as romanised Korean does: the kernel equals its twin, and what is no such word."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from corpus.document import text_buffers
from filters.language import prose_kernel as groups
from filters.language import romanised
from tests.oracles import romanised as oracle

ENDINGS = romanised.ENDINGS.split()
PIECES = st.one_of(
    st.sampled_from([*ENDINGS, *(ending.upper() for ending in ENDINGS), *(ending[1:] for ending in ENDINGS)]),
    st.sampled_from([" ", "\n", ".", ", ", "-", "'", "3", "@", "[", "`", "{", "é", "가", "\u0301"]),
    st.text("abegiklmnoprsuyAEZ", max_size=9),
)


def counted(samples: list[str], group: int = groups.LATIN) -> list[tuple[int, int]]:
    text = text_buffers(pa.array(samples, pa.large_string()))
    found = np.zeros((len(samples), 2), np.int64)
    romanised.count(text.data, text.offsets, np.full(len(samples), group), romanised._endings(), found)
    return [(int(words), int(korean)) for words, korean in found]


@given(st.lists(st.lists(PIECES, max_size=30).map("".join), min_size=1, max_size=4))
def test_the_kernel_counts_what_its_twin_counts(samples: list[str]) -> None:
    assert counted(samples) == [oracle.counted(sample) for sample in samples]
    assert counted(samples, groups.REST) == counted(samples)


@given(st.text(max_size=60))
def test_it_does_so_on_any_text(sample: str) -> None:
    assert counted([sample]) == [oracle.counted(sample)]


@pytest.mark.parametrize("group", [groups.HANGUL, groups.HAN, groups.LETTER])
def test_samples_of_another_script_count_nothing(group: int) -> None:
    assert counted(["malmoineun urimal sajeoneul "], group) == [(0, 0)]


@pytest.mark.parametrize(
    ("sample", "words", "korean"),
    [
        ("malmoineun urimal sajeoneul mandeul ", 4, 3),  # -neun, -eul, -deul
        ("MALMOINEUN ", 1, 1),
        ("neu neun ", 2, 1),
        ("college chante mayo unida gallery ", 5, 0),  # end in -ge, -hante, -ayo, -nida, -ry
        ("neun", 0, 0),  # nothing tells that it ends
    ],
)
def test_what_ends_so_and_what_does_not(sample: str, words: int, korean: int) -> None:
    assert counted([sample]) == [oracle.counted(sample)] == [(words, korean)]
