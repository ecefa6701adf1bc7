"""Shard formats: golden bytes, ids and texts as they came, whatever the batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import GateError
from corpus.manifest import file_sha256
from serializer.formats.jsonl import JsonlWriter
from serializer.formats.megatron import MegatronReader, MegatronWriter, dtype_code
from serializer.formats.output import TokenBatch
from serializer.formats.parquet import ParquetWriter

END = 0


def tokens(*documents: list[int]) -> TokenBatch:
    starts = np.concatenate([[0], np.cumsum([len(document) for document in documents])]).astype(np.int64)
    return TokenBatch.of(np.array([number for document in documents for number in document], np.uint32), starts, END)


def rows(*texts: str) -> pa.RecordBatch:
    count = len(texts)
    return pa.RecordBatch.from_pydict(
        {
            "id": pa.array([bytes([number]) * 16 for number in range(count)], pa.binary()),
            "copy": pa.array([0] * count, pa.int32()),
            "kind": pa.array(["blog"] * count, pa.string()),
            "source": pa.array(["블로그"] * count, pa.string()),
            "url": pa.array([None] * count, pa.string()),
            "title": pa.array(["제목"] * count, pa.string()),
            "license": pa.array(["CC-BY-4.0"] * count, pa.string()),
            "text": pa.array(texts, pa.string()),
            "tokens": pa.array([len(text) + 1 for text in texts], pa.int32()),
        }
    )


def megatron(
    folder: Path, batches: list[TokenBatch], vocabulary_size: int, name: str = "shard-00000"
) -> MegatronReader:
    with MegatronWriter(str(folder), name, vocabulary_size) as writer:
        for batch in batches:
            writer.write(rows(*[""] * len(batch.lengths)), batch)
    for part in writer.done():
        assert (part.bytes, part.sha256) == file_sha256(str(folder / part.name))
    return MegatronReader(str(folder), name)


def test_the_end_of_document_follows_every_document() -> None:
    batch = tokens([7, 8], [], [9])
    assert batch.ids.tolist() == [7, 8, END, END, 9, END]
    assert batch.lengths.tolist() == [3, 1, 2]
    assert tokens().ids.tolist() == []


def test_megatron_files_have_the_published_layout_byte_for_byte(tmp_path: Path) -> None:
    megatron(tmp_path, [tokens([258, 3]), tokens([])], 32_000)
    assert (tmp_path / "shard-00000.bin").read_bytes().hex() == "0201030000000000"
    assert (tmp_path / "shard-00000.idx").read_bytes().hex() == (
        "4d4d494449445800" "00"  # MMIDIDX and two zeros
        "0100000000000000"  # version 1
        "08"  # uint16
        "0200000000000000"  # two sequences
        "0300000000000000"  # three document boundaries
        "03000000" "01000000"  # lengths in tokens
        "0000000000000000" "0600000000000000"  # offsets in bytes
        "0000000000000000" "0100000000000000" "0200000000000000"  # boundaries
    )  # fmt: skip


def test_a_large_vocabulary_is_written_as_int32(tmp_path: Path) -> None:
    shard = megatron(tmp_path, [tokens([65_536])], 65_537)
    assert (tmp_path / "shard-00000.bin").read_bytes().hex() == "0000010000000000"
    assert (tmp_path / "shard-00000.idx").read_bytes()[17] == 4
    assert shard[0].tolist() == [65_536, END]


@pytest.mark.parametrize(("size", "code"), [(1, 8), (65_536, 8), (65_537, 4), (200_000, 4)])
def test_ids_take_16_bits_where_all_of_the_vocabulary_fits(size: int, code: int) -> None:
    assert dtype_code(size) == code


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 65_535), max_size=20), max_size=12),
    st.integers(1, 5),
    st.sampled_from([1 << 16, 1 << 20]),
)
def test_what_is_written_is_read_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[int]], step: int, size: int
) -> None:
    folder = tmp_path_factory.mktemp("shard")
    batches = [tokens(*documents[start : start + step]) for start in range(0, len(documents), step)]
    shard = megatron(folder, batches, size)
    expected = [[*document, END] for document in documents]
    assert [item.tolist() for item in shard] == expected
    assert [shard[index].tolist() for index in range(len(shard))] == expected
    assert shard.tokens == sum(len(document) for document in expected)


def test_nothing_appears_when_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), MegatronWriter(str(tmp_path), "shard-00000", 400) as writer:
        writer.write(rows("가"), tokens([1]))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_documents_without_their_tokens_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 documents"), MegatronWriter(str(tmp_path), "shard-00000", 400) as writer:
        writer.write(rows("가", "나"), tokens([1]))


@pytest.mark.parametrize("place", [0, 9, 17, 18, 26, 34, 50, -1])
def test_a_flipped_bit_in_the_index_is_seen(tmp_path: Path, place: int) -> None:
    megatron(tmp_path, [tokens([1, 2], [3])], 400)
    data = bytearray((tmp_path / "shard-00000.idx").read_bytes())
    data[place] ^= 1
    (tmp_path / "shard-00000.idx").write_bytes(data)
    with pytest.raises(GateError):
        MegatronReader(str(tmp_path), "shard-00000")


def test_a_data_file_cut_short_is_seen(tmp_path: Path) -> None:
    megatron(tmp_path, [tokens([1, 2])], 400)
    (tmp_path / "shard-00000.bin").write_bytes(b"\x01\x00")
    with pytest.raises(GateError, match="3 tokens"):
        MegatronReader(str(tmp_path), "shard-00000")


def test_parquet_holds_text_and_ids_side_by_side(tmp_path: Path) -> None:
    with ParquetWriter(str(tmp_path), "shard-00000", 400) as writer:
        writer.write(rows("한글", ""), tokens([5, 6], []))
        writer.write(rows("👩‍👩‍👧"), tokens([7]))
    part = writer.done()[0]
    table = pq.read_table(tmp_path / part.name)
    assert table.column("text").to_pylist() == ["한글", "", "👩‍👩‍👧"]
    assert table.column("input_ids").to_pylist() == [[5, 6, END], [END], [7, END]]
    assert (part.bytes, part.sha256) == file_sha256(str(tmp_path / part.name))


def test_jsonl_writes_hangul_as_it_is_and_one_line_a_document(tmp_path: Path) -> None:
    texts = ("한글\n둘째 줄", "줄\u2028나눔\r\t", "")
    with JsonlWriter(str(tmp_path), "shard-00000", 400) as writer:
        writer.write(rows(*texts), None)
    data = (tmp_path / writer.done()[0].name).read_bytes()
    assert "한글".encode() in data and b"\\ud55c" not in data
    lines = data.decode().split("\n")
    assert [json.loads(line)["text"] for line in lines[:-1]] == list(texts) and lines[-1] == ""
    assert lines[2] == (
        '{"id":"02020202020202020202020202020202","copy":0,"kind":"blog","source":"블로그","url":null,'
        '"title":"제목","license":"CC-BY-4.0","text":"","tokens":1}'
    )
