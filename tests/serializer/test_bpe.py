"""The encoder: ids of ``tokenizers``, nothing lost, and no special id from any text."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import text_buffers
from corpus.errors import ConfigError, InputError
from serializer import bpe
from serializer.bpe import Encoder, composed
from serializer.tokenizer import alphabet
from serializer.tokenizer.write import token_bytes
from tests.oracles import merges as oracle
from tests.serializer import samples as foreign
from tests.serializer.tokenizer.samples import ANY, HARD, MASKED, MEETING, buffers, korean, trained


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("ours") / "tokenizer.json")


@pytest.fixture(scope="module")
def encoder(path: Path) -> Encoder:
    return Encoder(str(path))


@pytest.fixture(scope="module")
def library(path: Path) -> tokenizers.Tokenizer:
    model = tokenizers.Tokenizer.from_file(str(path))
    model.encode_special_tokens = True
    return model


def by_library(library: tokenizers.Tokenizer, texts: list[str]) -> list[list[int]]:
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    return [item.ids for item in library.encode_batch(composed, add_special_tokens=False)]


@settings(deadline=None, max_examples=300)
@given(st.lists(MEETING | ANY, max_size=6))
def test_any_text_gives_the_librarys_ids_and_comes_back(
    encoder: Encoder, library: tokenizers.Tokenizer, texts: list[str]
) -> None:
    found = encoder.encode_batch(texts)
    assert [ids.tolist() for ids in found] == by_library(library, texts)
    for text, ids in zip(texts, found, strict=True):
        assert encoder.decode(ids) == unicodedata.normalize("NFC", text)
        assert encoder.end_of_document not in ids
        assert ids.dtype == np.uint32


@pytest.mark.parametrize("text", [*HARD, *MASKED])
def test_hard_texts_give_the_librarys_ids_and_come_back(
    encoder: Encoder, library: tokenizers.Tokenizer, text: str
) -> None:
    ids = encoder.encode_batch([text])[0]
    assert ids.tolist() == by_library(library, [text])[0]
    assert encoder.decode(ids) == unicodedata.normalize("NFC", text)


def test_the_same_ids_as_every_merge_in_turn(encoder: Encoder, path: Path) -> None:
    tree = json.loads(path.read_text())["model"]
    pairs = [(tree["vocab"][left], tree["vocab"][right]) for left, right in tree["merges"]]
    words = sorted({word for text in korean(5) for word in text.split()})
    for word, ids in zip(words, encoder.encode_batch(words), strict=True):
        assert ids.tolist() == [
            number for piece in oracle_pieces(word) for number in oracle.encode(piece.encode(), pairs)
        ]


def oracle_pieces(word: str) -> list[str]:
    return [word[:-1], word[-1]] if word.endswith(".") else [word]


def test_the_end_of_a_document_is_an_id_only_when_asked(encoder: Encoder) -> None:
    plain, ended = (encoder.encode_batch(["끝 <|endoftext|>"], end=end)[0].tolist() for end in (False, True))
    assert encoder.end_of_document == 0
    assert 0 not in plain
    assert ended == [*plain, 0]
    assert encoder.decode(ended) == "끝 <|endoftext|>"


def test_empty_texts_and_batches_have_no_ids(encoder: Encoder) -> None:
    assert encoder.encode_batch([]) == []
    assert [len(ids) for ids in encoder.encode_batch(["", "가", ""])] == [0, len(encoder.encode_batch(["가"])[0]), 0]
    assert encoder.lengths(["", ""]) == [0, 0]
    assert encoder.decode([]) == ""
    assert encoder.encode_batch([""], end=True)[0].tolist() == [0]
    assert encoder.count_tokens(text_buffers(pa.array([], pa.string()))).tolist() == []


def test_ids_do_not_depend_on_the_batch(encoder: Encoder, path: Path) -> None:
    texts = [*korean(30), *HARD, *MASKED]
    whole = encoder.encode_batch(texts)
    fresh = Encoder(str(path))
    for text, ids in zip(reversed(texts), reversed(whole), strict=True):
        assert np.array_equal(fresh.encode_batch([text])[0], ids)


def test_a_full_memo_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = korean(40)
    expected = Encoder(str(path)).encode_batch(texts)
    for slots, pieces, ids in ((8, 16_000, 8_000), (1 << 12, 100, 8_000), (1 << 12, 16_000, 70)):
        monkeypatch.setattr(bpe, "_SLOTS", slots)
        monkeypatch.setattr(bpe, "_PIECE_POOL", pieces)
        monkeypatch.setattr(bpe, "_ID_POOL", ids)
        found = Encoder(str(path)).encode_batch(texts)
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_arrow_columns_with_nulls_and_slices_are_counted(encoder: Encoder) -> None:
    column = pa.array(["앞", "가나다 라마", None, unicodedata.normalize("NFD", "각"), "뒤"])
    text = text_buffers(column.slice(1, 3))
    assert encoder.count_tokens(text).tolist() == encoder.lengths(["가나다 라마", "", "각"])


def test_token_ends_are_the_bytes_of_the_tokens(encoder: Encoder, path: Path) -> None:
    tree = json.loads(path.read_text())["model"]
    tokens = token_bytes([(tree["vocab"][left], tree["vocab"][right]) for left, right in tree["merges"]])
    text = buffers(["첫째 글", "둘째 글 2026"])
    ids, _ = encoder.encode_buffers(text)
    ends = encoder.token_ends(text).tolist()
    assert [bytes(text.data[low:high]) for low, high in pairwise([0, *ends])] == [tokens[number] for number in ids]


def test_token_ends_of_text_that_is_not_composed_are_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="not in NFC"):
        encoder.token_ends(buffers([unicodedata.normalize("NFD", "한글")]))
    marked = buffers(["각\u0301"])  # a mark that composes with nothing here
    assert composed(marked) is marked


def test_a_document_of_ten_megabytes_and_a_piece_of_one_are_encoded(
    encoder: Encoder, library: tokenizers.Tokenizer
) -> None:
    text = "\n".join(korean(60)) * 300
    assert len(text.encode()) > 10_000_000
    ids = encoder.encode_batch([text])[0]
    assert encoder.decode(ids[:2000]) == text[: len(encoder.decode(ids[:2000]))]
    long = "ㅋ" * 350_000
    assert encoder.encode_batch([long])[0].tolist() == by_library(library, [long])[0]


def test_decomposed_text_gives_the_ids_of_its_composed_form(encoder: Encoder) -> None:
    assert encoder.lengths([unicodedata.normalize("NFD", "한글 문서")]) == encoder.lengths(["한글 문서"])


def test_no_code_point_that_composes_is_overlooked() -> None:
    doubtful = bpe._doubtful_points()
    normal = unicodedata.is_normalized
    for point in range(0x110000):
        character = chr(point)
        if not doubtful[point] and not 0xD800 <= point < 0xE000:
            assert normal("NFC", character)
            assert normal("NFC", "가" + character)
            assert normal("NFC", "e" + character)


def test_texts_become_nfc_one_by_one() -> None:
    texts = ["한글", unicodedata.normalize("NFD", "한글"), "", "e\u0301", "é"]
    text = composed(buffers(texts))
    rows = [bytes(text.data[low:high]).decode() for low, high in pairwise(text.offsets.tolist())]
    assert rows == ["한글", "한글", "", "é", "é"]


def test_a_lone_surrogate_is_refused(encoder: Encoder) -> None:
    with pytest.raises(UnicodeEncodeError):
        encoder.encode_batch(["\ud83d"])


def test_another_makers_tokenizer_is_run_by_the_library(tmp_path: Path) -> None:
    other = Encoder(str(foreign.train(tmp_path / "tokenizer.json")))
    texts = [*HARD, *MASKED, *foreign.TEXTS]
    found = other.encode_batch(texts)
    for text, ids in zip(texts, found, strict=True):
        assert other.decode(ids) == unicodedata.normalize("NFC", text)
        assert other.end_of_document not in ids
    assert np.array_equal(other.encode_buffers(buffers(texts))[0], np.concatenate(found))
    with pytest.raises(ConfigError, match="own tokenizers"):
        other.token_ends(buffers(["가"]))


@pytest.mark.parametrize("change", ["normalizer", "pre_tokenizer", "decoder"])
def test_a_file_with_another_pipeline_is_not_run_by_the_kernel(path: Path, tmp_path: Path, change: str) -> None:
    tree = json.loads(path.read_text())
    tree[change] = None if change == "normalizer" else {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}  # fmt: skip
    (tmp_path / "changed.json").write_text(json.dumps(tree))
    changed = Encoder(str(tmp_path / "changed.json"))
    model = tokenizers.Tokenizer.from_file(str(tmp_path / "changed.json"))
    assert changed.encode_batch(["12345 가나다"])[0].tolist() == model.encode("12345 가나다").ids


def test_what_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"broken\.json"):
        Encoder(str(tmp_path / "broken.json"))
    with pytest.raises(InputError, match="no such file"):
        Encoder(str(tmp_path / "absent.json"))
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.save(str(tmp_path / "endless.json"))
    with pytest.raises(ConfigError, match="no end-of-document token"):
        Encoder(str(tmp_path / "endless.json"))


def test_the_alphabet_is_the_librarys() -> None:
    assert sorted(alphabet.CHARACTERS) == sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    assert alphabet.parsed(alphabet.written(bytes(range(256)))) == bytes(range(256))
    level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    assert level.pre_tokenize_str("가 ")[0][0] == alphabet.written("가 ".encode())


def test_real_documents_give_the_librarys_ids(
    shared_data: Path, encoder: Encoder, library: tokenizers.Tokenizer
) -> None:
    import io

    import zstandard

    for name in ("petitions", "typescript_ko", "korean_statutes", "langid_installguide_multilang"):
        with (shared_data / "docs" / f"{name}.jsonl.zst").open("rb") as stream:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
            texts = [json.loads(next(lines))["text"] for _ in range(60)]
        found = encoder.encode_batch(texts)
        assert [ids.tolist() for ids in found] == by_library(library, texts)
        assert [encoder.decode(ids) for ids in found] == [unicodedata.normalize("NFC", text) for text in texts]
