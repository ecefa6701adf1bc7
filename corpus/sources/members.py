"""Bytes of a WARC file as records lie in it: compressed members one by one, found again after damage.

A WARC is compressed record by record (gzip members, zstd frames), so that one damaged member costs one
record.  Files in one single member, and plain ones, are read by the same buffer.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO, Any

import zstandard

from corpus.errors import RecordError
from corpus.sources.decompress import BLOCK, GZIP_MAGIC, ZSTD_MAGIC, ZSTD_STEP, ZSTD_WINDOW
from corpus.sources.raw import record_hasher

MARK = b"WARC/"
STEP = 1 << 16


class Buffer:
    """Reads over an iterator of blocks.  ``position`` counts the bytes taken.

    Every method lets the RecordError of the blocks pass.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks = blocks
        self.held = b""
        self.position = 0

    def peek(self, size: int) -> bytes:
        """Up to ``size`` bytes ahead; fewer only at the end."""
        while len(self.held) < size:
            block = next(self.blocks, None)
            if block is None:
                break
            self.held += block
        return self.held[:size]

    def take(self, size: int) -> bytes:
        data = self.peek(size)
        self.held = self.held[len(data) :]
        self.position += len(data)
        return data

    def until(self, mark: bytes, limit: int) -> bytes | None:
        """Bytes up to and with ``mark``, or None when it is not within ``limit`` bytes."""
        size = 1024
        while True:
            data = self.peek(min(size, limit))
            found = data.find(mark)
            if found >= 0:
                return self.take(found + len(mark))
            if len(data) < size or size >= limit:
                return None
            size *= 4

    def digest(self, size: int, head: bytes) -> tuple[int, bytes]:
        """Takes ``size`` bytes without holding them: (bytes there were, digest of ``head`` and them)."""
        hasher = record_hasher()
        hasher.update(head)
        left = size
        while left and (block := self.take(min(left, BLOCK))):
            hasher.update(block)
            left -= len(block)
        return size - left, hasher.digest()


def compression(head: bytes) -> str:
    """``gzip``, ``zstd`` or ``plain``, by a file's first four bytes."""
    return "gzip" if head[:2] == GZIP_MAGIC else "zstd" if head[:4] == ZSTD_MAGIC else "plain"


class Member:
    """One compressed member (or the rest of a plain file) from ``offset`` on; ``end`` is known when read."""

    def __init__(self, stream: IO[bytes], offset: int, kind: str) -> None:
        self.stream, self.offset, self.kind = stream, offset, kind
        self.end: int | None = None

    def blocks(self) -> Iterator[bytes]:
        """Raises RecordError: ``file.truncated`` at an early end, ``record.malformed`` on damage."""
        self.stream.seek(self.offset)
        if self.kind == "plain":
            while block := self.stream.read(BLOCK):
                yield block
            self.end = self.stream.tell()
            return
        inflater = _inflater(self.kind)
        step = STEP if self.kind == "gzip" else ZSTD_STEP
        while not inflater.eof:
            data = self.stream.read(step)
            if not data:
                raise RecordError("", "file.truncated", f"{self.kind} member without its end")
            try:
                yield from _inflated(inflater, data, self.kind)
            except (zlib.error, zstandard.ZstdError) as error:
                raise RecordError("", "record.malformed", f"{self.kind}: {type(error).__name__}") from error
        self.end = self.stream.tell() - len(inflater.unused_data)


def _inflater(kind: str) -> Any:
    if kind == "gzip":
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


def _inflated(inflater: Any, data: bytes, kind: str) -> Iterator[bytes]:
    if kind == "zstd":
        yield inflater.decompress(data)
        return
    while data and not inflater.eof:
        yield inflater.decompress(data, BLOCK)
        data = inflater.unconsumed_tail


def next_member(stream: IO[bytes], start: int, kind: str) -> int | None:
    """Offset of the first record at or after ``start``: a member that begins with a WARC version line, or
    such a line itself in a plain file.  None when there is none."""
    magic = {"gzip": GZIP_MAGIC + b"\x08", "zstd": ZSTD_MAGIC, "plain": MARK + b"1."}[kind]
    position = start
    while True:
        stream.seek(position)
        block = stream.read(BLOCK)
        found = block.find(magic)
        while found >= 0:
            if kind == "plain" or _begins_record(stream, position + found, kind):
                return position + found
            found = block.find(magic, found + 1)
        if len(block) < BLOCK:
            return None
        position += len(block) - len(magic) + 1


def _begins_record(stream: IO[bytes], offset: int, kind: str) -> bool:
    try:
        return Buffer(Member(stream, offset, kind).blocks()).peek(len(MARK)) == MARK
    except RecordError:
        return False
