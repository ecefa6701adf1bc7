"""Parquet parts: whole or not at all, digests as they lie on disk, batches bounded by bytes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import manifest, storage, table
from corpus.document import DOCUMENT, cast, text_buffers


def documents(count: int, size: int = 10) -> pa.RecordBatch:
    rows = {
        "id": [n.to_bytes(16, "big") for n in range(count)],
        "source": ["블로그"] * count,
        "text": ["가" * size] * count,
    }
    return cast(pa.table(rows), DOCUMENT)


def test_the_part_says_what_lies_on_disk(tmp_path: Path) -> None:
    with table.PartWriter(str(tmp_path), "documents/p.parquet", DOCUMENT, ("text",)) as writer:
        writer.write(documents(5))
        writer.write(documents(0))
        writer.count("bytes", 7)
    part = writer.done()
    assert manifest.file_sha256(f"{tmp_path}/documents/p.parquet") == (part.bytes, part.sha256)
    assert (part.rows, part.ids, part.measures) == (5, 0 + 1 + 2 + 3 + 4, {"bytes": 7})


def test_equal_rows_are_equal_bytes(tmp_path: Path) -> None:
    parts = []
    for name in ("a", "b"):
        with table.PartWriter(str(tmp_path), f"{name}.parquet", DOCUMENT) as writer:
            writer.write(documents(9))
        parts.append(writer.done())
    assert parts[0].sha256 == parts[1].sha256


def test_bytes_do_not_depend_on_the_batches_in_which_rows_came(tmp_path: Path) -> None:
    whole = documents(20_000)
    digests = set()
    for step in (20_000, 4_096, 777):
        with table.PartWriter(str(tmp_path), f"{step}.parquet", DOCUMENT) as writer:
            for start in range(0, 20_000, step):
                writer.write(whole.slice(start, step))
        digests.add(writer.done().sha256)
    assert len(digests) == 1


def test_a_row_group_ends_when_its_text_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROW_GROUP_TEXT_BYTES", 3_000)
    with table.PartWriter(str(tmp_path), "p.parquet", DOCUMENT) as writer:
        writer.write(documents(10, 1_000))  # 3,000 bytes a row
    assert pq.ParquetFile(f"{tmp_path}/p.parquet").num_row_groups == 10


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), table.PartWriter(str(tmp_path), "p.parquet", DOCUMENT) as writer:
        writer.write(documents(3))
        raise RuntimeError("stop")
    assert storage.all_files(str(tmp_path)) == []
    with pytest.raises(RuntimeError, match="was not written"):
        writer.done()


def test_batches_are_bounded_by_rows_and_bytes(tmp_path: Path) -> None:
    with table.PartWriter(str(tmp_path), "p.parquet", DOCUMENT) as writer:
        writer.write(documents(40, 1000))
    batches = list(table.read_batches(f"{tmp_path}/p.parquet", ["id", "text"], rows=16, size=20_000))
    assert sum(batch.num_rows for batch in batches) == 40
    assert max(batch.num_rows for batch in batches) <= 8
    assert [row for batch in batches for row in batch.column("id").to_pylist()] == documents(40).column(
        "id"
    ).to_pylist()


def test_text_buffers_of_slices_nulls_and_large_strings() -> None:
    for kind in (pa.string(), pa.large_string()):
        column = pa.array(["가나", None, "", "다"], kind).slice(1)
        buffers = text_buffers(column)
        texts = [bytes(buffers.data[a:b]).decode() for a, b in zip(buffers.offsets, buffers.offsets[1:], strict=False)]
        assert texts == ["", "", "다"]
    assert len(text_buffers(pa.array([], pa.string()))) == 0


def test_cast_fills_missing_columns_and_refuses_unknown_ones() -> None:
    assert cast(pa.table({"text": ["가"]}), DOCUMENT).column("id").to_pylist() == [None]
    with pytest.raises(KeyError, match="txt"):
        cast(pa.table({"txt": ["가"]}), DOCUMENT)
