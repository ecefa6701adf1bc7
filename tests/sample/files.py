"""Writes records in the formats that the sample shows: JSON lines, Parquet, WARC, HTML; and damages some."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.sample.kinds import Record
from tests.sample.text import Draw, Writer

FIELDS = ("id", "url", "title", "text", "date", "license")


def line(record: Record) -> bytes:
    """One JSON line, Hangul as it is."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_lines(path: Path, lines: Sequence[bytes]) -> None:
    """JSON lines; the suffix says the compression."""
    data = b"".join(lines)
    if path.suffix == ".gz":
        data = gzip.compress(data, 9, mtime=0)
    elif path.suffix == ".zst":
        data = zstandard.ZstdCompressor(level=19).compress(data)
    path.write_bytes(data)


def write_truncated(path: Path, lines: Sequence[bytes]) -> None:
    """A gzip file that ends inside its last line, as an interrupted download leaves it.

    Every line but the last is flushed whole, so that readers of any buffer size see the same ones.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b""
    for item in lines[:-1]:
        data += packer.compress(item) + packer.flush(zlib.Z_FULL_FLUSH)
    data += packer.compress(lines[-1]) + packer.flush(zlib.Z_FULL_FLUSH)
    path.write_bytes(data[:4] + bytes(4) + data[8:-150])


def write_parquet(path: Path, records: Sequence[Record]) -> None:
    """Plain string columns."""
    schema = pa.schema([(name, pa.string()) for name in FIELDS])
    table = pa.Table.from_pylist([{name: item.get(name) for name in FIELDS} for item in records], schema)
    pq.write_table(table, path, compression="zstd", compression_level=19, row_group_size=512)


def page(key: str, charset: str = "utf-8") -> tuple[str, bytes]:
    """(title, bytes) of a web page: navigation, an article with headings, list and table, a footer."""
    writer = Writer(key, "formal")
    title = f"{writer.fixed['S']} 안내"
    sections = "".join(
        f"<h2>{html.escape(heading)}</h2>\n"
        + "".join(f"<p>{html.escape(writer.paragraph('experience', 3, 5))}</p>\n" for _ in range(2))
        for heading in writer.lines("blog_heading", 3)
    )
    items = "".join(f"<li>{html.escape(item)}</li>" for item in writer.lines("blog_item", 4))
    cells = "".join(
        f"<tr><td>{html.escape(writer.sentence('{thing}'))}</td><td>{writer.sentence('{num}원')}</td></tr>"
        for _ in range(3)
    )
    text = f"""<!DOCTYPE html>
<html lang="ko"><head><meta charset="{charset}"><title>{html.escape(title)} | 말모이 마을</title>
<style>nav {{ float: left }}</style><script>var visits = 1;</script></head>
<body>
<nav><ul><li><a href="/">처음</a></li><li><a href="/list">목록</a></li><li><a href="/login">로그인</a></li></ul></nav>
<main><article><h1>{html.escape(title)}</h1>
<p>{html.escape(writer.paragraph("ency", 2, 3))}</p>
{sections}<ul>{items}</ul>
<table><tr><th>품목</th><th>값</th></tr>{cells}</table>
</article></main>
<aside><p>많이 본 글</p><ul><li><a href="/1">첫 글</a></li><li><a href="/2">둘째 글</a></li></ul></aside>
<footer>저작권 없음 · <a href="/terms">이용 약관</a> · <a href="/privacy">개인정보 처리 방침</a></footer>
</body></html>
"""
    return title, text.encode(charset, "xmlcharrefreplace")


def write_warc(path: Path, keys: Sequence[tuple[str, str]]) -> None:
    """One gzip member a record: a warcinfo, then a response for every (key, charset)."""
    out = io.BytesIO()
    out.write(
        _member(
            _record(
                "warcinfo", "info", None, "application/warc-fields", b"software: malmoi sample\r\nformat: WARC/1.1\r\n"
            )
        )
    )
    for key, charset in keys:
        _, body = page(key, charset)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={charset}\r\nContent-Length: {len(body)}\r\n\r\n"
        url = f"https://www.example.org/{key}.html"
        out.write(_member(_record("response", key, url, "application/http; msgtype=response", head.encode() + body)))
    path.write_bytes(out.getvalue())


def _member(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _record(sort: str, key: str, url: str | None, content_type: str, block: bytes) -> bytes:
    digits = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    name = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    day = Draw(f"warc/{key}").between(1, 28)
    headers: dict[str, Any] = {
        "WARC-Type": sort,
        "WARC-Record-ID": f"<urn:uuid:{name}>",
        "WARC-Date": f"2025-03-{day:02d}T09:00:00Z",
        **({"WARC-Target-URI": url} if url else {}),
        "WARC-Block-Digest": "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode(),
        "Content-Type": content_type,
        "Content-Length": len(block),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def content(path: Path) -> tuple[int, str]:
    """(records, sha256) of what a file holds, independent of the compressor that packed it."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return len(rows), hashlib.sha256(b"".join(line(row) for row in rows)).hexdigest()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompress(data)
    elif path.suffix == ".gz":
        data = _inflated(data)
    if path.name.endswith(".warc.gz"):
        count = data.count(b"WARC/1.1\r\nWARC-Type: response")
    elif path.suffix == ".html":
        count = 1
    else:
        count = data.count(b"\n")
    return count, hashlib.sha256(data).hexdigest()


def _inflated(data: bytes) -> bytes:
    """All members, and as much of a truncated one as there is."""
    out = b""
    while data:
        unpacker = zlib.decompressobj(31)
        out += unpacker.decompress(data)
        data = unpacker.unused_data
    return out
