"""Frames the ``<page>`` elements of a MediaWiki export, in memory bounded by the record limit."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from corpus.identity import bytes_digest
from corpus.sources.raw import RawRecord, record_hasher
from corpus.sources.streams import Block

OPEN, CLOSE, FOOT = b"<page>", b"</page>", b"</mediawiki>"
# Bytes outside of pages that are held: the head of Wikipedia's dumps has 4 KB, nothing stands between pages.
BETWEEN_BYTES = 1 << 20


class Piece(NamedTuple):
    """A page with its tags, or (``head``) what stands before the first one of a file."""

    offset: int
    size: int
    data: bytes
    head: bool = False


class _Held:
    """Bytes of several blocks that are not framed yet; ``at`` is the place of the first."""

    def __init__(self) -> None:
        self.data = b""
        self.at = 0
        self.starts: list[int] = []  # places in ``data`` where a block begins
        self.blocks: list[Block] = []

    def add(self, block: Block) -> None:
        first = max(0, bisect_right(self.starts, self.at) - 1)
        self.starts = [start - self.at for start in self.starts[first:]]
        self.blocks = self.blocks[first:]
        self.data, self.at = self.data[self.at :], 0
        self.starts.append(len(self.data))
        self.blocks.append(block)
        self.data += block.data

    def place(self) -> tuple[int, int]:
        """(offset, owner) of the first byte."""
        number = max(0, bisect_right(self.starts, self.at) - 1)
        block, within = self.blocks[number], self.at - self.starts[number]
        return block.offset + within, block.offset + within if block.owner is None else block.owner

    def take(self, end: int) -> bytes:
        data = self.data[self.at : end]
        self.at = end
        return data


class Framer:
    """Pages that begin in [start, end), and whatever else is not blank as units.

    A page that begins in the range is read to its end behind it; what stands before the first page of a
    range that does not begin the file belongs to the range before.
    """

    def __init__(self, limit: int, start: int, end: int | None) -> None:
        self.limit, self.end = limit, end
        self.held = _Held()
        self.skipping = start > 0
        self.headed = start > 0
        self.inside = False
        self.scan = 0  # place from which an end tag may begin
        self.hasher: hashlib.blake2b | None = None  # of a page above the limit, and what went into it
        self.hashed = 0
        self.origin = 0  # offset of the page or stretch that is being read
        self.damaged = False

    def frames(self, blocks: Iterator[Block]) -> Iterator[Piece | RawRecord]:
        for block in blocks:
            if block.unit is not None:
                yield from self._rest("record.malformed", "page without its end")
                if self.end is not None and (block.owner or 0) >= self.end:
                    return
                self.skipping, self.damaged = False, True
                yield block.unit
                continue
            self.held.add(block)
            self.scan = max(0, len(self.held.data) - len(block.data) - len(CLOSE) + 1)
            while (found := self._next()) is not None:
                if found is _STOP:
                    return
                if isinstance(found, Piece | RawRecord):
                    yield found
        yield from self._ended()

    def _next(self) -> Piece | RawRecord | str | None:
        """A frame, ``_GO_ON`` for a step without one, ``_STOP`` at the range's end, None for more bytes."""
        return self._page() if self.inside else self._between()

    def _between(self) -> Piece | RawRecord | str | None:
        held = self.held
        found = held.data.find(OPEN, held.at)
        if found < 0:
            if len(held.data) - held.at <= BETWEEN_BYTES:
                return None
            found = len(held.data) - len(OPEN)
            return self._other(found) or _GO_ON
        if not self.headed:
            self.headed = True
            offset = held.place()[0]
            data = held.take(found)
            return Piece(offset, len(data), data, True)
        if (unit := self._other(found)) is not None:
            return unit
        self.origin, owner = held.place()
        if self.end is not None and owner >= self.end:
            return _STOP
        self.skipping, self.inside, self.scan = False, True, held.at + len(OPEN)
        return _GO_ON

    def _other(self, end: int) -> RawRecord | None:
        """What stands between pages up to ``end``: a unit unless it is blank or another range's."""
        offset = self.held.place()[0]
        data = self.held.take(end)
        if self.skipping or not data.strip():
            return None
        self.headed = True
        return RawRecord(offset, len(data), bytes_digest(data), None, "record.malformed", "no page")

    def _page(self) -> Piece | RawRecord | str | None:
        held = self.held
        found = held.data.find(CLOSE, max(self.scan, held.at))
        if found < 0:
            if len(held.data) - held.at > self.limit:
                self._hash(held.take(len(held.data) - len(CLOSE) + 1))
            self.scan = max(held.at, len(held.data) - len(CLOSE) + 1)
            return None
        nested = held.data.rfind(OPEN, held.at + 1, found) if self.hasher is None else -1
        if nested > 0:
            data = held.take(nested)
            unit = RawRecord(
                self.origin, len(data), bytes_digest(data), None, "record.malformed", "page without its end"
            )
            self.origin = held.place()[0]
            return unit
        data = held.take(found + len(CLOSE))
        self.inside = False
        if self.hasher is None and len(data) <= self.limit:
            return Piece(self.origin, len(data), data)
        self._hash(data)
        return self._hashed("record.too_large", f"limit {self.limit} bytes")

    def _hash(self, data: bytes) -> None:
        if self.hasher is None:
            self.hasher = record_hasher()
        self.hasher.update(data)
        self.hashed += len(data)

    def _hashed(self, fault: str, detail: str) -> RawRecord:
        hasher = self.hasher or record_hasher()
        unit = RawRecord(self.origin, self.hashed, hasher.digest(), None, fault, detail)
        self.hasher, self.hashed = None, 0
        return unit

    def _rest(self, fault: str, detail: str) -> Iterator[RawRecord]:
        """What is held as one unit; begins anew behind it."""
        held = self.held
        if not self.inside and held.blocks:
            self.origin = held.place()[0]
        data = held.take(len(held.data))
        if self.inside or (data.strip() and not self.skipping):
            self._hash(data)
            yield self._hashed(fault, detail)
        self.inside, self.scan, self.headed = False, 0, True

    def _ended(self) -> Iterator[Piece | RawRecord]:
        held = self.held
        rest = held.data[held.at :].strip()
        if self.inside:
            yield from self._rest("file.truncated", "page without its end")
        elif self.skipping or (not rest and not self.headed) or (rest == FOOT and self.headed):
            return
        elif rest.endswith(FOOT) and not self.headed:  # an export without pages
            yield Piece(0, len(rest), rest, True)
        elif not self.headed:
            yield from self._rest("record.malformed", "no page")
        elif rest or not self.damaged:
            self.origin = held.place()[0] if held.blocks else 0
            self._hash(held.take(len(held.data)))
            yield self._hashed("file.truncated", "no end of the export")


_GO_ON, _STOP = "go on", "stop"
