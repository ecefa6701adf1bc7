"""The marks of masks: one token each, wherever they stand, in our encoder as in ``tokenizers``."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import TextBuffers
from corpus.errors import ConfigError
from corpus.masks import MAIL_MARK, MARK, MARKS
from filters.privacy.identifiers import mask
from serializer.bpe import Encoder
from serializer.config import TokenizerConfig
from serializer.tokenizer import alphabet, training
from serializer.tokenizer.counts import borders, count_pieces, summed, training_ends
from serializer.tokenizer.fidelity import fidelity
from serializer.tokenizer.marks import mark_table
from serializer.tokenizer.marks_kernel import next_mark
from serializer.tokenizer.pretokenizer import PATTERN, hangul_ends, piece_ends, pieces
from tests.serializer.tokenizer.samples import ANY, MARKED, MEETING, buffers, korean, trained

HIDDEN, LOCAL = 1, 2  # ids
CUT = re.compile(r"(\*{4}-\*{4}|\*{4}@)")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("marks") / "tokenizer.json")


@pytest.fixture(scope="module")
def encoder(path: Path) -> Encoder:
    return Encoder(str(path))


def loaded(path: Path) -> tokenizers.Tokenizer:
    model = tokenizers.Tokenizer.from_file(str(path))
    model.encode_special_tokens = True
    return model


@pytest.fixture(scope="module")
def library(path: Path) -> tokenizers.Tokenizer:
    return loaded(path)


def changed(path: Path, to: Path, change: Any) -> Path:
    tree = json.loads(path.read_text())
    change(tree)
    to.write_text(json.dumps(tree))
    return to


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("****-****", [MARK]),
        ("****@", [MAIL_MARK]),
        ("****-****-****", [MARK, "-", "****"]),
        ("*****@", ["*", MAIL_MARK]),
        ("****-****@", [MARK, "@"]),
        ("********-****", ["****", MARK]),
        ("****@****@", [MAIL_MARK, MAIL_MARK]),
        ("****-***", ["****", "-", "**", "*"]),
        ("****", ["****"]),
        ("@****-****", ["@", MARK]),
        (" ****@", [" ", MAIL_MARK]),
        ("****@ ", [MAIL_MARK, " "]),
        ("1****-****2", ["1", MARK, "2"]),
        ("＊＊＊＊＠", None),
    ],
)
def test_a_mark_is_one_token_leftmost_and_longest(
    encoder: Encoder, library: tokenizers.Tokenizer, text: str, tokens: list[str] | None
) -> None:
    ids = encoder.encode_batch([text])[0].tolist()
    assert ids == library.encode(text).ids
    if tokens is None:
        assert not {HIDDEN, LOCAL} & set(ids)
    else:
        assert [alphabet.parsed(str(library.id_to_token(number))).decode() for number in ids] == tokens
    assert encoder.decode(ids) == text


@settings(deadline=None, max_examples=300)
@given(st.lists(MARKED | MEETING | ANY, max_size=5))
def test_text_with_marks_gives_the_librarys_ids_and_comes_back(
    encoder: Encoder, library: tokenizers.Tokenizer, texts: list[str]
) -> None:
    found = encoder.encode_batch(texts)
    for text, ids in zip(texts, found, strict=True):
        composed = unicodedata.normalize("NFC", text)
        assert ids.tolist() == library.encode(composed, add_special_tokens=False).ids
        assert encoder.decode(ids) == composed
        cut = CUT.split(composed)[1::2]
        assert [number for number in ids if number in (HIDDEN, LOCAL)] == [1 + MARKS.index(mark) for mark in cut]
        assert 0 not in ids


@settings(deadline=None, max_examples=200)
@given(MARKED)
def test_the_split_is_the_pattern_between_marks(text: str) -> None:
    expected = [
        piece
        for number, part in enumerate(CUT.split(text))
        for piece in ([part] if number % 2 else re.findall(PATTERN, part))
    ]
    assert pieces(text) == expected
    # The pattern alone, blind to marks, has the same Hangul pieces: what hangul_borders rests on.
    within = np.arange(1, len(text.encode()), dtype=np.int64)
    ends = set(piece_ends(buffers([text]))[0].tolist())
    assert not ends & set(hangul_ends(buffers([text]), within).tolist())


@settings(deadline=None, max_examples=300)
@given(st.text("ab*가", max_size=30), st.lists(st.text("ab*가", min_size=1, max_size=5), max_size=4, unique=True))
def test_the_search_finds_what_a_look_at_every_place_finds(text: str, marks: list[str]) -> None:
    ids, *found = mark_table({mark: number for number, mark in enumerate(marks)})
    data = text.encode()
    places = [
        (at, max((mark for mark in marks if data.startswith(mark.encode(), at)), key=lambda mark: len(mark.encode())))
        for at in range(len(data))
        if any(data.startswith(mark.encode(), at) for mark in marks)
    ]
    at, number = next_mark(np.frombuffer(data + b"*", np.uint8), 0, len(data), *found)
    assert (at, number if number < 0 else marks[ids[number]]) == (places[0] if places else (len(data), -1))


def test_every_mask_of_our_masker_has_one_mark(encoder: Encoder) -> None:
    text = "문의는 010-1234-5678 이나 minseo@example.kr 로, 면허 11-12-345678-90 여권 M12345678 주민 800101-1234567."
    masked = mask(text)
    assert [item.type for item in masked.spans] == ["mobile", "email", "licence", "passport", "resident"]
    ids = encoder.encode_batch([masked.text])[0].tolist()
    assert [number for number in ids if number in (HIDDEN, LOCAL)] == [HIDDEN, LOCAL, HIDDEN, HIDDEN, HIDDEN]
    assert encoder.decode(ids) == masked.text


def test_no_merge_sees_a_mark() -> None:
    masks = ["전화 010-****-**** 메일 ****@naver.com, 계좌 ****-****!", "****@****-****", "****-****@****-****"] * 500
    text = buffers([*korean(30), *masks])
    table = summed([count_pieces(text, training_ends(text, borders(text)))])
    assert not [piece for piece in table.column("piece").to_pylist() if b"*" in piece]
    facts = training.trained(TokenizerConfig(vocabulary_size=2_000), table, {})
    tokens = json.loads(facts.tokenizer)["model"]["vocab"]
    assert [token for token in tokens if "*" in token] == [*MARKS, "*"]
    assert facts.facts["marks"] == {"****-****": 1, "****@": 2}


def test_texts_of_a_batch_do_not_join_to_a_mark(encoder: Encoder) -> None:
    texts = ["****", "-****", "**", "**@", "****-****", "****-", "****@"]
    found = [ids.tolist() for ids in encoder.encode_batch(texts)]
    assert found == [encoder.encode_batch([text])[0].tolist() for text in texts]
    assert [len({HIDDEN, LOCAL} & set(ids)) for ids in found] == [0, 0, 0, 0, 1, 0, 1]
    one = buffers(["앞 ****", "@뒤"])
    middle = TextBuffers(one.data, one.offsets[:2])  # what follows in the buffer is no part of the text
    assert LOCAL not in encoder.encode_buffers(middle)[0]


def test_a_mark_ends_where_its_bytes_end(encoder: Encoder) -> None:
    text = buffers(["010-****-**** 가", "****@"])
    ends = encoder.token_ends(text).tolist()
    spans = [bytes(text.data[low:high]) for low, high in pairwise([0, *ends])]
    assert b"".join(spans) == bytes(text.data[: text.offsets[-1]])
    assert (spans.count(b"****-****"), spans.count(b"****@")) == (1, 1)


def test_marks_change_no_border_that_is_judged(encoder: Encoder) -> None:
    plain, marked = "나는 학교에 \n 갔다", "나는 학교에  ****@ \n ****-**** 갔다"
    without, sums = (fidelity(buffers([text]), encoder) for text in (plain, marked))
    assert sums["tokens"] - sums["unchanged"] == without["tokens"] - without["unchanged"]
    assert sums["morpheme_borders"] == without["morpheme_borders"]


def test_the_end_of_a_document_beside_marks_is_text(encoder: Encoder) -> None:
    text = "****@<|endoftext|>****-****"
    ids = encoder.encode_batch([text], end=True)[0].tolist()
    assert (ids[0], ids[-2:], ids.count(0)) == (LOCAL, [HIDDEN, 0], 1)
    assert encoder.decode(ids) == text


def test_a_file_from_before_the_marks_still_opens_and_knows_none(path: Path, tmp_path: Path) -> None:
    def without(tree: dict[str, Any]) -> None:
        tree["added_tokens"] = tree["added_tokens"][:1]
        left = [token for token in tree["model"]["vocab"] if token not in MARKS]
        tree["model"]["vocab"] = {token: number for number, token in enumerate(left)}

    old = changed(path, tmp_path / "old.json", without)
    encoder = Encoder(str(old))
    assert (encoder.end_name, encoder.end_of_document, encoder.vocabulary_size) == ("<|endoftext|>", 0, 898)
    assert encoder._kernel is not None
    for text in ("문의 ****-**** 와 ****@naver.com", "가나다 2026", *MARKS):
        ids = encoder.encode_batch([text])[0].tolist()
        assert ids == loaded(old).encode(text).ids
        assert encoder.decode(ids) == text
    assert len(encoder.encode_batch([MARK])[0]) > 1


def test_marks_of_other_ids_and_more_of_them_are_run_by_the_kernel(path: Path, tmp_path: Path) -> None:
    def more(tree: dict[str, Any]) -> None:
        size = len(tree["model"]["vocab"])
        token = {**tree["added_tokens"][1], "id": size, "content": "가림✳"}
        tree["added_tokens"].append(token)

    file = changed(path, tmp_path / "more.json", more)
    encoder = Encoder(str(file))
    assert encoder._kernel is not None
    assert (encoder.encode_batch(["가림✳가"])[0][0], encoder.vocabulary_size) == (900, 901)
    for text in ("나가림✳가 ****@", "가림", "✳"):
        assert encoder.encode_batch([text])[0].tolist() == loaded(file).encode(text).ids
    text = buffers(["나가림✳가"])
    assert encoder.token_ends(text)[-1] == text.offsets[-1]


@pytest.mark.parametrize("flag", ["single_word", "lstrip", "rstrip", "normalized"])
def test_marks_that_are_found_otherwise_are_left_to_the_library(path: Path, tmp_path: Path, flag: str) -> None:
    file = changed(path, tmp_path / "loose.json", lambda tree: tree["added_tokens"][1].update({flag: True}))
    encoder = Encoder(str(file))
    assert encoder._kernel is None
    for text in ("가****-****나", "가 ****-**** 나"):
        assert encoder.encode_batch([text])[0].tolist() == loaded(file).encode(text).ids


def test_a_special_token_that_may_hide_a_mark_is_left_to_the_library(path: Path, tmp_path: Path) -> None:
    def special(tree: dict[str, Any]) -> None:
        size = len(tree["model"]["vocab"])
        tree["added_tokens"].append({**tree["added_tokens"][0], "id": size, "content": "[*]****@"})

    file = changed(path, tmp_path / "special.json", special)
    encoder = Encoder(str(file))
    assert encoder._kernel is None
    assert encoder.encode_batch(["[*]****@"])[0].tolist() == loaded(file).encode("[*]****@").ids


def test_an_end_of_document_that_text_may_spell_is_refused(path: Path, tmp_path: Path) -> None:
    file = changed(path, tmp_path / "plain.json", lambda tree: tree["added_tokens"][0].update(special=False))
    with pytest.raises(ConfigError, match="must be a special token"):
        Encoder(str(file))


def test_marks_are_the_same_in_every_writing() -> None:
    for mark in MARKS:
        assert mark.isascii() and mark.isprintable() and " " not in mark
        assert alphabet.written(mark.encode()) == mark
    assert pa.array(MARKS).to_pylist() == ["****-****", "****@"]
