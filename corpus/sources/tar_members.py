"""Members of a tar archive, plain or compressed, as they come.

Python's tarfile takes a damaged header for the archive's end without a word, and holds a header of any size
in memory; here damage is a unit up to the next header that is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.sources.archive_member import DEVICE, FILE, FOLDER, LINK, UNKNOWN, Entry, member_name
from corpus.sources.decompress import decompressed
from corpus.sources.members import Buffer
from corpus.sources.raw import RawRecord, record_hasher

BLOCK = 512
# Bytes of a header that carries a long name or pax fields.
EXTENDED_BYTES = 1 << 20
MAX_MEMBERS = 1_000_000

_KINDS = {b"0": FILE, b"\0": FILE, b"7": FILE, b"5": FOLDER, b"1": LINK, b"2": LINK}
_KINDS |= {b"3": DEVICE, b"4": DEVICE, b"6": DEVICE}
_NO_DATA = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})
_PAX = re.compile(rb"([0-9]{1,7}) ")


def tar_entries(stream: IO[bytes], file: str) -> Iterator[Entry | RawRecord]:
    """Members and units in the order of the file; a member is read before the next one is asked for."""
    archive = _Archive(stream, file)
    count = 0
    while True:
        try:
            found = archive.next()
        except RecordError as error:
            if not archive.reported:
                yield archive.unit(b"", error.what, error.fix)
            return
        if found is None:
            return
        count += 1
        if count > MAX_MEMBERS:
            yield archive.unit(b"", "file.unreadable", f"more than {MAX_MEMBERS:,} members")
            return
        yield found


class _Archive:
    def __init__(self, stream: IO[bytes], file: str) -> None:
        self.stream, self.file = stream, file
        self.buffer = Buffer(decompressed(stream, file))
        self.left = self.padding = 0  # of the member that is being read
        self.done = False
        self.reported = False  # whether a member has passed on that the archive ends early

    def read(self, size: int) -> bytes:
        """Bytes of the open member."""
        if not self.left:
            return b""
        try:
            data = self.buffer.take(min(size, self.left))
        except RecordError:
            self.reported = True
            raise
        if not data:
            self.reported = True
            raise RecordError(self.file, "file.truncated", "tar member without its end")
        self.left -= len(data)
        return data

    def consumed(self) -> int:
        """Packed bytes read so far: the share of one member in them is not known."""
        return self.stream.tell() if self.stream.seekable() else self.buffer.position

    def next(self) -> Entry | RawRecord | None:
        """The next member or unit; None at the end."""
        if self.done:
            return None
        while self.left and self.read(1 << 20):
            pass
        if self.padding:
            self.buffer.take(self.padding)
            self.padding = 0
        fields: dict[str, bytes] = {}
        while True:
            header = self.buffer.take(BLOCK)
            if not header.strip(b"\0"):
                return self._end(header)
            size = _size(header) if _sound(header) else None
            if size is None:
                return self._damage(header)
            kind = header[156:157]
            if kind not in (b"L", b"K", b"x", b"g"):
                break
            if size > EXTENDED_BYTES:
                raise RecordError(self.file, "file.unreadable", "tar header above 1 MiB")
            data = self.buffer.take(size)
            self.buffer.take(-size % BLOCK)
            if kind == b"L":
                fields["path"] = data.rstrip(b"\0")
            elif kind == b"x":
                fields |= _pax(data)
        if re.fullmatch(rb"[0-9]{1,18}", fields.get("size", b"")):
            size = int(fields["size"])
        if kind not in _NO_DATA:
            self.left, self.padding = size, -size % BLOCK
        name = member_name(fields.get("path") or _name(header))
        sparse = any(field.startswith("GNU.sparse") for field in fields)
        return Entry(name, UNKNOWN if sparse else _KINDS.get(kind, UNKNOWN), size, size, self.read, self.consumed)

    def _end(self, header: bytes) -> RawRecord | None:
        """Behind the last member: zeros to the end of the file, as tar pads them."""
        self.done = True
        rest = record_hasher()
        size = 0
        while block := self.buffer.take(1 << 20):
            if size or block.strip(b"\0"):
                rest.update(block)
                size += len(block)
        if size:
            return RawRecord(
                self.buffer.position - size, size, rest.digest(), None, "record.malformed", "behind the end"
            )
        return None if header else self.unit(b"", "file.truncated", "tar without its end")

    def _damage(self, header: bytes) -> RawRecord:
        """All up to the next sound header."""
        hasher = record_hasher()
        size = 0
        block = header
        while block and not (size and (_sound(block) or not block.strip(b"\0"))):
            hasher.update(block)
            size += len(block)
            block = self.buffer.take(BLOCK)
        self.buffer.back(block)
        whole = len(header) == BLOCK
        self.done = not whole
        fault = "record.malformed" if whole else "file.truncated"
        return RawRecord(self.buffer.position - size, size, hasher.digest(), None, fault, "tar header")

    def unit(self, data: bytes, fault: str, detail: str) -> RawRecord:
        return RawRecord(self.buffer.position, len(data), bytes_digest(data), None, fault, detail)


def _sound(header: bytes) -> bool:
    """Whether the header's checksum is right: the sum of its bytes, its own field taken as spaces."""
    written = header[148:156].strip(b" \0")
    if len(header) < BLOCK or not written.isdigit() or any(digit > 0x37 for digit in written):
        return False
    return int(written, 8) == sum(header[:148]) + 8 * 0x20 + sum(header[156:])


def _size(header: bytes) -> int | None:
    field = header[124:136]
    if field[0] & 0x80:  # GNU: a binary number for what octal digits cannot hold
        size = int.from_bytes(field, "big") & ((1 << 95) - 1)
        return size if size < 1 << 60 else None
    digits = field.strip(b" \0")
    return int(digits, 8) if re.fullmatch(rb"[0-7]{1,12}", digits) else 0 if not digits else None


def _name(header: bytes) -> bytes:
    name, prefix = header[:100].split(b"\0", 1)[0], header[345:500].split(b"\0", 1)[0]
    return prefix + b"/" + name if prefix and header[257:262] == b"ustar" and header[262:263] == b"\0" else name


def _pax(data: bytes) -> dict[str, bytes]:
    """Fields of a pax header: ``length name=value newline``; what does not parse ends it."""
    fields: dict[str, bytes] = {}
    place = 0
    while found := _PAX.match(data, place):
        length = int(found[1])
        line = data[found.end() : place + length]
        name, equals, value = line.partition(b"=")
        if length < 5 or not equals or not value.endswith(b"\n"):
            break
        fields[name.decode("utf-8", "backslashreplace")] = value[:-1]
        place += length
    return fields
