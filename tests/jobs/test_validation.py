"""The validation set on the real chain: no near twin of it is trained on, and it reaches shards of its own."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from corpus import manifest as manifests
from corpus.table import read_table
from jobs.commands.explain import explain
from jobs.commands.verify import verify
from serializer.formats.megatron import MegatronReader
from tests.chain import run_chain, write_config
from tests.oracles import dedup as oracle

NAMES = ("ingest", "annotate", "dedup", "select", "audit", "tokenizer", "mix", "serialize", "verify", "report")


@pytest.fixture(scope="module")
def run(clean_chain: tuple[Path, Path]) -> Path:
    return clean_chain[1]


def rows(run: Path, stage: str, folder: str, *columns: str) -> list[dict[str, Any]]:
    names = [part.name for part in manifests.read(str(run), stage).files(folder)]
    found: list[dict[str, Any]] = pa.concat_tables([read_table(str(run / name), columns) for name in names]).to_pylist()
    return found


def test_no_verified_pair_crosses_between_training_and_validation(run: Path) -> None:
    """Recomputed from pairs/ by class: every member of a class inherits the pairs of its representative."""
    class_of = {row["id"]: row["squeezed"] for row in rows(run, "dedup", "signatures", "id", "squeezed")}
    trained = {class_of[row["id"]] for row in rows(run, "mix", "mixed", "id")}
    apart = {class_of[row["id"]] for row in rows(run, "mix", "validation", "id")}
    pairs = [(class_of[row["a"]], class_of[row["b"]]) for row in rows(run, "dedup", "pairs", "a", "b")]
    touching = [pair for pair in pairs if {*pair} & apart]
    assert len(touching) >= 2  # there are twins of validation documents; select dropped every one
    assert not trained & apart
    assert [pair for pair in pairs if {*pair} & trained and {*pair} & apart] == []


def test_no_two_texts_on_either_side_are_similar_by_the_plain_definition(run: Path) -> None:
    trained = [set(oracle.shingles(row["text"])) for row in rows(run, "mix", "mixed", "text")]
    apart = [set(oracle.shingles(row["text"])) for row in rows(run, "mix", "validation", "text")]
    assert len(apart) >= 20
    assert max(len(x & y) / len(x | y) for x, y in product(apart, trained)) < 0.8


def test_validation_shards_lie_apart_and_hold_their_documents(run: Path) -> None:
    shards = run / "shards" / "megatron"
    assert sorted(path.name for path in shards.glob("*.bin")) == [f"shard-{number:05d}.bin" for number in range(3)]
    shard = MegatronReader(str(shards / "validation"), "validation-00000")
    mixed = rows(run, "mix", "validation", "id", "tokens")
    assert np.array_equal(shard.lengths, [row["tokens"] for row in mixed])
    provenance = read_table(str(shards / "provenance" / "validation" / "validation-00000.parquet")).to_pylist()
    assert [row["id"] for row in provenance] == [row["id"] for row in mixed]
    assert {row["shard"] for row in provenance} == {"validation/validation-00000"}
    assert verify(str(run), until="verify") == []


def test_the_report_tells_validation_per_kind(run: Path) -> None:
    metrics = json.loads((run / "report" / "metrics.json").read_text())
    kinds = {row["kind"]: row["validation"] for row in metrics["mixture"]["kinds"]}
    mixed = rows(run, "mix", "validation", "kind", "tokens")
    assert {kind: told["tokens"] for kind, told in kinds.items()} == {
        kind: sum(row["tokens"] for row in mixed if row["kind"] == kind) for kind in kinds
    }
    assert metrics["shards"]["tokens"] == metrics["mixture"]["mixed"]["tokens"] + sum(row["tokens"] for row in mixed)
    assert metrics["shards"]["shards"] == 4
    page = (run / "report" / "index.html").read_text()
    assert "평가용 토큰" in page and "Validation tokens" in page
    csv = (run / "report" / "metrics.csv").read_text()
    assert f"mixture,,blog,,,validation_tokens,{kinds['blog']['tokens']}\n" in csv


def test_explain_leads_to_the_validation_shard(run: Path) -> None:
    row = rows(run, "mix", "validation", "id")[0]
    told = explain(str(run), row["id"].hex())["documents"][0]
    assert [copy["file"] for copy in told["mixture"]["copies"]] == ["validation/part-00000.parquet"]
    assert [shard["shard"] for shard in told["shards"]] == ["validation/validation-00000"]


def test_a_share_of_nothing_removes_the_validation_set(
    clean_chain: tuple[Path, Path], tmp_path: Path, spark: Any
) -> None:
    before = manifests.read(str(clean_chain[1]), "select").census.total(fate="kept").documents
    run = tmp_path / "run"
    shutil.copytree(clean_chain[1], run)
    docs = clean_chain[0].parent / "docs"
    config = write_config(tmp_path / "without.json", docs, mix={"mode": "proportional", "parts": 2})
    run_chain(config, run, spark, NAMES)
    assert not list(run.glob("validation/*.parquet")) and not list(run.glob("shards/megatron/validation/*"))
    assert len(rows(run, "mix", "mixed", "id")) == before
    assert verify(str(run), until="verify") == []
