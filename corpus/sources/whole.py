"""Files that are one record each, read within the record limit."""

from __future__ import annotations

from typing import IO

from corpus.errors import RecordError
from corpus.sources.decompress import decompressed
from corpus.sources.raw import RawRecord, record_hasher


def whole(stream: IO[bytes], file: str, limit: int) -> bytes | RawRecord:
    """The decoded bytes of a file, or the unit that it is: a file that ends early in its compression or is
    larger than the limit is quarantined whole."""
    blocks: list[bytes] = []
    size = 0
    hasher = record_hasher()
    try:
        for block in decompressed(stream, file):
            size += len(block)
            hasher.update(block)
            if size <= limit:
                blocks.append(block)
            else:
                blocks.clear()
    except RecordError as error:
        return RawRecord(0, size, hasher.digest(), None, error.what, error.fix)
    if size > limit:
        return RawRecord(0, size, hasher.digest(), None, "record.too_large", f"limit {limit} bytes")
    return b"".join(blocks)
