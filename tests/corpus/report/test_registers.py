"""What is kept of each register, area and band of quality: the numbers of the rows, in both languages, with a table."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus.areas import AreasConfig
from corpus.report import registers, verdict
from corpus.report.metrics import build as metrics_of
from corpus.report.metrics import to_csv, to_json
from corpus.report.scan import scan
from jobs.commands.closing import read_manifests
from tests.jobs.small_run import CONFIG, build

AREAS: dict[str, Any] = {
    "classes": {"maeul-*": "core", "kin-answers": "excluded", "없는 구역": "core"},
    "quantile": 0.1,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registers") / "run"
    build(str(folder))
    return folder


def found(run: Path, score: str | None = "symbols.symbols", cuts: Any = None) -> dict[str, Any]:
    published = read_manifests(str(run))
    if cuts is not None:
        select = published["select"]
        published["select"] = replace(select, details={**select.details, "quantiles": cuts})
    config = {**CONFIG, "select": {"areas": AREAS, "quality": {"score": score}}}
    return metrics_of(published, scan(str(run), published, score), config)


def test_areas_count_what_decisions_say_of_their_documents(run: Path) -> None:
    told = found(run)["areas"]
    areas = {row["id"]: row["area"] for row in pq.read_table(run / "documents", columns=["id", "area"]).to_pylist()}
    decisions = pq.read_table(run / "decisions").to_pylist()
    assert [row["area"] for row in told["rows"]] == ["maeul-blog", "kin-answers", "baekgwa", "han-daily"]
    for row in told["rows"]:
        own = [decision for decision in decisions if areas[decision["id"]] == row["area"]]
        assert row["documents"] == len(own)
        assert row["kept"] == sum(decision["fate"] == "kept" for decision in own)
        assert row["reasons"] == Counter(decision["reason"] for decision in own if decision["reason"])
    assert {row["area"]: row["class"] for row in told["rows"]} == {
        "maeul-blog": "core",
        "kin-answers": "excluded",
        "han-daily": "normal",
        "baekgwa": "normal",
    }
    assert told["classes"]["core"]["documents"] + told["classes"]["excluded"]["documents"] > 0
    assert sum(row["documents"] for row in told["classes"].values()) == len(decisions)
    assert sum(row["areas"] for row in told["classes"].values()) == told["areas"] == 4
    assert told["unused"] == ["없는 구역"]
    notes = [note for note in verdict.notes(found(run)) if note.section == "areas"]
    assert [note.level for note in notes] == ["amber"] and "없는 구역" in notes[0].words.ko
    assert "areas,,,,core,documents," in to_csv(found(run))


def test_the_histogram_holds_every_scored_document_by_kind(run: Path) -> None:
    told = found(run)["quality"]
    rows = pq.read_table(run / "attributes").to_pylist()
    for kind, counts in told["kinds"].items():
        values = [row["symbols.symbols"] for row in rows if row["kind"] == kind]
        expected = Counter(min(int(value * 20), 19) for value in values)
        assert counts == [expected[place] for place in range(20)]
    assert sum(map(sum, told["kinds"].values())) == len(rows)
    assert told["edges"][:3] == [0, 5, 10]


def test_a_score_that_no_column_holds_leaves_no_section(run: Path) -> None:
    for score in (None, "quality.none"):
        metrics = found(run, score)
        assert metrics["quality"] == {}
        assert registers.quality(metrics) is None


def test_an_integer_score_counts_beyond_its_end_in_the_last_bin(run: Path) -> None:
    told = found(run, "length.characters")["quality"]
    assert all(sum(counts[:-1]) == 0 < counts[-1] for counts in told["kinds"].values())


def test_sections_stand_in_both_languages_with_their_tables(run: Path) -> None:
    row = {"source": "kin-answers", "kind": "kin", "documents": 65, "quality": 0.0405, "area": None}
    metrics = found(run, cuts={"score": "symbols.symbols", "cuts": [row, {**row, "kind": "없음", "quality": None}]})
    kinds = str(registers.registers(metrics))
    areas = str(registers.areas(metrics))
    quality = str(registers.quality(metrics))
    for section in (kinds, areas, quality):
        assert "<table" in section and "<svg" in section
        assert 'lang="ko"' in section and 'lang="en"' in section
    assert "length.too_short" in kinds and "dedup.near" in kinds
    assert "핵심" in areas and "Excluded" in areas and "없는 구역" in areas
    assert quality.count("<h3>") == 5 and "0.0405" in quality and "없음" not in quality
    for row in metrics["sources"]:
        assert f"{row['kept']:,}" in kinds


def test_the_layout_changes_no_number(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "run"
    build(str(other), reverse=True)
    assert to_json(found(other)) == to_json(found(run))
    assert json.loads(to_json(found(run)))["areas"]["rows"]


def test_a_run_without_decisions_has_no_areas(run: Path) -> None:
    published = {name: found for name, found in read_manifests(str(run)).items() if name in ("ingest", "annotate")}
    metrics = metrics_of(published, scan(str(run), published), CONFIG)
    assert metrics["areas"] == {} and registers.areas(metrics) is None


def test_the_configurations_areas_are_the_ones_that_decide() -> None:
    from jobs import load

    config = load.from_json({**CONFIG, "select": {"areas": AREAS, "quality": {"score": "symbols.symbols"}}})
    assert AreasConfig(**load.to_json(config)["select"]["areas"]) == config.select.areas
