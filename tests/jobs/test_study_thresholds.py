"""`malmoi study thresholds`: sums equal counting document by document, candidates drop what they say."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.document import DocumentBatch
from corpus.errors import ConfigError, InputError
from corpus.sources.config import KindConfig
from filters import catalog
from filters.catalog import CHECKS, FilterConfig
from filters.decision import decide
from jobs import cli, load
from jobs.commands.study_thresholds import run_study_thresholds
from jobs.tasks.quantiles import STEPS
from jobs.tasks.threshold_study import EVERY, EXACT, SHARES, binned, candidates, curve, study
from tests.jobs.small_run import CONFIG, build

TEXTS = ["", "가", "말모이는 우리말 사전을 만들려고 모은 원고이다. 모임은 오래 이어지지 못했다.", "ㅋㅋ " * 30, "1234 " * 60, "a b c",
         "가나다 라마바 " * 9, "中文" * 9, "안녕하세요 ★★★★★★★★★★"]  # fmt: skip
ROW = st.tuples(
    st.sampled_from(TEXTS), st.sampled_from([None, "news", "comments", "블로그"]), st.sampled_from(["ㄱ", "b"])
)
KINDS = {"블로그": KindConfig(languages=("ko", "en"))}


def attributes(rows: list[tuple[str, str | None, str]]) -> pa.RecordBatch:
    columns = {
        "id": pa.array([number.to_bytes(16, "big") for number in range(len(rows))], pa.binary()),
        "source": pa.array([source for _, _, source in rows], pa.string()),
        "kind": pa.array([kind for _, kind, _ in rows], pa.string()),
        "text": pa.array([text for text, _, _ in rows], pa.string()),
    }
    return catalog.score_batch(DocumentBatch(pa.record_batch(columns)))


@settings(max_examples=40)
@given(st.lists(ROW, min_size=1, max_size=25), st.integers(1, 9))
@example([("", None, "b"), ("", "블로그", "ㄱ"), ("", "news", "b")], 1)
def test_sums_equal_counting_document_by_document(rows: list[tuple[Any, Any, Any]], size: int) -> None:
    table = attributes(rows)
    config = FilterConfig()
    found = study([table.slice(at, size) for at in range(0, len(rows), size)], config, KINDS)
    assert found == study([table], config, KINDS)
    lists = decide(table, config, KINDS).all_reasons.to_pylist()
    for kind, (documents, kept) in found.kinds.items():
        own = [reasons for reasons, row in zip(lists, rows, strict=True) if kind in (EVERY, row[1] or "")]
        assert (documents, kept) == (len(own), sum(not reasons for reasons in own))
        checks = {check.reason: check for check in found.checks if check.kind == kind}
        assert list(checks) == [check.reason for _, check in CHECKS]
        for reason, check in checks.items():
            assert check.failing == sum(reason in reasons for reasons in own)
            assert check.first == sum(reasons[:1] == [reason] for reasons in own)
            assert check.only == sum(reasons == [reason] for reasons in own)


HISTOGRAM = st.dictionaries(st.integers(-500, 5000), st.integers(1, 40), min_size=1, max_size=30)


@given(HISTOGRAM, st.sampled_from(["above", "below"]))
def test_a_candidate_drops_no_more_than_its_share_and_the_next_would(histogram: dict[int, int], fails: str) -> None:
    whole = sum(histogram.values())
    outside = lambda limit: sum(  # noqa: E731
        count for value, count in histogram.items() if (value > limit if fails == "above" else value < limit)
    )
    found = candidates(histogram, fails)
    assert [item.asked for item in found] == list(SHARES)
    for item in found:
        limit = round(item.value * STEPS)
        assert outside(limit) == item.documents <= Fraction(item.asked) * whole
        assert outside(limit) + histogram[limit] > Fraction(item.asked) * whole  # a tighter one drops this score too
    for value, dropped in curve(histogram, fails):
        assert dropped == outside(round(value * STEPS))


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=50))
def test_a_bin_is_the_score_itself_below_two_units_and_within_a_4096th_above(values: list[int]) -> None:
    codes = np.array(values, np.int64)
    found = binned(codes)
    small = np.abs(codes) < EXACT
    assert (found[small] == codes[small]).all()
    assert (found <= codes).all()
    assert (np.abs(codes - found) * 4096 <= np.abs(codes)).all()
    assert len(np.unique(binned(np.arange(2**20, 2**21)))) == 4096


def written(folder: Path) -> Path:
    folder.mkdir()
    rows = [(text, kind, "ㄱ") for text in TEXTS for kind in ("news", "comments", None)]
    pq.write_table(pa.Table.from_batches([attributes(rows)]), folder / "part-00000.parquet")
    return folder


def test_the_command_writes_table_page_and_precision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "attributes")
    labels = tmp_path / "labels.csv"
    one = "".join(
        f"{number:032x},length.too_short,{verdict}\n" for number, verdict in enumerate(["drop", "drop", "keep", ""])
    )
    labels.write_text("id,reason,verdict\n" + one, encoding="utf-8")
    words = ["study", "thresholds", "--input", str(folder), "--labels", str(labels), "--output"]
    for name in ("a", "b"):
        assert cli.main([*words, str(tmp_path / name)]) == 0
    shown = capsys.readouterr().out
    assert "length.too_short" in shown and "0.208–0.939" in shown  # Wilson's interval of 2 in 3
    for name in ("thresholds.tsv", "thresholds.json", "thresholds.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    lines = (tmp_path / "a" / "thresholds.tsv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:]]
    assert len(rows) == 4 * len(CHECKS)  # all, none, comments, news
    short = {row["kind"]: row for row in rows if row["reason"] == "length.too_short"}
    assert {kind: row["threshold"] for kind, row in short.items()} == {
        "*": "",
        "": "20.0",
        "comments": "5.0",
        "news": "10.0",
    }
    assert int(short["comments"]["failing"]) == 3  # the empty text, one syllable, three letters
    plain = json.loads((tmp_path / "a" / "thresholds.json").read_text(encoding="utf-8"))
    assert plain["kinds"]["*"][0] == 3 * len(TEXTS)
    assert plain["precision"] == [{
        "reason": "length.too_short", "labelled": 3, "right": 2, "share": 2 / 3, "low": pytest.approx(0.2077, abs=1e-4),
        "high": pytest.approx(0.9385, abs=1e-4), "documents": plain["precision"][0]["documents"], "wrong_least": plain["precision"][0]["wrong_least"],
        "wrong_most": plain["precision"][0]["wrong_most"],
    }]  # fmt: skip
    told = plain["precision"][0]
    assert 1 <= told["wrong_least"] <= told["wrong_most"] <= told["documents"]  # one was seen
    page = (tmp_path / "a" / "thresholds.html").read_text(encoding="utf-8")
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert "기준 살피기" in page and "length.too_short" in page and 'class="limit"' in page


def test_a_configuration_changes_what_is_dropped(tmp_path: Path) -> None:
    folder = written(tmp_path / "attributes")
    config = tmp_path / "c.yaml"
    config.write_text(
        "inputs:\n  - {name: a, uri: x, class: base, rights: {basis: own}}\nfilters:\n  length: {minimum_characters: 2}\n",
        encoding="utf-8",
    )
    stream = io.StringIO()
    run_study_thresholds(None, [str(folder)], str(config), [], [], str(tmp_path / "out"), stream)
    rows = (tmp_path / "out" / "thresholds.tsv").read_text(encoding="utf-8").splitlines()
    assert next(row for row in rows if row.startswith("\t") and "length.too_short" in row).split("\t")[5:7] == [
        "2.0",
        "2",
    ]


def test_a_run_is_studied_under_its_own_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its attributes and its decisions: what the rules drop of every kind, duplicates and rights apart."""
    build(str(tmp_path / "run"))
    assert cli.main(["study", "thresholds", "--run", str(tmp_path / "run"), "--output", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    plain = json.loads((tmp_path / "out" / "thresholds.json").read_text(encoding="utf-8"))
    scored = pq.read_table(tmp_path / "run" / "attributes")
    decided = [decide(batch, load.from_json(CONFIG).filters) for batch in scored.to_batches()]
    dropped = sum(reason is not None for one in decided for reason in one.reason.to_pylist())
    assert plain["kinds"]["*"] == [scored.num_rows, scored.num_rows - dropped]
    assert f"{scored.num_rows - dropped:,}" in shown and dropped > 0


def test_no_file_and_a_file_of_an_older_catalog_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as nothing:
        run_study_thresholds(None, [str(tmp_path / "empty")], None, [], [], str(tmp_path / "out"), io.StringIO())
    assert "no attributes file" in str(nothing.value)
    old = attributes([("가", "news", "ㄱ")]).drop_columns(["labels.share"])
    pq.write_table(pa.Table.from_batches([old]), tmp_path / "old.parquet")
    with pytest.raises(ConfigError) as caught:
        run_study_thresholds(None, [str(tmp_path / "old.parquet")], None, [], [], str(tmp_path / "out"), io.StringIO())
    assert "labels.share" in str(caught.value)
    assert not (tmp_path / "out").exists()
