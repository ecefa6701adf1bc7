"""Spark, the pipe and the plain function give the same answers, at any batch size."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.document import DOCUMENT, DocumentBatch
from corpus.sources.config import IngestConfig
from corpus.table import PartWriter, read_table
from filters import catalog
from filters.decision import decide
from filters.dedup.config import DedupConfig
from filters.dedup.signature import SIGNATURE, signatures
from filters.privacy.masking import mask
from jobs.streaming import pipe
from jobs.tasks.annotate import AnnotateTask, annotate_part
from jobs.tasks.clean import Cleaner
from serializer.bpe import Encoder
from tests.parity import documents as parity
from tests.serializer import samples

SIZES = (1, 7, 4096)
ENGINE_SIZES = (pytest.param(1, marks=pytest.mark.faults), 7, 4096)  # one a batch takes an engine half a minute
PIPE = "import sys; from jobs.streaming import pipe; sys.exit(pipe.main(sys.argv[1], None, sys.stdin.buffer, sys.stdout.buffer, None, int(sys.argv[2])))"


@pytest.fixture(scope="module")
def batch() -> pa.RecordBatch:
    return parity.documents()


@pytest.fixture(scope="module")
def attributes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The plain function over all documents at once."""
    return catalog.score_batch(DocumentBatch(batch))


@pytest.fixture(scope="module")
def written(batch: pa.RecordBatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory that holds the documents as one part."""
    run = tmp_path_factory.mktemp("run")
    with PartWriter(str(run), "documents/part-00000.parquet", DOCUMENT, ("text",)) as writer:
        writer.write(batch)
    return run


def piped_lines(batch: pa.RecordBatch) -> bytes:
    rows = batch.select(["key", "source", "kind", "text"]).to_pylist()
    records = ({"id": row.pop("key"), **row} for row in rows)
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def by_pipe(step: str, data: bytes, rows: int, tokenizer: str | None = None) -> list[dict[str, Any]]:
    out = io.BytesIO()
    assert pipe.main(step, None, io.BytesIO(data), out, tokenizer, rows) == 0
    return [json.loads(line) for line in out.getvalue().split(b"\n") if line]


SCORED_AND_SIGNED = pa.schema(
    [*catalog.attribute_schema(), *(pa.field(f"signature.{item.name}", item.type) for item in SIGNATURE)]
)


def scored_and_signed(one: pa.RecordBatch) -> pa.RecordBatch:
    """Attributes and signatures side by side."""
    scores, signed = catalog.score_batch(DocumentBatch(one)), signatures(DocumentBatch(one), DedupConfig())
    return pa.RecordBatch.from_arrays([*scores.columns, *signed.columns], schema=SCORED_AND_SIGNED)


def plainly_signed(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    seen = batch.select(["id", "source", "kind", "text"])  # the columns that Spark is given
    rows: list[dict[str, Any]] = signatures(DocumentBatch(seen), DedupConfig()).to_pylist()
    return rows


def by_spark(
    spark: Any, run: Path, rows: int, function: Callable[[pa.RecordBatch], pa.RecordBatch], schema: pa.Schema
) -> pa.Table:
    """``function`` inside mapInArrow over the documents, ``rows`` a batch."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def mapped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for one in batches:
            assert one.num_rows <= rows
            yield function(one)

    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(rows))
    try:
        frame = spark.read.parquet(str(run / "documents" / "part-00000.parquet")).select("id", "source", "kind", "text")
        table: pa.Table = frame.mapInArrow(mapped, from_arrow_schema(schema)).toArrow()
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "4096")
    return table.cast(pa.schema([pa.field(field.name, field.type) for field in schema]))


def test_the_documents_hold_what_they_promise(batch: pa.RecordBatch, attributes: pa.RecordBatch) -> None:
    assert batch.num_rows == attributes.num_rows == 2000
    assert max(attributes.column("bytes").to_pylist()) > 9_500_000
    reasons = set(decide(attributes, catalog.FilterConfig()).reason.to_pylist())
    assert {None, "length.too_short", "hangul_share.too_low", "graphemes.too_many_jamo"} <= reasons
    assert any(reason.startswith("repetition.") for reason in reasons if reason)


@pytest.mark.parametrize("rows", SIZES)
def test_the_plain_function_scores_alike_in_any_batch(
    batch: pa.RecordBatch, attributes: pa.RecordBatch, rows: int
) -> None:
    pieces = [catalog.score_batch(DocumentBatch(batch.slice(i, rows))) for i in range(0, batch.num_rows, rows)]
    assert pa.Table.from_batches(pieces).combine_chunks().equals(pa.Table.from_batches([attributes]))


@pytest.mark.parametrize("rows", ENGINE_SIZES)
def test_spark_scores_and_signs_as_the_plain_function(
    spark: Any, written: Path, batch: pa.RecordBatch, attributes: pa.RecordBatch, rows: int
) -> None:
    found = by_spark(spark, written, rows, scored_and_signed, SCORED_AND_SIGNED)
    assert found.select(attributes.schema.names).to_pylist() == attributes.to_pylist()
    signed = found.select([f"signature.{name}" for name in SIGNATURE.names]).rename_columns(SIGNATURE.names)
    assert signed.to_pylist() == plainly_signed(batch)


def test_the_stages_task_writes_what_the_plain_function_scores(written: Path, attributes: pa.RecordBatch) -> None:
    annotate_part(AnnotateTask(str(written), "documents/part-00000.parquet"))
    table = read_table(str(written / "attributes" / "part-00000.parquet"))
    assert table.to_pylist() == attributes.to_pylist()
    assert table.schema.equals(catalog.attribute_schema(), check_metadata=True)


@pytest.mark.parametrize("rows", ENGINE_SIZES)
def test_a_real_pipe_answers_as_the_plain_function(
    batch: pa.RecordBatch, attributes: pa.RecordBatch, rows: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PIPE, "annotate", str(rows)], input=piped_lines(batch), capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    decided = decide(attributes, catalog.FilterConfig())
    scores = attributes.select([name for name in attributes.schema.names if "." in name]).to_pylist()
    expected = [
        {
            "id": key,
            "scores": scores[i],
            "fate": "kept" if decided.passes[i] else "dropped",
            "reason": decided.reason[i].as_py(),
            "reasons": decided.all_reasons[i].as_py(),
        }
        for i, key in enumerate(batch.column("key").to_pylist())
    ]
    assert [json.loads(line) for line in done.stdout.split(b"\n") if line] == expected


def test_the_command_is_the_same_pipe(batch: pa.RecordBatch) -> None:
    data = piped_lines(batch.slice(20, 40))
    answers = []
    for command in (["-m", "jobs.cli", "pipe", "annotate"], ["-c", PIPE, "annotate", "7"]):
        done = subprocess.run(
            [sys.executable, *command], input=data, capture_output=True, timeout=300, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    assert answers[0].count(b"\n") == 40


@pytest.mark.parametrize("rows", SIZES)
def test_the_pipe_signs_as_the_plain_function(batch: pa.RecordBatch, rows: int) -> None:
    answers = by_pipe("signature", piped_lines(batch), rows)
    for answer, row in zip(answers, plainly_signed(batch), strict=True):
        raw = row["bands"]
        assert answer["bands"] == [raw[i : i + 8].hex() for i in range(0, len(raw), 8)]
        assert answer["shingles"] == row["shingles"]


@pytest.mark.parametrize("rows", SIZES)
def test_the_pipe_masks_and_cleans_as_the_editors(batch: pa.RecordBatch, rows: int) -> None:
    data = piped_lines(batch)
    texts = batch.column("text").to_pylist()
    cleaner = Cleaner(IngestConfig())
    masked, cleaned = by_pipe("mask", data, rows), by_pipe("clean", data, rows)
    for text, answer, clean in zip(texts, masked, cleaned, strict=True):
        expected = mask(text)
        assert answer["text"] == expected.text
        assert answer["spans"] == [span._asdict() for span in expected.spans]
        done = cleaner.clean(text, None)
        assert (clean["text"], clean["title"], clean["edits"]) == (done.text, done.title, done.counts)


@pytest.mark.parametrize("rows", SIZES)
def test_the_pipe_encodes_as_the_encoder(batch: pa.RecordBatch, rows: int, tmp_path: Path) -> None:
    tokenizer = str(samples.own(tmp_path / "tokenizer.json"))
    expected = Encoder(tokenizer).encode_batch(batch.column("text").to_pylist())
    answers = by_pipe("encode", piped_lines(batch), rows, tokenizer)
    assert [answer["tokens"] for answer in answers] == [ids.tolist() for ids in expected]
