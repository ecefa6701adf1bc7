"""What the study calls boilerplate: planted menus and footers are found, repeated content is not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpus import normalise
from filters.boilerplate.lines import LINES, RepeatedLines, ascending
from filters.boilerplate.removal_kernel import ALONE, ANYWHERE, BLOCK, EDGE, SECTION
from filters.boilerplate.repeated import DIFFERENT, LineCounts, LinesThresholds, merged, table_of
from filters.boilerplate.site import site_of
from filters.rule import Array
from tests.sample.sites import Page, pages

THRESHOLDS = LinesThresholds()
Row = tuple[str, str | None, str]  # source, url, text


def counts(rows: list[Row]) -> Array:
    counted = LineCounts()
    for start in range(0, len(rows), 97):
        columns = zip(*rows[start : start + 97], strict=True)
        arrays = [pa.array(column, pa.string()) for column in columns]
        counted.add(pa.RecordBatch.from_arrays(arrays, names=["source", "url", "text"]))
    return counted.rows()


def studied(rows: list[Row], thresholds: LinesThresholds = THRESHOLDS) -> pa.Table:
    return table_of(merged(counts(rows)), thresholds)[0]


def editor(table: pa.Table) -> RepeatedLines:
    site, line, reach = (table.column(name).combine_chunks().to_numpy() for name in ("site", "line", "reach"))
    return RepeatedLines(*ascending(site, line, reach))


def reaches(texts: list[str]) -> list[int]:
    return sorted(studied([("누리", None, text) for text in texts]).column("reach").to_pylist())


def body(number: int, lines: int = 4) -> str:
    """Lines that no other number has."""
    digits = str.maketrans("0123456789", "가나다라마바사아자차")
    name = str(number).translate(digits)
    return "\n".join(f"{name} 마을의 {'이' * line}야기는 여기에서 이어진다." for line in range(1, lines + 1))


# ------------------------------------------------------------------ generated sites


def removed(page: Page, text: str) -> Counter[str]:
    lost = Counter(line for line in page.text.split("\n") if line.strip())
    lost.subtract(line for line in text.split("\n") if line.strip())
    return +lost


def test_planted_menus_footers_and_share_bars_go_and_bodies_stay() -> None:
    """Recall and precision of removed lines over eight sites of 150 pages."""
    found = [page for site in range(8) for page in pages(site, 150)]
    edits = editor(studied([("누리", page.url, page.text) for page in found]))
    planted = hit = taken = 0
    for page in found:
        data, told = edits.edit(page.text.encode(), site_of("누리", page.url))
        lost, wanted = removed(page, data.decode()), Counter(page.planted)
        planted += wanted.total()
        taken += lost.total()
        hit += (lost & wanted).total()
        assert told.get("repeated_lines.characters", 0) == len(page.text) - len(data.decode())
    assert hit / planted >= 0.99
    assert hit / taken >= 0.9999


# ------------------------------------------------------------------ what counts


def test_a_footer_of_thirty_documents_may_go_from_anywhere() -> None:
    assert reaches([f"{body(n)}\n이용약관" for n in range(30)]) == [ANYWHERE]


def test_fewer_documents_than_the_minimum_say_nothing() -> None:
    assert reaches([f"{body(n)}\n이용약관" for n in range(19)]) == []


@pytest.mark.parametrize(
    ("with_line", "reach"), [(19, []), (20, [EDGE]), (40, [BLOCK]), (60, [ALONE]), (100, [ANYWHERE])]
)
def test_the_share_of_the_sites_documents_decides_how_far_a_line_may_go(with_line: int, reach: list[int]) -> None:
    texts = [f"{body(n)}\n이용약관" if n < with_line else body(n) for n in range(200)]
    assert reaches(texts) == reach


def test_the_menu_of_a_section_needs_a_fiftieth_of_the_sites_documents() -> None:
    texts = [f"{body(n)}\n이용약관" if n < 20 else body(n) for n in range(1000)]
    assert reaches(texts) == [SECTION]
    assert reaches([*texts, body(1000)]) == []


def test_a_heading_amid_unlike_texts_is_content() -> None:
    assert reaches([f"{body(2 * n)}\n참고 문헌\n{body(2 * n + 1)}" for n in range(50)]) == []


def test_a_text_posted_a_hundred_times_is_left_to_dedup() -> None:
    texts = [body(n) for n in range(100)] + [f"{body(1000, 12)}\n{n % 3}번 서명" for n in range(100)]
    assert reaches(texts) == []


def test_a_line_repeated_inside_documents_is_content() -> None:
    assert reaches(["\n".join([body(n), "후렴이다", body(n + 100), "후렴이다"]) for n in range(50)]) == []


@pytest.mark.parametrize(
    "line",
    [
        "제1조(목적)", "##### 제 2 조 (정의)", "부칙", "부 칙 <제100호>", "① 이 법은 공포한 날부터 시행한다.", "이 규칙은 공포한 날부터 시행한다.",
        "1. 삭제", "1\\. 목적", "가. 생략", "return 0;", "def f(self) {", "}", "x = 1", "   ", "12", "---",
        "소정의 원고료를 받았습니다", "수수료를 제공받을 수 있습니다", "무단 전재, 재배포 및 AI학습 이용 금지",
    ],
)  # fmt: skip
def test_statutes_code_and_notices_that_rules_read_are_never_boilerplate(line: str) -> None:
    if line == "x = 1":
        line = "    x = 1"  # code is known by its indentation
    assert reaches([f"{body(n)}\n{line}" for n in range(50)]) == []
    assert reaches([f"{line}\n{body(n)}" for n in range(50)]) == []


def test_lines_between_code_fences_are_not_counted() -> None:
    assert reaches([f"```\nimport torch\n```\n{body(n)}" for n in range(50)]) == []


def test_sites_are_counted_apart() -> None:
    rows: list[Row] = [("누리", f"https://{'가' if n % 2 else '나'}.kr/{n}", f"{body(n)}\n이용약관") for n in range(38)]
    assert studied(rows).num_rows == 0  # 19 documents each
    assert studied([("누리", None, text) for _, _, text in rows]).num_rows == 1


# ------------------------------------------------------------------ determinism


def test_the_table_is_the_same_in_any_order_and_any_split() -> None:
    rows: list[Row] = [("누리", page.url, page.text) for site in range(2) for page in pages(site, 60)]
    once = studied(rows)
    halves = np.concatenate([counts(rows[::-1][n::3]) for n in range(3)])
    again, _ = table_of(merged(halves[::-1]), THRESHOLDS)
    assert once.num_rows > 20 and again.equals(once)
    assert once.schema.equals(LINES, check_metadata=True)


def test_a_table_that_grows_counts_as_one_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [("누리", page.url, page.text) for page in pages(1, 40)]
    once = merged(counts(rows))
    monkeypatch.setattr("filters.boilerplate.repeated._SLOTS", 16)
    assert np.array_equal(merged(counts(rows)), once)


@given(st.lists(st.lists(st.sampled_from(["가", "나", "다", "라", "마"]), max_size=5).map("\n".join), max_size=8))
def test_documents_and_occurrences_are_those_of_plain_counting(texts: list[str]) -> None:
    rows = merged(counts([("누리", None, text) for text in texts])) if texts else np.zeros((0, 9), np.uint64)
    lines = Counter(line for text in texts for line in text.split("\n") if line)
    documents = Counter(line for text in texts for line in {*text.split("\n")} if line)
    wanted = sorted([(len(texts), 0)] * bool(texts) + [(documents[line], lines[line]) for line in lines])
    assert sorted((int(row[8]) >> 32, int(row[8]) & 0xFFFFFFFF) for row in rows) == wanted


def test_linear_counting_estimates_up_to_the_bits() -> None:
    assert DIFFERENT[[0, 1, 2, 32, 63, 64]].tolist() == [0, 1, 2, 44, 266, 311]


# ------------------------------------------------------------------ real text


@pytest.mark.parametrize(
    "name",
    ["korean_statutes", "assembly_bills", "bible_korrv", "pd_literature", "fairytale", "tldr_ko", "petitions", "wikinews_ko", "python_docs_ko"],
)  # fmt: skip
def test_statutes_verse_prose_and_code_lose_no_line(shared_data: Path, name: str) -> None:
    path = shared_data / "docs" / f"{name}.jsonl.zst"
    with path.open("rb") as stream:
        data = zstandard.ZstdDecompressor().stream_reader(stream).read()
    records = [json.loads(line) for line in data.splitlines()][:1500]
    rows: list[Row] = [(item["source"], item.get("url"), normalise.normalise(item["text"])) for item in records]
    edits = editor(studied(rows))
    assert [told for source, url, text in rows if (told := edits.edit(text.encode(), site_of(source, url))[1])] == []
