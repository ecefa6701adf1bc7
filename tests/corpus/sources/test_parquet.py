"""Parquet: rows in row-group ranges; a damaged row group is one unit."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import Slice, plan
from corpus.sources.parquet import read


def table(rows: int) -> pa.Table:
    return pa.table(
        {
            "id": [f"문서-{n}" for n in range(rows)],
            "text": [f"말과 글을 모은다 {n} " * 20 for n in range(rows)],
            "date": [datetime.datetime(2024, 1, 1, n % 24, tzinfo=datetime.UTC) for n in range(rows)],
            "n": list(range(rows)),
        }
    )


def test_row_group_ranges_read_every_row_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(100), path, row_group_size=10)
    item = InputConfig(name="in", uri=str(path), rights=RightsBasis(basis="own"), class_="open")
    whole = list(read(Slice(str(path), "a.parquet", "parquet"), 1 << 20))
    for size in (1, 20_000, 1 << 20):
        tasks = plan(item, IngestConfig(split_bytes=size))
        parts = [record for task in tasks for piece in task for record in read(piece, 1 << 20)]
        assert sorted(parts, key=lambda record: record.offset) == whole
    assert [record.offset for record in whole] == list(range(100))
    assert whole[3].fields is not None and whole[3].fields["id"] == "문서-3"


def test_a_damaged_row_group_is_one_unit(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(100), path, row_group_size=10, compression="zstd")
    data = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(3).column(1)
    start = column.dictionary_page_offset or column.data_page_offset
    data[start + 2 : start + column.total_compressed_size] = b"\xff" * (column.total_compressed_size - 2)
    path.write_bytes(bytes(data))
    records = list(read(Slice(str(path), "a.parquet", "parquet"), 1 << 20))
    bad = [record for record in records if record.fault]
    assert [(record.fault, record.offset) for record in bad] == [("file.unreadable", 30)]
    assert len(records) == 91


@pytest.mark.parametrize(("keep", "fault"), [(-40, "file.truncated"), (3, "file.truncated")])
def test_a_truncated_file_is_one_unit(tmp_path: Path, keep: int, fault: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(10), path)
    path.write_bytes(path.read_bytes()[:keep])
    item = InputConfig(name="in", uri=str(path), rights=RightsBasis(basis="own"), class_="open")
    ((piece,),) = plan(item, IngestConfig())
    assert [record.fault for record in read(piece, 1 << 20)] == [fault]


def test_a_row_above_the_limit_is_quarantined_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["하나", "둘"], "text": ["가" * 1000, "나"]}), path)
    records = list(read(Slice(str(path), "a.parquet", "parquet"), 500))
    assert [record.fault for record in records] == ["record.too_large", ""]


def test_text_that_is_not_utf8_stays_bytes_for_the_charset_proof(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    cp949 = pa.array(["한글 문서".encode("cp949"), "한글".encode()], pa.binary())
    string = pa.StringArray.from_buffers(2, cp949.buffers()[1], cp949.buffers()[2])
    pq.write_table(pa.table({"text": string}), path)
    records = list(read(Slice(str(path), "a.parquet", "parquet"), 500))
    assert [record.fields and record.fields["text"] for record in records] == ["한글 문서".encode("cp949"), "한글"]
