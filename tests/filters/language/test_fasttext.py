"""fastText models: the library's numbers bit for bit, and no trust in a file's bytes."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given

from corpus.document import TextBuffers, text_buffers
from corpus.errors import ConfigError, InputError
from corpus.sources.config import PinnedFile
from filters.language import fasttext
from filters.language.fasttext import FastText
from filters.language.fasttext_file import read
from tests.oracles.fasttext import scores as spelled_out

SHIPPED = Path(str(files("filters.language") / "models" / "lid.176.ftz"))
TEXTS = [
    "", " ", "a", "가", "ㅋㅋㅋ", "de", "한국어 문장이다.", "말모이는 우리말 사전을 만들려고 모은 원고의 이름이다.",
    unicodedata.normalize("NFD", "한글은 소리글자이다."), "日本語の文章です。カタカナも入る。", "中文维基百科是自由的百科全书",
    "The quick brown fox jumps over the lazy dog.", "annyeonghaseyo mannaseo bangapseumnida", "𠮷野家 😀 👨‍👩‍👧",
    "한국어\t탭 \v과\f 줄\r바꿈\n그리고\0널", "</s>", "앞 </s> 뒤는 읽히지 않는다", "__label__ko 이름표", "__label__없는것 이름표",
    "__label__", "<", ">", "<>", "< />", "가" * 3000, "a" * 5000, "word " * 700,
]  # fmt: skip
TRAINING = [
    ("ko", "말모이는 우리말 사전을 만들려던 모임이 모은 원고이다"),
    ("ko", "오늘은 비가 와서 도서관에 앉아 책을 읽었다"),
    ("en", "the library was closed because of the rain"),
    ("en", "a dictionary is a list of words and of what they mean"),
    ("ja", "図書館で本を読みました 雨が降っています"),
    ("ja", "辞書は言葉の意味を集めたものです"),
]


def buffers(texts: list[str | None]) -> TextBuffers:
    return text_buffers(pa.array(texts, pa.string()))


def by_library(model: Any, labels: tuple[str, ...], texts: list[str]) -> np.ndarray:
    place = {f"__label__{label}": number for number, label in enumerate(labels)}
    wanted = np.zeros((len(texts), len(labels)), np.float32)
    for row, text in zip(wanted, texts, strict=True):
        for score, label in model.f.predict(text.replace("\n", " ") + "\n", -1, 0.0, "strict"):
            row[place[label]] = score
    return wanted


def load(path: Path) -> tuple[Any, FastText]:
    library = pytest.importorskip("fasttext")
    library.FastText.eprint = lambda *_: None  # its notice on every load
    return library.load_model(str(path)), FastText.parse(path.read_bytes(), path.name)


@pytest.fixture(scope="module")
def shipped() -> FastText:
    return FastText.parse(SHIPPED.read_bytes(), SHIPPED.name)


def test_the_shipped_model_gives_the_library_s_numbers_bit_for_bit() -> None:
    library, ours = load(SHIPPED)
    assert len(ours.labels) == 176
    np.testing.assert_array_equal(ours.score(buffers([*TEXTS])), by_library(library, ours.labels, TEXTS))


def test_they_are_the_same_on_real_texts_of_eighteen_languages(shared_data: Path) -> None:
    library, ours = load(SHIPPED)
    texts = []
    for path in sorted((shared_data / "docs").glob("*.jsonl.zst")):
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(path.read_bytes()), "utf-8")
        step = 1 if "langid" in path.name else 11
        texts += [
            json.loads(line)["text"][:700] for number, line in enumerate(lines) if number < 209 and number % step == 0
        ]
    assert len(texts) > 500
    np.testing.assert_array_equal(ours.score(buffers([*texts])), by_library(library, ours.labels, texts))


SETTINGS = {
    "softmax": {"loss": "softmax", "minn": 2, "maxn": 4, "wordNgrams": 2},
    "tree": {"loss": "hs", "minn": 1, "maxn": 3},
    "one-vs-all": {"loss": "ova", "minn": 3, "maxn": 3, "wordNgrams": 3},
    "negative": {"loss": "ns", "wordNgrams": 2},
    "words alone": {"loss": "softmax", "minn": 0, "maxn": 0, "wordNgrams": 1},
}
QUANTISED = {
    "whole": {},
    "norms apart": {"qnorm": True},
    "pruned": {"cutoff": 300},
    "pruned, norms apart, three numbers": {"cutoff": 300, "qnorm": True, "dsub": 3},
}


def train(folder: Path, settings: dict[str, Any], copies: int = 30, labels: int = 0) -> Any:
    library = pytest.importorskip("fasttext")
    library.FastText.eprint = lambda *_: None
    rows = [f"__label__{label} {text} {place}" for place in range(copies) for label, text in TRAINING]
    rows += [f"__label__{place} {place} 번째 이름표" for place in range(labels)]
    (folder / "train.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    chosen = {"dim": 10, "bucket": 1000, "epoch": 20, "thread": 1, "minCount": 1, "verbose": 0, **settings}
    return library.train_supervised(input=str(folder / "train.txt"), **chosen)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_models_of_every_loss_give_the_library_s_numbers(tmp_path: Path, settings: dict[str, Any]) -> None:
    train(tmp_path, settings).save_model(str(tmp_path / "model.bin"))
    library, ours = load(tmp_path / "model.bin")
    found = ours.score(buffers([*TEXTS]))
    np.testing.assert_array_equal(found, by_library(library, ours.labels, TEXTS))
    assert found[7].argmax() == ours.labels.index("ko")
    for text, row in zip(TEXTS, found, strict=True):
        np.testing.assert_allclose(row, spelled_out(ours.file, text), rtol=0, atol=1e-6)


@pytest.mark.parametrize("spelled", [True, False], ids=["spelled out", "by codes"])
@pytest.mark.parametrize("settings", QUANTISED.values(), ids=QUANTISED)
def test_quantised_models_give_the_library_s_numbers(
    tmp_path: Path, settings: dict[str, Any], spelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not spelled:
        monkeypatch.setattr(fasttext, "DENSE_BYTES", 0)
    model = train(tmp_path, {"loss": "softmax", "minn": 2, "maxn": 4, "wordNgrams": 2})
    model.quantize(**settings)
    model.save_model(str(tmp_path / "model.ftz"))
    library, ours = load(tmp_path / "model.ftz")
    assert (ours.file.pruned is not None) == ("cutoff" in settings)
    np.testing.assert_array_equal(ours.score(buffers([*TEXTS])), by_library(library, ours.labels, TEXTS))


def test_a_quantised_output_gives_the_library_s_labels_and_scores_to_a_millionth(tmp_path: Path) -> None:
    model = train(tmp_path, {"loss": "softmax", "minn": 2, "maxn": 3}, labels=300)
    model.quantize(qout=True, qnorm=True)
    model.save_model(str(tmp_path / "model.ftz"))
    library, ours = load(tmp_path / "model.ftz")
    found, wanted = ours.score(buffers([*TEXTS])), by_library(library, ours.labels, TEXTS)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6)
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()


@cache
def whole() -> FastText:
    return FastText.parse(SHIPPED.read_bytes(), SHIPPED.name)


@given(st.lists(st.text(st.sampled_from("가나힣ㅋ漢のab_<>/s \n\0é😀"), max_size=40), max_size=5))
def test_the_kernel_is_what_the_definition_says(texts: list[str]) -> None:
    model = whole()
    for text, row in zip(texts, model.score(buffers([*texts])), strict=True):
        np.testing.assert_allclose(row, spelled_out(model.file, text), rtol=0, atol=1e-6)


def test_scores_do_not_depend_on_the_batch(shipped: FastText) -> None:
    together = shipped.score(buffers([*TEXTS]))
    for place, text in enumerate(TEXTS):
        np.testing.assert_array_equal(shipped.score(buffers([text]))[0], together[place])
    sliced = text_buffers(pa.array(["앞", *TEXTS], pa.large_string()).slice(1))
    np.testing.assert_array_equal(shipped.score(sliced), together)


def test_null_is_empty_and_no_text_at_all_is_no_row(shipped: FastText) -> None:
    assert shipped.score(buffers([])).shape == (0, 176)
    np.testing.assert_array_equal(shipped.score(buffers([None])), shipped.score(buffers([""])))


HEADER = struct.Struct("<ii12id")
DIMENSION, BUCKET, WORDS = 8, 40, 64 + 4


def changed(at: int, form: str, value: int | float) -> bytes:
    data = bytearray(SHIPPED.read_bytes())
    struct.pack_into(form, data, at, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "ends too early"),
        (b"<html>" * 9, "does not begin as a fastText model"),
        (changed(4, "<i", 10), "file version 10"),
        (changed(8, "<i", 0), "dimension 0"),
        (changed(8, "<i", 32), "size of its dictionary"),
        (changed(28, "<i", 0), "wordNgrams 0"),
        (changed(32, "<i", 9), "unknown loss 9"),
        (changed(36, "<i", 1), "no supervised model"),
        (changed(40, "<i", 0), "0 buckets"),
        (changed(40, "<i", 40000), "keeps more buckets than it has"),
        (changed(48, "<i", 1 << 30), "subword lengths"),
        (changed(64, "<i", 1 << 30), "sizes of its dictionary differ"),
        (changed(68, "<i", -1), "-1 words"),
        (changed(84, "<q", -7), "-7 kept buckets"),
        (changed(84, "<q", 1 << 40), "more buckets"),
        (SHIPPED.read_bytes()[:-1], "longer than the file"),
        (SHIPPED.read_bytes() + b"\0", "goes on behind"),
        (changed(SHIPPED.stat().st_size - 4, "<f", float("nan")), "not finite"),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_the_reason(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(data, "모형.ftz")
    assert caught.value.where == "모형.ftz"


def test_every_cut_and_any_changed_byte_is_read_or_refused_and_never_more(shipped: FastText) -> None:
    data = SHIPPED.read_bytes()
    for size in [*range(0, 400, 7), *range(400, len(data), 40_001)]:
        with pytest.raises(InputError):
            read(data[:size], "x")
    few = buffers(["말모이", "the word"])
    for at in [*range(0, 120), *range(200_000, 210_000, 997), *range(525_000, len(data), 30_011)]:
        other = bytearray(data)
        other[at] ^= 0xA5
        try:
            model = FastText.parse(bytes(other), "x")
        except InputError:
            continue
        assert model.score(few).shape == (2, len(model.labels))


def test_a_pinned_model_must_be_the_one_that_was_pinned(tmp_path: Path) -> None:
    data = SHIPPED.read_bytes()
    right = PinnedFile(file=str(SHIPPED), digest=hashlib.sha256(data).hexdigest())
    assert "ko" in FastText.pinned(right, "filters.language.model").labels
    with pytest.raises(ConfigError, match=r"filters\.language\.model\.digest.*has sha256 8f3472cf"):
        FastText.pinned(PinnedFile(file=str(SHIPPED), digest="0" * 64), "filters.language.model")
    with pytest.raises(ConfigError, match="cannot be read"):
        FastText.pinned(PinnedFile(file=str(tmp_path / "none"), digest="0" * 64), "filters.language.model")
    (tmp_path / "page").write_bytes(b"<html>" * 20)
    digest = hashlib.sha256(b"<html>" * 20).hexdigest()
    with pytest.raises(ConfigError, match="does not begin as a fastText model"):
        FastText.pinned(PinnedFile(file=str(tmp_path / "page"), digest=digest), "filters.language.model")
