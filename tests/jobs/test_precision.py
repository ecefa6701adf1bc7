"""A labelled sample gives the precision of its reason and an interval that holds what it claims."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.report.words import reason_words
from filters.catalog import REASONS
from jobs.cli import main
from jobs.commands.sample import sample
from jobs.commands.study_precision import run_study_precision
from jobs.tasks.labels import read_labels
from jobs.tasks.precision import wilson
from tests.corpus.report.test_report import Page
from tests.jobs.small_run import build


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("precision") / "run"
    build(str(folder))
    return folder


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # Newcombe 1998 (Statistics in Medicine 17:857-872), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert [round(value, 4) for value in found] == [low, high]
    assert [round(1 - value, 4) for value in reversed(wilson(whole - part, whole))] == [low, high]


def test_the_interval_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_interval_covers_the_true_share_about_as_often_as_it_says() -> None:
    for share in (0.5, 0.9, 0.97):
        covered = sum(
            math.comb(60, right) * share**right * (1 - share) ** (60 - right)
            for right in range(61)
            if wilson(right, 60)[0] <= share <= wilson(right, 60)[1]
        )
        assert 0.92 <= covered <= 0.99


def test_a_sample_goes_to_a_spreadsheet_and_comes_back_as_precision(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "표본.csv"
    asked = ["--reason", "hangul_share.too_low", "--reason", "length.too_short", "-n", "5", "--csv", str(file), "--bom"]
    assert main(["sample", str(run), *asked]) == 0
    assert "10 rows" in capsys.readouterr().out
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == ["id", "source", "kind", "reason", "value", "threshold", "excerpt", "verdict"]
    assert [row["reason"] for row in rows] == ["hangul_share.too_low"] * 5 + ["length.too_short"] * 5
    assert {row["verdict"] for row in rows} == {""}
    assert all("네 맞아요" in row["excerpt"] for row in rows[5:])
    assert all(float(row["value"]) < float(row["threshold"]) for row in rows)
    again = tmp_path / "again.csv"
    assert main(["sample", str(run), *asked[:6], "--csv", str(again)]) == 0
    assert data == b"\xef\xbb\xbf" + again.read_bytes()  # the same documents every time
    for number, row in enumerate(rows):
        row["verdict"] = "" if number == 9 else "keep" if number == 7 else "drop"
    filled = io.StringIO()
    writer = csv.DictWriter(filled, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(filled.getvalue().encode("cp949", "replace"))  # as Excel for Korean Windows saves it
    assert len(read_labels([str(file)]).rows) == 9
    stream = io.StringIO()
    assert run_study_precision([str(file)], str(run), True, stream) == 0
    right, short = json.loads(stream.getvalue())
    assert (right["reason"], right["labelled"], right["right"], right["high"]) == ("hangul_share.too_low", 5, 5, 1.0)
    assert (short["labelled"], short["right"], short["share"], short["documents"]) == (4, 3, 0.75, 9)
    low, high = wilson(3, 4)  # 1 of 4 was wrong, and of the 5 that nobody saw these shares
    assert (short["wrong_least"], short["wrong_most"]) == (1 + round((1 - high) * 5), 1 + round((1 - low) * 5))
    assert (right["documents"], right["wrong_least"]) == (8, 0)
    capsys.readouterr()
    assert main(["study", "precision", "--labels", str(file)]) == 0
    text = capsys.readouterr().out
    assert "length.too_short" in text and "0.750" in text and "rows without a verdict: 1" in text


def test_a_hostile_title_is_no_formula_in_the_sheet(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "표본.csv"
    assert main(["sample", str(run), "--reason", "kept", "-n", "300", "--csv", str(file)]) == 0
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")):
        assert not any((value or "").startswith(("=", "+", "-", "@")) for value in row.values())


def test_several_reasons_are_shown_one_after_the_other(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", str(run), "--reason", "length.too_short", "--reason", "dedup.near", "-n", "1"]) == 0
    text = capsys.readouterr().out
    assert 0 <= text.index("length.too_short · ") < text.index("dedup.near · ")


def test_faults_have_their_exit_codes(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "표본.csv"
    assert main(["sample", str(run), "--reason", "length.too_short", "-n", "2", "--csv", str(file)]) == 0
    assert main(["study", "precision", "--labels", str(file)]) == 4
    assert "no row has a verdict (2 are empty)" in capsys.readouterr().err
    assert main(["sample", str(run), "--reason", "record.malformed", "--csv", str(file)]) == 2
    assert main(["study", "precision", "--labels", str(tmp_path / "없음.csv")]) == 4


def test_an_ablation_of_a_run_is_printed_and_written(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "ablation", "--run", str(run), "--output", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "documents 266, kept 225" in text
    told = json.loads((tmp_path / "ablation.json").read_text(encoding="utf-8"))
    assert sum(told["reasons"]["first"]) == 266 - 225
    place = told["reasons"]["names"].index("length.too_short")
    assert told["reasons"]["alone"][place] == told["reasons"]["both"][place][place] == 9
    page = (tmp_path / "ablation.html").read_text(encoding="utf-8")
    assert "default-src &#x27;none&#x27;" in page and "http" not in page.replace("http-equiv", "")
    assert page.count("<table") == 5 and "혼자서" in page
    parsed = Page(page)
    assert parsed.stack == [] and not {name for name, _ in parsed.elements} & {"script", "img", "link", "iframe"}
    assert main(["study", "ablation", "--run", str(tmp_path)]) == 4


def test_every_closed_reason_has_a_korean_and_an_english_text() -> None:
    for reason in REASONS:
        words = reason_words(reason)
        assert any("가" <= character <= "힣" for character in words.ko), reason
        assert words.en and words.en != words.ko and words.en.isascii(), reason
        assert words.en != reason.replace("_", " ").replace(".", ": "), f"{reason} shows its own name alone"


def test_documents_sampled_as_kept_tell_what_was_missed_and_no_precision(tmp_path: Path) -> None:
    sheet = tmp_path / "남긴 것.csv"
    rows = [f"{number:032x},kept,{'drop' if number < 2 else 'keep'}" for number in range(8)]
    sheet.write_text("\n".join(["id,reason,verdict", *rows, f"{9:032x},length.too_short,drop"]), encoding="utf-8")
    stream = io.StringIO()
    assert run_study_precision([str(sheet)], None, True, stream) == 0
    short, kept = json.loads(stream.getvalue())
    assert (short["reason"], short["right"]) == ("length.too_short", 1)
    assert (kept["reason"], kept["labelled"], kept["right"], kept["share"]) == ("kept", 8, 2, 0.25)
    stream = io.StringIO()
    assert run_study_precision([str(sheet)], None, False, stream) == 0
    assert "kept documents: 8 판정 judged, 2 빠졌어야 함 should have gone (0.250" in stream.getvalue()
    assert "\nkept " not in stream.getvalue()


def test_a_reason_that_was_never_named_first_is_sampled_too(run: Path) -> None:
    decisions = pa.concat_tables(pq.read_table(file) for file in sorted((run / "decisions").glob("*.parquet")))
    rows = decisions.to_pylist()
    first = {row["reason"] for row in rows}
    failing = sorted({reason for row in rows for reason in row["all_reasons"] or ()} - first)
    assert failing, "the run has no reason that always stands behind another"
    wanted = sorted(row["id"] for row in rows if failing[0] in (row["all_reasons"] or ()))
    found = sample(str(run), failing[0], 1000)
    assert [row["id"] for row in found] == wanted
    assert all(row["reason"] != failing[0] and row.get("threshold") is None for row in found)
