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
    try:
        source = iter(blocks)
        for block in source:
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
                hasher = record_hasher()
                hasher.update(carry)
                size, carry = len(carry), b""
                ended = False
                for more in source:
                    cut = more.find(b"\n")
                    head = more if cut < 0 else more[:cut]
                    hasher.update(head)
                    size += len(head)
                    if cut >= 0:
                        carry, ended = more[cut + 1 :], True
                        break
                yield _too_large(offset, size, hasher.digest(), limit)
                offset += size + (1 if ended else 0)
    except RecordError as error:
        # What is left has no end: as one unit, with the bytes of it that could be read.
        yield Line(offset, len(carry), bytes_digest(carry), None, error.what, error.fix)
        return
    if carry and (end is None or offset < end):
        yield Line(offset, len(carry), bytes_digest(carry), carry)


def _too_large(offset: int, size: int, digest: bytes, limit: int) -> Line:
    return Line(offset, size, digest, None, "record.too_large", f"limit {limit} bytes")
