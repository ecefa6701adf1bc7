"""Annotate: attribute rows beside their documents, counted by source and kind; the bench checks itself."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from corpus.document import DOCUMENT, DocumentBatch, cast
from corpus.errors import GateError
from corpus.identity import digest_sum, document_id
from corpus.ledger import KEPT, Census
from corpus.manifest import Part
from corpus.table import PartWriter, read_table, schema_metadata
from filters import catalog
from filters.quality import statistics_kernel
from jobs.commands import bench_annotate
from jobs.commands.bench_annotate import COMPONENTS
from jobs.spark import annotate
from jobs.tasks.annotate import AnnotateTask, annotate_part

TEXTS = ["말모이는 우리말 사전의 원고이다. ", "", None, "가", "ㅋㅋ 재밌어요!"]


def written(run: Path, texts: list[str | None]) -> pa.Table:
    rows = pa.table(
        {
            "id": pa.array([document_id("s", str(i)) for i in range(len(texts))], pa.binary()),
            "source": pa.array([("가", "나")[i % 2] for i in range(len(texts))], pa.string()),
            "kind": pa.array([("news", "comments")[i % 2] for i in range(len(texts))], pa.string()),
            "text": pa.array(texts, pa.string()),
        }
    )
    with PartWriter(str(run), "documents/part-00003.parquet", DOCUMENT, ("text",)) as writer:
        writer.write(cast(rows, DOCUMENT))
    return rows


def test_attributes_stand_beside_their_documents_row_for_row(tmp_path: Path) -> None:
    documents = written(tmp_path, list(TEXTS))
    result = annotate_part(AnnotateTask(str(tmp_path), "documents/part-00003.parquet"))
    part = Part.from_row(result["part"])
    assert (part.name, part.rows) == ("attributes/part-00003.parquet", 5)
    rows = read_table(str(tmp_path / part.name))
    assert rows.column("id").to_pylist() == documents.column("id").to_pylist()
    assert rows.column("bytes").to_pylist() == [len((text or "").encode()) for text in TEXTS]
    assert rows.column("characters").to_pylist() == [len(text or "") for text in TEXTS]
    assert "text" not in rows.schema.names
    assert schema_metadata(str(tmp_path / part.name))["malmoi.schema"] == "attribute 1"


def test_every_document_is_counted_once_under_its_source_and_kind(tmp_path: Path) -> None:
    documents = written(tmp_path, list(TEXTS))
    census = Census.from_rows(annotate_part(AnnotateTask(str(tmp_path), "documents/part-00003.parquet"))["census"])
    assert {(entry.source, entry.kind, entry.fate): tally.documents for entry, tally in census.tallies.items()} == {
        ("가", "news", KEPT): 3,
        ("나", "comments", KEPT): 2,
    }
    total = census.total()
    assert total.ids == digest_sum(documents.column("id"))
    assert total.bytes == sum(len((text or "").encode()) for text in TEXTS)


def test_an_empty_part_gives_an_empty_part(tmp_path: Path) -> None:
    written(tmp_path, [])
    result = annotate_part(AnnotateTask(str(tmp_path), "documents/part-00003.parquet"))
    assert (result["part"]["rows"], result["census"]) == (0, [])


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        written(tmp_path / name, list(TEXTS))
        digests.add(annotate_part(AnnotateTask(str(tmp_path / name), "documents/part-00003.parquet"))["part"]["sha256"])
    assert len(digests) == 1


def test_the_fingerprint_holds_rules_counts_and_unicode_but_no_threshold() -> None:
    assert set(annotate.versions()) == {f"filters.{rule.name}" for rule, _ in catalog.RULES} | {
        "filters.composition", "filters.statistics", "filters.evidence", "unicode", "filters.linear.features", "filters.linear.matching",
        "filters.linear.abuse", "filters.linear.quality", "filters.linear.spam",
    }  # fmt: skip


def test_the_bench_gives_one_row_for_the_bar_and_ratios_to_the_definition() -> None:
    rows = bench_annotate.bench(["말모이는 우리말 사전을 만들려던 모임이 모은 원고이다. " * 20, "ㅋㅋ", ""] * 40)
    assert [row["work"] for row in rows] == ["catalogue", None, "measures", *[None] * (1 + len(COMPONENTS))]
    assert all(row["mb_per_s"] > 0 for row in rows)
    assert [row["ratio"] > 0 and row["against"] == "oracle" for row in rows if row["ratio"] is not None] == [True, True]
    assert {"quality model", "spam and abuse models, one pass", "spam evidence"} < {row["name"] for row in rows}


def test_the_rules_held_against_datatrove_read_the_statistics_alone() -> None:
    batch = DocumentBatch(pa.record_batch({"text": list(TEXTS)}))
    for rule, _ in catalog.RULES:
        if rule.name in bench_annotate.MEASURED:
            rule.score(batch)
    assert set(batch.memo) == {"statistics"}


def test_the_bench_refuses_a_kernel_that_is_not_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    real = statistics_kernel.measure

    def wrong(data: object, offsets: object, table: object, fillers: object, out: object) -> None:
        real(data, offsets, table, fillers, out)
        out[:, statistics_kernel.EOJEOL] += 1  # type: ignore[index]

    monkeypatch.setattr(statistics_kernel, "measure", wrong)
    with pytest.raises(GateError, match="not those of their definition"):
        bench_annotate.bench(["말모이 원고"] * 3)
