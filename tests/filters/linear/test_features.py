"""Hashed n-grams: the kernel is the definition, segments add up, and batches change nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from corpus.document import DocumentBatch, text_buffers
from filters.linear.features import FeatureSpec, PackedTable, Stream, buckets, sums
from filters.linear.model import Calibration, Head, LinearModel, joined
from tests.oracles import linear as oracle

CHARACTERS = Stream(form="characters", shortest=1, longest=4)
JAMO = Stream(form="jamo", shortest=3, longest=6)
EOJEOL = Stream(form="eojeol", shortest=1, longest=2)
SPECS = (
    FeatureSpec(input="text", bits=12, streams=(CHARACTERS,), segment=20),
    FeatureSpec(input="text", bits=10, streams=(JAMO, CHARACTERS), segment=25),
    FeatureSpec(input="matching", bits=16, streams=(Stream(form="characters", shortest=2, longest=6), JAMO, EOJEOL)),
    FeatureSpec(input="text", bits=8, streams=(Stream(form="eojeol", shortest=2, longest=3),), segment=20),
)
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.text("가각ㄱㅋ한글 \n1a.", max_size=40),
        st.sampled_from(["ＡＢ", "😀", "漢字", "𠀀", "\u3000"]),
    ),
    max_size=5,
).map("".join)


def table(spec: FeatureSpec, heads: int) -> np.ndarray[Any, Any]:
    numbers = np.arange(spec.buckets * heads, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(56)
    return (numbers.astype(np.int64) - 128).astype(np.int8).reshape(spec.buckets, heads)


def model(spec: FeatureSpec, heads: int, gate: float | None = None) -> LinearModel:
    names = tuple(Head(name=f"h{i}", scale=0.01 + i, bias=-0.5 * i, gate=gate) for i in range(heads))
    return LinearModel(spec, names, table(spec, heads))


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(SPECS), st.sampled_from([1, 2, 3, 5]))
def test_the_kernel_equals_the_definition(text: str, spec: FeatureSpec, heads: int) -> None:
    weights = table(spec, heads)
    buffers = text_buffers(pa.array([text], pa.string()))
    found = sums(buffers, spec, PackedTable.of(weights))
    assert list(zip(found.weights.tolist(), found.grams.tolist(), strict=True)) == oracle.segment_sums(
        text, spec, weights
    )
    ids, offsets = buckets(buffers, spec)
    assert sorted(ids.tolist()) == sorted(b for part in oracle.grams(text, spec) for b in part)
    assert offsets.tolist() == [0, len(ids)]


def test_the_hash_is_fixed() -> None:
    spec = FeatureSpec(input="text", bits=18, streams=(CHARACTERS, JAMO, EOJEOL))
    ids, _ = buckets(text_buffers(pa.array(["말모이 뜻"], pa.string())), spec)
    assert len(ids) == 14 + 26 + 3
    assert ids[:4].tolist() == GOLDEN


GOLDEN = [258676, 259254, 234006, 154539]


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=9), st.integers(1, 9))
def test_margins_do_not_depend_on_the_batch(texts: list[str | None], size: int) -> None:
    spec = SPECS[1]
    some = model(spec, 3)
    batch = pa.record_batch({"text": pa.array(texts, pa.string())})
    whole = some.of(DocumentBatch(batch))
    parts = [some.of(DocumentBatch(batch.slice(i, size))) for i in range(0, len(texts), size)]
    assert whole.documents.tolist() == [row for part in parts for row in part.documents.tolist()]
    assert whole.worst("h1").tolist() == [value for part in parts for value in part.worst("h1").tolist()]
    assert whole.least("h2").tolist() == [value for part in parts for value in part.least("h2").tolist()]
    assert whole.share_above("h0", 0.5).tolist() == [v for part in parts for v in part.share_above("h0", 0.5).tolist()]


@given(TEXTS)
def test_joined_models_answer_as_each_alone(text: str) -> None:
    spec = SPECS[0]
    weights = table(spec, 11)
    heads = [Head(name=f"h{i}", scale=0.5, bias=float(i)) for i in range(11)]
    alone = [LinearModel(spec, (head,), weights[:, i : i + 1]) for i, head in enumerate(heads)]
    buffers = text_buffers(pa.array([text], pa.string()))
    together = joined(alone).margins(buffers)
    for one in alone:
        assert one.margins(buffers).probability(one.heads[0].name) == together.probability(one.heads[0].name)
        assert one.margins(buffers).windows.tolist() == together.windows[:, [int(one.heads[0].name[1:])]].tolist()


@given(TEXTS, st.sampled_from([(1, 2), (2, 5), (4, 3)]), st.sampled_from([(0, 1), (1, 0), (2, 0)]))
def test_two_models_in_one_pass_answer_as_each_alone(text: str, heads: tuple[int, int], which: tuple[int, int]) -> None:
    streams = ((CHARACTERS,), (JAMO, CHARACTERS), (EOJEOL, Stream(form="characters", shortest=2, longest=6)))
    first, second = (
        model(FeatureSpec(input="text", bits=9 + place, streams=streams[place], segment=20), number)
        for place, number in zip(which, heads, strict=True)
    )
    batch = DocumentBatch(pa.record_batch({"text": pa.array([text, "", text + text], pa.string())}))
    together = first.of(batch, second)
    assert together is first.of(batch)
    for one in (first, second):
        found, alone = one.of(batch), one.margins(batch.text)
        assert found.sums.weights.tolist() == alone.sums.weights.tolist()
        assert found.sums.grams.tolist() == alone.sums.grams.tolist()
        assert found.sums.offsets.tolist() == alone.sums.offsets.tolist()


GATED = (
    FeatureSpec(input="text", bits=10, streams=(JAMO, CHARACTERS), segment=20),
    FeatureSpec(input="text", bits=9, streams=(CHARACTERS, JAMO, EOJEOL), segment=20),
    FeatureSpec(input="text", bits=11, streams=(EOJEOL, CHARACTERS), segment=20),
)
LONGER = st.lists(TEXTS, min_size=1, max_size=9).map(" ".join)


@settings(max_examples=300)
@given(LONGER, st.sampled_from(GATED), st.integers(1, 4), st.sampled_from([-50.0, -1.0, 0.0, 1.0, 10.0, 1000.0]))
def test_gated_streams_are_read_where_characters_alone_are_above_a_gate(
    text: str, spec: FeatureSpec, heads: int, gate: float
) -> None:
    gated = model(spec, heads, gate)
    found = gated.margins(text_buffers(pa.array([text], pa.string()))).sums
    assert list(zip(found.weights.tolist(), found.grams.tolist(), strict=True)) == oracle.gated_sums(text, gated)


@given(LONGER, st.permutations([*GATED, SPECS[0]]), st.sampled_from([(None, 0.0), (0.5, -0.5), (0.0, 1000.0)]))
def test_a_gated_model_in_one_pass_with_another_answers_as_alone(
    text: str, specs: list[FeatureSpec], gates: tuple[float | None, float]
) -> None:
    first, second = (
        model(spec, 2, gate if len(spec.streams) > 1 else None) for spec, gate in zip(specs[:2], gates, strict=True)
    )
    batch = DocumentBatch(pa.record_batch({"text": pa.array([text, "", text + text], pa.string())}))
    first.of(batch, second)
    for one in (first, second):
        found, alone = one.of(batch).sums, one.margins(batch.text).sums
        assert found.weights.tolist() == alone.weights.tolist()
        assert found.grams.tolist() == alone.grams.tolist()


def test_a_gate_that_all_pass_changes_nothing_and_one_that_none_passes_leaves_characters() -> None:
    text = text_buffers(pa.array(["말모이는 우리말을 모으는 일이다. " * 9, "", "가"], pa.string()))
    spec = GATED[1]
    whole = model(spec, 2)
    assert model(spec, 2, -1e6).margins(text).documents.tolist() == whole.margins(text).documents.tolist()
    none = model(spec, 2, 1e6).margins(text).sums
    alone = sums(text, replace(spec, streams=(CHARACTERS,)), PackedTable.of(whole.table))
    assert none.weights.tolist() == alone.weights.tolist()
    assert none.grams.tolist() == alone.grams.tolist()


def test_gates_are_of_all_heads_and_of_characters_before_other_streams() -> None:
    heads = (Head(name="a", scale=1.0, bias=0.0, gate=0.0), Head(name="b", scale=1.0, bias=0.0))
    for spec, of in ((GATED[0], heads), (SPECS[0], heads[:1]), (SPECS[3], heads[:1])):
        with pytest.raises(ValueError, match="gates are for"):
            LinearModel(spec, of, table(spec, len(of)))
    with pytest.raises(ValueError, match="gates are for"):
        model(GATED[0], 5, 0.0)


def test_models_of_different_specs_or_equal_names_are_not_joined() -> None:
    with pytest.raises(ValueError, match="share a spec"):
        joined([model(SPECS[0], 1), model(SPECS[1], 1)])
    with pytest.raises(ValueError, match="different names"):
        joined([model(SPECS[0], 1), model(SPECS[0], 1)])


def test_windows_are_two_neighbouring_segments() -> None:
    spec = SPECS[0]
    text = "가나다라마바사아자차카타파하거너더러머버" * 3  # three segments of 20
    margins = model(spec, 1).margins(text_buffers(pa.array([text, "", "가"], pa.string())))
    assert margins.sums.grams.tolist() == [20 + 19 + 18 + 17, 80, 80, 0, 1]
    assert margins.window_offsets.tolist() == [0, 2, 3, 4]
    weights = margins.sums.weights[:, 0]
    assert margins.windows[0, 0] == 0.01 * ((weights[0] + weights[1]) / np.sqrt(154))
    assert margins.windows[1, 0] == 0.01 * ((weights[1] + weights[2]) / np.sqrt(160))
    assert margins.documents[0, 0] == 0.01 * (weights[:3].sum() / np.sqrt(234))
    assert margins.documents[1, 0] == 0.0  # nothing to judge: the bias


def test_a_short_insult_in_a_long_document_shows_in_its_window() -> None:
    spec = FeatureSpec(input="text", bits=16, streams=(CHARACTERS,))
    weights = np.zeros((spec.buckets, 1), np.int8)
    ids, _ = buckets(text_buffers(pa.array(["우라질"], pa.string())), spec)
    weights[ids.astype(np.int64)] = 100
    head = Head(name="rude", scale=0.2, bias=-2.0, calibration=Calibration())
    text = "낮에는 밭을 갈고 밤에는 글을 읽었다. " * 100
    batch = text_buffers(pa.array([text, text + "에이 우라질 것들. " + text], pa.string()))
    margins = LinearModel(spec, (head,), weights).margins(batch)
    plain, rude = margins.worst("rude")
    assert plain < 0.5 < rude
    assert margins.probability("rude").max() < 0.5
    assert 0 < margins.share_above("rude", 0.5)[1] < 0.05


def test_null_empty_one_character_and_decomposed_text_are_scored() -> None:
    spec = SPECS[2]
    text = "말모이는 사전이다"
    batch = DocumentBatch(
        pa.record_batch({"text": pa.array([None, "", "가", text, unicodedata.normalize("NFD", text)], pa.string())})
    )
    found = model(spec, 2).of(batch)
    assert found.documents.shape == (5, 2)
    assert found.documents[0].tolist() == found.documents[1].tolist() == [0.0, -0.5]
    assert found.documents[3].tolist() == found.documents[4].tolist()  # a matching copy is composed
    nothing = model(spec, 2).of(DocumentBatch(pa.record_batch({"text": pa.array([], pa.string())})))
    assert nothing.documents.shape == (0, 2) and nothing.worst("h0").tolist() == []


def test_ten_megabytes_are_one_document() -> None:
    spec = FeatureSpec(input="text", bits=18, streams=(CHARACTERS, JAMO))
    text = "제1조 이 법은 말모이를 위하여 만든다. 中 abc ㅋㅋ\n" * 180_000
    assert len(text.encode()) > 10_000_000
    found = model(spec, 1).margins(text_buffers(pa.array([text], pa.large_string())))
    ids, _ = buckets(text_buffers(pa.array([text], pa.large_string())), spec)
    assert found.sums.grams.sum() == len(ids)
    assert found.sums.weights.sum() == table(spec, 1)[ids.astype(np.int64), 0].sum(dtype=np.int64)


@pytest.mark.parametrize(
    "wrong",
    [{"bits": 7}, {"bits": 23}, {"segment": 5}, {"streams": ()}, {"streams": (JAMO, JAMO)}, {"input": "title"},
     {"streams": (Stream(form="characters", shortest=0, longest=4),)},
     {"streams": (Stream(form="jamo", shortest=3, longest=7),)}],
)  # fmt: skip
def test_a_spec_out_of_range_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        FeatureSpec(**{"input": "text", "bits": 12, "streams": (JAMO,), **wrong})
