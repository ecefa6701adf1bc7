"""The bench measures only what is equal to the library's result."""

from __future__ import annotations

import pytest

from corpus.errors import MalmoiError
from jobs.commands import bench_tokenizer
from tests import chain


def test_every_row_names_its_rate_and_its_rival() -> None:
    rows = bench_tokenizer.bench([chain.text(number, 9) for number in range(300)], vocabulary_size=1_000)
    assert [row["name"] for row in rows] == [
        "merges from text, split and count included",
        "merges from counts",
        "morpheme borders",
        "encode, empty memo",
        "encode, warm memo",
    ]
    assert all(row["mb_per_s"] > 0 for row in rows)
    assert {row["against"] for row in rows} == {None, bench_tokenizer.LIBRARY}


def test_a_difference_from_the_library_ends_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_tokenizer, "_library_merges", lambda texts, size: [["가", "나"]])
    with pytest.raises(MalmoiError, match="our merges differ"):
        bench_tokenizer.bench(["나는 학교에 갔다"] * 20, vocabulary_size=300)


def test_the_bundled_sample_has_hangul() -> None:
    texts = bench_tokenizer.sample_texts()
    assert len(texts) > 1_000
    assert any("가" <= character <= "힣" for character in texts[0])
