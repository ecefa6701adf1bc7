"""Bytes of a WARC file as records lie in it: compressed members one by one, found again after damage.

A WARC is compressed record by record (gzip members, zstd frames), so that one damaged member costs one
record.  Files in one single member, and plain ones, are read by the same buffer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import zstandard

from corpus.errors import RecordError
from corpus.sources.decompress import BLOCK, ZSTD_MAGIC, ZSTD_STEP, ZSTD_WINDOW, InflateError, inflater
from corpus.sources.http_body import head_end
from corpus.sources.raw import record_hasher

# A record begins with its version line alone on a line: 0.17 and 0.18 (ClueWeb), 1.0, 1.1.
MARK = re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")
MARK_BYTES = 12
# Bytes read at a time: what lies behind a member's end is copied once for each member.
STEP = 1 << 14

# A member's head, RFC 1952 section 2.3: reserved flags are zero, the other bytes take few values.
_GZIP_HEAD = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL)
_ZSTD_HEAD = re.compile(re.escape(ZSTD_MAGIC))
_HEAD_BYTES = 10
# Compressed bytes that are tried to see whether a member begins with a version line.
_TRIAL = 512


class Buffer:
    """Reads over an iterator of blocks.  ``position`` counts the bytes taken.

    Every method lets the RecordError of the blocks pass; what was held before it stays readable.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks = blocks
        self.held = b""
        self.at = 0  # of ``held``, the place of the next byte
        self.position = 0

    def _fill(self, size: int) -> None:
        missing = size - (len(self.held) - self.at)
        if missing <= 0:
            return
        parts = [self.held[self.at :]] if self.at < len(self.held) else []
        try:
            while missing > 0 and (block := next(self.blocks, None)) is not None:
                parts.append(block)
                missing -= len(block)
        finally:
            self.held, self.at = b"".join(parts), 0

    def peek(self, size: int) -> bytes:
        """Up to ``size`` bytes ahead; fewer only at the end."""
        if len(self.held) - self.at < size:
            self._fill(size)
        return self.held[self.at : self.at + size]

    def take(self, size: int) -> bytes:
        if len(self.held) - self.at < size:
            self._fill(size)
        data = self.held[self.at : self.at + size]
        self.at += len(data)
        self.position += len(data)
        return data

    def back(self, data: bytes) -> None:
        """Undo the take of ``data``, the last bytes taken."""
        self.held, self.at = data + self.held[self.at :], 0
        self.position -= len(data)

    def head(self, limit: int) -> bytes | None:
        """A header with the blank line that ends it, or None when that is not within ``limit`` bytes."""
        size = 2048
        while True:
            ahead = self.peek(min(size, limit))
            if found := head_end(ahead):
                return self.take(found[1])
            if len(ahead) < size or size >= limit:
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

    def skip_to(self, mark: re.Pattern[bytes], width: int) -> tuple[int, bytes]:
        """Takes at least one byte, up to the next ``mark`` (at most ``width`` bytes long) or the end:
        (bytes taken, their digest)."""
        hasher = record_hasher()
        size, first = 0, 1
        while block := self.peek(BLOCK):
            found = mark.search(block, first)
            # A mark that lies across the end of the block is looked for again behind these bytes.
            cut = found.start() if found else len(block) if len(block) < BLOCK else len(block) - width
            hasher.update(self.take(cut))
            size += cut
            if found or len(block) < BLOCK:
                break
            first = 0
        return size, hasher.digest()


class Member:
    """One compressed member (or the rest of a plain file) from ``offset`` on; ``end`` is known when read.

    ``ahead`` is what another member read past its end: the bytes from ``offset`` on.
    """

    def __init__(self, stream: IO[bytes], offset: int, kind: str, ahead: bytes = b"") -> None:
        self.stream, self.offset, self.kind, self.ahead = stream, offset, kind, ahead
        self.end: int | None = None
        self.rest = b""  # bytes behind the end that were read

    def blocks(self) -> Iterator[bytes]:
        """Raises RecordError: ``file.truncated`` at an early end, ``record.malformed`` on damage."""
        read = self.offset + len(self.ahead)
        if not self.ahead:  # else the stream stands where the other member left it
            self.stream.seek(read)
        if self.kind == "plain":
            while block := self.stream.read(BLOCK):
                yield block
            self.end = self.stream.tell()
            return
        member = _inflater(self.kind)
        step = STEP if self.kind == "gzip" else ZSTD_STEP
        data, at = self.ahead, 0
        while not member.eof:
            if at >= len(data):
                data, at = self.stream.read(STEP), 0
                read += len(data)
                if not data:
                    raise RecordError("", "file.truncated", f"{self.kind} member without its end")
            piece = data[at : at + step] if at or len(data) > step else data
            at += len(piece)
            try:
                while piece and not member.eof:
                    if self.kind == "gzip":
                        block = member.decompress(piece, BLOCK)
                        piece = member.unconsumed_tail
                    else:
                        block, piece = member.decompress(piece), b""
                    yield block
            except (InflateError, zstandard.ZstdError) as error:
                raise RecordError("", "record.malformed", f"{self.kind}: {type(error).__name__}") from error
        self.rest = member.unused_data + data[at:]
        self.end = read - len(self.rest)


def _inflater(kind: str) -> Any:
    if kind == "gzip":
        return inflater()
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


def next_member(stream: IO[bytes], start: int, kind: str) -> int | None:
    """Offset of the first record at or after ``start``: a member that begins with a WARC version line, or
    such a line itself in a plain file.  None when there is none."""
    head, width = {
        "gzip": (_GZIP_HEAD, _HEAD_BYTES),
        "zstd": (_ZSTD_HEAD, len(ZSTD_MAGIC)),
        "plain": (MARK, MARK_BYTES),
    }[kind]
    position = start
    carry = b""
    stream.seek(start)
    while True:
        read = stream.read(BLOCK)
        block = carry + read
        for found in head.finditer(block):
            if kind == "plain" or _begins_record(stream, block, position, found.start(), kind):
                return position + found.start()
        if not read:
            return None
        carry = block[-(width - 1) :]
        position += len(block) - len(carry)
        stream.seek(position + len(carry))


def _begins_record(stream: IO[bytes], block: bytes, position: int, place: int, kind: str) -> bool:
    trial = block[place : place + _TRIAL]
    if len(trial) < _TRIAL:
        stream.seek(position + place)
        trial = stream.read(_TRIAL)
    try:
        member = _inflater(kind)
        data = member.decompress(trial, MARK_BYTES) if kind == "gzip" else member.decompress(trial)
    except (InflateError, zstandard.ZstdError):
        return False
    if kind == "zstd" and not data:  # a block of zstd comes whole or not at all
        try:
            data = Buffer(Member(stream, position + place, kind).blocks()).peek(MARK_BYTES)
        except RecordError:
            return False
    return MARK.match(data) is not None
