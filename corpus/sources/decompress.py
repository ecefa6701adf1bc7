"""Plain bytes of a file that may be gzip or zstd, block by block, in bounded memory.

Spark's and pyarrow's readers lose what they held when a compressed file ends early; here every byte
that can be decompressed is yielded before the fault is raised.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO

import zstandard

from corpus.errors import RecordError

BLOCK = 1 << 20

# zstd can expand 4 bytes to a block of 128 KiB: 4 KiB at a time bounds one step to 128 MiB.
ZSTD_STEP = 4096
# Frames that need more than the format's recommended 128 MiB of window are refused.
ZSTD_WINDOW = 1 << 27

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def decompressed(stream: IO[bytes], file: str) -> Iterator[bytes]:
    """Blocks of the decoded stream, found to be gzip, zstd or plain by its first bytes.

    Raises RecordError(file, class, detail) after the last readable byte: ``file.truncated`` when a
    member ends early, ``file.unreadable`` when it is damaged.
    """
    head = stream.read(4)
    if head[:2] == GZIP_MAGIC:
        yield from _gzip(head, stream, file)
    elif head == ZSTD_MAGIC:
        yield from _zstd(head, stream, file)
    else:
        block = head + stream.read(BLOCK)
        while block:
            yield block
            block = stream.read(BLOCK)


def _gzip(head: bytes, stream: IO[bytes], file: str) -> Iterator[bytes]:
    data = head + stream.read(BLOCK)
    while data:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                block = member.decompress(data, BLOCK)
            except zlib.error as error:
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
        if data and not (data + stream.read(1 if len(data) == 1 else 0)).startswith(GZIP_MAGIC):
            raise RecordError(file, "file.unreadable", "bytes after the last gzip member")


def _zstd(head: bytes, stream: IO[bytes], file: str) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    data = head + stream.read(BLOCK)
    ready: list[bytes] = []
    size = 0
    fault: RecordError | None = None
    while data and fault is None:
        frame = decompressor.decompressobj()
        position = 0
        while not frame.eof and fault is None:
            try:
                block = frame.decompress(data[position : position + ZSTD_STEP])
            except zstandard.ZstdError as error:
                fault = RecordError(file, "file.unreadable", f"zstd: {str(error)[:60]}")
                break
            position += ZSTD_STEP
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
