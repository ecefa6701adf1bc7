"""tokenizer.json: canonical bytes, ids in their places, and a file that the library reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
import tokenizers

from corpus.errors import ConfigError, MalmoiError
from serializer.config import TokenizerConfig
from serializer.tokenizer import training, write
from serializer.tokenizer.counts import COUNTS
from tests.serializer.tokenizer.samples import trained

COUNTED = pa.Table.from_pylist(
    [{"piece": piece.encode(), "count": count} for piece, count in ((" 학교", 9), ("나", 7), ("는", 7))], schema=COUNTS
)
SAMPLE = {"kept_bytes": 100, "documents": 3, "bytes": 50}


def test_equal_counts_give_equal_bytes() -> None:
    config = TokenizerConfig(vocabulary_size=300)
    first, second = (training.trained(config, COUNTED, SAMPLE) for _ in range(2))
    assert first == second
    assert training.facts_json(first.facts) == training.facts_json(second.facts)
    assert first.tokenizer.isascii()


def test_ids_are_the_special_token_the_marks_the_bytes_and_the_merges() -> None:
    data = write.tokenizer_json([(3, 4), (259, 5)])
    tree = json.loads(data)
    vocabulary = tree["model"]["vocab"]
    assert list(vocabulary.values()) == list(range(261))
    assert vocabulary["<|endoftext|>"] == 0
    assert list(vocabulary)[1:6] == ["****-****", "****@", "!", '"', "#"]
    assert list(vocabulary)[259:] == ['!"', '!"#']
    assert tree["model"]["merges"] == [["!", '"'], ['!"', "#"]]
    assert [(token["id"], token["content"], token["special"]) for token in tree["added_tokens"]] == [
        (0, "<|endoftext|>", True),
        (1, "****-****", False),
        (2, "****@", False),
    ]


def test_two_ids_for_the_same_bytes_are_a_fault() -> None:
    with pytest.raises(MalmoiError, match="same bytes"):
        write.tokenizer_json([(3, 4), (3, 4)])


def test_the_library_reads_and_writes_back_the_same_tokenizer(tmp_path: Path) -> None:
    path = trained(tmp_path / "tokenizer.json")
    model = tokenizers.Tokenizer.from_file(str(path))
    assert json.loads(model.to_str()) == json.loads(path.read_text())
    assert model.get_vocab_size() == 900
    text = "오늘은 2026년 10월 1일, 비가 온다.\n\n끝 👨‍👩‍👧"
    assert model.decode(model.encode(text).ids) == text


def test_a_user_of_the_library_alone_must_ask_for_plain_specials(tmp_path: Path) -> None:
    model = tokenizers.Tokenizer.from_file(str(trained(tmp_path / "tokenizer.json")))
    assert 0 in model.encode("<|endoftext|>").ids
    model.encode_special_tokens = True
    assert 0 not in model.encode("<|endoftext|>").ids


def test_a_small_sample_gives_a_smaller_vocabulary_and_says_so() -> None:
    facts = training.trained(TokenizerConfig(vocabulary_size=32_000), COUNTED, SAMPLE).facts
    assert facts["vocabulary_size"] == 259 + facts["merges"]
    assert facts["merges"] == 6 + 2 + 2
    assert facts["last_merge_count"] == 7
    assert facts["sample"] == {**SAMPLE, "pieces": 23, "distinct_pieces": 3, "distinct_bytes": 13}


def test_nothing_sampled_still_encodes_bytes() -> None:
    facts = training.trained(TokenizerConfig(), COUNTS.empty_table(), SAMPLE).facts
    assert (facts["vocabulary_size"], facts["last_merge_count"]) == (259, None)


def test_a_given_tokenizer_must_be_the_pinned_one(tmp_path: Path) -> None:
    import hashlib

    path = trained(tmp_path / "given.json")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert training.given(str(path), digest).tokenizer == path.read_bytes()
    assert training.given(str(path), digest).facts["end_of_document"] == {"token": "<|endoftext|>", "id": 0}
    with pytest.raises(ConfigError, match=digest):
        training.given(str(path), None)
    with pytest.raises(ConfigError, match="the file's is"):
        training.given(str(path), "0" * 64)
