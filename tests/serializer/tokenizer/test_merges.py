"""Merges from counts equal the definition, and ``tokenizers``' trainer on the same counts."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from corpus.errors import ConfigError
from serializer.tokenizer.counts import borders, count_pieces, summed, training_ends
from serializer.tokenizer.merges import learn
from tests.oracles import merges as oracle
from tests.serializer.tokenizer.samples import buffers, counted, korean

SEPARATOR = "\ue000"

# Few letters in short pieces: ties, overlapping windows, and runs of one letter.
COUNTS = st.dictionaries(st.text("ab가", min_size=1, max_size=12).map(str.encode), st.integers(1, 9), max_size=25)


def ours(counts: Mapping[bytes, int], vocabulary: int, min_count: int = 2) -> list[tuple[int, int]]:
    return [(left, right) for left, right in learn(*counted(counts), vocabulary, min_count).pairs.tolist()]


def by_library(counts: Mapping[bytes, int], vocabulary: int, min_count: int) -> list[tuple[int, int]]:
    """HF's trainer on a text that yields exactly these pieces with these counts."""
    model = Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(SEPARATOR, "removed"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=min_count,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "****-****", "****@"],
        show_progress=False,
    )
    model.train_from_iterator((SEPARATOR.join([piece.decode()] * count) for piece, count in counts.items()), trainer)
    tree = json.loads(model.to_str())["model"]
    return [(tree["vocab"][left], tree["vocab"][right]) for left, right in tree["merges"]]


@settings(deadline=None, max_examples=200)
@given(COUNTS, st.sampled_from((260, 265, 300)), st.integers(1, 4))
def test_merges_equal_a_recount_before_every_merge(counts: dict[bytes, int], vocabulary: int, min_count: int) -> None:
    assert ours(counts, vocabulary, min_count) == oracle.learn(counts, vocabulary, min_count)


@settings(deadline=None, max_examples=60)
@given(COUNTS, st.integers(1, 4))
def test_merges_equal_the_library_on_the_same_counts(counts: dict[bytes, int], min_count: int) -> None:
    assert ours(counts, 320, min_count) == by_library(counts, 320, min_count)


def test_overlapping_windows_count_each() -> None:
    # aaaa holds aa three times: 3 > 2 of bb.
    assert ours({b"aaaa": 1, b"b" * 2: 2}, 260)[0] == ours({b"aaaa": 1}, 260)[0]
    assert learn(*counted({b"aaaa": 1}), 300, 1).counts.tolist() == [3, 1]


def test_equal_counts_are_merged_in_the_order_of_ids() -> None:
    first = learn(*counted({b"zy": 5, b"ab": 5, b"ac": 5}), 262, 2).pairs.tolist()
    assert first == sorted(first)
    assert len(first) == 3


def test_counts_beyond_32_bits_are_exact() -> None:
    learned = learn(*counted({"한글".encode(): 2**40, "한국".encode(): 2**40 + 1, b"ab": 2**41}), 300, 2)
    assert learned.counts[0] == 2**41 + 1


def test_the_vocabulary_is_exact_or_smaller_when_pairs_run_out() -> None:
    assert len(ours({b"abcd": 9}, 261)) == 2
    assert len(ours({b"abcd": 9}, 1000)) == 3
    assert ours({b"abcd": 1}, 1000) == []
    assert ours({}, 1000) == []
    assert ours({b"abcd": 9}, 259) == []
    with pytest.raises(ConfigError, match="vocabulary_size"):
        ours({b"abcd": 9}, 258)


def test_one_byte_pieces_merge_nothing() -> None:
    assert ours({b"a": 10**9, "가".encode(): 1}, 300) == []


def test_the_order_of_pieces_does_not_matter() -> None:
    counts = Counter(word.encode() for text in korean(20) for word in text.split())
    pieces, sums = counted(counts)
    backwards = sorted(counts, reverse=True)
    text = buffers([piece.decode() for piece in backwards])
    other = learn(text, np.array([counts[piece] for piece in backwards], np.int64), 700, 2)
    assert np.array_equal(learn(pieces, sums, 700, 2).pairs, other.pairs)


@pytest.mark.parametrize("vocabulary", [400, 700, 2000])
def test_korean_pieces_give_the_librarys_merges(vocabulary: int) -> None:
    text = buffers(korean(200))
    table = summed([count_pieces(text, training_ends(text, borders(text)))])
    counts = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    assert ours(counts, vocabulary) == by_library(counts, vocabulary, 2)


@pytest.mark.parametrize(("vocabulary", "min_count"), [(8_000, 2), (32_000, 3)])
def test_real_text_gives_the_librarys_merges(shared_data: Path, vocabulary: int, min_count: int) -> None:
    texts: list[str] = []
    for name in ("petitions", "wikinews_ko", "react_ko"):
        with (shared_data / "docs" / f"{name}.jsonl.zst").open("rb") as stream:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
            texts += [json.loads(next(lines))["text"].replace(SEPARATOR, "") for _ in range(150)]
    text = buffers(texts)
    table = summed([count_pieces(text, training_ends(text, borders(text)))])
    counts = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    found = ours(counts, vocabulary, min_count)
    assert found == by_library(counts, vocabulary, min_count)
    assert len(found) > 5_000
