"""Plain bytes of a file that may be gzip, bzip2 or zstd, block by block, in bounded memory.

Spark's and pyarrow's readers lose what they held when a compressed file ends early; here every byte
that can be decompressed is yielded before the fault is raised.
"""

from __future__ import annotations

import bz2
from collections.abc import Iterator
from typing import IO, Any

import zstandard
from isal import isal_zlib

from corpus.errors import RecordError

BLOCK = 1 << 20

# zstd can expand 4 bytes to a block of 128 KiB: 4 KiB at a time bounds one step to 128 MiB.  The first steps
# are small and grow while the data expands as text does, so that a file built to expand stays at 8 MiB.
ZSTD_STEP = 4096
ZSTD_FIRST_STEP = 256
# Frames that need more than the format's recommended 128 MiB of window are refused.
ZSTD_WINDOW = 1 << 27

GZIP_MAGIC = b"\x1f\x8b"
BZIP2_MAGIC = b"BZh"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


# What an inflater raises on damage: zlib's own error is not among its ancestors.
InflateError: type[Exception] = getattr(isal_zlib, "error")  # noqa: B009 (its stub calls it an instance)


def inflater(bits: int = 31) -> Any:
    """A zlib decompression object (``bits`` as zlib's wbits; 31: gzip) at about twice zlib's speed."""
    return isal_zlib.decompressobj(wbits=bits)


def compression(head: bytes) -> str:
    """``gzip``, ``bzip2``, ``zstd`` or ``plain``, by a file's first four bytes."""
    if head[:2] == GZIP_MAGIC:
        return "gzip"
    if head[:3] == BZIP2_MAGIC and b"1" <= head[3:4] <= b"9":
        return "bzip2"
    return "zstd" if head == ZSTD_MAGIC else "plain"


def decompressed(stream: IO[bytes], file: str) -> Iterator[bytes]:
    """Blocks of the decoded stream, found to be gzip, bzip2, zstd or plain by its first bytes.

    Raises RecordError(file, class, detail) after the last readable byte: ``file.truncated`` when a
    member ends early, ``file.unreadable`` when it is damaged.
    """
    head = stream.read(4)
    kind = compression(head)
    if kind == "gzip":
        yield from _gzip(head, stream, file)
    elif kind == "zstd":
        yield from _zstd(head, stream, file)
    elif kind == "bzip2":
        yield from _bzip2(head, stream, file)
    else:
        block = head + stream.read(BLOCK)
        while block:
            yield block
            block = stream.read(BLOCK)


def _gzip(head: bytes, stream: IO[bytes], file: str) -> Iterator[bytes]:
    data = head + stream.read(BLOCK)
    while data:
        member = inflater()
        while not member.eof:
            try:
                block = member.decompress(data, BLOCK)
            except InflateError as error:
                raise RecordError(file, "file.unreadable", f"gzip: {str(error)[:60]}") from error
            if block:
                yield block
            data = member.unconsumed_tail
            if not data and not member.eof:
                data = stream.read(BLOCK)
                if not data:
                    raise RecordError(file, "file.truncated", "gzip member without its end")
        data = member.unused_data or stream.read(BLOCK)
        while data and not data.strip(b"\0"):  # padding of tapes and block devices
            data = stream.read(BLOCK)
        if len(data) == 1:
            data += stream.read(BLOCK)
        if data and not data.startswith(GZIP_MAGIC):
            raise RecordError(file, "file.unreadable", "bytes after the last gzip member")


def _bzip2(head: bytes, stream: IO[bytes], file: str) -> Iterator[bytes]:
    data = head + stream.read(BLOCK)
    while data:
        member = bz2.BZ2Decompressor()
        while not member.eof:
            try:
                block = member.decompress(data, BLOCK)
            except (OSError, ValueError) as error:
                raise RecordError(file, "file.unreadable", "bzip2: invalid data") from error
            if block:
                yield block
            data = b""
            if member.needs_input and not member.eof:
                data = stream.read(BLOCK)
                if not data:
                    raise RecordError(file, "file.truncated", "bzip2 stream without its end")
        data = member.unused_data or stream.read(BLOCK)
        if 0 < len(data) < 4:
            data += stream.read(BLOCK)
        if data and compression(data[:4]) != "bzip2":
            raise RecordError(file, "file.unreadable", "bytes after the last bzip2 stream")


def _zstd(head: bytes, stream: IO[bytes], file: str) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    data = head + stream.read(BLOCK)
    ready: list[bytes] = []
    size = 0
    step = ZSTD_FIRST_STEP
    fault: RecordError | None = None
    while data and fault is None:
        frame = decompressor.decompressobj()
        position = 0
        while not frame.eof and fault is None:
            try:
                block = frame.decompress(data[position : position + step])
            except zstandard.ZstdError as error:
                fault = RecordError(file, "file.unreadable", f"zstd: {str(error)[:60]}")
                break
            position += step
            step = ZSTD_FIRST_STEP if len(block) > BLOCK else min(ZSTD_STEP, 2 * step)
            ready.append(block)
            size += len(block)
            if size >= BLOCK:
                yield b"".join(ready)
                ready, size = [], 0
            if position >= len(data) and not frame.eof:
                data, position = stream.read(BLOCK), 0
                if not data:
                    fault = RecordError(file, "file.truncated", "zstd frame without its end")
        data = frame.unused_data + data[position:] if fault is None else b""
        data = data or (stream.read(BLOCK) if fault is None else b"")
    if size:
        yield b"".join(ready)
    if fault is not None:
        raise fault
