"""mix on real Spark: the same parts for any layout, every kept document accounted for, no silent shortfall."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.errors import ConfigError, InputError
from corpus.identity import MODULUS
from corpus.ledger import DROPPED, KEPT, check_conservation
from corpus.manifest import Manifest
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import read_table
from jobs.config import Config
from jobs.spark import mix
from jobs.stage import StageResult
from mixer.config import KindShare, MixConfig
from mixer.mixed import MIXED
from tests.jobs import laid_out
from tests.oracles import mixture

ROWS = laid_out.korean(90)
DROPPED_IDS = {row["id"]: "dedup.near" for row in ROWS[5:70:7]}
KEPT_ROWS = [row for row in ROWS if row["id"] not in DROPPED_IDS]
MODEL = laid_out.byte_level_bpe([row["text"] for row in ROWS])
TOKENS = {row["id"]: len(MODEL.encode(row["text"]).ids) + 1 for row in ROWS}

FIXED = MixConfig(
    mode="fixed",
    kinds={"blog": KindShare(weight=2.5), "news": KindShare(weight=1.0)},
    total_tokens=12_000,
    parts=3,
)


def config(recipe: MixConfig, seed: int = 7) -> Config:
    own = InputConfig(name="시험", uri="/", rights=RightsBasis(basis="own"), class_="permitted")
    return Config(inputs=(own,), seed=seed, mix=recipe)


def mixed(
    run: Path, spark: Any, recipe: MixConfig, seed: int = 7, files: int = 1, backwards: bool = False
) -> tuple[StageResult, Manifest]:
    inputs = [
        laid_out.ingested(run, ROWS, files, backwards),
        laid_out.selected(run, ROWS, DROPPED_IDS),
        laid_out.tokenized(run, MODEL),
    ]
    return mix.run(laid_out.context("mix", config(recipe, seed), run, inputs, spark)), inputs[1]


def parts(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((run / "mixed").iterdir())}


def rows_of(run: Path) -> list[dict[str, Any]]:
    names = sorted(path.name for path in (run / "mixed").iterdir())
    return pa.concat_tables([read_table(str(run / "mixed" / name)) for name in names]).to_pylist()


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> tuple[Path, StageResult, Manifest]:
    run = tmp_path_factory.mktemp("fixed")
    return run, *mixed(run, spark, FIXED)


def test_rows_are_the_copies_of_the_plain_definition(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, _, _ = fixed
    kinds = {"blog": Fraction(5, 7), "news": Fraction(2, 7)}
    sums = Counter[str]()
    for row in KEPT_ROWS:
        sums[row["kind"]] += TOKENS[row["id"]]
    expected = []
    for row in KEPT_ROWS:
        epochs = 12_000 * kinds.get(row["kind"], Fraction(0)) / sums[row["kind"]]
        for copy in range(mixture.copies(row["id"], epochs, 7)):
            expected.append((mixture.order(row["id"], copy, 7), row["id"], copy))
    expected.sort()
    rows = rows_of(run)
    assert [(int.from_bytes(row["order"], "big"), row["id"], row["copy"]) for row in rows] == expected
    assert max(row["copy"] for row in rows) >= 1


def test_a_row_carries_its_document(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, _, _ = fixed
    by_id = {row["id"]: row for row in ROWS}
    for row in rows_of(run):
        origin = by_id[row["id"]]
        for name in ("kind", "source", "url", "title", "license", "text", "text_digest"):
            assert row[name] == origin[name]
        assert (row["rights_basis"], row["rights_evidence"]) == ("own", "쓸 수 있는 글")
        assert row["tokens"] == TOKENS[row["id"]]
    assert read_table(str(run / "mixed" / "part-00000.parquet")).schema.equals(MIXED, check_metadata=True)


def test_parts_are_equal_ranges_of_the_order(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, _, _ = fixed
    for number in range(3):
        for row in read_table(str(run / "mixed" / f"part-{number:05d}.parquet")).to_pylist():
            assert mixture.part(int.from_bytes(row["order"], "big"), 3) == number


def test_every_kept_document_is_mixed_or_over_budget(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, result, select = fixed
    check_conservation("mix", select.census, result.census)
    ids = {row["id"] for row in rows_of(run)}
    over = [row for row in KEPT_ROWS if row["id"] not in ids]
    assert {row["kind"] for row in over} >= {"댓글"}  # the recipe leaves comments out
    total = result.census.total(fate=DROPPED, reason="mixture.over_budget")
    assert (total.documents, total.bytes) == (len(over), sum(len(row["text"].encode()) for row in over))
    assert result.census.total(fate=KEPT).documents == len(ids)
    mixed_parts = [part for part in result.parts if part.name.startswith("mixed/")]
    assert sum(part.ids for part in mixed_parts) % MODULUS == (
        sum(int.from_bytes(row["id"], "big") for row in rows_of(run)) % MODULUS
    )


def test_lengths_hold_every_kept_document_in_file_order(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, result, _ = fixed
    lengths = read_table(str(run / "lengths" / "part-00000.parquet")).to_pylist()
    assert [row["id"] for row in lengths] == [row["id"] for row in KEPT_ROWS]
    assert [row["tokens"] for row in lengths] == [TOKENS[row["id"]] for row in KEPT_ROWS]
    assert [part.name for part in result.parts if part.name.startswith("lengths/")] == ["lengths/part-00000.parquet"]


def test_details_say_what_was_asked_and_what_became_of_it(fixed: tuple[Path, StageResult, Manifest]) -> None:
    run, result, _ = fixed
    rows = rows_of(run)
    details = result.details
    assert (details["mode"], details["asked_tokens"], details["parts"]) == ("fixed", 12_000, 3)
    assert details["mixed"]["tokens"] == sum(row["tokens"] for row in rows)
    assert details["mixed"]["rows"] == len(rows)
    kinds = {item["kind"]: item for item in details["kinds"]}
    assert sorted(kinds) == ["blog", "news", "댓글"]
    assert (kinds["blog"]["asked"]["tokens"], kinds["news"]["asked"]["tokens"]) == (8571, 3429)
    assert kinds["blog"]["asked"]["share"] == round(8571 / 12_000, 6)
    assert kinds["댓글"]["asked"] == {"tokens": 0, "share": 0.0, "epochs": 0.0, "epochs_exact": "0"}
    assert kinds["댓글"]["over_budget"] == kinds["댓글"]["available"]["documents"] > 0
    for kind, item in kinds.items():
        assert item["mixed"]["tokens"] == sum(row["tokens"] for row in rows if row["kind"] == kind)
        assert item["mixed"]["bytes"] == sum(len(row["text"].encode()) for row in rows if row["kind"] == kind)


@pytest.mark.parametrize(("files", "backwards", "aqe", "shuffles"), [(7, False, "true", "1"), (7, True, "false", "64")])
def test_parts_are_the_same_bytes_for_any_layout(
    fixed: tuple[Path, StageResult, Manifest],
    tmp_path: Path,
    spark: Any,
    files: int,
    backwards: bool,
    aqe: str,
    shuffles: str,
) -> None:
    run, result, _ = fixed
    before = {key: spark.conf.get(key) for key in ("spark.sql.adaptive.enabled", "spark.sql.shuffle.partitions")}
    spark.conf.set("spark.sql.adaptive.enabled", aqe)
    spark.conf.set("spark.sql.shuffle.partitions", shuffles)
    try:
        other, _ = mixed(tmp_path, spark, FIXED, files=files, backwards=backwards)
    finally:
        for key, value in before.items():
            spark.conf.set(key, value)
    assert parts(tmp_path) == parts(run)
    assert other.digests == result.digests
    assert other.details == result.details
    assert other.census == result.census


def test_a_part_without_rows_is_an_empty_file_and_another_cut_is_other_content(tmp_path: Path, spark: Any) -> None:
    many, _ = mixed(tmp_path, spark, replace(FIXED, total_tokens=700, parts=16))
    sizes = [part.rows for part in many.parts if part.name.startswith("mixed/")]
    assert len(sizes) == 16
    assert 0 in sizes
    empty = next(part for part in many.parts if part.name.startswith("mixed/") and part.rows == 0)
    assert read_table(str(tmp_path / empty.name)).schema.equals(MIXED)
    few, _ = mixed(tmp_path, spark, replace(FIXED, total_tokens=700, parts=15))
    assert few.details["mixed"] == many.details["mixed"]
    assert few.digests != many.digests


def test_proportional_mixes_every_kept_document_once(tmp_path: Path, spark: Any) -> None:
    result, select = mixed(tmp_path, spark, MixConfig(part_bytes=10_000))
    rows = rows_of(tmp_path)
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in KEPT_ROWS)
    assert {row["copy"] for row in rows} == {0}
    assert result.census.total(fate=DROPPED).documents == 0
    check_conservation("mix", select.census, result.census)
    size = sum(len(row["text"].encode()) for row in KEPT_ROWS)
    assert result.details["parts"] == -(-size // 10_000) > 1


# ------------------------------------------------------------------ validation

APART = replace(FIXED, validation=0.1, kinds={**FIXED.kinds, "news": KindShare(weight=1.0, validation=0.25)})
SHARES = {"blog": Fraction(1, 10), "news": Fraction(1, 4), "댓글": Fraction(0)}
SET_APART = {
    row["id"]
    for row in KEPT_ROWS
    if Fraction(mixture.draw(row["id"], 7, "mix.validation"), 2**64) < SHARES[row["kind"]]
}


def validation_of(run: Path) -> list[dict[str, Any]]:
    names = sorted(path.name for path in (run / "validation").iterdir())
    return pa.concat_tables([read_table(str(run / "validation" / name)) for name in names]).to_pylist()


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> tuple[Path, StageResult, Manifest]:
    run = tmp_path_factory.mktemp("apart")
    return run, *mixed(run, spark, APART)


def test_validation_documents_are_those_of_the_draw_once_each_and_in_their_order(
    apart: tuple[Path, StageResult, Manifest],
) -> None:
    rows = validation_of(apart[0])
    assert len(SET_APART) >= 5
    assert sorted(row["id"] for row in rows) == sorted(SET_APART)
    assert {row["copy"] for row in rows} == {0}
    assert [row["order"] for row in rows] == sorted(row["order"] for row in rows)
    assert read_table(str(apart[0] / "validation" / "part-00000.parquet")).schema.equals(MIXED, check_metadata=True)


def test_no_document_is_trained_on_and_set_apart(apart: tuple[Path, StageResult, Manifest]) -> None:
    run, _, _ = apart
    assert not {row["id"] for row in rows_of(run)} & {row["id"] for row in validation_of(run)}


def test_the_mixture_is_planned_from_what_is_left(apart: tuple[Path, StageResult, Manifest]) -> None:
    """Shares of tokens and copies are those of the plain definition over the documents that are not set apart."""
    run, result, _ = apart
    weights = {"blog": Fraction(5, 7), "news": Fraction(2, 7)}
    sums = Counter[str]()
    for row in KEPT_ROWS:
        if row["id"] not in SET_APART:
            sums[row["kind"]] += TOKENS[row["id"]]
    expected = []
    for row in KEPT_ROWS:
        if row["id"] not in SET_APART:
            epochs = 12_000 * weights.get(row["kind"], Fraction(0)) / sums[row["kind"]]
            expected += [(row["id"], copy) for copy in range(mixture.copies(row["id"], epochs, 7))]
    assert sorted((row["id"], row["copy"]) for row in rows_of(run)) == sorted(expected)
    kinds = {item["kind"]: item for item in result.details["kinds"]}
    assert {kind: item["available"]["tokens"] for kind, item in kinds.items()} == sums


def test_validation_is_told_per_kind_and_every_kept_document_is_accounted_for(
    apart: tuple[Path, StageResult, Manifest],
) -> None:
    run, result, select = apart
    check_conservation("mix", select.census, result.census)
    rows = validation_of(run)
    for item in result.details["kinds"]:
        mine = [row for row in rows if row["kind"] == item["kind"]]
        assert item["validation"] == {
            "share": float(SHARES[item["kind"]]),
            "share_exact": str(SHARES[item["kind"]]),
            "documents": len(mine),
            "bytes": sum(len(row["text"].encode()) for row in mine),
            "tokens": sum(row["tokens"] for row in mine),
        }
    assert result.details["validation"]["tokens"] == sum(TOKENS[id_] for id_ in SET_APART)
    trained = {row["id"] for row in rows_of(run)}
    assert result.census.total(fate=KEPT).documents == len(trained) + len(SET_APART)
    over = result.census.total(reason="mixture.over_budget").documents
    assert over == sum(item["over_budget"] for item in result.details["kinds"])
    assert over == len(KEPT_ROWS) - len(trained) - len(SET_APART)


@pytest.mark.parametrize(("files", "backwards"), [(7, False), (7, True)])
def test_validation_parts_are_the_same_bytes_for_any_layout(
    apart: tuple[Path, StageResult, Manifest], tmp_path: Path, spark: Any, files: int, backwards: bool
) -> None:
    run, result, _ = apart
    other, _ = mixed(tmp_path, spark, APART, files=files, backwards=backwards)
    assert parts(tmp_path) == parts(run)
    one, two = ({p.name: p.read_bytes() for p in (folder / "validation").iterdir()} for folder in (run, tmp_path))
    assert one == two
    assert (other.digests, other.details, other.census) == (result.digests, result.details, result.census)


def test_validation_is_cut_by_its_bytes_and_no_share_leaves_no_trace(
    fixed: tuple[Path, StageResult, Manifest], tmp_path: Path, spark: Any
) -> None:
    many, _ = mixed(tmp_path, spark, replace(APART, part_bytes=1000, parts=1))
    size = many.details["validation"]["bytes"]
    assert len([part for part in many.parts if part.name.startswith("validation/")]) == -(-size // 1000) > 1
    assert sorted(row["id"] for row in validation_of(tmp_path)) == sorted(SET_APART)
    assert not (fixed[0] / "validation").exists()
    assert fixed[1].details["validation"] == {"documents": 0, "bytes": 0, "tokens": 0}


def test_another_seed_is_another_order(fixed: tuple[Path, StageResult, Manifest], tmp_path: Path, spark: Any) -> None:
    mixed(tmp_path, spark, FIXED, seed=8)
    assert [row["id"] for row in rows_of(tmp_path)] != [row["id"] for row in rows_of(fixed[0])]


def test_a_kind_that_cannot_fill_its_share_ends_the_stage_with_the_missing_tokens(tmp_path: Path, spark: Any) -> None:
    recipe = MixConfig(mode="fixed", kinds={"news": KindShare(tokens=10**6), "위키": KindShare(tokens=500)})
    have = sum(TOKENS[row["id"]] for row in KEPT_ROWS if row["kind"] == "news")
    with pytest.raises(InputError) as caught:
        mixed(tmp_path, spark, recipe)
    assert caught.value.what == (
        f"kind 'news' lacks {10**6 - 4 * have} tokens: the recipe asks 1000000, {have} are kept and may be used "
        "4 times; kind '위키' lacks 500 tokens: the recipe asks 500, 0 are kept and may be used 4 times"
    )
    assert not (tmp_path / "mixed").exists()


def test_a_faulty_recipe_stops_before_any_text_is_read(tmp_path: Path, spark: Any) -> None:
    with pytest.raises(ConfigError, match=r"mix\.kinds: a fixed recipe names no kind"):
        mixed(tmp_path, spark, MixConfig(mode="fixed"))
    assert not (tmp_path / "lengths").exists()


def test_nothing_kept_is_an_error(tmp_path: Path, spark: Any) -> None:
    rows = ROWS[:3]
    inputs = [
        laid_out.ingested(tmp_path, rows),
        laid_out.selected(tmp_path, rows, {row["id"]: "length.too_short" for row in rows}),
        laid_out.tokenized(tmp_path, MODEL),
    ]
    with pytest.raises(InputError, match="no document is kept"):
        mix.run(laid_out.context("mix", config(MixConfig()), tmp_path, inputs, spark))
