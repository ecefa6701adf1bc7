"""WARC: pages are read, damage costs one record, and nothing of a file goes unaccounted."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path

import brotli
import pytest
import zstandard
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st

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
        return [gzip.compress(row, mtime=0) for row in rows]
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
        record(5, gzip.compress(utf8, mtime=0), http="Content-Type: text/html\r\nContent-Encoding: gzip"),
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
        record(7, gzip.compress(b"x" * (LIMIT + 1), mtime=0), http="Content-Type: text/html\r\nContent-Encoding: gzip"),
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


def digest(data: bytes, algorithm: str = "sha1", form: str = "base32") -> str:
    found = hashlib.new(algorithm, data)
    return found.hexdigest() if form == "hex" else base64.b32encode(found.digest()).decode()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5", "sha512"])
@pytest.mark.parametrize("form", ["base32", "hex"])
def test_payload_and_block_digests_are_checked(tmp_path: Path, algorithm: str, form: str) -> None:
    block = record(1).split(b"\r\n\r\n", 1)[1][:-4]
    body = block.split(b"\r\n\r\n", 1)[1]
    for name, data in (("Block", block), ("Payload", body)):
        good = f"WARC-{name}-Digest: {algorithm}:{digest(data, algorithm, form)}\r\n"
        bad = f"WARC-{name}-Digest: {algorithm}:{digest(data + b'x', algorithm, form)}\r\n"
        found = run(tmp_path / "a.warc", record(1, extra=good) + record(1, extra=bad))
        assert [(item.fault, item.detail) for item in found] == [
            ("", ""),
            ("record.malformed", f"{name.lower()} digest differs"),
        ]


def test_a_payload_is_proven_by_the_digest_of_its_block(tmp_path: Path) -> None:
    """Of the same bytes two digests prove what one does; a writer's slip in the second costs no page."""
    block = record(1).split(b"\r\n\r\n", 1)[1][:-4]
    slip = f"WARC-Payload-Digest: sha1:{digest(b'x')}\r\n"
    good, bad = (f"WARC-Block-Digest: sha1:{digest(data)}\r\n" for data in (block, block + b"x"))
    found = run(tmp_path / "a.warc", record(1, extra=good + slip) + record(1, extra=bad + slip))
    assert [item.detail for item in found] == ["", "block digest differs"]


def test_a_payload_digest_may_be_of_the_body_in_any_of_its_codings(tmp_path: Path) -> None:
    body = PAGE.format("글").encode()
    packed = gzip.compress(body, mtime=0)
    sent = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    http = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip"
    rows = [
        record(1, sent, http=http, extra=f"WARC-Payload-Digest: sha1:{digest(data)}\r\n")
        for data in (sent, packed, body, b"x")
    ]
    assert faults(run(tmp_path / "a.warc", b"".join(rows))) == ["", "", "", "record.malformed"]


@pytest.mark.parametrize(
    ("extra", "http", "body", "cut"),
    [
        ("WARC-Truncated: length\r\n", "Content-Type: text/html", "<p>한".encode()[:-1], "length"),
        ("", "Content-Type: text/html\r\nContent-Length: 100", "<p>한글".encode()[:-2], "content-length"),
        ("", "Content-Type: text/html\r\nTransfer-Encoding: chunked", b"ff\r\n<p>\xed\x95\x9c", "chunks"),
        ("", "Content-Type: text/html\r\nContent-Encoding: gzip", gzip.compress(b"<p>" + "한글".encode(), mtime=0)[:-9], "content-coding"),
        ("", "Content-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 9999", b"<p>decoded", None),
    ],
)  # fmt: skip
def test_a_body_that_was_cut_is_read_and_says_so(
    tmp_path: Path, extra: str, http: str, body: bytes, cut: str | None
) -> None:
    (found,) = run(tmp_path / "a.warc", record(1, body, http=http, extra=extra))
    assert found.fields is not None and found.fields["html"].startswith("<p>")
    assert found.fields.get("truncated") == cut


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "br", "zstd", "gzip, br"])
def test_bodies_in_every_coding_are_decoded_and_capped(tmp_path: Path, coding: str) -> None:
    def pack(data: bytes) -> bytes:
        raw = zlib.compressobj(9, zlib.DEFLATED, -15)
        return {
            "gzip": gzip.compress(data, mtime=0),
            "deflate": zlib.compress(data),
            "raw deflate": raw.compress(data) + raw.flush(),
            "br": brotli.compress(data, quality=5),
            "zstd": zstandard.compress(data),
            "gzip, br": brotli.compress(gzip.compress(data, mtime=0), quality=5),
        }[coding]

    http = f"Content-Type: text/html\r\nContent-Encoding: {coding.removeprefix('raw ')}"
    page = PAGE.format("글").encode()
    rows = [record(1, pack(page), http=http), record(2, pack(b" " * 50_000_000), http=http), record(3, page, http=http)]
    tracemalloc.start()
    found = run(tmp_path / "a.warc", b"".join(rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0].fields is not None and found[0].fields["html"] == PAGE.format("글")
    assert found[1].fault == "record.too_large"
    assert found[2].fault == "", "a body that was stored decoded"
    assert peak < 60_000_000


def test_a_page_without_an_address_has_no_provenance_and_segments_are_refused(tmp_path: Path) -> None:
    nameless = record(1).replace("WARC-Target-URI: https://예.kr/1\r\n".encode(), b"")
    segment = record(2, extra="WARC-Segment-Number: 1\r\n")
    arc = b"filedesc://a.arc 0.0.0.0 20140301000000 text/plain 76\n1 0 x\n"
    assert faults(run(tmp_path / "a.warc", nameless + segment)) == ["record.no_provenance", "record.unsupported"]
    assert faults(run(tmp_path / "a.arc", arc)) == faults(run(tmp_path / "a.arc.gz", gzip.compress(arc, mtime=0)))
    assert faults(run(tmp_path / "a.arc", arc)) == ["record.unsupported"]


def test_the_servers_address_is_no_metadata(tmp_path: Path) -> None:
    (found,) = run(tmp_path / "a.warc", record(1, extra="WARC-IP-Address: 192.0.2.7\r\n"))
    assert found.fields is not None and "192.0.2.7" not in map(str, found.fields.values())


def test_damage_inside_one_member_costs_one_record(tmp_path: Path) -> None:
    length = len(record(2).split(b"\r\n\r\n", 1)[1]) - 4
    for bad in (
        record(2, length=length + 9),
        record(2, length=length - 9),
        record(2).replace(b"WARC/1.1", b"WARC?1.1"),
    ):
        found = run(tmp_path / "a.warc.gz", gzip.compress(record(1) + bad + record(3)))
        assert faults(found) == ["", "record.malformed", ""]
        assert found[1].offset == len(record(1)) and found[2].offset == len(record(1)) + len(bad)


@settings(max_examples=300)
@given(st.data())
def test_any_damage_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    packed = pack(
        [record(1), record(2, kind="request"), record(3)], data.draw(st.sampled_from(["plain", "gzip", "zstd"]))
    )
    content = bytearray(b"".join(packed))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(content[: data.draw(st.integers(1, len(content)))])
    found = run(tmp_path_factory.mktemp("fuzz") / "a.warc", cut)
    assert all((item.fields is None) == bool(item.fault) for item in found)
    assert found or not cut.strip(b"\r\n")
    assert len({item.offset for item in found}) == len(found)


# Records that the files of raw/warc hold by their manifest, where ours differ from what warcio counts: it
# gives up files in one gzip member and after wrong chunks, knows no lz4, and reads ARC.
OURS = {
    "warcio__example-bad-non-chunked.warc.gz": 6,
    "warcio__example-bad.warc.gz.bad": 6,
    "warcio__example-wrong-chunks.warc.gz": 3,
    "warc__test.warc.gz": 10,
    "chatnoir-resiliparse__block-sized-records.warc.lz4": 1,
    "chatnoir-resiliparse__warcfile.warc.lz4": 1,
    "warcio__bad.arc": 1,
    "warcio__example.arc": 1,
    "warcio__example.arc.gz": 1,
    "warcio__example-space-in-url.arc": 1,
}


def test_every_record_of_the_files_of_other_tools_is_accounted_for(shared_data: Path) -> None:
    folder = shared_data / "raw" / "warc"
    files = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    assert len(files) == 31
    for entry in files:
        name = entry["file"]
        found = list(read(Slice(str(folder / name), name, "warc"), 10 << 20))
        assert len(found) == OURS.get(name, sum(entry["records_by_warcio"].values())), name
        if name.endswith((".arc", ".arc.gz", ".lz4")):
            assert found[0].detail.endswith(("convert it to WARC", "write it anew as gzip"))
        if name not in OURS:
            skipped = Counter(item.detail for item in found if item.fault == SKIPPED)
            for kind in ("request", "metadata", "revisit", "warcinfo"):
                assert skipped[kind] == entry["records_by_warcio"].get(kind, 0), name


def test_pages_are_those_of_the_second_reader(shared_data: Path) -> None:
    """FastWARC's records with status 200 and a page's type, by their payloads."""
    for name in ("chatnoir-resiliparse__warcfile.warc.gz", "aut__example.warc.gz", "aut__issue-493.warc"):
        path = shared_data / "raw" / "warc" / name
        ours = [item for item in read(Slice(str(path), name, "warc"), 10 << 20) if item.fields]
        theirs = []
        with path.open("rb") as stream:
            for item in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
                type_ = (item.http_content_type or "").lower()
                if item.http_headers and item.http_headers.status_code == 200 and type_ in ("text/html", "text/plain"):
                    theirs.append(item.headers["WARC-Record-ID"])
        unproven = [item for item in read(Slice(str(path), name, "warc"), 10 << 20) if item.fault == "record.not_utf8"]
        assert len(ours) + len(unproven) == len(theirs)
        assert {item.fields["record_id"] for item in ours if item.fields} <= set(theirs)


def test_the_truth_of_the_korean_file(shared_data: Path) -> None:
    folder = shared_data / "raw" / "warc_ko"
    found = list(read(Slice(str(folder / "ko_pages_dev.warc.gz"), "k", "warc"), 10 << 20))
    pages = {item.fields["record_id"].strip("<>"): item.fields for item in found if item.fields}
    with (folder / "ko_pages_dev.truth.jsonl.zst").open("rb") as stream:
        truth = [json.loads(line) for line in zstandard.ZstdDecompressor().stream_reader(stream).read().splitlines()]
    expected = {row["record_id"].strip("<>"): row for row in truth if row["kind"] == "page"}
    assert len(expected) == 327 and set(pages) == set(expected)
    for name, row in expected.items():
        first = "".join((row["expect_text"] or "").split("\n")[0].split())[:12]
        page = "".join(html.unescape(re.sub(r"<[^>]*>", "", pages[name]["html"])).split())
        assert first in page, row["variant"]
        korean = row["true_encoding"].lower() in ("euc-kr", "cp949")
        assert pages[name]["charset"] == ("cp949" if korean else "utf-8"), row["variant"]
