"""MeCab's borders, and each of its traps."""

from __future__ import annotations

import resource
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from serializer.tokenizer import morphemes
from serializer.tokenizer.counts import COUNTS, NO_ENDS, borders, count_pieces, summed, training_ends
from serializer.tokenizer.morphemes import LINE_CHARACTERS, morpheme_ends
from serializer.tokenizer.pretokenizer import piece_ends
from tests.serializer.tokenizer.samples import ANY, HARD, MEETING, buffers


def surfaces(text: str) -> list[str]:
    data = text.encode()
    ends = [*morpheme_ends(text).tolist(), len(data)]
    return [data[low:high].decode() for low, high in zip([0, *ends], ends, strict=False)]


def training_pieces(text: str) -> list[str]:
    one = buffers([text])
    ends = training_ends(one, borders(one)).tolist()
    data = text.encode()
    return [data[low:high].decode() for low, high in zip([0, *ends], ends, strict=False)]


def test_borders_are_those_of_the_dictionary() -> None:
    assert surfaces("아버지가방에들어가신다.") == ["아버지", "가", "방", "에", "들어가", "신다", "."]


def test_spaces_stay_with_the_morpheme_after_them() -> None:
    assert training_pieces("나는  학교에 갔다") == ["나", "는", " ", " 학교", "에", " 갔", "다"]


def test_other_scripts_keep_their_pieces_whole() -> None:
    assert training_pieces("SK텔레콤이 TensorFlow를... 2026년에 日本語") == [
        "SK", "텔레콤", "이", " TensorFlow", "를", "...", " 202", "6", "년", "에", " 日本語",
    ]  # fmt: skip


def test_a_nul_does_not_end_the_analysis() -> None:
    assert surfaces("나는\0학교에 갔다") == ["나", "는", "\0학교", "에", " 갔", "다"]


def test_line_breaks_and_runs_of_spaces_keep_their_places() -> None:
    assert surfaces("나는\n\n  학교에\t\t갔다\n") == ["나", "는", "\n\n  학교", "에", "\t\t갔", "다", "\n"]


def test_a_lone_surrogate_is_refused_not_dropped() -> None:
    with pytest.raises(UnicodeEncodeError):
        morpheme_ends("나는 \ud800학교에")


def test_decomposed_hangul_has_no_syllables_to_analyse() -> None:
    assert len(morpheme_ends(unicodedata.normalize("NFD", "나는 학교에 갔다"))) == 0


def test_lines_without_syllables_are_left_alone() -> None:
    assert len(morpheme_ends("TensorFlow 2.0\nㅋㅋㅋ 日本語\n\n")) == 0


def test_overlong_lines_are_cut_at_a_space_and_nothing_shows() -> None:
    sentence = ["나", "는", " 학교", "에", " 갔", "다", "."]
    assert len("나는 학교에 갔다. ") * 400 > LINE_CHARACTERS
    assert training_pieces(" ".join(["나는 학교에 갔다."] * 400)) == sentence + [" 나", *sentence[1:]] * 399


def test_a_line_without_spaces_is_cut_at_the_limit_without_a_border_there() -> None:
    text = "가나다" * 1000
    assert 3 * LINE_CHARACTERS not in morpheme_ends(text).tolist()
    assert max(morpheme_ends(text).tolist()) < len(text.encode())


def test_a_line_of_a_million_characters_takes_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    morpheme_ends("나는 오늘 학교에 갔다가 집으로 돌아왔다 " * 45_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB; one parse took 1.4 GB


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_are_cut_without_loss(text: str) -> None:
    assert "".join(training_pieces(text)) == text


@settings(deadline=None)
@given(MEETING | ANY)
def test_training_pieces_refine_the_split_and_lose_nothing(text: str) -> None:
    assert "".join(training_pieces(text)) == text
    one = buffers([text])
    fine = training_ends(one, borders(one))
    assert set(piece_ends(one)[0].tolist()) <= set(fine.tolist())
    assert np.all(np.diff(fine) > 0)


def test_counts_add_up_the_same_in_any_batches() -> None:
    texts = ["나는 학교에 갔다", "", "나는 집에 갔다\n나는", " 갔다", "네"]
    whole = buffers(texts)
    once = summed([count_pieces(whole, training_ends(whole, borders(whole)))])
    apart = [
        count_pieces(one, training_ends(one, borders(one))) for one in (buffers([text]) for text in reversed(texts))
    ]
    assert once.equals(summed(apart))
    assert once.schema.equals(COUNTS)
    assert dict(zip(*(column.to_pylist() for column in once.columns), strict=True)) == {
        b" " + "갔".encode(): 3, "나".encode(): 3, "는".encode(): 3, "다".encode(): 3, "에".encode(): 2,
        "네".encode(): 1, b"\n": 1, " 집".encode(): 1, " 학교".encode(): 1,
    }  # fmt: skip


def test_nothing_counts_as_nothing() -> None:
    assert summed([count_pieces(buffers(["", ""]), NO_ENDS)]).equals(pa.Table.from_pylist([], schema=COUNTS))
    with pytest.raises(ValueError, match="do not cover"):
        count_pieces(buffers(["가"]), NO_ENDS)


def test_a_released_analyzer_parses_as_before() -> None:
    before = morpheme_ends("말모이는 사전이다.").tolist()
    morphemes.release()
    assert morpheme_ends("말모이는 사전이다.").tolist() == before
