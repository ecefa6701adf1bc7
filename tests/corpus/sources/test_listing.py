"""Which files are read as what, how large ones are cut, and plain text files."""

from __future__ import annotations

import bz2
import gzip
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.html import read as read_html
from corpus.sources.listing import Slice, format_of, plan
from corpus.sources.text import read


def item(**changes: Any) -> InputConfig:
    return InputConfig(**{"name": "입력", "uri": "x", "rights": RightsBasis(basis="own"), "class_": "open", **changes})


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("a.jsonl", "jsonl"),
        ("a.ndjson.gz", "jsonl"),
        ("a.jsonl.bz2", "jsonl"),
        ("a.parquet", "parquet"),
        ("a.WARC.gz", "warc"),
        ("a.arc.gz", "warc"),
        ("a.htm", "html"),
        ("kowiki-20240301-pages-articles.xml.bz2", "mediawiki"),
        ("kowiki-20240301-pages-articles1.xml-p1p82407.bz2", "mediawiki"),
        ("NWRW1800000021.json", "modu"),
        ("소설.txt", "text"),
        ("a.txt.zst", "text"),
        ("NIKL_NEWSPAPER.zip", "archive"),
        ("a.tar", "archive"),
        ("a.tar.zst", "archive"),
        ("a.tgz", "archive"),
        ("README.txt", None),
        ("readme.ko.txt", None),
        ("LICENSE.txt", None),
        ("manifest.json", None),
        ("dataset_infos.json", None),
        ("kowiki-20240301-pages-articles-multistream-index.txt.bz2", None),
        ("a.md", None),
        ("a.hwp", None),
        ("a", None),
    ],
)
def test_the_suffix_names_the_reader(name: str, format_: str | None) -> None:
    assert format_of(f"/x/{name}") == format_


def test_dumps_are_cut_by_bytes_and_by_streams(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"x" * 1000)
    (tmp_path / "b.xml.bz2").write_bytes(bz2.compress(b"x") * 30)
    (tmp_path / "c.xml.gz").write_bytes(gzip.compress(bytes(range(256)) * 40, 0))
    tasks = plan(item(uri=str(tmp_path)), IngestConfig(split_bytes=400))
    pieces = sorted((piece for task in tasks for piece in task), key=lambda piece: (piece.file, piece.start))
    assert [(p.file, p.start, p.end) for p in pieces if p.file == "a.xml"] == [
        ("a.xml", 0, 400),
        ("a.xml", 400, 800),
        ("a.xml", 800, 1000),
    ]
    streams = [piece for piece in pieces if piece.file == "b.xml.bz2"]
    assert len(streams) > 5 and all(first.end == second.start for first, second in pairwise(streams))
    assert streams[-1].end == (tmp_path / "b.xml.bz2").stat().st_size
    assert [(p.start, p.end) for p in pieces if p.file == "c.xml.gz"] == [(0, None)]
    costs = [sum(piece.cost for piece in task) for task in tasks]
    assert costs == sorted(costs, reverse=True)


def test_a_set_format_reads_files_of_any_suffix_and_archives_of_it(tmp_path: Path) -> None:
    for name in ("a.md", "b.zip"):
        (tmp_path / name).write_bytes(b"x")
    pieces = [piece for task in plan(item(uri=str(tmp_path), format="text"), IngestConfig()) for piece in task]
    assert [(piece.file, piece.format, piece.member) for piece in pieces] == [
        ("a.md", "text", ""),
        ("b.zip", "archive", "text"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16", "utf-8-sig"])
def test_a_text_file_is_one_document_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    data = "첫 줄은 제목이 아니다.\n\n똠방각하".encode(encoding)
    for name, packed in (("a.txt", data), ("b.txt.gz", gzip.compress(data)), ("c.txt.bz2", bz2.compress(data))):
        (tmp_path / name).write_bytes(packed)
        (record,) = read(Slice(str(tmp_path / name), name, "text"), 1000)
        assert record.fields is not None and record.fields["text"] == "첫 줄은 제목이 아니다.\n\n똠방각하"
        assert "title" not in record.fields and (record.offset, record.size) == (0, len(data))


def test_a_key_is_the_same_for_a_name_of_macos_and_of_linux(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("<p>글".encode())
    for reader in (read, read_html):
        keys = set()
        for form in ("NFC", "NFD"):
            (record,) = reader(Slice(str(tmp_path / "a"), unicodedata.normalize(form, "글/한글.txt"), "text"), 1000)
            assert record.fields is not None
            keys.add(record.fields["key"])
        assert keys == {"글/한글.txt"}


def test_text_files_that_cannot_be_read_are_one_unit_each(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    cases = {
        "record.not_utf8": b"\xff\xfe\xff",
        "record.too_large": b"x" * 1001,
        "file.truncated": gzip.compress(b"x" * 99)[:-9],
    }
    for fault, data in cases.items():
        path.write_bytes(data)
        assert [record.fault for record in read(Slice(str(path), "a.txt", "text"), 1000)] == [fault]
    path.write_bytes(b"")
    (record,) = read(Slice(str(path), "a.txt", "text"), 1000)
    assert record.fields is not None and record.fields["text"] == ""


@given(st.binary(max_size=200))
def test_any_bytes_are_one_record_or_one_unit(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.txt"
    path.write_bytes(data)
    for reader in (read, read_html):
        (record,) = reader(Slice(str(path), "a.txt", "text"), 100)
        assert (record.fields is None) == bool(record.fault)
