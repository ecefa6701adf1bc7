"""Areas are proposed as people would from the same table, and the proposal can be pasted into a configuration."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from corpus import manifest as manifests
from corpus.ledger import STAGE_REASONS
from filters.catalog import REASONS
from jobs import load
from jobs.cli import main
from jobs.commands.closing import read_manifests
from jobs.commands.study_areas import _bits, collect, snippet, table
from jobs.tasks.area_study import BARRED, Area, AreaLimits, Rows, areas, concern, encode, ranks
from tests.jobs.small_run import CONFIG, build

LIMITS = AreaLimits()


def rows(groups: Sequence[tuple[str, str, Sequence[dict[str, Any]]]]) -> Rows:
    """(area, kind, documents) with quality in steps, concerns, kept, likes, adopted."""
    flat = [(area, kind, document) for area, kind, documents in groups for document in documents]
    names: tuple[dict[str, int], ...] = ({}, {})
    area, kind = (encode(known, [row[n] for row in flat]) for n, known in enumerate(names))
    documents = [row[2] for row in flat]

    def pair(name: str) -> tuple[Any, Any]:
        known = np.array([name in row for row in documents], bool)
        return np.array([float(row.get(name, 0)) for row in documents]), known

    extra = {name: pair(name) for name in ("likes", "adopted")}
    held = {name: found for name, found in extra.items() if found[1].any()}
    return Rows(
        areas=list(names[0]),
        sources=["하루"],
        kinds=list(names[1]),
        area=area,
        source=np.zeros(len(flat), np.int64),
        kind=kind,
        steps=np.array([row.get("quality", 0) for row in documents], np.int64),
        scored=np.array(["quality" in row for row in documents], bool),
        kept=np.array([row.get("kept", True) for row in documents], bool),
        concerns=np.array([row.get("concerns", 0) for row in documents], np.uint8),
        marks={name: found for name, found in held.items() if name == "adopted"},
        measures={name: found for name, found in held.items() if name == "likes"},
    )


def proposed(found: list[Area]) -> dict[str, str]:
    return {area.area: area.proposal for area in found}


def test_the_best_areas_are_core_and_spam_and_harm_go() -> None:
    good = [{"quality": 3000 + n} for n in range(60)]
    plain = [{"quality": 2000 + n} for n in range(120)]
    bad = [{"quality": 1000 + n} for n in range(60)]
    groups = [
        ("하루/요리", "blog", good),
        ("하루/일상", "blog", plain),
        ("하루/광고", "blog", [row | {"concerns": 1, "kept": False} for row in bad]),
        ("하루/욕설", "blog", [row | {"concerns": 2 * (n % 3 == 0)} for n, row in enumerate(good)]),
        ("하루/영어", "blog", [row | {"kept": False} for row in good]),
        ("하루/베낌", "blog", [row | {"kept": False, "concerns": 4} for row in good]),
        ("하루/새 글", "blog", good[:19]),
    ]
    found = areas(rows(groups), LIMITS, True)
    assert proposed(found) == {
        "하루/요리": "core",
        "하루/일상": "normal",
        "하루/광고": "excluded",
        "하루/욕설": "excluded",
        "하루/영어": "excluded",
        "하루/베낌": "normal",
        "하루/새 글": "normal",
    }
    told = {area.area: area for area in found}
    assert told["하루/새 글"].because == ("문서 적음 few documents",)
    assert told["하루/베낌"].because == ("겹침 duplicates 1.00",)
    assert (told["하루/광고"].spam, told["하루/욕설"].harm, told["하루/베낌"].duplicates) == (60, 20, 60)
    assert found[0].area == "하루/일상"
    order = areas(rows(list(reversed(groups))), LIMITS, True)
    assert order == found


def test_an_area_that_is_excluded_is_judged_by_what_else_speaks_against_its_documents() -> None:
    lists = pa.array([["area.excluded"], ["area.excluded", "spam.model"], ["area.below_quantile"], [], None])
    assert _bits(lists).tolist() == [BARRED, 1, BARRED, 0, 0]
    barred = [{"kept": False, "concerns": BARRED, "quality": 5}] * 30
    found = areas(rows([("판", "blog", barred), ("뜰", "blog", [{"quality": 5}] * 30)]), LIMITS, True)
    assert proposed(found)["판"] == proposed(found)["뜰"] != "excluded"
    assert {area.area: area.kept for area in found} == {"판": 0, "뜰": 30}


def test_a_small_area_is_not_judged_by_chance() -> None:
    lucky = [{"quality": 9}] * 13 + [{"quality": 1}] * 7  # two thirds above the middle, of twenty
    found = areas(
        rows([("가", "blog", lucky), ("나", "blog", [{"quality": n % 10} for n in range(400)])]), LIMITS, True
    )
    assert proposed(found)["가"] == "normal"
    spam = [{"concerns": n < 12, "quality": 1} for n in range(20)]  # 60 %, its interval begins at 39 %
    assert proposed(areas(rows([("가", "blog", spam)]), LIMITS, True)) == {"가": "normal"}


def test_importance_counts_where_it_is_known() -> None:
    best = [{"quality": 100 + n} for n in range(80)]
    groups = [
        ("아는 곳", "kin", [row | {"likes": 50, "adopted": True} for row in best]),
        ("모르는 곳", "kin", [row | {"likes": 0, "adopted": False} for row in best]),
        ("그 밖", "kin", [{"quality": n, "likes": 5} for n in range(160)]),
    ]
    found = {area.area: area for area in areas(rows(groups), LIMITS, True)}
    assert {name: area.proposal for name, area in found.items()} == {
        "아는 곳": "core",
        "모르는 곳": "normal",
        "그 밖": "normal",
    }
    # 80 of 320 have the most likes, 80 the fewest: mean ranks of 280/320 and 40/320
    assert found["아는 곳"].measures["likes"] == 280 / 320
    assert found["아는 곳"].importance == (1.0 + 280 / 320) / 2
    assert found["그 밖"].marks["adopted"] is None


def test_without_a_quality_score_nothing_is_core() -> None:
    found = areas(rows([("가", "blog", [{}] * 50)]), LIMITS, False)
    assert (found[0].proposal, found[0].because) == ("normal", ("품질 점수 없음 no quality score",))
    assert (found[0].quality, found[0].rank, found[0].duplicates) == (None, None, None)


def test_ranks_are_shares_of_the_kind_and_equal_values_share_the_middle() -> None:
    kind = np.array([0, 0, 0, 0, 1])
    found = ranks(kind, np.array([5, 7, 7, 9, 1]), np.array([True, True, True, False, True]))
    assert found[:3].tolist() == [1 / 6, 4 / 6, 4 / 6]
    assert math.isnan(found[3]) and found[4] == 0.5


def test_reasons_have_their_concern() -> None:
    told = {reason: concern(reason) for reason in (*REASONS, "spam.contacts", "adult.offer", "profanity.rate")}
    assert {name: told[name] for name in ("spam.contacts", "verdict.spam", "verdict.promotion")} == dict.fromkeys(
        ("spam.contacts", "verdict.spam", "verdict.promotion"), 1
    )
    assert told["adult.offer"] == told["profanity.rate"] == told["verdict.adult"] == 2
    assert told["dedup.near"] == told["dedup.exact"] == 4
    quality = {"length.too_short", "quality.below_quantile", *(name for name in STAGE_REASONS if "rights" in name)}
    assert {told[name] for name in quality} == {0}


# ------------------------------------------------------------------ the command


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("areas") / "run"
    build(str(folder))
    return folder


def test_the_table_of_a_run_counts_what_its_decisions_say(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--set", "select.quality.score=symbols.symbols", "--set", "study.areas.core_quality=0.3"]
    assert main(["study", "areas", "--run", str(run), "--output", str(tmp_path), *asked]) == 0
    text = capsys.readouterr().out
    lines = [line.split("\t") for line in (tmp_path / "areas.tsv").read_text(encoding="utf-8").splitlines()]
    told = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    decisions = pq.read_table(run / "decisions").to_pylist()
    assert {row["area"] for row in told} == {"han-daily", "maeul-blog", "kin-answers", "baekgwa"}
    for row in told:
        own = [decision for decision in decisions if decision["source"] == row["area"]]  # areas of this run
        assert int(row["documents"]) == len(own)
        assert int(row["kept"]) == sum(decision["fate"] == "kept" for decision in own)
        twins = sum("dedup" in (decision["reason"] or "") for decision in own)
        assert (int(row["duplicates"]), row["spam"], row["harm"]) == (twins, "0", "0")
        assert float(row["quality_10"]) <= float(row["quality_50"]) <= float(row["quality_90"])
        assert f"{row['area']} " in text
    assert [int(row["documents"]) for row in told] == sorted((int(row["documents"]) for row in told), reverse=True)


def test_the_proposal_can_be_pasted(run: Path, tmp_path: Path) -> None:
    asked = ["--set", "select.quality.score=symbols.symbols", "--set", "study.areas.core_quality=0.3"]
    assert main(["study", "areas", "--run", str(run), "--output", str(tmp_path), *asked]) == 0
    tree = yaml.safe_load((tmp_path / "areas.yaml").read_text(encoding="utf-8"))
    classes = tree["select"]["areas"]["classes"]
    assert classes and set(classes.values()) == {"core"}
    assert load.from_json({**CONFIG, **tree}).select.areas.classes == classes


def test_without_decisions_the_rules_are_asked(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    (folder / "decisions" / "_manifest.json").unlink(missing_ok=True)
    Path(manifests.manifest_uri(str(folder), "select")).unlink(missing_ok=True)
    published = {name: m for name, m in read_manifests(str(folder)).items() if name in ("ingest", "annotate")}
    config = load.from_json(CONFIG)
    found = areas(collect(str(folder), published, config), LIMITS, False)
    decided = pq.read_table(run / "decisions").to_pylist()
    for area in found:
        own = [row for row in decided if row["source"] == area.area]
        assert area.kept == sum(row["fate"] == "kept" or row["reason"].startswith("dedup.") for row in own)
        assert area.duplicates is None  # dedup has not spoken


def test_links_to_a_record_are_read_where_the_input_counts_them(run: Path) -> None:
    published = read_manifests(str(run))
    config = load.from_json(CONFIG)
    known = replace(config, study=replace(config.study, areas=replace(LIMITS, in_links="note")))
    assert "in_links" not in collect(str(run), published, known).measures  # the field holds a word, no number
    assert "in_links" not in collect(str(run), published, config).measures


def test_names_from_outside_break_neither_table_nor_snippet() -> None:
    names = ['=cmd|"x"\t!A0', "블로그/[공지]: #1 \u2028\u202e", "카페/\n- core: x"]
    spam = [{"concerns": 1, "kept": False}] * 40
    found = areas(rows([(name, "blog", spam) for name in names]), LIMITS, True)
    assert set(yaml.safe_load(snippet(found))["select"]["areas"]["classes"]) == set(names)
    lines = table(found).splitlines()
    assert len(lines) == 4 and {line.count("\t") for line in lines} == {len(lines[0].split("\t")) - 1}
    assert not any(line.startswith(("=", "+", "-", "@")) for line in lines)


def test_a_run_without_attributes_is_an_input_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "areas", "--run", str(tmp_path), "--output", str(tmp_path)]) == 4
    assert "no attributes were published here" in capsys.readouterr().err
