"""Decoded bytes of a file from a range of it on, with the place of every block: for formats whose records
are found by their own marks, so that one large file makes many tasks.

A plain file can be entered at any byte, a bzip2 file at any of its streams (a multistream dump has one for
every hundred pages).  gzip and zstd files, and members of archives,
are read from their beginning.
"""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from corpus.errors import RecordError
from corpus.sources.decompress import BLOCK, compression, decompressed
from corpus.sources.raw import RawRecord, record_hasher

# A stream's mark, block size and the mark of its first block; 80 bits do not occur by chance.
_STREAM = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_STREAM_BYTES = 10


class Block(NamedTuple):
    """``offset`` of its first byte as documents give it: where the compressed stream begins in the file,
    plus the place within the stream's bytes.  ``owner`` decides whose range a record is in: the stream's
    beginning, or None where that is each byte's own place.  ``unit`` stands for a stretch that does not
    decode."""

    offset: int
    owner: int | None
    data: bytes
    unit: RawRecord | None = None


def blocks(stream: IO[bytes], start: int, file: str) -> Iterator[Block]:
    """Blocks from ``start`` on to the end of the file, whatever the range's end: the last record of a range
    may go on behind it."""
    kind = "unknown"
    if stream.seekable():
        stream.seek(0)
        kind = compression(stream.read(4))
        if kind == "bzip2":
            yield from _bzip2(stream, start)
            return
        stream.seek(0)
    if kind != "plain":
        position = 0
        try:
            for data in decompressed(stream, file):
                yield Block(position, 0, data)
                position += len(data)
        except RecordError as error:
            unit = RawRecord(position, 0, record_hasher().digest(), None, error.what, error.fix)
            yield Block(position, 0, b"", unit)
        return
    stream.seek(start)
    position = start
    while data := stream.read(BLOCK):
        yield Block(position, None, data)
        position += len(data)


def _bzip2(stream: IO[bytes], start: int) -> Iterator[Block]:
    offset = _next(stream, start)
    while offset is not None:
        stream.seek(offset)
        member = bz2.BZ2Decompressor()
        size = read = 0
        fault = ""
        while not member.eof and not fault:
            data = stream.read(BLOCK) if member.needs_input else b""
            read += len(data)
            if member.needs_input and not data:
                fault = "file.truncated"
                break
            try:
                block = member.decompress(data, BLOCK)
            except (OSError, ValueError):
                fault = "record.malformed"
                break
            if block:
                yield Block(offset + size, offset, block)
                size += len(block)
        damaged = offset if fault else offset + read - len(member.unused_data)
        following = _next(stream, damaged + 1 if fault else damaged)
        if fault or following is None or following > damaged:
            unit = _unit(stream, damaged, following, offset + size, fault or "file.unreadable")
            if unit.size:
                yield Block(unit.offset, offset, b"", unit)
        offset = following


def _next(stream: IO[bytes], start: int) -> int | None:
    """Where the first stream at or after ``start`` begins."""
    stream.seek(start)
    position, carry = start, b""
    while data := stream.read(BLOCK):
        block = carry + data
        if found := _STREAM.search(block):
            return position + found.start()
        carry = block[-(_STREAM_BYTES - 1) :]
        position += len(block) - len(carry)
    return None


def _unit(stream: IO[bytes], start: int, end: int | None, place: int, fault: str) -> RawRecord:
    hasher = record_hasher()
    size = 0
    stream.seek(start)
    while data := stream.read(BLOCK if end is None else min(BLOCK, end - start - size)):
        hasher.update(data)
        size += len(data)
    if fault == "record.malformed" and end is None:
        fault = "file.unreadable"
    return RawRecord(place, size, hasher.digest(), None, fault, "bzip2")
