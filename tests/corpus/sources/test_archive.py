"""Archives: members are read where they lie; what may not be read is one unit, and the next one is read."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import stat
import struct
import tarfile
import tracemalloc
import unicodedata
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources import zip_members
from corpus.sources.archive import read
from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import Slice, plan
from corpus.sources.raw import SKIPPED, RawRecord

LIMIT = 1 << 20
PAGE = "<html><body><p>말과 글을 모은다</p></body></html>".encode()
LINE = json.dumps({"id": "하나", "text": "말과 글"}, ensure_ascii=False).encode() + b"\n"
MODU = json.dumps({"id": "M1", "document": [{"id": "M1.1", "paragraph": [{"form": "모두의 말"}]}]}).encode()
TEXT = "옛날 옛적에".encode("cp949")


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: list[tuple[str, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in members:
            item = tarfile.TarInfo(name)
            item.size = len(data)
            archive.addfile(item, io.BytesIO(data))
    return buffer.getvalue()


def run(path: Path, data: bytes, *, member: str = "", limit: int = LIMIT) -> list[RawRecord]:
    path.write_bytes(data)
    return list(read(Slice(str(path), path.name, "archive", member=member), limit))


def seen(found: list[RawRecord]) -> list[tuple[str, str]]:
    return [(record.file, record.fault) for record in found]


MEMBERS = [
    ("글/a.html", PAGE),
    ("b.jsonl", LINE * 2),
    ("c.json", MODU),
    ("d.txt", TEXT),
    ("e.jsonl.gz", gzip.compress(LINE)),
]
PACKERS: dict[str, Any] = {
    "a.zip": zipped,
    "a.tar": tarred,
    "b.tar": lambda members: tarred(members, tarfile.GNU_FORMAT),
    "a.tar.gz": lambda members: gzip.compress(tarred(members)),
    "a.tar.bz2": lambda members: bz2.compress(tarred(members)),
    "a.tar.zst": lambda members: zstandard.compress(tarred(members)),
}


@pytest.mark.parametrize("name", PACKERS)
def test_every_format_is_read_in_every_archive(tmp_path: Path, name: str) -> None:
    found = run(tmp_path / name, PACKERS[name](MEMBERS))
    assert [(record.file.removeprefix(name), record.format, record.fault) for record in found] == [
        ("!글/a.html", "html", ""),
        ("!b.jsonl", "jsonl", ""),
        ("!b.jsonl", "jsonl", ""),
        ("!c.json", "modu", ""),
        ("!d.txt", "text", ""),
        ("!e.jsonl.gz", "jsonl", ""),
    ]
    assert found[0].fields is not None and found[0].fields["key"] == f"{name}!글/a.html"
    assert found[4].fields is not None and found[4].fields["text"] == "옛날 옛적에"
    assert [record.offset for record in found] == [0, 0, len(LINE), found[3].offset, 0, 0]


def test_formats_that_seek_are_held_in_memory(tmp_path: Path) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"], "text": ["가", "나"]}), table)
    page = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.kr/\r\nContent-Type: text/html\r\n"
    page += b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE + b"\r\n\r\n"
    found = run(tmp_path / "a.tar", tarred([("a.parquet", table.getvalue()), ("b.warc", page), ("c.parquet", b"no")]))
    assert seen(found) == [
        ("a.tar!a.parquet", ""),
        ("a.tar!a.parquet", ""),
        ("a.tar!b.warc", ""),
        ("a.tar!c.parquet", "file.truncated"),
    ]


def test_names_of_korean_windows_and_of_macos_are_decoded(tmp_path: Path) -> None:
    data = zipped([("XXXXXXXX.txt", "글".encode())]).replace(b"XXXXXXXX", "똠방각하".encode("cp949"))
    (record,) = run(tmp_path / "a.zip", data)
    assert (record.file, record.fields and record.fields["key"]) == ("a.zip!똠방각하.txt", "a.zip!똠방각하.txt")
    decomposed = unicodedata.normalize("NFD", "한글.txt")
    (record,) = run(tmp_path / "b.tar", tarred([(decomposed, "글".encode())]))
    assert record.fields is not None and record.fields["key"] == "b.tar!한글.txt"


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/etc/a.txt",
        "a/../../b.txt",
        "..\\a.txt",
        "C:\\a.txt",
        "c:/a.txt",
        "\\\\host\\a.txt",
        "a\n.txt",
        "a/..",
    ],
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, name: str, pack: Any) -> None:
    found = run(tmp_path / "a", pack([(name, b"x"), ("b.txt", b"y")]))
    assert [record.fault for record in found] == ["record.unsupported", ""]
    assert found[0].detail == "path that leaves its folder"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (
            ("a.txt", tarfile.SYMTYPE),
            ("b.txt", tarfile.LNKTYPE),
            ("c.txt", tarfile.CHRTYPE),
            ("d.txt", tarfile.FIFOTYPE),
        ):
            item = tarfile.TarInfo(name)
            item.type, item.linkname = kind, "/etc/passwd"
            archive.addfile(item)
        item = tarfile.TarInfo("e")
        item.type = tarfile.DIRTYPE
        archive.addfile(item)
    found = run(tmp_path / "a.tar", buffer.getvalue())
    assert [(record.fault, record.detail) for record in found] == [
        ("record.unsupported", "link in an archive"),
        ("record.unsupported", "link in an archive"),
        ("record.unsupported", "device in an archive"),
        ("record.unsupported", "device in an archive"),
        (SKIPPED, "folders"),
    ]
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert [record.detail for record in run(tmp_path / "a.zip", buffer.getvalue())] == ["link in an archive"]


def test_encrypted_nested_hidden_and_other_members(tmp_path: Path) -> None:
    data = bytearray(
        zipped(
            [
                ("a.txt", b"x"),
                ("b.zip", b"x"),
                ("c.tar.gz", b"x"),
                (".d.txt", b"x"),
                ("__MACOSX/e.txt", b"x"),
                ("f.hwp", b"x"),
                ("g.txt", b"y"),
            ]
        )
    )
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.index(mark) + (6 if mark[2] == 3 else 8)
        data[place] |= 1
    found = run(tmp_path / "a.zip", bytes(data))
    assert [(record.fault, record.detail) for record in found] == [
        ("record.unsupported", "encrypted in an archive"),
        ("record.unsupported", "archive in an archive"),
        ("record.unsupported", "archive in an archive"),
        (SKIPPED, "hidden members"),
        (SKIPPED, "hidden members"),
        (SKIPPED, "members of no known format"),
        ("", ""),
    ]


@pytest.mark.parametrize("pack", ["zip", "bz2", "zst"])
def test_a_member_that_expands_beyond_reason_is_one_unit(tmp_path: Path, pack: str) -> None:
    bomb = [("a.txt", b" " * 200_000_000), ("b.txt", b"y")]
    data = (
        zipped(bomb)
        if pack == "zip"
        else bz2.compress(tarred(bomb), 9)
        if pack == "bz2"
        else zstandard.compress(tarred(bomb), 19)
    )
    tracemalloc.start()
    found = run(tmp_path / "a", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0].fault == "record.too_large" and found[-1].file.endswith("b.txt")
    assert peak < 40_000_000


def test_a_directory_of_a_million_members_is_refused_before_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_members, "DIRECTORY_BYTES", 4000)
    members = [(f"{number:04}.txt", b"x") for number in range(200)]
    (unit,) = run(tmp_path / "a.zip", zipped(members))
    assert unit.fault == "file.unreadable" and unit.detail.startswith("more members than")


def test_damage_to_a_zip_member_costs_that_member(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.jsonl", LINE), ("b.txt", TEXT * 9), ("c.jsonl", LINE)], zipfile.ZIP_STORED))
    data[data.index(TEXT) + 3] ^= 0xFF
    assert seen(run(tmp_path / "a.zip", bytes(data))) == [
        ("a.zip!a.jsonl", ""),
        ("a.zip!b.txt", "file.unreadable"),
        ("a.zip!c.jsonl", ""),
    ]


def test_an_archive_without_its_directory_is_one_unit(tmp_path: Path) -> None:
    data = zipped([("a.txt", b"x" * 100)])
    assert [record.fault for record in run(tmp_path / "a.zip", data[:-30])] == ["file.truncated"]
    bad = bytearray(data)
    bad[data.index(b"PK\x01\x02") + 1] ^= 0xFF
    assert [record.fault for record in run(tmp_path / "a.zip", bytes(bad))] == ["file.unreadable"]


def test_a_damaged_tar_header_is_a_unit_up_to_the_next_one(tmp_path: Path) -> None:
    """Python's tarfile takes it for the end of the archive."""
    data = bytearray(tarred([("a.txt", b"x"), ("b.txt", b"y" * 600), ("c.txt", b"z")]))
    data[1024 + 130] ^= 0x01
    found = run(tmp_path / "a.tar", bytes(data))
    assert [(record.fault, record.size) for record in found] == [("", 1), ("record.malformed", 512 + 1024), ("", 1)]
    assert found[1].offset == 1024
    with tarfile.open(fileobj=io.BytesIO(bytes(data))) as archive:
        assert archive.getnames() == ["a.txt"]


@pytest.mark.parametrize("cut", [300, 1024, 1024 + 512 + 100])
def test_a_truncated_tar_ends_in_a_unit(tmp_path: Path, cut: int) -> None:
    data = tarred([("a.txt", b"x"), ("b.txt", b"y" * 600), ("c.txt", b"z")])
    assert [record.fault for record in run(tmp_path / "a.tar", data[:cut])][-1] == "file.truncated"
    assert [record.fault for record in run(tmp_path / "b.tar", gzip.compress(data)[:-40])][-1] == "file.truncated"


def test_long_names_are_read_and_endless_headers_refused(tmp_path: Path) -> None:
    name = "가" * 200 + ".txt"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        (record,) = run(tmp_path / "a.tar", tarred([(name, b"x")], form))
        assert record.file == f"a.tar!{name}"
    header = bytearray(tarred([("a.txt", b"")])[:512])
    header[124:136], header[156:157] = b"77777777777\0", b"L"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (unit,) = run(tmp_path / "b.tar", bytes(header) + b"x" * 4096)
    assert (unit.fault, unit.detail) == ("file.unreadable", "tar header above 1 MiB")


def test_a_set_format_reads_members_of_an_unknown_suffix(tmp_path: Path) -> None:
    found = run(tmp_path / "a.zip", zipped([("a.dat", LINE), ("b.jsonl", LINE), ("c.html", PAGE)]), member="jsonl")
    assert [(record.file, record.fault) for record in found] == [
        ("a.zip!a.dat", ""),
        ("a.zip!b.jsonl", ""),
        ("a.zip!c.html", SKIPPED),
    ]


def test_a_named_encoding_holds_for_members(tmp_path: Path) -> None:
    hanja = "大韓民國憲法 第一條"
    line = json.dumps({"text": hanja}, ensure_ascii=False)
    members = [(name, text.encode("cp949")) for name, text in (("a.txt", hanja), ("b.jsonl", line), ("c.html", hanja))]
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(members))
    assert [raw.fault for raw in read(Slice(str(path), path.name, "archive"), LIMIT)] == ["record.not_utf8"] * 3
    found = list(read(Slice(str(path), path.name, "archive", encoding="euc-kr"), LIMIT))
    assert [(raw.fields or {}).get("html" if raw.format == "html" else "text") for raw in found] == [hanja] * 3
    item = InputConfig(name="한자", uri=str(path), rights=RightsBasis(basis="own"), class_="open", encoding="euc-kr")
    assert {piece.encoding for task in plan(item, IngestConfig()) for piece in task} == {"euc-kr"}


def test_guides_in_a_delivered_corpus_are_skipped_and_counted(tmp_path: Path) -> None:
    corpus = json.dumps({"id": "말뭉치", "document": [{"id": "1", "paragraph": [{"form": "첫 문단이다."}]}]}).encode()
    members = [
        ("NXRW.json", corpus),
        ("말뭉치 안내.pdf", b"%PDF"),
        ("목록.XLSX", b"PK"),
        ("INDEX.JSON", corpus),
        ("a.zip", b"PK"),
    ]
    found = run(tmp_path / "a.zip", zipped(members), member="modu")
    assert [(raw.file.partition("!")[2], raw.format, raw.fault, raw.detail) for raw in found] == [
        ("NXRW.json", "modu", "", ""),
        ("말뭉치 안내.pdf", "", SKIPPED, "members of no known format"),
        ("목록.XLSX", "", SKIPPED, "members of no known format"),
        ("INDEX.JSON", "modu", "", ""),
        ("a.zip", "", "record.unsupported", "archive in an archive"),
    ]


def test_a_large_zip_is_cut_by_members(tmp_path: Path) -> None:
    path = tmp_path / "NIKL_신문.zip"
    path.write_bytes(zipped([(f"{number}.json", MODU + b" " * 1000) for number in range(20)]))
    item = InputConfig(name="모두", uri=str(path), rights=RightsBasis(basis="own"), class_="open", format="modu")
    tasks = plan(item, IngestConfig(split_bytes=4000))
    pieces = sorted((piece for task in tasks for piece in task), key=lambda piece: piece.start)
    assert [(piece.format, piece.member) for piece in pieces] == [("archive", "modu")] * len(pieces) and len(pieces) > 4
    assert all(first.end == second.start for first, second in pairwise(pieces))
    found = [record for piece in pieces for record in read(piece, LIMIT)]
    assert [record.file for record in found] == [f"NIKL_신문.zip!{number}.json" for number in range(20)]


@settings(max_examples=300)
@given(st.data())
def test_any_damage_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PACKERS)))
    content = bytearray(PACKERS[name](MEMBERS))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(content[: data.draw(st.integers(1, len(content)))])
    found = run(tmp_path_factory.mktemp("fuzz") / name, cut)
    assert found and all((record.fields is None) == bool(record.fault) for record in found)


def test_a_zip64_directory_size_that_lies_is_a_unit(tmp_path: Path) -> None:
    data = zipped([("a.txt", b"x")])
    end = data.rindex(b"PK\x05\x06")
    fake = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    (unit,) = run(tmp_path / "a.zip", data[:end] + fake + locator + data[end:])
    assert unit.fault == "file.unreadable"
