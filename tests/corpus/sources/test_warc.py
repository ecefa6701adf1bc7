"""WARC: pages are read, damage costs one record, and nothing of a file goes unaccounted."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import pytest
import zstandard

from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from corpus.sources.warc import read

LIMIT = 1 << 20
PAGE = "<html><head><title>제목</title></head><body><p>말과 글 {}</p></body></html>"


def record(
    number: int,
    body: bytes | None = None,
    *,
    kind: str = "response",
    status: str = "200 OK",
    http: str = "Content-Type: text/html; charset=utf-8",
    extra: str = "",
    length: int | None = None,
) -> bytes:
    content = PAGE.format(number).encode() if body is None else body
    block = f"HTTP/1.1 {status}\r\n{http}\r\n\r\n".encode() + content if kind != "resource" else content
    type_ = "text/html" if kind == "resource" else f"application/http; msgtype={kind}"
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://예.kr/{number}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Date: 2024-03-01T00:00:0{number}Z\r\nContent-Type: {type_}\r\n{extra}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def run(path: Path, data: bytes, limit: int = LIMIT) -> list[RawRecord]:
    path.write_bytes(data)
    return list(read(Slice(str(path), path.name, "warc"), limit))


def faults(records: list[RawRecord]) -> list[str]:
    return [found.fault for found in records]


def pack(rows: list[bytes], how: str) -> list[bytes]:
    if how == "gzip":
        return [gzip.compress(row) for row in rows]
    if how == "zstd":
        return [zstandard.ZstdCompressor(write_checksum=True).compress(row) for row in rows]
    return rows


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_pages_come_with_their_place_and_fields(tmp_path: Path, how: str) -> None:
    packed = pack([record(1), record(2, kind="resource"), record(3)], how)
    found = run(tmp_path / "a.warc", b"".join(packed))
    assert faults(found) == ["", "", ""]
    assert [item.offset for item in found] == [0, len(packed[0]), len(packed[0]) + len(packed[1])]
    fields = found[0].fields
    assert fields is not None
    assert (fields["key"], fields["host"], fields["fetched_at"]) == ("https://예.kr/1", "예.kr", "2024-03-01T00:00:01Z")
    assert "말과 글 1" in fields["html"]


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_flipped_byte_costs_one_record(tmp_path: Path, how: str, place: int) -> None:
    packed = pack([record(1), record(2), record(3)], how)
    data = bytearray(b"".join(packed))
    start = sum(map(len, packed[:place]))
    data[start + len(packed[place]) // 2] ^= 0xFF
    found = run(tmp_path / "a.warc.gz", bytes(data))
    expected = ["", "", ""]
    expected[place] = "record.malformed"
    assert faults(found) == expected
    assert (found[place].offset, found[place].size) == (start, len(packed[place]))


def test_a_damaged_version_line_of_a_plain_file_costs_one_record(tmp_path: Path) -> None:
    rows = [record(1), record(2), record(3)]
    data = bytearray(b"".join(rows))
    data[len(rows[0]) + 2] ^= 0xFF
    found = run(tmp_path / "a.warc", bytes(data))
    assert faults(found) == ["", "record.malformed", ""]
    assert found[1].offset == len(rows[0]) and found[1].size == len(rows[1])


@pytest.mark.parametrize("shift", [-7, 9])
def test_a_wrong_content_length_costs_one_record(tmp_path: Path, shift: int) -> None:
    length = len("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n") + len(PAGE.format(2).encode())
    found = run(tmp_path / "a.warc", record(1) + record(2, length=length + shift) + record(3))
    assert faults(found) == ["", "record.malformed", ""]


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_a_truncated_file_ends_in_one_unit(tmp_path: Path, how: str) -> None:
    data = b"".join(pack([record(1), record(2), record(3)], how))
    assert faults(run(tmp_path / "a.warc", data[:-20])) == ["", "", "file.truncated"]


def test_a_file_in_one_gzip_member_is_read(tmp_path: Path) -> None:
    data = gzip.compress(record(1) + record(2) + record(3))
    found = run(tmp_path / "a.warc.gz", data)
    assert faults(found) == ["", "", ""]
    assert len({item.offset for item in found}) == 3
    assert faults(run(tmp_path / "b.warc.gz", data[:-12]))[-1] == "file.truncated"


def test_a_block_digest_that_differs_is_a_fault(tmp_path: Path) -> None:
    block = record(1).split(b"\r\n\r\n", 1)[1][:-4]
    right = base64.b32encode(hashlib.sha1(block).digest()).decode()
    good = record(1, extra=f"WARC-Block-Digest: sha1:{right}\r\n")
    bad = record(1, extra=f"WARC-Block-Digest: sha1:{'A' * 32}\r\n")
    assert faults(run(tmp_path / "a.warc", good + bad)) == ["", "record.malformed"]


def test_encodings_are_proven_not_believed(tmp_path: Path) -> None:
    cp949 = PAGE.format("뷁 똠방각하").encode("cp949")
    utf8 = PAGE.format("뷁 똠방각하").encode()
    rows = [
        record(1, cp949, http="Content-Type: text/html; charset=euc-kr"),
        record(2, cp949, http="Content-Type: text/html; charset=utf-8"),
        record(3, cp949, http="Content-Type: text/html"),
        record(4, utf8, http="Content-Type: text/html; charset=euc-kr"),
        record(5, gzip.compress(utf8), http="Content-Type: text/html\r\nContent-Encoding: gzip"),
        record(
            6,
            b"4\r\n\xea\xb0\x80\xeb\r\n2\r\n\x82\x98\r\n0\r\n\r\n",
            http="Content-Type: text/html\r\nTransfer-Encoding: chunked",
        ),
    ]
    found = run(tmp_path / "a.warc", b"".join(rows))
    pages = [item.fields["html"] if item.fields else item.fault for item in found]
    assert pages[:5] == [PAGE.format("뷁 똠방각하")] * 5
    assert pages[5] == "가나"


def test_what_is_no_page_is_skipped_or_quarantined_but_counted(tmp_path: Path) -> None:
    rows = [
        record(1, kind="request"),
        record(2, status="404 Not Found"),
        record(3, status="301 Moved Permanently"),
        record(4, b"\x89PNG", http="Content-Type: image/png"),
        record(5, b"<html>\xff\xfe\xff</html>"),
        record(6, b"x" * (LIMIT + 1)),
        record(7, gzip.compress(b"x" * (LIMIT + 1)), http="Content-Type: text/html\r\nContent-Encoding: gzip"),
    ]
    found = run(tmp_path / "a.warc.gz", b"".join(pack(rows, "gzip")))
    assert [(item.fault, item.detail) for item in found[:3]] == [
        (SKIPPED, "request"),
        (SKIPPED, "status 404"),
        (SKIPPED, "status 301"),
    ]
    assert (found[3].fault, found[3].detail) == (SKIPPED, "images, sound, video and fonts")
    assert faults(found[4:]) == ["record.not_utf8", "record.too_large", "record.too_large"]


def test_a_file_that_is_no_warc_is_one_unit(tmp_path: Path) -> None:
    assert faults(run(tmp_path / "a.warc", "이것은 WARC가 아니다".encode())) == ["record.malformed"]
    assert faults(run(tmp_path / "b.warc", b"\x04\x22\x4d\x18" + b"\0" * 40)) == ["file.unreadable"]
    assert run(tmp_path / "c.warc", b"") == []


def test_every_page_of_the_korean_file_is_read_in_its_true_encoding(shared_data: Path) -> None:
    path = shared_data / "raw" / "warc_ko" / "ko_pages_dev.warc.gz"
    found = list(read(Slice(str(path), path.name, "warc"), 10 << 20))
    charsets = [item.fields["charset"] for item in found if item.fields]
    assert (charsets.count("utf-8"), charsets.count("cp949")) == (181, 146)
    assert {item.detail for item in found if not item.fields} == {
        "warcinfo",
        "revisit",
        "status 301",
        "status 404",
        "status 503",
    }
