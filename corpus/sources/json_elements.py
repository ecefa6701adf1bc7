"""Elements of one array of a large JSON object, one by one, with their places, in bounded memory.

A JSON library reads the whole file or forgets where a value lay; here each element is cut out by its
brackets and parsed alone, so that one that is malformed or too large is one unit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.sources.json_kernel import LEVELS, brackets
from corpus.sources.raw import RawRecord, record_hasher

# What stands before the array: the object's other members.
HEAD_BYTES = 1 << 20
_FOUND = 1 << 16
_BETWEEN = b" \t\r\n,"


class Element(NamedTuple):
    """An element's bytes, or (``head``) all that stands before the array, its bracket included."""

    offset: int
    data: bytes
    head: bool = False


class Elements:
    """Objects in the array that the member ``name`` of the outermost object holds."""

    def __init__(self, name: str, limit: int) -> None:
        self.mark = re.compile(rb'"' + re.escape(name.encode()) + rb'"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}\Z')
        self.limit = limit
        self.held, self.at = b"", 0  # bytes of which those from ``at`` on are not yet given out
        self.offset = 0  # the place in the file of the byte at ``at``
        self.place = "head"  # head, array, element, tail
        self.closed = False
        self.hasher: hashlib.blake2b | None = None
        self.hashed = 0

    def read(self, blocks: Iterable[bytes]) -> Iterator[Element | RawRecord]:
        """Elements in order; what does not fit is a unit.  A RecordError of ``blocks`` ends in a unit of its
        class with what was held."""
        state = np.zeros(3, np.int64)
        places, levels = np.empty(_FOUND, np.int64), np.empty(_FOUND, np.int8)
        try:
            for block in blocks:
                done = 0
                base = self.offset + len(self.held) - self.at
                self.held, self.at = self.held[self.at :] + block, 0
                array = np.frombuffer(block, np.uint8)
                while done < len(block):
                    read, found = brackets(array[done:], state, places, levels)
                    for place, level in zip(places[:found].tolist(), levels[:found].tolist(), strict=True):
                        if (item := self._bracket(base + done + place, level)) is not None:
                            yield item
                    done += read
                if (overflow := self._bound()) is not None:
                    yield overflow
        except RecordError as error:
            yield self._rest(error.what, error.fix)
            return
        yield from self._end()

    def _take(self, end: int) -> bytes:
        data = self.held[self.at : self.at + end - self.offset]
        self.at, self.offset = self.at + len(data), end
        return data

    @property
    def _size(self) -> int:
        return len(self.held) - self.at

    def _bracket(self, place: int, level: int) -> Element | RawRecord | None:
        if self.place == "head":
            here = self.at + place - self.offset
            opens = level == 2 and self.held[here : here + 1] == b"["
            if opens and self.mark.search(self.held[max(self.at, here - 200) : here]):
                self.place = "array"
                offset = self.offset
                return Element(offset, self._take(place + 1), True)
        elif self.place == "array":
            if level == LEVELS:
                unit = self._between(place)
                self.place = "element"
                return unit
            if level == -2:
                unit = self._between(place)
                self._take(place + 1)
                self.place = "tail"
                return unit
        elif self.place == "element":
            if level == -LEVELS:
                self.place = "array"
                return self._element(place + 1)
        elif level == -1:
            self.closed = True
            self._take(place + 1)
        return None

    def _between(self, end: int) -> RawRecord | None:
        offset = self.offset
        data = self._take(end)
        if not data.strip(_BETWEEN):
            return None
        return RawRecord(offset, len(data), bytes_digest(data), None, "record.malformed", "no object between elements")

    def _element(self, end: int) -> Element | RawRecord:
        offset = self.offset
        data = self._take(end)
        if self.hasher is None and len(data) <= self.limit:
            return Element(offset, data)
        self._hash(data)
        return self._hashed("record.too_large", f"limit {self.limit} bytes")

    def _bound(self) -> RawRecord | None:
        """Lets go of what is above the limit."""
        if self.place == "element" and self._size > self.limit:
            self._hash(self._take(self.offset + self._size))
        elif self.place == "tail":
            pass
        elif self.place != "element" and self._size > HEAD_BYTES:
            self.place = "tail" if self.place == "array" else self.place
            return self._rest("record.malformed", "no such array within 1 MiB")
        return None

    def _hash(self, data: bytes) -> None:
        if self.hasher is None:
            self.hasher = record_hasher()
        self.hasher.update(data)
        self.hashed += len(data)

    def _hashed(self, fault: str, detail: str) -> RawRecord:
        hasher = self.hasher or record_hasher()
        unit = RawRecord(self.offset - self.hashed, self.hashed, hasher.digest(), None, fault, detail)
        self.hasher, self.hashed = None, 0
        return unit

    def _rest(self, fault: str, detail: str) -> RawRecord:
        self._hash(self._take(self.offset + self._size))
        return self._hashed(fault, detail)

    def _end(self) -> Iterator[RawRecord]:
        if self.closed:
            if self.held[self.at :].strip():
                yield self._rest("record.malformed", "bytes behind the object")
        elif self.place != "head":
            yield self._rest("file.truncated", "object without its end")
        elif self.held[self.at :].strip():
            yield self._rest("record.unsupported", "no such array")
