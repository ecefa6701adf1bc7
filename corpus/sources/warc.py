"""WARC 0.17 to 1.1: pages of response, resource and conversion records.

Framing is ours: libraries stop at the first damage or leave records out without a word, and each record
here ends as a page, as SKIPPED (no document by its nature) or as one quarantined unit with its place.
docs/sources.md has the speed of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from corpus import storage
from corpus.errors import RecordError
from corpus.sources.decompress import compression
from corpus.sources.http_body import HEAD_BYTES
from corpus.sources.listing import Slice
from corpus.sources.members import MARK, MARK_BYTES, Buffer, Member, next_member
from corpus.sources.raw import RawRecord, record_hasher
from corpus.sources.warc_record import content_length, fields_of, record

LZ4_MAGIC = b"\x04\x22\x4d\x18"
ARC_MARK = b"filedesc:"


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record per WARC record; see ``records``."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit)


def records(stream: IO[bytes], _file: str, limit: int) -> Iterator[RawRecord]:
    """``offset``: where the record's member begins in the file, plus the place within the member's bytes."""
    head = stream.read(4)
    kind = compression(head)
    if head == LZ4_MAGIC or kind == "bzip2":
        name = "bzip2" if kind == "bzip2" else "lz4"
        yield _unit(stream, 0, 0, None, "file.unreadable", f"a WARC in {name} is not read: write it anew as gzip")
        return
    offset: int | None = 0
    ahead = b""
    while offset is not None:
        member = Member(stream, offset, kind, ahead)
        buffer = Buffer(member.blocks())
        begun = 0
        try:
            if offset == 0 and buffer.peek(len(ARC_MARK)) == ARC_MARK:
                yield _unit(stream, 0, 0, None, "record.unsupported", "ARC is not read: convert it to WARC")
                return
            more = _ahead(buffer)
            while more:
                begun = buffer.position
                raw = _record(buffer, offset + begun, limit, kind)
                more = _ahead(buffer)  # the checksum behind the last record decides about it, too
                yield raw
        except RecordError as error:
            damaged = offset + begun if kind == "plain" else offset
            following = next_member(stream, damaged + 1, kind)
            fault = error.what if following is None else "record.malformed"
            yield _unit(stream, offset + begun, damaged, following, fault, error.fix)
            offset, ahead = following, b""
            continue
        ahead = member.rest
        offset = member.end if member.end is not None and member.end > offset else None
        if offset is not None and not ahead and not _more(stream, offset):
            return


def _ahead(buffer: Buffer) -> bool:
    """Whether anything but blank lines follows, which some writers add to the two that end a record."""
    mark = buffer.peek(2)
    while mark == b"\r\n" or mark[:1] == b"\n":
        buffer.take(2 if mark == b"\r\n" else 1)
        mark = buffer.peek(2)
    return mark != b""


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


def _record(buffer: Buffer, offset: int, limit: int, kind: str) -> RawRecord:
    """The next record of a member.

    A record whose framing is wrong inside a member that decompresses is one unit up to the next version
    line in it.  Raises RecordError when the bytes themselves are damaged or end early; in a plain file,
    which can be read from any place, for wrong framing as well.
    """
    if MARK.match(buffer.peek(MARK_BYTES)) is None:
        return _skipped(buffer, b"", offset, kind, "no WARC version line")
    head = buffer.head(HEAD_BYTES)
    if head is None:
        return _skipped(buffer, b"", offset, kind, "WARC header without an end")
    headers = fields_of(head)
    length = content_length(headers)
    if length is None:
        return _skipped(buffer, head, offset, kind, "no Content-Length")
    if length > limit:
        size, digest = buffer.digest(length, head)
        if size < length:
            if kind == "plain":
                raise RecordError("", "file.truncated", "record shorter than its Content-Length")
            return RawRecord(offset, len(head) + size, digest, None, "record.malformed", "record ends early")
        return RawRecord(offset, len(head) + length, digest, None, "record.too_large", f"limit {limit} bytes")
    block = buffer.take(length)
    if len(block) < length:
        if kind == "plain":
            raise RecordError("", "file.truncated", "record shorter than its Content-Length")
        return _skipped(buffer, head + block, offset, kind, "record shorter than its Content-Length")
    if not _ends(buffer):
        return _skipped(buffer, head + block, offset, kind, "Content-Length does not end at the record's end")
    return record(head, headers, block, offset, limit)


def _skipped(buffer: Buffer, taken: bytes, offset: int, kind: str, detail: str) -> RawRecord:
    if kind == "plain":
        raise RecordError("", "record.malformed", detail)
    buffer.back(taken)
    size, digest = buffer.skip_to(MARK, MARK_BYTES)
    return RawRecord(offset, size, digest, None, "record.malformed", detail)


def _ends(buffer: Buffer) -> bool:
    """Whether the record ends here: two line ends by the standard, one or none in what some writers leave."""
    ahead = buffer.peek(4)
    if ahead == b"\r\n\r\n":
        buffer.take(4)
        return True
    return not ahead or ahead[:1] == b"\n" or ahead[:2] == b"\r\n"
