"""Annotate and the candidates of dedup: Hadoop Streaming answers what Spark answers, row for row."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus.errors import GateError, MalmoiError
from corpus.manifest import Manifest, Part, file_sha256
from jobs.spark import annotate, candidates
from jobs.stage import StageResult
from jobs.streaming import annotate as streaming_annotate
from jobs.streaming import dedup as streaming_dedup
from jobs.tasks.annotate import AnnotateTask
from jobs.tasks.signatures import SignatureTask, signature_part
from tests.jobs.streaming_runs import PARTS, documents, stage_context

RUNNERS = ("inline", "local", "hadoop")


@pytest.fixture(scope="module")
def corpus_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    run = tmp_path_factory.mktemp("run")
    return run, documents(run)


def hadoop_flags(runner: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"bin": request.getfixturevalue("hadoop")} if runner == "hadoop" else {}


def left_behind(run: Path) -> list[str]:
    return [str(path) for path in run.rglob("_*")]


@pytest.fixture(scope="module")
def by_spark(spark: Any, corpus_run: tuple[Path, Manifest]) -> tuple[StageResult, list[Part], list[Part]]:
    """What Spark makes of the same documents: annotate's result, signatures, candidates files."""
    run, ingest = corpus_run
    annotated = annotate.run(stage_context("annotate", run, ingest, "spark", "inline", spark))
    signed = signatures(run, ingest)
    found = candidates.candidates(stage_context("dedup", run, ingest, "spark", "inline", spark), signed)
    (run / "candidates").rename(run / "by_spark")
    return annotated, signed, [replace(part, name=part.name.replace("candidates", "by_spark")) for part in found]


@pytest.mark.parametrize("runner", RUNNERS)
def test_annotate_writes_the_same_files_as_spark(
    by_spark: tuple[StageResult, list[Part], list[Part]],
    corpus_run: tuple[Path, Manifest],
    runner: str,
    request: pytest.FixtureRequest,
) -> None:
    run, ingest = corpus_run
    shutil.rmtree(run / "attributes")
    flags = hadoop_flags(runner, request)
    result = annotate.run(stage_context("annotate", run, ingest, "streaming", runner, None, **flags))
    assert result == by_spark[0] and len(result.parts) == PARTS
    for part in result.parts:
        assert file_sha256(str(run / part.name)) == (part.bytes, part.sha256)
    assert left_behind(run) == []


def signatures(run: Path, ingest: Manifest) -> list[Part]:
    config = stage_context("dedup", run, ingest, "spark", "inline", None).config.dedup
    rows = [signature_part(SignatureTask(str(run), part.name, config)) for part in ingest.files("documents")]
    return [Part.from_row(row["part"]) for row in rows]


def pairs(run: Path, parts: list[Part]) -> set[tuple[bytes, bytes]]:
    found = set()
    for part in parts:
        rows = pq.read_table(run / part.name).to_pylist()
        assert len({(row["a"], row["b"]) for row in rows}) == len(rows) == part.rows
        found |= {(row["a"], row["b"]) for row in rows}
    return found


def sums(parts: list[Part]) -> dict[str, int]:
    return {name: sum(part.measures[name] for part in parts) for name in ("buckets", "skipped")}


@pytest.mark.parametrize("runner", ["inline", "local", pytest.param("hadoop", marks=pytest.mark.faults)])
def test_dedup_finds_the_same_candidates_as_spark(
    by_spark: tuple[StageResult, list[Part], list[Part]],
    corpus_run: tuple[Path, Manifest],
    runner: str,
    request: pytest.FixtureRequest,
) -> None:
    run, ingest = corpus_run
    _, signed, expected = by_spark
    flags = hadoop_flags(runner, request)
    found = streaming_dedup.run_streaming(
        stage_context("dedup", run, ingest, "streaming", runner, None, **flags), signed
    )
    assert pairs(run, found) == pairs(run, expected) and len(pairs(run, found)) > 20
    assert sums(found) == sums(expected) and sums(found)["skipped"] > 0
    assert all(a < b for a, b in pairs(run, found))
    assert left_behind(run) == []


def test_pairs_beyond_one_file_go_to_the_next(
    corpus_run: tuple[Path, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, ingest = corpus_run
    signed = signatures(run, ingest)
    context = stage_context("dedup", run, ingest, "streaming", "inline", None)
    whole = streaming_dedup.run_streaming(context, signed)
    expected, counted = pairs(run, whole), sums(whole)
    monkeypatch.setattr("jobs.streaming.pairs.PAIRS_PER_PART", 7)
    cut = streaming_dedup.run_streaming(context, signed)
    assert len(cut) > 3
    assert (pairs(run, cut), sums(cut)) == (expected, counted)


@pytest.mark.parametrize("runner", ["inline", "local"])
def test_a_documents_file_that_cannot_be_read_is_named(tmp_path: Path, runner: str) -> None:
    ingest = documents(tmp_path)
    (tmp_path / "documents/part-00001.parquet").write_bytes("말뭉치가 아니다".encode() * 100)
    context = stage_context("annotate", tmp_path, ingest, "streaming", runner, None)
    tasks = [AnnotateTask(str(tmp_path), part.name) for part in ingest.files("documents")]
    with pytest.raises(MalmoiError, match="documents/part-00001"):
        streaming_annotate.run_streaming(context, tasks)
    assert list(tmp_path.glob("attributes/*")) == []


def test_a_signatures_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    ingest = documents(tmp_path)
    signed = signatures(tmp_path, ingest)
    (tmp_path / signed[1].name).unlink()
    with pytest.raises(MalmoiError, match="part-00001") as caught:
        streaming_dedup.run_streaming(stage_context("dedup", tmp_path, ingest, "streaming", "local", None), signed)
    assert not isinstance(caught.value, GateError)
