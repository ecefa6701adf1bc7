"""Labelled tables come back from a spreadsheet whole: Hangul, separators, code pages, and no formula that runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError
from corpus.spreadsheet import FORMULA, cell, read, written
from jobs.tasks.labels import Label, read_labels

ID = bytes(range(16))
OTHER = bytes(range(1, 17))


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> str:
    path = tmp_path / "표본.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


@pytest.mark.parametrize("begin", FORMULA)
def test_a_cell_that_would_be_a_formula_is_shown_as_text(begin: str) -> None:
    assert cell(f"{begin}cmd|' /C calc'!A0") == f"'{begin}cmd|' /C calc'!A0"
    if begin.strip():
        assert cell(f"  {begin}1+1") == f"'  {begin}1+1"


def test_korean_text_and_numbers_stay_as_they_are() -> None:
    assert cell("가격은 3,000원 = 싸다") == "가격은 3,000원 = 싸다"
    assert written(("값", "글"), [(-0.5, "네"), (None, "=1")]) == "값,글\r\n-0.5,네\r\n,'=1\r\n".encode()


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")), min_size=1))
def test_what_is_written_comes_back_and_never_begins_a_formula(texts: list[str]) -> None:
    data = written(("id", "글"), [("a", text) for text in texts], bom=True)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    for (_, back), text in zip(rows, texts, strict=True):
        assert not back.startswith(FORMULA)
        assert back in (text, "'" + text)
    assert [row for _, row in read(data, "표")] == [{"id": "a", "글": back} for _, back in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [
        ("id", "source", "reason", "excerpt", "verdict"),
        (ID.hex(), "블로그", "labels.too_many", '"한글, 쉼표; 쌍반점"', "Keep"),
        (OTHER.hex().upper(), "카페", "labels.too_many", "뺄 글", " 뺌 "),
        (OTHER.hex(), "카페", "length.too_short", "아직", ""),
        ("", "", "", "", ""),
    ]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)
    found = read_labels([table(tmp_path, text, encoding)])
    assert found.rows == (Label(ID, "labels.too_many", "keep"), Label(OTHER, "labels.too_many", "drop"))
    assert found.empty == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,verdict\n", "is empty"),
        ("", "is empty"),
        ("id,verdict\n00,keep\n", "no column reason"),
        (f"id,reason,verdict\n{ID.hex()},labels.too_many,몰라\n", ":2, column verdict: '몰라' is no verdict"),
        (f"id,reason,verdict\n{ID.hex()},,keep\n", ":2, column reason: is empty"),
        ("id,reason,verdict\n1.23457E+31,length.too_short,keep\n", ":2, column id: is not 32 hexadecimal digits"),
        (
            f"id,reason,verdict\n{ID.hex()},가.나,keep\n{ID.hex()},가.나,drop\n",
            ":3, column verdict: another row says the opposite",
        ),
        (f"id,reason,verdict\n{ID.hex()},가.나,keep,더\n", ":2: has 4 values for 3 columns"),
        (f'id,reason,verdict\n{ID.hex()},"가.나,keep\n', "is no CSV line"),
    ],
)
def test_a_faulty_row_is_named_by_file_line_and_column(tmp_path: Path, text: str, message: str) -> None:
    path = table(tmp_path, text)
    if text == "id,verdict\n":
        assert read_labels([path]).rows == ()  # nothing is labelled yet
        return
    with pytest.raises(ConfigError) as caught:
        read_labels([path])
    assert message in str(caught.value)
    assert path in str(caught.value)


def test_bytes_that_are_no_korean_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "깨진.csv"
    path.write_bytes(b"id,reason,verdict\n\xff\xff\xff")
    with pytest.raises(ConfigError, match="neither UTF-8 nor CP949"):
        read_labels([str(path)])
