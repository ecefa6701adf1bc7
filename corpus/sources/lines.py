"""Lines of a byte stream, cut at LF alone, in memory bounded by the record limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.sources.raw import record_hasher


class Line(NamedTuple):
    """``data`` is None for a line above the limit and for an unreadable rest (``fault``)."""

    offset: int
    size: int
    digest: bytes
    data: bytes | None
    fault: str = ""
    detail: str = ""


def lines(blocks: Iterable[bytes], offset: int, limit: int, end: int | None = None) -> Iterator[Line]:
    """Every line that begins before ``end``; ``offset`` is that of the first block.

    A line above ``limit`` bytes is read past without being held, and comes without data.  When ``blocks``
    raises RecordError, the lines that were whole come first and the rest as one unit of that class.
    """
    carry = b""
    held = 0  # bytes of a line that is being read past, with their hasher
    hasher = None
    try:
        for block in blocks:
            if hasher is not None:
                cut = block.find(b"\n")
                hasher.update(block if cut < 0 else block[:cut])
                held += len(block) if cut < 0 else cut
                if cut < 0:
                    continue
                yield _too_large(offset, held, hasher.digest(), limit)
                offset += held + 1
                hasher, block = None, block[cut + 1 :]
            pieces = (carry + block).split(b"\n")
            carry = pieces.pop()
            for data in pieces:
                if end is not None and offset >= end:
                    return
                if len(data) <= limit:
                    yield Line(offset, len(data), bytes_digest(data), data)
                else:
                    yield _too_large(offset, len(data), bytes_digest(data), limit)
                offset += len(data) + 1
            if end is not None and offset >= end:
                return
            if len(carry) > limit:
                hasher, held = record_hasher(), len(carry)
                hasher.update(carry)
                carry = b""
    except RecordError as error:
        # What is left has no end: one unit, with the bytes of it that could be read.
        if hasher is not None:
            yield Line(offset, held, hasher.digest(), None, error.what, error.fix)
        else:
            yield Line(offset, len(carry), bytes_digest(carry), None, error.what, error.fix)
        return
    if hasher is not None:
        yield _too_large(offset, held, hasher.digest(), limit)
    elif carry:
        yield Line(offset, len(carry), bytes_digest(carry), carry)


def _too_large(offset: int, size: int, digest: bytes, limit: int) -> Line:
    return Line(offset, size, digest, None, "record.too_large", f"limit {limit} bytes")
