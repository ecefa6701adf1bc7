"""TextStatistics equals its plain definition on every text, and says what the definition means."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import example, given

from corpus.document import DocumentBatch, text_buffers
from corpus.hangul import CHARACTER_CLASSES, character_class
from filters.quality.statistics import MEASURES, TextStatistics, character_table
from tests.oracles import statistics as oracle

# Few words and marks, so that lines, paragraphs and n-grams repeat; and any Unicode without surrogates.
PIECES = ["말모이", "쏙옙", "쏙", "옙", "뷁", "lorem", "Lorem", "kkkkkkk", "bcdfghj", "{", "}", "ㅁㄴㅇㄹ", "ÀÃ", "====", "ㅋㅋㅋㅋㅋ", "가게는", "가게", "가게를", "ipsum", "우리말", "사전", "ㅋㅋ", "ㅠ", "a", "3.1", "…", "...", "....", "。", "끝.”", "했다", "가" * 68, "#", "- ", "-", "• ",
          "* ", "ㆍ", "\n", "\n", "\n\n", " ", " ", "  ", "\t", "\x0b", "\x85", "\u3000", "\x00", "\ufffd", "漢字", "カナ",
          "👩‍👩‍👧", "é", "가", "각", "ﾡ", "١٢", "Ⅳ", "Привет", ")", "\"", "\u200b"]  # fmt: skip
REPEATING = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)
WORDS = st.lists(st.sampled_from(["가", "나나", "다다다", "ㄹ"]), max_size=80).map(" ".join)
ANY = st.text(st.characters(blacklist_categories=["Cs"]), max_size=200)
TEXTS = st.one_of(REPEATING, WORDS, ANY)


def measured(texts: list[str | None]) -> list[dict[str, int]]:
    values = TextStatistics.measure(text_buffers(pa.array(texts, pa.string()))).values
    return [dict(zip(MEASURES, map(int, row), strict=True)) for row in values]


def one(text: str) -> dict[str, int]:
    return measured([text])[0]


@given(st.lists(TEXTS, min_size=1, max_size=6))
@example(["", "\x00", "가", "\n", " ", "가\n", "\n가", "가\n\n", "-\n- 가", "..\n...\n.....", "가 나 가 나 가 나"])
@example(["가 나나 다다다 ㄹ " * 11])
@example([unicodedata.normalize("NFD", "한글은 자모로 풀린다. 한글은 자모로 풀린다.")])
@example(["한\r\n글\r\n", "\ufeff가", "\U0010ffff\U000e0100", "가 " * 40, "가\u2028나", "\n\n \n"])
def test_the_kernel_equals_the_definition_on_every_text(texts: list[str]) -> None:
    assert measured(list(texts)) == [oracle.statistics(text) for text in texts]


@given(st.lists(TEXTS, max_size=8), st.integers(1, 4))
def test_a_document_is_measured_alike_in_every_batch(texts: list[str], rows: int) -> None:
    together = measured(list(texts))
    apart = [row for i in range(0, len(texts), rows) for row in measured(list(texts[i : i + rows]))]
    assert together == apart


@pytest.mark.parametrize("megabytes", [1, pytest.param(10, marks=pytest.mark.faults)])
def test_a_long_document_equals_the_definition(megabytes: int) -> None:
    sentence = "제{}조 이 법은 우리말을 모으는 데 목적이 있다.\n"
    text = "".join(sentence.format(i % (7_000 * megabytes)) for i in range(16_000 * megabytes))
    assert 0.95 < len(text.encode()) / megabytes / 1e6 < 1.15
    assert measured(["가", text, "나"]) == [oracle.statistics(item) for item in ("가", text, "나")]


def test_ten_megabytes_of_one_character_words_stay_exact() -> None:
    text = "가 나 " * 1_000_000
    row = one(text)
    assert (row["eojeol"], row["syllable"], row["space"]) == (2_000_000, 2_000_000, 2_000_000)
    assert row["top_2"] == 2_000_000  # capped at all characters
    assert row["duplicate_5"] == oracle.duplicate(text.split(), 5)


def test_nulls_and_slices_read_as_the_texts_they_show() -> None:
    column = pa.array(["버림", "가나", None, "다 라"], pa.string()).slice(1)
    batch = DocumentBatch(pa.record_batch({"text": column}))
    statistics = TextStatistics.of(batch)
    assert statistics["characters"].tolist() == [2, 0, 3]
    assert TextStatistics.of(batch) is statistics
    large = DocumentBatch(pa.record_batch({"text": column.cast(pa.large_string())}))
    assert np.array_equal(TextStatistics.of(large).values, statistics.values)


def test_a_batch_without_text_measures_nothing() -> None:
    batch = DocumentBatch(pa.record_batch({"id": pa.array([b"a", b"b"], pa.binary())}))
    assert TextStatistics.of(batch)["eojeol"].tolist() == [0, 0]
    assert len(TextStatistics.measure(text_buffers(pa.array([], pa.string()))).values) == 0


def test_damaged_utf8_is_read_inside_its_own_bounds() -> None:
    data = np.frombuffer("가".encode()[:2] + b"\xff\xf8\x80\xc3", np.uint8)
    from corpus.document import TextBuffers

    values = TextStatistics.measure(TextBuffers(data, np.array([0, 2, 3, 6], np.int64))).values
    assert values[:, MEASURES.index("bytes")].tolist() == [2, 1, 3]


def test_the_classes_of_hangul_and_its_neighbours() -> None:
    wanted = {"가": "syllable", "힣": "syllable", "ㅋ": "jamo", "ㄱ": "jamo", "\u1100": "jamo", "ﾡ": "jamo", "一": "han",
              "龥": "han", "あ": "kana", "ー": "kana", "・": "symbol", "A": "latin", "ｚ": "latin", "é": "latin",
              "Я": "letter", "\u0301": "letter", "7": "digit", "７": "digit", "Ⅳ": "symbol", "①": "symbol", "😀": "symbol",
              "\ufffd": "symbol", "\u200d": "other", "\x00": "other", "\u3000": "space", "\x1f": "space"}  # fmt: skip
    assert {character: character_class(character) for character in wanted} == wanted


def test_the_table_holds_the_class_of_every_code_point() -> None:
    table = character_table()
    points = [*range(0xD800), *range(0xE000, 0x32400), *range(0xE0000, 0xE0200), 0xF0000, 0x10FFFF]
    names = [CHARACTER_CLASSES[table[point] & 15] for point in points]
    assert names == [oracle.class_of(chr(point)) for point in points]


def test_decomposed_hangul_counts_as_jamo_and_not_as_nothing() -> None:
    row = one(unicodedata.normalize("NFD", "한글"))
    assert (row["jamo"], row["syllable"], row["letter"], row["characters"]) == (6, 0, 0, 6)


@pytest.mark.parametrize(
    ("line", "bullet", "ellipsis", "ended"),
    [
        ("- 하나", 1, 0, 0),
        ("-5도까지 내려갔다", 0, 0, 0),
        ("---", 0, 0, 0),
        ("  • 하나다.", 1, 0, 1),
        ("ㆍ가격", 1, 0, 0),
        ("*강조*", 0, 0, 0),
        ("* 강조", 1, 0, 0),
        ("글쎄...", 0, 1, 1),
        ("글쎄…", 0, 1, 1),
        ("글쎄..", 0, 0, 1),
        ("“글쎄….” ", 0, 0, 1),
        ("“그랬다.”", 0, 0, 1),
        ("그랬다.) ", 0, 0, 1),
        ("그랬어요", 0, 0, 0),
        ("그랬다。", 0, 0, 1),
        ("(-)", 0, 0, 0),
    ],
)
def test_how_a_line_begins_and_ends(line: str, bullet: int, ellipsis: int, ended: int) -> None:
    row = one(line)
    assert (row["bullet_lines"], row["ellipsis_lines"], row["ended_lines"]) == (bullet, ellipsis, ended)


def test_lines_and_paragraphs_are_compared_without_their_spacing() -> None:
    row = one("가 나\n  가   나 \n\n다\n라\n\n다 라\n")
    assert (row["lines"], row["empty_lines"], row["duplicate_lines"], row["duplicate_line_characters"]) == (5, 2, 1, 2)
    assert (row["paragraphs"], row["duplicate_paragraphs"], row["duplicate_paragraph_characters"]) == (3, 1, 2)


def test_of_equally_frequent_grams_the_longer_one_is_the_top() -> None:
    assert one("가 나 우리말 사전 가 나 우리말 사전")["top_2"] == 2 * 5  # 우리말 사전, not 가 나
    assert one("가 나 다 라")["top_2"] == 0


def test_duplicate_grams_never_count_a_character_twice() -> None:
    assert one("가 " * 20)["duplicate_5"] == 15  # met at 1, 6 and 11; then fewer than five are left
    assert one("가 나 다 라 마 " * 2)["duplicate_5"] == 5
    assert one("가 나 다 라 마 " * 2)["duplicate_6"] == 0


def real_texts(folder: Path) -> list[str]:
    texts: list[str] = []
    for path in sorted((folder / "docs").glob("*.jsonl.zst")):
        with path.open("rb") as file:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8", newline="\n")
            texts += [json.loads(line)["text"] for _, line in zip(range(4), lines, strict=False)]
    return texts


def test_the_kernel_equals_the_definition_on_real_text(shared_data: Path) -> None:
    texts = real_texts(shared_data)
    assert len(texts) > 130
    assert measured(list(texts)) == [oracle.statistics(text) for text in texts]
