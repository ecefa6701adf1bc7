"""select on real Spark: one decision per document, by content alone, whatever the layout."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.errors import ConfigError, GateError
from corpus.ledger import DECISION, DROPPED, KEPT, check_conservation
from corpus.manifest import Manifest
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import read_table
from filters.catalog import FilterConfig, thresholds
from filters.dedup.config import LossConfig
from filters.dedup.rank import ranks
from filters.quality.length import LengthThresholds
from jobs.config import Config, SelectConfig
from jobs.spark import selection
from jobs.stage import StageResult
from jobs.tasks import decide
from tests import chain
from tests.jobs import laid_out
from tests.oracles import dedup as oracle

KINDS = ("blog", "news", "others")


def copy(row: dict[str, Any], key: str, text: str, **more: Any) -> dict[str, Any]:
    return laid_out.document(row["source"], row["kind"], key, text, **more)


def corpus() -> list[dict[str, Any]]:
    """Originals of two sources with copies of every sort, and documents that a rule or a right stops."""
    sources = ("하루", "daily")
    base = [laid_out.document(sources[n % 2], KINDS[n % 3], f"글-{n:04d}", chain.text(n, 9 + n % 5)) for n in range(60)]
    rows = list(base)
    for n, row in enumerate(base[:24]):
        words = row["text"].split(" ")
        if n % 4 == 0:
            rows.append(copy(row, f"같은 글 {n}", row["text"]))
        if n % 4 == 1:
            rows.append(copy(row, f"띄어쓰기 {n}", row["text"].replace(" ", "  ")))
        if n % 4 == 2:
            rows.append(copy(row, f"문장부호 {n}", row["text"].replace(".", "!")))
        if n % 4 == 3:
            changed = [*words[: len(words) // 2], f"고친낱말{n}", *words[len(words) // 2 + 1 :]]
            rows.append(copy(row, f"고친 글 {n}", " ".join(changed)))
    rows.append(laid_out.document("하루", "blog", "짧은 글", "네, 좋아요."))
    rows.append(laid_out.document("하루", "blog", "영어", "This page is written in English only. " * 12))
    for name, rights in (
        ("허락 없음", {"allowed": False, "basis": "own", "evidence": None}),
        ("모름", {"allowed": None, "basis": None, "evidence": None}),
    ):
        rows.append(laid_out.document("daily", "news", name, chain.text(500 + len(name), 12), rights=rights))
    rows.append(laid_out.document("daily", "news", "검색 금지", chain.text(777, 12), signals={"search_allowed": False}))
    rows.append(
        laid_out.document("daily", "news", "둘 다", "짧다", rights={"allowed": False, "basis": None, "evidence": None})
    )
    return rows


ROWS = corpus()
LIMIT = sorted(len("".join(row["text"].split())) for row in ROWS)[len(ROWS) // 2]
ID = {row["key"]: row["id"] for row in ROWS}


def config(**changes: Any) -> Config:
    own = InputConfig(name="시험", uri="/", rights=RightsBasis(basis="own"), class_="permitted")
    return replace(Config(inputs=(own,)), **changes)


def inputs(run: Path, rows: list[dict[str, Any]], files: int = 1, backwards: bool = False) -> list[Manifest]:
    ingest = laid_out.ingested(run, rows, files, backwards)
    return [ingest, laid_out.annotated(run, ingest), laid_out.deduplicated(run, ingest, rows)]


def decided(run: Path, spark: Any, configuration: Config | None = None, before: list[Manifest] | None = None) -> Any:
    before = before if before is not None else inputs(run, ROWS)
    result = selection.run(laid_out.context("select", configuration or config(), run, before, spark))
    check_conservation("select", before[0].census, result.census)
    return result


def decisions(run: Path) -> dict[bytes, dict[str, Any]]:
    tables = [read_table(str(path)) for path in sorted((run / "decisions").glob("*.parquet"))]
    return {row["id"]: row for row in pa.concat_tables(tables).to_pylist()}


def files(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((run / "decisions").iterdir())}


Selected = tuple[Path, StageResult, list[Manifest]]


@pytest.fixture(scope="module")
def selected(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Selected:
    run = tmp_path_factory.mktemp("select")
    before = inputs(run, ROWS)
    return run, decided(run, spark, before=before), before


def test_every_document_has_one_decision_in_order_of_id(selected: Selected) -> None:
    run, result, _ = selected
    table = read_table(str(run / "decisions" / "part-00000.parquet"))
    assert table.schema.names == DECISION.names
    assert table.schema.metadata == DECISION.metadata
    assert table.column("id").to_pylist() == sorted(row["id"] for row in ROWS)
    assert [part.name for part in result.parts] == ["decisions/part-00000.parquet"]


def test_a_rule_names_the_score_and_the_threshold_that_decided(selected: Selected) -> None:
    row = decisions(selected[0])[ID["짧은 글"]]
    assert (row["fate"], row["stage"], row["reason"]) == (DROPPED, "annotate", "length.too_short")
    assert row["value"] == len("네,좋아요.") < row["threshold"]
    assert row["rule_version"] >= 1
    assert row["all_reasons"][0] == "length.too_short"
    assert (row["kept_id"], row["cluster_size"]) == (None, None)
    english = decisions(selected[0])[ID["영어"]]
    assert english["reason"] in english["all_reasons"]
    assert english["fate"] == DROPPED


def test_rights_come_before_every_rule_and_all_failing_rules_are_kept(selected: Selected) -> None:
    rows = decisions(selected[0])
    for key in ("허락 없음", "모름"):
        assert (rows[ID[key]]["fate"], rows[ID[key]]["stage"]) == (DROPPED, "select")
        assert rows[ID[key]]["reason"] == "rights.not_allowed"
        assert rows[ID[key]]["all_reasons"] == ["rights.not_allowed"]
        assert (rows[ID[key]]["value"], rows[ID[key]]["threshold"]) == (None, None)
    assert rows[ID["검색 금지"]]["reason"] == "rights.not_searchable"
    assert rows[ID["둘 다"]]["reason"] == "rights.not_allowed"
    assert rows[ID["둘 다"]]["all_reasons"][:2] == ["rights.not_allowed", "length.too_short"]


def test_the_election_equals_its_plain_definition(selected: Selected) -> None:
    run, _, _ = selected
    rows = decisions(run)
    signed = read_table(str(run / "signatures" / "part-00000.parquet"))
    classes = dict(zip(signed.column("id").to_pylist(), signed.column("squeezed").to_pylist(), strict=True))
    packed = ranks(signed.combine_chunks(), {})
    rank = dict(zip(signed.column("id").to_pylist(), (bytes(item) for item in packed), strict=True))
    pairs = [
        (pair["a"], pair["b"], pair["how"]) for pair in read_table(str(run / "pairs/part-00000.parquet")).to_pylist()
    ]
    eligible = [key for key, row in rows.items() if row["fate"] == KEPT or row["stage"] == "dedup"]
    expected = oracle.elect(classes, rank, eligible, pairs)
    named = Counter(kept for fate, kept in expected.values() if fate != "kept")
    assert Counter(fate for fate, _ in expected.values()) == {"kept": 60, "dedup.exact": 18, "dedup.near": 6}
    for key, (fate, kept) in expected.items():
        row = rows[key]
        if fate == "kept":
            assert (row["fate"], row["stage"], row["reason"], row["all_reasons"]) == (KEPT, "select", None, [])
            assert (row["kept_id"], row["cluster_size"]) == (None, 1 + named[key])
        else:
            assert (row["fate"], row["stage"], row["reason"], row["all_reasons"]) == (DROPPED, "dedup", fate, [fate])
            assert (row["kept_id"], row["cluster_size"]) == (kept, None)
            assert row["threshold"] == (0.8 if fate == "dedup.near" else None)
            assert row["value"] >= (0.8 if fate == "dedup.near" else 1.0)


def test_details_count_reasons_and_what_duplicates_took_of_each_source(selected: Selected) -> None:
    run, result, _ = selected
    rows = decisions(run)
    counts = Counter(row["reason"] or "kept" for row in rows.values())
    assert {reason: value["documents"] for reason, value in result.details["reasons"].items()} == counts
    text = {row["id"]: len(row["text"].encode()) for row in ROWS}
    for reason, value in result.details["reasons"].items():
        assert value["bytes"] == sum(text[key] for key, row in rows.items() if (row["reason"] or "kept") == reason)
    for source, losses in result.details["duplicates"].items():
        mine = [row for row in rows.values() if row["source"] == source]
        assert losses["dedup.near"] == sum(row["reason"] == "dedup.near" for row in mine)
        assert losses["eligible"] == sum(row["fate"] == KEPT or row["stage"] == "dedup" for row in mine)
        assert (losses["limit"], losses["alarm"]) == (0.5, False)


def test_a_source_that_loses_more_than_its_share_is_said_in_the_manifest_and_decides_nothing(
    selected: Selected, tmp_path: Path, spark: Any
) -> None:
    limits = LossConfig(share=0.01, sources={"daily": 0.9})
    strict = config(select=SelectConfig(losses=limits))
    result = selection.run(laid_out.context("select", strict, tmp_path, inputs(tmp_path, ROWS), spark))
    losses = result.details["duplicates"]
    assert {source: (row["limit"], row["alarm"]) for source, row in losses.items()} == {
        "하루": (0.01, True),
        "daily": (0.9, False),
    }
    assert result.digests == selected[1].digests


def test_a_limit_that_is_no_share_stops_before_anything_is_read(tmp_path: Path) -> None:
    faulty = config(select=SelectConfig(losses=LossConfig(share=2.0)))
    with pytest.raises(ConfigError, match=r"select\.losses\.share: 2\.0 is not between 0 and 1"):
        selection.run(laid_out.context("select", faulty, tmp_path, [], None))


@pytest.mark.parametrize(("count", "backwards", "parts"), [(7, False, 1), (7, True, 5)])
def test_decisions_are_the_same_bytes_for_any_layout(
    tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch, count: int, backwards: bool, parts: int
) -> None:
    monkeypatch.setattr(decide, "ROWS_PER_PART", -(-len(ROWS) // parts))
    one, other = tmp_path / "one", tmp_path / "other"
    result = decided(one, spark)
    second = decided(other, spark, before=inputs(other, ROWS, count, backwards))
    assert len(files(one)) == parts
    assert files(other) == files(one)
    assert (second.digests, second.census, second.details) == (result.digests, result.census, result.details)


def test_a_changed_threshold_changes_the_fate_of_nothing_else(selected: Selected, tmp_path: Path, spark: Any) -> None:
    run, result, _ = selected
    longer = config(filters=FilterConfig(length=LengthThresholds(minimum_characters=LIMIT)))
    changed = decided(tmp_path, spark, longer)
    before, after = decisions(run), decisions(tmp_path)
    # Kinds with a built-in value of their own keep it.
    limits = {row["kind"]: thresholds(longer.filters, row["kind"], None)["length"].minimum_characters for row in ROWS}
    short = {row["id"] for row in ROWS if len("".join(row["text"].split())) < limits[row["kind"]]}
    assert LIMIT in limits.values()
    for key in before:
        assert ("length.too_short" in after[key]["all_reasons"]) == (key in short)
        if key not in short and before[key]["reason"] not in ("dedup.near", "dedup.exact"):
            assert before[key]["fate"] == after[key]["fate"]
    assert 0 < sum(row["fate"] == KEPT for row in after.values()) < sum(row["fate"] == KEPT for row in before.values())
    assert changed.digests["kept"] != result.digests["kept"]


def test_a_twin_is_elected_when_the_best_copy_fails_a_rule(tmp_path: Path, spark: Any) -> None:
    text = chain.text(1, 12)
    best = laid_out.document("하루", "blog", "원본", text + " 덧붙임", rights={"allowed": False})
    twin = laid_out.document("하루", "blog", "사본", text)
    decided(tmp_path, spark, before=inputs(tmp_path, [best, twin]))
    assert decisions(tmp_path)[twin["id"]]["fate"] == KEPT


def test_the_kept_digest_stays_when_only_reasons_change(selected: Selected, tmp_path: Path, spark: Any) -> None:
    _, result, _ = selected
    # The short document fails by another threshold; what is kept is the same.
    other = config(filters=FilterConfig(length=LengthThresholds(minimum_characters=10)))
    changed = decided(tmp_path, spark, other)
    assert changed.digests["kept"] == result.digests["kept"]
    assert changed.digests["content"] != result.digests["content"]


def overrides(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "overrides.csv"
    path.write_text(text, encoding="utf-8")
    return config(select=SelectConfig(overrides=str(path)))


def test_overrides_win_over_rules_but_give_no_permission(tmp_path: Path, spark: Any) -> None:
    table = "match,value,fate,who,why\n" + "".join(
        f"{line}\n"
        for line in (
            f"id,{ID['짧은 글'].hex()},keep,김편집,짧아도 좋은 글",
            f"id,{ID['글-0001'].hex()},drop,김편집,삭제 요청",
            f"id,{ID['허락 없음'].hex()},keep,김편집,허락은 없다",
        )
    )
    result = decided(tmp_path, spark, overrides(tmp_path, table))
    rows = decisions(tmp_path)
    assert rows[ID["짧은 글"]]["fate"] == KEPT
    assert rows[ID["짧은 글"]]["all_reasons"][0] == "length.too_short"
    assert (rows[ID["글-0001"]]["reason"], rows[ID["글-0001"]]["stage"]) == ("override.drop", "select")
    assert rows[ID["허락 없음"]]["reason"] == "rights.not_allowed"
    # The copy of the dropped document is elected in its place.
    assert rows[ID["띄어쓰기 1"]]["fate"] == KEPT
    assert result.census.total(reason="override.drop").documents == 1


def test_the_narrowest_override_stands(tmp_path: Path, spark: Any) -> None:
    table = (
        "match,value,fate\n"
        "source,daily,drop\n"
        "host,daily.example.kr,keep\n"
        f"id,{ID['글-0003'].hex()},drop\n"
        "host,example.kr,drop\n"
    )
    decided(tmp_path, spark, overrides(tmp_path, table))
    rows = decisions(tmp_path)
    assert rows[ID["글-0003"]]["reason"] == "override.drop"
    assert rows[ID["글-0031"]]["fate"] == KEPT  # its host is kept though its source is dropped


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("match,value,fate\nid,zz,drop\n", "row 1: 'zz' is not an id of 32 hexadecimal digits"),
        ("match,value,fate\nsource,하루,erase\n", "row 1: fate 'erase' is neither keep nor drop"),
        ("match,value,fate\narea,하루,drop\n", "row 1: match 'area' is none of id, host, source"),
        ("match,value,fate\nsource,,drop\n", "row 1: value is empty"),
        ("match,value,fate\nsource,하루,drop\nsource,하루,keep\n", "row 2: source '하루' is named twice"),
        ("match,value,fate,until\nsource,하루,drop,2027-01-01\n", "row 1: an entry that expires needs the date"),
        ("match,value\nsource,하루\n", "no column fate"),
        ("match,value,fate,사유\nsource,하루,drop,x\n", "unknown columns 사유"),
        ("match,value,fate\nsource,하루,drop,x\n", "row 1: has more values than the header has columns"),
    ],
)
def test_a_faulty_overrides_table_stops_before_anything_is_decided(
    selected: Selected, tmp_path: Path, spark: Any, table: str, message: str
) -> None:
    run, _, before = selected
    with pytest.raises(ConfigError) as caught:
        selection.run(laid_out.context("select", overrides(tmp_path, table), run, before, spark))
    assert message in str(caught.value)


def test_tables_of_other_documents_are_an_error(tmp_path: Path, spark: Any) -> None:
    before = inputs(tmp_path, ROWS[:10])
    laid_out.annotated(tmp_path, laid_out.ingested(tmp_path, ROWS[:10], backwards=True))
    laid_out.ingested(tmp_path, ROWS[:10])
    with pytest.raises(GateError, match="does not hold the documents of this name in their order"):
        decided(tmp_path, spark, before=before)


def test_rounds_on_spark_write_the_bytes_that_one_task_writes(
    tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "ROWS_PER_PART", -(-len(ROWS) // 5))
    result = decided(tmp_path / "whole", spark)
    monkeypatch.setattr(selection, "WHOLE", 0)
    other = decided(tmp_path / "rounds", spark, before=inputs(tmp_path / "rounds", ROWS, 3, True))
    assert files(tmp_path / "rounds") == files(tmp_path / "whole")
    assert (other.digests, other.census, other.details) == (result.digests, result.census, result.details)
