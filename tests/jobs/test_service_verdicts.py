"""Verdicts of the services: newest wins, bad rows are named, late verdicts decide without text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.document import SIGNALS
from corpus.errors import ConfigError
from corpus.identity import document_id
from corpus.ledger import STAGE_REASONS, Census
from corpus.manifest import Part
from corpus.table import read_table
from filters.catalog import REASONS, FilterConfig
from filters.dedup.config import LossConfig
from jobs.config import Config
from jobs.pipeline import Pipeline
from jobs.progress import Progress
from jobs.tasks import service_verdicts
from jobs.tasks.decide import DecideTask, SelectTask, select_whole
from jobs.tasks.decisions import details
from jobs.tasks.service_verdicts import TYPES, VerdictLimits, read_verdicts
from jobs.tasks.verdict_matches import MatchTask, matched, told
from tests import chain
from tests.jobs import laid_out, test_select

HEAD = "source,key,url,type,score,time\n"


def csv_file(path: Path, *lines: str, head: str = HEAD) -> str:
    path.write_text(head + "".join(line + "\n" for line in lines), encoding="utf-8")
    return str(path)


def standing(uris: Sequence[str], source: str, key: str, url: str | None = None, **signals: Any) -> dict[str, float]:
    own = pa.array([signals or None], SIGNALS)
    found = read_verdicts(tuple(uris)).scores(pa.array([document_id(source, key)]), pa.array([url], pa.string()), own)
    return {name: score for name, score in zip(TYPES, found[0].tolist(), strict=True) if not np.isnan(score)}


def test_the_newest_verdict_stands_and_of_equally_new_ones_the_highest(tmp_path: Path) -> None:
    first = csv_file(
        tmp_path / "a.csv",
        "블로그,글 1,,spam,0.9,2024-01-01",
        "블로그,글 1,,spam,0.1,2024-03-01",
        "블로그,글 1,,spam,0.5,2024-02-01",
        "블로그,글 1,,adult,1,2024-01-01",
        "블로그,글 2,,spam,0.2,2024-01-01",
        "블로그,글 2,,spam,0.8,2024-01-01",
    )
    assert standing([first], "블로그", "글 1") == {"spam": 0.1, "adult": 1.0}
    assert standing([first], "블로그", "글 2") == {"spam": 0.8}
    assert standing([first], "카페", "글 1") == {}
    later = csv_file(tmp_path / "b.csv", "블로그,글 1,,spam,0.7,2024-04-01")
    assert (
        standing([first, later], "블로그", "글 1")["spam"] == standing([later, first], "블로그", "글 1")["spam"] == 0.7
    )


def test_verdicts_by_url_and_the_documents_own_signals(tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "a.csv",
        ",,https://예.kr/1,promotion,0.9,2024-01-02",
        "블로그,글 1,,promotion,0.1,2024-01-01",
        ",,https://예.kr/2,promotion,0.9,2024-01-01",
    )
    assert standing([table], "블로그", "글 1", "https://예.kr/1") == {"promotion": 0.9}
    assert standing([table], "블로그", "글 1") == {"promotion": 0.1}
    assert standing([table], "블로그", "없음", None, promotion=0.75, spam=1.0) == {"promotion": 0.75, "spam": 1.0}
    assert standing([table], "블로그", "글 1", None, promotion=0.75) == {"promotion": 0.1}
    assert standing([], "블로그", "글 1", None, spam=0.25) == {"spam": 0.25}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://블로그.kr/김/3/", "http://블로그.kr/김/3"),
        ("HTTP://블로그.kr/김/3", "https://블로그.kr/김/3/"),
        ("https://블로그.kr", "https://블로그.kr/"),
    ],
)
def test_scheme_and_last_slash_of_a_url_make_no_difference(written: str, read: str, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "a.csv", f",,{written},spam,0.9,2024-01-02")
    assert standing([table], "블로그", "글 1", read) == {"spam": 0.9}
    (row,) = service_verdicts.about([table], "블로그", "글 1", read)
    assert row["by"] == "url"


@pytest.mark.parametrize(
    "read", ["https://블로그.kr/김/33", "https://m.블로그.kr/김/3", "https://블로그.kr/김/3?쪽=1", None]
)
def test_other_urls_are_other_documents(read: str | None, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "a.csv", ",,https://블로그.kr/김/3/,spam,0.9,2024-01-02")
    assert standing([table], "블로그", "글 1", read) == {}
    assert service_verdicts.about([table], "블로그", "글 1", read) == []


def test_rows_that_match_no_document_are_counted(tmp_path: Path) -> None:
    test_select.inputs(tmp_path, documents())
    (tmp_path / "documents" / "part-00000.parquet").rename(tmp_path / "documents" / "a.parquet")
    other = [laid_out.document("블로그", "blog", f"뒤 {n}", "글", url=f"https://예.kr/뒤{n}") for n in range(3)]
    test_select.inputs(tmp_path, other)
    table = csv_file(
        tmp_path / "v.csv",
        "블로그,글 0,,spam,0.9,2024-01-01",
        "블로그,글 0,,adult,0.9,2024-01-01",
        ",,http://예.kr/1/,spam,0.9,2024-01-01",
        ",,https://예.kr/뒤2,spam,0.9,2024-01-01",
        "블로그,없는 글,,spam,0.9,2024-01-01",
        "블로그,없는 글,,spam,0.8,2024-01-02",
        ",,https://예.kr/없음,spam,0.9,2024-01-01",
    )
    tasks = [MatchTask(str(tmp_path), name, (table,)) for name in ("a.parquet", "part-00000.parquet")]
    assert told(read_verdicts((table,)), map(matched, tasks)) == {"rows": 7, "unmatched": 3}
    assert told(read_verdicts((table,)), [matched(tasks[1])]) == {"rows": 7, "unmatched": 6}
    assert told(read_verdicts((table,)), []) == {"rows": 7, "unmatched": 7}


def test_csv_json_lines_and_parquet_say_the_same(tmp_path: Path) -> None:
    rows = [
        {"source": "블로그", "key": "글 1", "url": None, "type": "spam", "score": 0.75, "time": "2024-01-01"},
        {
            "source": None,
            "key": None,
            "url": "https://예.kr/1",
            "type": "adult",
            "score": 1.0,
            "time": "2024-01-01T00:00:00Z",
        },
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    csv_file(
        tmp_path / "a.csv", "블로그,글 1,,spam,0.75,2024-01-01", ",,https://예.kr/1,adult,1.0,2024-01-01T00:00:00Z"
    )
    for name in ("a.parquet", "a.jsonl", "a.csv"):
        assert standing([str(tmp_path / name)], "블로그", "글 1", "https://예.kr/1") == {"spam": 0.75, "adult": 1.0}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("블로그,글,,spma,0.5,2024-01-01", r"a\.csv:3, column type: no such type 'spma'.*'spam'"),
        ("블로그,글,,spam,높음,2024-01-01", r"a\.csv:3, column score: is not a number"),
        ("블로그,글,,spam,nan,2024-01-01", r"a\.csv:3, column score: is not a finite number"),
        ("블로그,글,,spam,0.5,어제", r"a\.csv:3, column time: is not a date"),
        ("블로그,글,https://예.kr,spam,0.5,2024-01-01", r"a\.csv:3, column url: a verdict names either"),
        ("블로그,,,spam,0.5,2024-01-01", r"a\.csv:3, column key: is empty"),
        (",,,spam,0.5,2024-01-01", r"a\.csv:3, column url: a verdict names either"),
        ("블로그,글,,spam,0.5", r"a\.csv:3: has 5 values for 6 columns"),
    ],
)
def test_a_faulty_row_is_named_by_file_line_and_column(line: str, what: str, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "a.csv", "블로그,글,,spam,0.5,2024-01-01", line)
    with pytest.raises(ConfigError, match=what):
        read_verdicts((table,))


def test_faulty_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown columns 이유"):
        read_verdicts((csv_file(tmp_path / "a.csv", head="source,key,type,score,time,이유\n"),))
    with pytest.raises(ConfigError, match="no column time"):
        read_verdicts((csv_file(tmp_path / "b.csv", head="source,key,type,score\n"),))
    with pytest.raises(ConfigError, match="no table of verdicts by its name"):
        read_verdicts((str(tmp_path / "c.xlsx"),))
    (tmp_path / "d.jsonl").write_bytes(b'{"type": "spam", "score": 1, "time": "2024-01-01", "url": "a"}\n{')
    with pytest.raises(ConfigError, match=r"d\.jsonl:2: not a JSON line"):
        read_verdicts((str(tmp_path / "d.jsonl"),))
    (tmp_path / "e.parquet").write_bytes(b"PAR1")
    with pytest.raises(ConfigError, match="not a Parquet table"):
        read_verdicts((str(tmp_path / "e.parquet"),))


def test_every_type_has_its_reason_in_the_closed_list() -> None:
    assert {*service_verdicts.REASONS} == {reason for reason in STAGE_REASONS if reason.startswith("verdict.")}
    assert {*service_verdicts.REASONS} <= {*REASONS}


def documents() -> list[dict[str, Any]]:
    rows = [
        laid_out.document("블로그", "blog", f"글 {n}", chain.text(n, 12), url=f"https://예.kr/{n}") for n in range(6)
    ]
    rows.append(laid_out.document("블로그", "blog", "광고라 한 글", chain.text(90, 12), signals={"promotion": 1.0}))
    rows.append(laid_out.document("블로그", "blog", "짧은 글", "네."))
    offer = "안전 놀이터 추천, 첫충 30% 드립니다. 가입 코드 ab12 텔레 문의 주세요."
    rows.append(laid_out.document("블로그", "blog", "도박 글", offer))
    rows.append(laid_out.document("블로그", "blog", "다른 도박 글", offer.replace("30", "50").replace("ab12", "cd34")))
    return rows


def decide(run: Path, **changes: Any) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    rows = documents()
    before = test_select.inputs(run, rows)
    task = DecideTask(str(run), "part-00000.parquet", FilterConfig(), **changes)
    pairs = tuple(part.name for part in before[2].files("pairs"))
    answers = select_whole(SelectTask(str(run), (task,), pairs, 0.8, 1))["parts"]
    census = Census()
    for answer in answers:
        census.merge(Census.from_rows(answer["census"]))
    by_id = {row["id"]: row for row in read_table(str(run / "decisions" / "part-00000.parquet")).to_pylist()}
    return {row["key"]: by_id[row["id"]] for row in rows}, details(
        [Part.from_row(answer) for answer in answers], census, LossConfig()
    )


def cells(both: int = 0, service_alone: int = 0, rules_alone: int = 0, neither: int = 0) -> dict[str, int]:
    """What is told of one type, in the order of documents dropped by both, by one, by none."""
    judged, dropped = both + service_alone + rules_alone + neither, both + service_alone
    found = {"both": both, "service_alone": service_alone, "rules_alone": rules_alone, "neither": neither}
    return {"judged": judged, "dropped": dropped, **found}


def test_where_our_rules_and_the_service_agree_is_counted(tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "v.csv",
        "블로그,도박 글,,spam,1,2024-01-01",
        "블로그,다른 도박 글,,spam,0.1,2024-01-01",
        "블로그,글 0,,spam,0.9,2024-01-01",
        "블로그,글 1,,spam,0.0,2024-01-01",
        "블로그,글 2,,adult,0.0,2024-01-01",
    )
    found, told = decide(tmp_path, verdicts=(table,))
    assert "gambling.offer" in found["도박 글"]["all_reasons"] and found["도박 글"]["reason"] == "verdict.spam"
    assert "gambling.offer" in found["다른 도박 글"]["all_reasons"]
    assert told["verdicts"]["블로그"]["spam"] == cells(1, 1, 1, 1)
    assert told["verdicts"]["블로그"]["adult"] == cells(neither=1)


def test_a_verdict_above_its_limit_drops_before_the_rules_and_coverage_is_counted(tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "v.csv",
        "블로그,글 0,,spam,0.9,2024-01-01",
        "블로그,글 1,,spam,0.5,2024-01-01",
        ",,https://예.kr/2,adult,0.75,2024-01-01",
        "블로그,글 3,,blocked,1,2024-01-01",
        "블로그,짧은 글,,spam,1,2024-01-01",
        "블로그,다른 곳의 글,,spam,1,2024-01-01",
    )
    found, told = decide(tmp_path, verdicts=(table,), limits=VerdictLimits(blocked=None))
    row = found["글 0"]
    assert (row["fate"], row["stage"], row["reason"], row["value"], row["threshold"], row["rule_version"]) == (
        "dropped",
        "select",
        "verdict.spam",
        0.9,
        0.5,
        service_verdicts.VERSION,
    )
    assert (found["글 1"]["fate"], found["글 3"]["fate"], found["글 4"]["fate"]) == ("kept", "kept", "kept")
    assert (found["글 2"]["reason"], found["광고라 한 글"]["reason"]) == ("verdict.adult", "verdict.promotion")
    assert found["짧은 글"]["all_reasons"] == ["verdict.spam", "length.too_short"]
    assert told["verdicts"] == {
        "블로그": {
            "adult": cells(service_alone=1),
            "blocked": cells(neither=1),
            "promotion": cells(service_alone=1),
            "spam": cells(service_alone=2, neither=1),
        }
    }


def test_people_win_over_services(tmp_path: Path) -> None:
    table = csv_file(tmp_path / "v.csv", "블로그,글 0,,spam,0.9,2024-01-01", "블로그,글 1,,spam,0.9,2024-01-01")
    keep = tmp_path / "o.csv"
    keep.write_text(f"match,value,fate\nid,{document_id('블로그', '글 0').hex()},keep\n", encoding="utf-8")
    found, _ = decide(tmp_path, verdicts=(table,), overrides=str(keep))
    assert (found["글 0"]["fate"], found["글 0"]["all_reasons"]) == ("kept", ["verdict.spam"])
    assert found["글 1"]["reason"] == "verdict.spam"


def test_one_pass_and_rounds_on_spark_decide_alike(tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table = csv_file(tmp_path / "v.csv", "하루,글-0000,,spam,0.9,2024-01-01", "daily,글-0001,,adult,0.2,2024-01-01")
    asked = replace(test_select.config(), select=replace(Config(inputs=()).select, verdicts=(table,)))
    seen = []
    for name, whole in (("whole", 300_000), ("rounds", 0)):
        monkeypatch.setattr("jobs.spark.selection.WHOLE", whole)
        run = tmp_path / name
        result = test_select.decided(run, spark, asked, test_select.inputs(run, test_select.ROWS, 3))
        seen.append((test_select.files(run), result.details["verdicts"]))
        assert result.details["verdict_rows"] == {"rows": 2, "unmatched": 0}
    assert seen[0] == seen[1]
    assert seen[0][1] == {
        "daily": {"adult": cells(neither=1)},
        "하루": {"spam": cells(service_alone=1)},
    }


def test_a_late_verdict_changes_the_fingerprint_of_select_and_of_nothing_before(tmp_path: Path) -> None:
    table = csv_file(tmp_path / "v.csv", "블로그,글 0,,spam,0.9,2024-01-01")
    run = tmp_path / "run"
    inputs = {item.stage: item for item in test_select.inputs(run, documents())}
    asked = replace(test_select.config(), select=replace(Config(inputs=()).select, verdicts=(table,)))
    pipeline = Pipeline(asked, str(run), Progress(live=False))
    from jobs.pipeline import BY_NAME

    before = {name: pipeline.facts(BY_NAME[name], inputs) for name in ("annotate", "dedup", "select")}
    csv_file(tmp_path / "v.csv", "블로그,글 0,,spam,0.1,2024-02-01")
    after = {name: pipeline.facts(BY_NAME[name], inputs) for name in ("annotate", "dedup", "select")}
    assert [name for name in before if before[name] != after[name]] == ["select"]
