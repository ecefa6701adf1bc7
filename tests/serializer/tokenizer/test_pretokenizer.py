"""One split in three places: the pattern in Python, the pattern in ``tokenizers``, and the kernel."""

from __future__ import annotations

import re

import numpy as np
import pytest
import regex
from hypothesis import example, given
from tokenizers import Regex, pre_tokenizers

from serializer.tokenizer.pretokenizer import PATTERN, piece_ends, pieces
from tests.serializer.tokenizer.samples import ANY, HARD, MEETING, buffers

LIBRARY = pre_tokenizers.Split(Regex(PATTERN), "isolated")


def by_library(text: str) -> list[str]:
    return [piece for piece, _ in LIBRARY.pre_tokenize_str(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("안녕 세상", ["안녕", " 세상"]),
        ("SK텔레콤이", ["SK", "텔레콤이"]),
        ("韓國의 日本語カタカナ", ["韓國", "의", " 日本語", "カタカナ"]),
        ("12345원", ["123", "45", "원"]),
        (" 2026년", [" 202", "6", "년"]),
        ("가  나", ["가", " ", " 나"]),
        ("가\t\t나", ["가", "\t\t", "나"]),
        ("가 \n\n 나", ["가", " ", "\n\n", " 나"]),
        ("그래...? ㅋㅋ", ["그래", "...?", " ㅋㅋ"]),
        ("👨‍👩‍👧 가족", ["👨‍👩‍👧", " 가족"]),
        ("<|endoftext|>", ["<|", "endoftext", "|>"]),
        ("끝  ", ["끝", "  "]),
        ("", []),
    ],
)
def test_pieces_are_these(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_split_alike_everywhere(text: str) -> None:
    assert pieces(text) == by_library(text) == regex.findall(PATTERN, text) == re.findall(PATTERN, text)


@given(MEETING | ANY)
@example("  a")
@example(" \u3000가")
def test_any_text_splits_alike_and_loses_nothing(text: str) -> None:
    found = pieces(text)
    assert found == by_library(text) == re.findall(PATTERN, text)
    assert "".join(found) == text


def test_every_code_point_is_of_the_same_class_everywhere() -> None:
    everything = "".join(chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    apart = " a".join(everything)
    for text in (everything, everything[::-1], apart):
        assert pieces(text) == by_library(text) == re.findall(PATTERN, text)


def test_texts_of_a_batch_are_split_apart() -> None:
    texts = ["가나", "", " 다", "라\n", "\n마"]
    text = buffers(texts)
    ends, starts = piece_ends(text)
    assert starts.tolist() == [0, 1, 1, 2, 4, 6]
    assert ends.tolist() == [6, 10, 13, 14, 15, 18]


def test_a_slice_of_a_column_is_split_like_its_copy() -> None:
    import pyarrow as pa

    from corpus.document import text_buffers

    column = pa.array(["앞의 글", "가운데 글 3", "뒤의 글"])
    sliced, copied = text_buffers(column.slice(1, 1)), buffers(["가운데 글 3"])
    assert np.array_equal(piece_ends(sliced)[0] - sliced.offsets[0], piece_ends(copied)[0])


def test_no_piece_spells_the_end_of_a_document() -> None:
    assert len(pieces("<|endoftext|>")) == 3
