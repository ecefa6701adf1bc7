"""The ingest stage on Spark: conservation, superseded versions, the same content for any layout."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import InputError
from corpus.identity import digest_sum, document_id, rows_digest
from corpus.sources.config import Fields, IngestConfig, InputConfig, RightsBasis
from jobs.config import Config
from jobs.progress import Progress
from jobs.spark import ingest
from jobs.stage import StageContext, StageResult

OWN = RightsBasis(basis="own")


def source(path: Path, **changes: Any) -> InputConfig:
    fields = Fields(fetched_at="fetched")
    return InputConfig(
        **{"name": "말뭉치", "uri": str(path), "rights": OWN, "class_": "open", "fields": fields, **changes}
    )


def run(spark: Any, out: Path, *items: InputConfig, split: int = 1 << 20) -> StageResult:
    config = Config(inputs=items, ingest=IngestConfig(split_bytes=split, max_record_bytes=10_000))
    return ingest.run(StageContext("ingest", config, str(out), {}, Progress(live=False), lambda: spark))


def rows(out: Path, result: StageResult, folder: str) -> list[dict[str, Any]]:
    names = sorted(part.name for part in result.parts if part.name.startswith(folder + "/"))
    return [row for name in names for row in pq.read_table(out / name).to_pylist(maps_as_pydicts="strict")]


def write(path: Path, *records: dict[str, Any] | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    data = b"".join(
        (r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode()) + b"\n" for r in records
    )
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def doc(key: str, text: str, fetched: str | None = None) -> dict[str, Any]:
    return {"id": key, "text": text, "fetched": fetched}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write(
        folder / "a.jsonl",
        doc("가", "옛 글", "2024-01-01"),
        doc("나", "홀로"),
        doc("다", "때 없음"),
        b'{"text": "\xff"}',
    )
    write(folder / "b.jsonl.gz", doc("가", "새 글", "2024-02-01"), doc("다", "때 있음", "2020-01-01"), doc("라", " "))
    write(folder / "c.jsonl", doc("가", "옛 글", "2024-01-01"), doc("마", "똑같다"), doc("마", "똑같다"), b"{")
    return folder


def check(out: Path, result: StageResult) -> None:
    """What the census says is what lies in the files, and every file is as its part says."""
    documents, dropped, bad = (rows(out, result, name) for name in ("documents", "dropped", "quarantine"))
    assert result.census.total(fate="kept").documents == len(documents)
    assert result.census.total(fate="dropped").documents == len(dropped)
    assert result.census.total(fate="quarantined").documents == len(bad)
    assert result.details["read"] == len(documents) + len(dropped) + len(bad)
    for fate, table in (("kept", documents), ("dropped", dropped)):
        assert result.census.total(fate=fate).ids == digest_sum(pa.array([row["id"] for row in table], pa.binary()))
    assert result.census.total(fate="kept").bytes == sum(len(row["text"].encode()) for row in documents)
    for part in result.parts:
        table = pq.read_table(out / part.name)
        assert (table.num_rows, (out / part.name).stat().st_size) == (part.rows, part.bytes)
        if part.name.startswith("documents/"):
            assert rows_digest(table.to_batches(), ("text", "origin")) == part.content


def test_the_latest_version_of_a_document_lives(spark: Any, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    result = run(spark, out, source(corpus))
    check(out, result)
    documents = {row["key"]: row["text"] for row in rows(out, result, "documents")}
    assert documents == {"가": "새 글", "나": "홀로", "다": "때 있음", "마": "똑같다"}
    dropped = sorted((row["reason"], row["id"]) for row in rows(out, result, "dropped"))
    gone = ["가", "가", "다", "마"]
    assert dropped == sorted(
        [("ingest.superseded", document_id("말뭉치", key)) for key in gone]
        + [("ingest.empty", document_id("말뭉치", "라"))]
    )
    assert sorted(row["class"] for row in rows(out, result, "quarantine")) == ["record.malformed", "record.not_utf8"]
    assert result.census.total(reason="ingest.superseded").documents == 4


def test_content_is_the_same_for_any_split_order_and_file(spark: Any, corpus: Path, tmp_path: Path) -> None:
    first = run(spark, tmp_path / "one", source(corpus))
    second = run(spark, tmp_path / "two", source(corpus), split=20)
    everything = [line for name in ("c.jsonl", "a.jsonl") for line in (corpus / name).read_bytes().splitlines()]
    everything += gzip.decompress((corpus / "b.jsonl.gz").read_bytes()).splitlines()
    write(tmp_path / "turned" / "z.jsonl", *reversed(everything))
    third = run(spark, tmp_path / "three", source(tmp_path / "turned"))
    for out, result in (("one", first), ("two", second), ("three", third)):
        check(tmp_path / out, result)
        assert result.digests == first.digests
        assert result.census == first.census
    assert len(second.parts) > len(first.parts)


def test_a_second_run_into_the_same_folder_says_the_same(spark: Any, corpus: Path, tmp_path: Path) -> None:
    first = run(spark, tmp_path / "run", source(corpus))
    again = run(spark, tmp_path / "run", source(corpus))
    assert sorted(again.parts, key=lambda part: part.name) == sorted(first.parts, key=lambda part: part.name)


def test_inputs_of_several_names_keep_their_rights_and_counts(spark: Any, corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "other" / "a.jsonl", doc("가", "다른 곳의 같은 열쇠"))
    evidence = RightsBasis(basis="contract", evidence="제7호")
    out = tmp_path / "run"
    result = run(spark, out, source(corpus), source(tmp_path / "other", name="남의 글", rights=evidence, kind="blog"))
    check(out, result)
    found = {row["source"]: row["rights"] for row in rows(out, result, "documents")}
    assert found["남의 글"] == {"allowed": True, "basis": "contract", "evidence": "제7호"}
    assert result.details["rights"] == {"말뭉치": ["own", None], "남의 글": ["contract", "제7호"]}
    assert result.census.total(source="남의 글", kind="blog").documents == 1


def test_missing_and_empty_inputs_are_input_errors(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="finds no file"):
        run(spark, tmp_path / "run", source(tmp_path / "none"))
    write(tmp_path / "in" / "a.jsonl", b"", b" ")
    with pytest.raises(InputError, match="hold no record"):
        run(spark, tmp_path / "run", source(tmp_path / "in"))


def test_a_quarantined_only_input_ends_well_and_is_counted(spark: Any, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.jsonl", b"{")
    result = run(spark, tmp_path / "run", source(tmp_path / "in"))
    check(tmp_path / "run", result)
    assert result.census.total(fate="quarantined").documents == 1
