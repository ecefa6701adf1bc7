"""Areas and quantiles decide by content alone, in their place in the order, and never without their column."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.areas import AreasConfig, classes_of, unused
from corpus.errors import ConfigError
from corpus.table import read_table
from filters.catalog import FilterConfig
from filters.rule import quantised
from jobs.config import SelectConfig
from jobs.load import from_json
from jobs.tasks import quantiles
from jobs.tasks.decide import DecideTask, SelectTask, select_whole
from jobs.tasks.quantiles import HistogramTask, QualityConfig
from tests import chain
from tests.jobs import laid_out, test_select
from tests.oracles import selection as oracle

SCORE = "symbols.symbols"
NAMES = st.text("가나/*.요리ab", max_size=7)


# ------------------------------------------------------------------ areas


@given(
    st.dictionaries(NAMES, st.sampled_from(["core", "normal", "excluded"]), max_size=6),
    st.lists(st.one_of(st.none(), NAMES), max_size=6),
)
def test_classes_follow_their_plain_definition(classes: dict[str, Any], areas: list[str | None]) -> None:
    config = AreasConfig(classes=classes, default="core")
    assert classes_of(config, areas) == [oracle.area_class(classes, "core", area) for area in areas]


def test_a_name_wins_over_patterns_and_of_those_the_longest() -> None:
    classes: dict[str, Any] = {
        "블로그/*": "core",
        "블로그/요리*": "normal",
        "블로그/요리 광고": "excluded",
        "*/광고": "excluded",
    }
    names = ["블로그/여행", "블로그/요리", "블로그/요리 광고", "카페/광고", "카페/요리", None]
    told = ["core", "normal", "excluded", "excluded", "normal", "normal"]
    assert classes_of(AreasConfig(classes=classes), names) == told
    assert classes_of(AreasConfig(classes=dict(reversed(classes.items()))), names) == told


def test_of_equally_long_patterns_the_stricter_decides() -> None:
    classes: dict[str, Any] = {"*가나": "core", "가나*": "excluded"}
    assert classes_of(AreasConfig(classes=classes), ["가나가나"]) == ["excluded"]


def test_brackets_and_question_marks_of_board_names_are_no_pattern() -> None:
    classes: dict[str, Any] = {"카페/[공지]*": "excluded", "카페/뭐지?": "core"}
    assert classes_of(AreasConfig(classes=classes), ["카페/[공지] 필독", "카페/공", "카페/뭐지?", "카페/뭐지!"]) == [
        *("excluded", "normal", "core", "normal")
    ]


def test_decomposed_names_are_the_same_names() -> None:
    name = "카페/자유게시판"
    decomposed = unicodedata.normalize("NFD", name)
    assert classes_of(AreasConfig(classes={name: "core"}), [decomposed]) == ["core"]
    assert classes_of(AreasConfig(classes={decomposed + "*": "core"}), [name]) == ["core"]


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    config = AreasConfig(classes={"*가" * 200 + "나": "core"})
    assert classes_of(config, ["가" * 20_000]) == ["normal"]


def test_names_of_the_configuration_that_name_nothing_are_told() -> None:
    config = AreasConfig(classes={"블로그/요리": "core", "블로그/욜리": "core", "카페/*": "normal", "*리": "core"})
    assert unused(config, ["블로그/요리"]) == ["블로그/욜리", "카페/*"]


# ------------------------------------------------------------------ cuts


def table(groups: Sequence[tuple[str | None, str | None]], scores: Sequence[float | None]) -> pa.Table:
    return pa.table(
        {
            "source": pa.array([source for source, _ in groups], pa.string()),
            "kind": pa.array([kind for _, kind in groups], pa.string()),
            SCORE: pa.array(scores, pa.float32()),
        }
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from([("하루", "blog"), ("하루", "댓글"), ("daily", "blog"), (None, None)]),
        st.one_of(st.none(), st.integers(0, 40).map(lambda n: n / 8), st.floats(0, 1, width=32)),
    ),
    max_size=80,
)


@given(ROWS, st.sampled_from(["0.0", "0.05", "0.1", "0.29", "0.5", "0.7", "0.99"]), st.integers(1, 5))
def test_cuts_equal_sorted_lists_for_any_partitioning(rows: list[Any], quantile: str, files: int) -> None:
    groups = [group for group, _ in rows]
    scores = [None if score is None else float(quantised(np.array([score]))[0]) for _, score in rows]
    parts = []
    for number in range(files):
        found: quantiles.Histograms = {}
        for batch in table(groups[number::files], scores[number::files]).to_batches():
            quantiles.add(found, batch, SCORE)
        told = [[*group, list(counts), list(counts.values())] for group, counts in quantiles.ordered(found)]
        parts.append({"histograms": told})
    quality = QualityConfig(score=SCORE, quantile=float(quantile), kinds={"댓글": 0.5}, sources={"daily": 0.25})
    areas = AreasConfig(quantile=0.4)
    known = quantiles.cuts(quantiles.merged(parts), quality, areas)
    assert known == quantiles.cuts(quantiles.merged(reversed(parts)), quality, areas)
    expected = {
        group: [score for own, score in zip(groups, scores, strict=True) if own == group and score is not None]
        for group in set(groups)
    }
    assert {(item.source, item.kind): item.documents for item in known} == {k: len(v) for k, v in expected.items()}
    for item in known:
        own = "0.25" if item.source == "daily" else "0.5" if item.kind == "댓글" else quantile
        values = expected[item.source, item.kind]
        for told_cut, wanted in ((item.quality, own), (item.area, "0.4")):
            plain = oracle.cut(values, wanted)
            assert told_cut == (None if plain is None else plain * 4096)
            if plain is not None:
                assert sum(value < plain for value in values) <= float(wanted) * len(values)
    whole = table(groups, scores)
    codes, cut, _ = quantiles.limits(whole, known, SCORE)
    below = [
        score is not None
        and (item := next(k for k in known if (k.source, k.kind) == group)).quality is not None
        and score * 4096 < item.quality
        for group, score in zip(groups, scores, strict=True)
    ]
    assert (codes < cut).tolist() == below


def test_a_decimal_quantile_is_taken_at_its_word() -> None:
    assert int(0.29 * 100) == 28  # what floats make of it
    assert quantiles.cut(dict.fromkeys(range(100), 1), 0.29) == 29


def test_documents_of_the_cuts_own_score_stay() -> None:
    assert quantiles.cut({0: 3, 5: 90, 9: 7}, 0.5) == 5  # 3 of 100 go, not 50
    assert quantiles.cut({7: 100}, 0.9) == 7
    assert quantiles.cut({7: 9}, 0.1) is None  # a tenth of nine is none


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ({"quality": {"quantile": 1.0}}, "select.quality.quantile: 1.0 is no quantile"),
        ({"quality": {"kinds": {"blog": -0.1}}}, "select.quality.kinds.blog: -0.1 is no quantile"),
        ({"areas": {"quantile": 2.0}}, "select.areas.quantile: 2.0 is no quantile"),
        (
            {"quality": {"score": "symbols.symbol", "quantile": 0.1}},
            "select.quality.score: no rule gives the score 'symbols.symbol'. Did you mean 'symbols.symbols'?",
        ),
        ({"areas": {"classes": {"블로그": "best"}}}, "select.areas.classes.블로그"),
    ],
)
def test_a_faulty_section_is_named(select: dict[str, Any], message: str) -> None:
    own = {"name": "시험", "uri": "/", "rights": {"basis": "own"}, "class": "permitted"}
    with pytest.raises(ConfigError) as caught:
        from_json({"inputs": [own], "select": select})
    assert message in str(caught.value)


def test_a_score_that_no_rule_gives_is_no_fault_while_nothing_is_asked() -> None:
    quantiles.check_config(QualityConfig(score="no.such"), AreasConfig(classes={"블로그/*": "excluded"}))


# ------------------------------------------------------------------ decisions


AREAS = ("하루/요리", "하루/광고", "daily/여행", None)
CLASSES: Any = {"하루/광고": "excluded", "daily/*": "core"}


def documents() -> list[dict[str, Any]]:
    rows = [
        laid_out.document(
            ("하루", "daily")[n % 2],
            ("blog", "news")[n // 2 % 2],
            f"글-{n:03d}",
            chain.text(n, 6 + n % 7),
            area=AREAS[n % 4],
        )
        for n in range(72)
    ]
    rows.append(laid_out.document("하루", "blog", "짧은 광고", "네, 좋아요.", area="하루/광고"))
    rows.append(laid_out.document("하루", "blog", "같은 글", rows[0]["text"], area="하루/요리"))
    rows.append(
        laid_out.document("하루", "blog", "허락 없음", chain.text(99, 9), area="하루/광고", rights={"allowed": False})
    )
    return rows


DOCUMENTS = documents()
ID = {row["key"]: row["id"] for row in DOCUMENTS}


def decided(run: Path, files: int, quality: QualityConfig, areas: AreasConfig, **more: Any) -> dict[bytes, Any]:
    """Decisions of a whole run, cut and decided as the stage does, without Spark."""
    before = test_select.inputs(run, DOCUMENTS, files, backwards=files > 1)
    names = tuple(part.name for part in before[1].files("attributes"))
    cuts: tuple[quantiles.Cut, ...] = ()
    if quantiles.asked(quality, areas):
        answers = [quantiles.counted(HistogramTask(str(run), (name,), quality.score)) for name in names]
        cuts = quantiles.cuts(quantiles.merged(answers), quality, areas)
    tasks = tuple(
        DecideTask(str(run), name.split("/")[1], FilterConfig(), areas=areas, quality=quality, cuts=cuts, **more)
        for name in names
    )
    select_whole(SelectTask(str(run), tasks, tuple(part.name for part in before[2].files("pairs")), 0.8, 1))
    return {row["id"]: row for row in read_table(str(run / "decisions" / "part-00000.parquet")).to_pylist()}


QUALITY = QualityConfig(score=SCORE, quantile=0.2, kinds={"news": 0.35}, sources={"daily": 0.0})


@pytest.mark.parametrize("files", [1, 5])
def test_decisions_equal_a_plain_reading_of_the_rules(tmp_path: Path, files: int) -> None:
    areas = AreasConfig(classes=CLASSES, quantile=0.5)
    plain = decided(tmp_path / "plain", 1, QualityConfig(), AreasConfig())
    found = decided(tmp_path / "asked", files, QUALITY, areas)
    scored = {
        row["id"]: row
        for name in (tmp_path / "plain" / "attributes").iterdir()
        for row in read_table(str(name)).to_pylist()
    }
    seen: Counter[str] = Counter()
    for row in DOCUMENTS:
        same = [scored[r["id"]][SCORE] for r in DOCUMENTS if (r["source"], r["kind"]) == (row["source"], row["kind"])]
        value = scored[row["id"]][SCORE]
        own = "0.0" if row["source"] == "daily" else "0.35" if row["kind"] == "news" else "0.2"
        quality, area = oracle.cut(same, own), oracle.cut(same, "0.5")
        chosen = oracle.area_class(CLASSES, "normal", row["area"])
        rights = ["rights.not_allowed"] if row["key"] == "허락 없음" else []
        rules = [name for name in plain[row["id"]]["all_reasons"] if not name.startswith(("dedup.", "rights."))]
        reasons = [
            *rights,
            *(["area.excluded"] if chosen == "excluded" else []),
            *(["area.below_quantile"] if chosen == "normal" and area is not None and value < area else []),
            *rules,
            *(["quality.below_quantile"] if quality is not None and value < quality else []),
        ]
        told = found[row["id"]]
        if not reasons:
            assert told["reason"] in (None, "dedup.exact"), row["key"]
            continue
        assert told["all_reasons"] == reasons
        assert (told["fate"], told["reason"]) == ("dropped", reasons[0])
        if reasons[0] in ("area.below_quantile", "quality.below_quantile"):
            limit = area if reasons[0].startswith("area") else quality
            assert (told["value"], told["threshold"], told["stage"]) == (value, limit, "select")
            assert told["rule_version"] == 1
        if reasons[0] in ("area.excluded", "rights.not_allowed"):
            assert (told["value"], told["threshold"]) == (None, None)
        seen[reasons[0]] += 1
    assert seen["area.excluded"] == 19 and seen["rights.not_allowed"] == 1
    assert min(seen["area.below_quantile"], seen["quality.below_quantile"]) >= 1


def test_nothing_asked_changes_nothing(tmp_path: Path) -> None:
    one = decided(tmp_path / "one", 1, QualityConfig(), AreasConfig())
    other = decided(tmp_path / "other", 3, QualityConfig(score="no.such"), AreasConfig(classes={"*": "core"}))
    assert one == other


def test_a_person_wins_over_areas_and_quantiles(tmp_path: Path) -> None:
    keep = tmp_path / "o.csv"
    keep.write_text(
        f"match,value,fate\nid,{ID['글-001'].hex()},keep\nid,{ID['글-005'].hex()},keep\nid,{ID['허락 없음'].hex()},keep\n",
        encoding="utf-8",
    )
    areas = AreasConfig(default="excluded")
    found = decided(tmp_path, 1, replace(QUALITY, quantile=0.9), areas, overrides=str(keep))
    assert {row["fate"] for key, row in found.items() if key not in (ID["글-001"], ID["글-005"])} == {"dropped"}
    assert (found[ID["글-001"]]["fate"], found[ID["글-001"]]["all_reasons"]) == ("kept", ["area.excluded"])
    assert found[ID["허락 없음"]]["reason"] == "rights.not_allowed"


def test_attributes_without_the_score_stop_the_stage(tmp_path: Path) -> None:
    laid_out.annotated(tmp_path, laid_out.ingested(tmp_path, DOCUMENTS[:4]))
    path = tmp_path / "attributes" / "part-00000.parquet"
    pq.write_table(pq.read_table(path).drop_columns([SCORE]), path)
    with pytest.raises(ConfigError, match="select.quality.score: the attributes have no column 'symbols.symbols'"):
        quantiles.counted(HistogramTask(str(tmp_path), ("attributes/part-00000.parquet",), SCORE))


def test_one_pass_and_rounds_on_spark_cut_alike(tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    select = SelectConfig(quality=QUALITY, areas=AreasConfig(classes={"daily": "excluded"}, quantile=0.3))
    asked = replace(test_select.config(), select=select)
    seen = []
    for name, whole, files in (("whole", 300_000, 1), ("rounds", 0, 3)):
        monkeypatch.setattr("jobs.spark.selection.WHOLE", whole)
        run = tmp_path / name
        result = test_select.decided(run, spark, asked, test_select.inputs(run, test_select.ROWS, files))
        seen.append((test_select.files(run), result.details, result.digests))
    assert seen[0] == seen[1]
    told = seen[0][1]["quantiles"]
    assert told["score"] == SCORE
    assert [row["quality"] for row in told["cuts"] if row["source"] == "daily"] == [None] * 3
    assert all(row["quality"] is not None for row in told["cuts"] if row["source"] == "하루")
    assert seen[0][1]["reasons"]["area.excluded"]["documents"] > 20
