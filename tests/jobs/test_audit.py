"""Stage audit on real Spark: it finds what dedup missed, whatever the layout, and says so."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import GateError
from corpus.ledger import KEPT
from corpus.manifest import Manifest
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import read_table
from filters.dedup.config import AuditConfig
from filters.dedup.verification import PAIR
from jobs.commands.twins import check_audit
from jobs.config import Config
from jobs.spark import audit
from jobs.stage import StageResult
from jobs.tasks.audit import PURPOSE
from tests.jobs import laid_out
from tests.oracles import dedup as oracle
from tests.oracles import mixture


def corpus() -> list[dict[str, Any]]:
    """60 texts of Hangul, each third one with an edited copy in the other source: J from .95 down to .7."""
    rng = np.random.default_rng(21)
    rows = []
    for n in range(60):
        letters = [chr(point) for point in rng.integers(0xAC00, 0xD7A4, 300)]
        rows.append(laid_out.document("하루", "blog", f"글-{n:03d}", "".join(letters)))
        if n % 3 == 0:
            for place in rng.choice(300, 1 + n // 6, replace=False):
                letters[place] = chr(rng.integers(0xAC00, 0xD7A4))
            rows.append(laid_out.document("daily", "news", f"베낀 글-{n:03d}", " ".join(letters)))
    return [*rows, laid_out.document("하루", "blog", "짧은 글", "네")]


ROWS = corpus()
BY_ID = {row["id"]: row for row in ROWS}
TWINS = {
    (x["id"], y["id"]): oracle.jaccard(x["text"], y["text"])
    for x, y in combinations(sorted(ROWS, key=lambda row: bytes(row["id"])), 2)
    if oracle.jaccard(x["text"], y["text"]) >= 0.8
}
COPIES = [row for row in ROWS if row["source"] == "daily"]


def config(documents: int, seed: int = 7) -> Config:
    own = InputConfig(name="시험", uri="/", rights=RightsBasis(basis="own"), class_="permitted")
    return Config(inputs=(own,), seed=seed, audit=AuditConfig(documents=documents))


def audited(
    run: Path,
    spark: Any,
    dropped: dict[bytes, str],
    documents: int = 2000,
    files: int = 1,
    backwards: bool = False,
    seed: int = 7,
) -> StageResult:
    """The stage after a dedup that found the pairs of the dropped documents and no other."""
    ingest = laid_out.ingested(run, ROWS, files, backwards)
    pairs = [
        {"a": a, "b": b, "jaccard": value, "how": "exact"}
        for (a, b), value in sorted(TWINS.items())
        if {a, b} & {*dropped}
    ]
    part = laid_out.table(run, "pairs/part-00000.parquet", PAIR, pairs)
    dedup = Manifest("dedup", "0", (part,), ingest.census, {"content": "0"})
    select = laid_out.selected(run, ROWS, dropped)
    return audit.run(laid_out.context("audit", config(documents, seed), run, [ingest, dedup, select], spark))


def twins(run: Path) -> set[tuple[bytes, bytes]]:
    return {(row["id"], row["twin"]) for row in read_table(str(run / "audit" / "twins.parquet")).to_pylist()}


def sample(run: Path) -> list[bytes]:
    ids: list[bytes] = read_table(str(run / "audit" / "sample.parquet")).column("id").to_pylist()
    return ids


@pytest.fixture(scope="module")
def missed(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> tuple[Path, StageResult]:
    """Half of the copies were dropped, the other half was missed."""
    run = tmp_path_factory.mktemp("audit")
    return run, audited(run, spark, HALF)


HALF = {row["id"]: "dedup.near" for row in COPIES[::2]}


def test_every_twin_left_among_the_kept_documents_is_found_and_no_other(missed: tuple[Path, StageResult]) -> None:
    run, result = missed
    left = {pair for pair in TWINS if not {*pair} & {*HALF}}
    assert 5 <= len(left) < len(TWINS)
    assert twins(run) == {*left, *((b, a) for a, b in left)}
    assert result.details["twins"] == result.details["documents_with_twins"] == 2 * len(left)
    assert result.details["twins_per_1000"] == round(2000 * len(left) / result.details["sampled"], 3)
    for row in read_table(str(run / "audit" / "twins.parquet")).to_pylist():
        pair = tuple(sorted((row["id"], row["twin"])))
        assert abs(row["jaccard"] - TWINS[pair[0], pair[1]]) <= 1 / 8192
        assert (row["source"], row["twin_source"]) == (BY_ID[row["id"]]["source"], BY_ID[row["twin"]]["source"])


def test_what_dedup_found_and_what_its_bands_let_expect_stand_beside(missed: tuple[Path, StageResult]) -> None:
    details = missed[1].details
    found = [value for pair, value in TWINS.items() if {*pair} & {*HALF}]
    assert details["found"] == sum(details["similarity"]["found"]) == len(found)
    assert sum(details["similarity"]["missed"]) == details["twins"]
    assert details["similarity"]["edges"][0] == 0.8
    middles = [int(value * 100 + 1e-9) / 100 + 0.005 for value in found]
    shares = [1 - (1 - value**8) ** 14 for value in middles]
    assert abs(details["expected"] - sum(2 * (1 - share) / share for share in shares)) <= 0.001
    assert (details["recall"], details["recall_of_dedup"]) == (0.999782, 0.923548)
    assert details["documents"] == len(ROWS) - len(HALF)
    assert details["signed"] == details["documents"] - 1


def test_a_sound_removal_leaves_nothing(tmp_path: Path, spark: Any) -> None:
    dropped = {max(pair, key=lambda id_: BY_ID[id_]["source"] == "daily"): "dedup.near" for pair in TWINS}
    details = audited(tmp_path, spark, dropped).details
    assert (details["twins"], details["twins_per_1000"]) == (0, 0.0)
    assert details["found"] == len(TWINS)
    assert twins(tmp_path) == set()


@pytest.mark.parametrize(("files", "backwards"), [(7, False), (7, True)])
def test_any_layout_gives_the_same_audit(
    missed: tuple[Path, StageResult], tmp_path: Path, spark: Any, files: int, backwards: bool
) -> None:
    _, result = missed
    other = audited(tmp_path, spark, HALF, files=files, backwards=backwards)
    assert (other.digests, other.details) == (result.digests, result.details)
    assert [part.sha256 for part in other.parts] == [part.sha256 for part in result.parts]


def test_the_sample_is_drawn_by_id_among_the_kept(tmp_path: Path, spark: Any) -> None:
    result = audited(tmp_path, spark, HALF, documents=20, files=3)
    kept = [row["id"] for row in ROWS if row["id"] not in HALF]
    lowest = sorted(kept, key=lambda id_: mixture.draw(id_, 7, PURPOSE))[:20]
    assert sample(tmp_path) == sorted(lowest)
    assert result.details["sampled"] == 20
    assert result.details["documents"] == len(kept)
    ends = [end for pair in TWINS if not {*pair} & {*HALF} for end in pair if end in lowest]
    assert result.details["twins"] == len(ends) == len(twins(tmp_path))


def test_another_seed_is_another_sample(missed: tuple[Path, StageResult], tmp_path: Path, spark: Any) -> None:
    audited(tmp_path / "one", spark, HALF, documents=20)
    audited(tmp_path / "other", spark, HALF, documents=20, seed=8)
    assert sample(tmp_path / "one") != sample(tmp_path / "other")


def test_only_its_two_tables_stay(missed: tuple[Path, StageResult]) -> None:
    run, result = missed
    assert sorted(path.name for path in (run / "audit").iterdir()) == ["sample.parquet", "twins.parquet"]
    assert [part.name for part in result.parts] == ["audit/sample.parquet", "audit/twins.parquet"]
    assert "베낀" not in json.dumps(result.details, ensure_ascii=False)


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    """Without documents to sample nothing is read, and Spark is not asked for."""
    ingest = laid_out.ingested(tmp_path, ROWS)
    select = laid_out.selected(tmp_path, ROWS, {})
    result = audit.run(laid_out.context("audit", config(0), tmp_path, [ingest, select], None))
    assert (result.parts, result.details) == ((), {"sampled": 0})
    assert not (tmp_path / "audit").exists()
    manifest = Manifest("audit", "0", (), result.census, result.digests, {**result.details, "inputs": {}, "own": ""})
    assert check_audit(str(tmp_path), manifest, np.empty(0, "S16")) == []


def test_other_documents_than_select_kept_are_refused(tmp_path: Path, spark: Any) -> None:
    ingest = laid_out.ingested(tmp_path, ROWS)
    part = laid_out.table(tmp_path, "pairs/part-00000.parquet", PAIR, [])
    dedup = Manifest("dedup", "0", (part,), ingest.census, {"content": "0"})
    select = replace(laid_out.selected(tmp_path, ROWS, {}), census=laid_out.census(ROWS[1:], {}))
    assert select.census.total(fate=KEPT).documents == len(ROWS) - 1
    with pytest.raises(GateError, match=f"{len(ROWS)} documents were looked up, {len(ROWS) - 1} are kept"):
        audit.run(laid_out.context("audit", config(10), tmp_path, [ingest, dedup, select], spark))


def test_a_run_that_keeps_nothing_has_nothing_to_audit(tmp_path: Path, spark: Any) -> None:
    result = audited(tmp_path, spark, {row["id"]: "length.too_short" for row in ROWS})
    assert (result.details["sampled"], result.details["twins"], result.details["twins_per_1000"]) == (0, 0, 0.0)
