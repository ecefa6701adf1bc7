"""WARC 1.0 and 1.1: pages of response, resource and conversion records.

Framing is ours, so that a damaged record is one quarantined unit and reading goes on behind it; headers,
HTTP and digests of a whole record are fastwarc's.  Records that are no documents by nature (requests,
redirects, error pages) come as SKIPPED.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

from fastwarc.warc import ArchiveIterator

from corpus import storage
from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.sources.charset import decode, undecodable
from corpus.sources.listing import Slice
from corpus.sources.members import MARK, Buffer, Member, compression, next_member
from corpus.sources.raw import SKIPPED, RawRecord, record_hasher
from corpus.sources.record import host

HEADER_BYTES = 65_536
LZ4_MAGIC = b"\x04\x22\x4d\x18"
HTML = frozenset({"text/html", "application/xhtml+xml"})
TEXT = frozenset({"text/plain"})
KINDS = frozenset({"response", "resource", "conversion"})


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """``offset``: where the record's member begins in the file, plus the place within the member's bytes."""
    with storage.open_input(piece.uri) as stream:
        head = stream.read(4)
        kind = compression(head)
        if head == LZ4_MAGIC:
            yield _unit(stream, 0, 0, None, "file.unreadable", "lz4 is not read")
            return
        offset: int | None = 0
        while offset is not None:
            member = Member(stream, offset, kind)
            buffer = Buffer(member.blocks())
            begun = 0
            try:
                while _ahead(buffer):
                    begun = buffer.position
                    raw = _record(buffer, offset + begun, limit)
                    _ahead(buffer)  # the checksum behind the last record decides about it, too
                    yield raw
            except RecordError as error:
                damaged = offset + begun if kind == "plain" else offset
                following = next_member(stream, damaged + 1, kind)
                fault = error.what if following is None else "record.malformed"
                yield _unit(stream, offset + begun, damaged, following, fault, error.fix)
                offset = following
                continue
            offset = member.end if member.end is not None and member.end > offset else None
            if offset is not None and not _more(stream, offset):
                return


def _ahead(buffer: Buffer) -> bool:
    """Whether anything but blank lines follows, which some writers add to the two that end a record."""
    while buffer.peek(2) == b"\r\n":
        buffer.take(2)
    return bool(buffer.peek(1))


def _more(stream: IO[bytes], offset: int) -> bool:
    stream.seek(offset)
    return bool(stream.read(1))


def _unit(stream: IO[bytes], place: int, start: int, end: int | None, fault: str, detail: str) -> RawRecord:
    """One damaged stretch of the file, with the digest of its bytes as they lie there."""
    hasher = record_hasher()
    size = 0
    stream.seek(start)
    while block := stream.read(1 << 20 if end is None else min(1 << 20, end - start - size)):
        hasher.update(block)
        size += len(block)
    return RawRecord(place, size, hasher.digest(), None, fault, detail)


def _record(buffer: Buffer, offset: int, limit: int) -> RawRecord:
    """The next record of a member.  Raises RecordError when it is no WARC record or ends early."""
    if buffer.peek(len(MARK)) != MARK:
        raise RecordError("", "record.malformed", "no WARC version line")
    head = buffer.until(b"\r\n\r\n", HEADER_BYTES)
    if head is None:
        raise RecordError("", "record.malformed", "WARC header without an end")
    length = _content_length(head)
    if length > limit:
        size, digest = buffer.digest(length, head)
        if size < length:
            raise RecordError("", "file.truncated", "record shorter than its Content-Length")
        _end(buffer)
        return RawRecord(offset, len(head) + length, digest, None, "record.too_large", f"limit {limit} bytes")
    body = buffer.take(length)
    if len(body) < length:
        raise RecordError("", "file.truncated", "record shorter than its Content-Length")
    _end(buffer)
    return _page(head + body + b"\r\n\r\n", offset, limit)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < 20:
            return int(value)
    raise RecordError("", "record.malformed", "no Content-Length")


def _end(buffer: Buffer) -> None:
    mark = buffer.peek(4)
    if mark == b"\r\n\r\n":
        buffer.take(4)
    elif mark and mark[:2] != b"\r\n":
        raise RecordError("", "record.malformed", "Content-Length does not end at the record's end")


def _parsed(raw: bytes) -> Any:
    """fastwarc's record of these bytes, its body not read yet; None when there is none."""
    return next(iter(ArchiveIterator(io.BytesIO(raw), parse_http=False)), None)


def _page(raw: bytes, offset: int, limit: int) -> RawRecord:
    digest = bytes_digest(raw)

    def fault(name: str, detail: str) -> RawRecord:
        return RawRecord(offset, len(raw), digest, None, name, detail)

    try:
        record = _parsed(raw)
        if record is None:
            return fault("record.malformed", "WARC header")
        kind = str(record.headers.get("WARC-Type", "")).lower()
        if kind not in KINDS:
            return fault(SKIPPED, "other records")
        if "WARC-Block-Digest" in record.headers and not _parsed(raw).verify_block_digest():
            return fault("record.malformed", "block digest differs")
        status: int | None = 200
        type_, declared = record.headers.get("Content-Type", ""), None
        if kind == "response" and record.is_http:
            record.parse_http(auto_decode="all")
            status = record.http_headers.status_code if record.http_headers else None
            type_, declared = record.http_content_type or "", record.http_charset
        if status is None:
            return fault("record.malformed", "HTTP status line")
        if status != 200:
            return fault(SKIPPED, f"status {status}")
        data: bytes = record.reader.read(limit + 1)
        fields: dict[str, Any] = {name: record.headers.get(header) for name, header in _HEADERS.items()}
    except (OSError, ValueError) as error:
        return fault("record.malformed", f"HTTP or WARC body: {type(error).__name__}")
    if len(data) > limit:
        return fault("record.too_large", f"limit {limit} bytes decoded")
    type_ = type_.partition(";")[0].strip().lower()
    if type_ not in HTML | TEXT and not (not type_ and data.lstrip()[:1] == b"<"):
        return fault("record.unsupported", type_[:60] or "no content type")
    decoded = decode(data, declared, cut="WARC-Truncated" in record.headers)
    if decoded is None:
        return fault("record.not_utf8", undecodable(data))
    url = encodable(str(fields.pop("url") or "").strip("<> "))
    fields |= {"key": url, "url": url, "host": host(url), "charset": decoded[1], "content_type": type_}
    fields["text" if type_ in TEXT else "html"] = decoded[0]
    return RawRecord(offset, len(raw), digest, fields)


_HEADERS = {"url": "WARC-Target-URI", "fetched_at": "WARC-Date", "record_id": "WARC-Record-ID"}
