"""JSON lines: every fault is one quarantined unit with its place, and every other line is read."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.identity import bytes_digest
from corpus.sources.charset import codec
from corpus.sources.jsonl import read
from corpus.sources.lines import lines
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord

LIMIT = 1 << 20


def row(number: int, text: str = "말과 글을 모은다") -> bytes:
    return json.dumps({"id": f"문서-{number}", "text": f"{text} {number}"}, ensure_ascii=False).encode()


def whole(path: Path, limit: int = LIMIT) -> list[RawRecord]:
    return list(read(Slice(str(path), path.name, "jsonl"), limit))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


NAMED = [
    {"id": "하나", "text": "우리말 사전을 읽는다."},
    {"id": "大韓民國", "text": "책"},
    {"id": "3", "text": "plain"},
]


@pytest.mark.parametrize("label", ["euc-kr", "johab", "shift_jis"])
def test_lines_of_another_encoding_are_read_where_it_is_named(label: str, tmp_path: Path) -> None:
    rows = NAMED if label != "shift_jis" else [{"id": "言葉", "text": "日本語の文章です。"}]
    data = b"".join(json.dumps(row, ensure_ascii=False).encode(codec(label) or "") + b"\n" for row in rows)
    path = tmp_path / "a.jsonl"
    path.write_bytes(data + b'{"text": "\xff"}\n')
    *found, last = read(Slice(str(path), path.name, "jsonl", encoding=label), 1 << 20)
    assert [record.fields for record in found] == rows
    assert last.fault == "record.not_utf8"
    assert [(record.offset, record.digest) for record in found] == [
        (record.offset, record.digest) for record in list(read(Slice(str(path), path.name, "jsonl"), 1 << 20))[:-1]
    ]
    cuts = [Slice(str(path), path.name, "jsonl", at, at + 20, encoding=label) for at in range(0, len(data), 20)]
    assert [record.fields for cut in cuts for record in read(cut, 1 << 20) if record.fields] == rows


def test_a_line_of_utf_8_in_a_file_of_another_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(NAMED[0], ensure_ascii=False).encode() + b"\n")
    (record,) = read(Slice(str(path), path.name, "jsonl", encoding="euc-kr"), 1 << 20)
    assert record.fields == NAMED[0]


def test_plain_gzip_and_zstd_give_the_same_records(tmp_path: Path) -> None:
    data = b"\n".join([row(1), row(2, unicodedata.normalize("NFD", "한글")), row(3, "ㅋㅋㅋ 🙂 ᄊᆞ")]) + b"\n"
    plain = whole(write(tmp_path / "a.jsonl", data))
    assert [record.fields and record.fields["id"] for record in plain] == ["문서-1", "문서-2", "문서-3"]
    assert [record.offset for record in plain] == [0, len(row(1)) + 1, len(data) - len(row(3, "ㅋㅋㅋ 🙂 ᄊᆞ")) - 1]
    members = gzip.compress(data[:30]) + gzip.compress(data[30:])
    frames = zstandard.compress(data[:30]) + zstandard.compress(data[30:])
    assert whole(write(tmp_path / "a.jsonl.gz", members)) == plain
    assert whole(write(tmp_path / "a.jsonl.zst", frames)) == plain
    assert whole(write(tmp_path / "misnamed.jsonl", frames)) == plain


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([b"", b"{}", b'{"text": "\xea\xb0\x80"}', b"x" * 40, b" ", b"\r"]), max_size=12),
    st.integers(1, 60),
)
def test_byte_ranges_read_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], step: int
) -> None:
    data = b"\n".join(rows)
    path = write(tmp_path_factory.mktemp("ranges") / "a.jsonl", data)
    cuts = [*range(0, len(data), step), len(data)]
    parts = [
        record for start, end in pairwise(cuts) for record in read(Slice(str(path), "a.jsonl", "jsonl", start, end), 30)
    ]
    assert parts == whole(path, 30)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60).map(lambda b: b.replace(b"\x00", b"\n")), st.integers(1, 20), st.integers(1, 9))
def test_lines_are_the_split_whatever_the_blocks(data: bytes, limit: int, block: int) -> None:
    blocks = [data[start : start + block] for start in range(0, len(data), block)]
    found = list(lines(blocks, 0, limit))
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [(line.size, line.digest) for line in found] == [(len(part), bytes_digest(part)) for part in expected]
    assert [line.data for line in found] == [part if len(part) <= limit else None for part in expected]
    assert [line.offset for line in found] == [sum(len(p) + 1 for p in expected[:i]) for i in range(len(expected))]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (b'{"text": "\xff\xfe"}', "record.not_utf8"),
        ('{"text": "한글 문서"}'.encode("cp949"), "record.not_utf8"),
        (b'{"text": "\xed\xa0\x80"}', "record.not_utf8"),
        ('{"text": "닫히지 않는다'.encode(), "record.malformed"),
        ('["목록"]'.encode(), "record.malformed"),
        (b"null", "record.malformed"),
        (b"[" * 100_000, "record.malformed"),
        (b'{"n": ' + b"9" * 5000 + b"}", "record.malformed"),
        (b"\x00\x01\x02", "record.malformed"),
    ],
)
def test_a_bad_line_is_quarantined_alone(tmp_path: Path, bad: bytes, fault: str) -> None:
    path = write(tmp_path / "a.jsonl", row(1) + b"\n" + bad + b"\n" + row(2))
    first, second, third = whole(path)
    assert (first.fault, third.fault) == ("", "")
    assert (second.fault, second.offset, second.size) == (fault, len(row(1)) + 1, len(bad))
    assert second.digest == bytes_digest(bad)
    assert second.fields is None and "한글" not in second.detail and "목록" not in second.detail


def test_a_lone_surrogate_from_an_escape_is_no_fault(tmp_path: Path) -> None:
    (record,) = whole(write(tmp_path / "a.jsonl", b'{"text": "\\ud83d\\ude42 \\ud800 \xea\xb0\x80"}'))
    assert record.fields is not None and record.fields["text"] == "🙂 \ud800 가"


def test_blank_lines_crlf_and_a_byte_order_mark_are_no_records(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + row(1) + b"\r\n\r\n \n" + row(2) + b"\n\n")
    assert [record.fault for record in whole(path)] == ["", ""]


def test_a_bare_carriage_return_does_not_end_a_record(tmp_path: Path) -> None:
    (record,) = whole(write(tmp_path / "a.jsonl", '{"text":\r"한 줄"}'.encode()))
    assert record.fields == {"text": "한 줄"}


def test_a_line_of_100_megabytes_costs_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        stream.write(row(1) + b"\n" + b'{"text": "')
        for _ in range(100):
            stream.write("가".encode() * 333_334)
        stream.write(b'"}\n' + row(2) + b"\n")
    tracemalloc.start()
    records = whole(path, 10 * 1024 * 1024)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [record.fault for record in records] == ["", "record.too_large", ""]
    assert records[1].size == 10 + 100 * 333_334 * 3 + 2
    assert peak < 40_000_000


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_truncated_file_gives_what_is_readable_and_one_unit(tmp_path: Path, suffix: str) -> None:
    data = b"".join(
        row(number, "아주 다른 글 " + bytes_digest(bytes([number % 256])).hex()) + b"\n" for number in range(4000)
    )
    packed = gzip.compress(data) if suffix == "gz" else zstandard.compress(data)
    records = whole(write(tmp_path / f"a.jsonl.{suffix}", packed[: len(packed) * 3 // 4]))
    *good, unit = records
    assert len(good) > 1000 and all(record.fields is not None for record in good)
    assert unit.fault == "file.truncated"
    assert unit.offset == good[-1].offset + good[-1].size + 1


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_damaged_file_gives_what_is_readable_and_one_unit(tmp_path: Path, suffix: str) -> None:
    data = row(1) + b"\n" + row(2) + b"\n"
    packed = gzip.compress(data) if suffix == "gz" else zstandard.ZstdCompressor(write_checksum=True).compress(data)
    bad = bytearray(packed + packed)
    bad[len(packed) + 12] ^= 0xFF
    *good, unit = whole(write(tmp_path / f"a.jsonl.{suffix}", bytes(bad)))
    assert len(good) >= 2 and all(record.fields is not None for record in good)
    assert unit.fault == "file.unreadable"


def test_bytes_behind_the_last_gzip_member_are_not_lost_silently(tmp_path: Path) -> None:
    packed = gzip.compress(row(1) + b"\n")
    assert [record.fault for record in whole(write(tmp_path / "a.gz", packed + b"\0" * 600))] == [""]
    assert [record.fault for record in whole(write(tmp_path / "b.gz", packed + b"trailer"))] == ["", "file.unreadable"]


def test_an_empty_file_has_no_record_and_a_missing_one_is_an_input_error(tmp_path: Path) -> None:
    assert whole(write(tmp_path / "a.jsonl", b"")) == []
    with pytest.raises(InputError):
        whole(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (b'{"a": "\\ud83d\\ude00 \\ud55c\\uae00 \\/"}', {"a": "\U0001f600 한글 /"}),
        (b'{"a": "\\ud83d", "b": Infinity, "c": 1e400}', {"a": "\ud83d", "b": float("inf"), "c": float("inf")}),
        (b'{"a": 18446744073709551616, "b": -0, "c": 1.0}', {"a": 18446744073709551616, "b": 0, "c": 1.0}),
        (b'{"a": "first", "a": "last"}', {"a": "last"}),
        (b' \t{"a": 1} \r', {"a": 1}),
    ],
)
def test_json_is_read_as_the_standard_library_reads_it(
    tmp_path: Path, written: bytes, found: dict[str, object]
) -> None:
    (record,) = whole(write(tmp_path / "a.jsonl", written))
    assert record.fields == found == json.loads(written)
    assert {name: type(item) for name, item in (record.fields or {}).items()} == {n: type(i) for n, i in found.items()}


_JSON = [b'{"text": "', "가나 한글".encode(), b'"', b"}", b"{", b"[", b"]", b",", b":", b"\\", b"\\u00e9", b"\\ud800", b"1", b"-", b"0", b"e5",
         b".", b"null", b"NaN", b" ", b"\x01", b"\xff", b"\xed\xa0\x80", b'{"a": 1}', b"9" * 25]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_JSON), max_size=12).map(b"".join))
def test_no_line_is_read_otherwise_than_by_the_standard_library(
    tmp_path_factory: pytest.TempPathFactory, line: bytes
) -> None:
    records = whole(write(tmp_path_factory.mktemp("json") / "a.jsonl", line))
    if not line.strip():
        assert records == []
        return
    try:
        fields = json.loads(line.decode())
    except (ValueError, RecursionError):
        assert records[0].fault in ("record.malformed", "record.not_utf8")
        return
    assert repr(records[0].fields) == repr(fields if isinstance(fields, dict) else None)
