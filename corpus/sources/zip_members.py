"""Members of a ZIP archive by its central directory, which is what every tool goes by."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from corpus import storage
from corpus.errors import InputError, RecordError
from corpus.identity import bytes_digest
from corpus.sources.archive_member import DEVICE, ENCRYPTED, FILE, FOLDER, LINK, UNKNOWN, Entry, member_name
from corpus.sources.raw import RawRecord

# First bytes: a member, and the directory's end of an archive without members.
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_END64_LOCATOR, _END64 = struct.Struct("<4sLQL"), struct.Struct("<4sQ2H2L4Q")
# zipfile holds the whole directory, about 0.7 KB for each member: 16 MiB are 100,000 to 360,000 members.
DIRECTORY_BYTES = 16 * 1024 * 1024
# bzip2 and LZMA state no bound that zipfile keeps: one step of bzip2 gives 90 MB at most, LZMA takes as much
# memory as the member asks for, so that it is refused.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_UTF8, _ENCRYPTED = 0x800, 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error, IndexError)


def member_ranges(uri: str, size: int) -> list[tuple[int, int | None, int]]:
    """(first, last + 1, decoded bytes) ranges of members of about ``size`` bytes; an archive whose directory
    does not read is one whole range, for the reader to quarantine."""
    try:
        with storage.open_input(uri) as stream:
            sizes = [item.file_size for item in _open(stream).infolist()]
    except InputError:
        raise
    except (RecordError, *_DAMAGE):
        return [(0, None, storage.size(uri))]
    ranges: list[tuple[int, int | None, int]] = []
    first = cost = 0
    for index, member in enumerate(sizes):
        if cost and cost + member > size:
            ranges.append((first, index, cost))
            first, cost = index, 0
        cost += member
    return [*ranges, (first, len(sizes), cost)] if sizes else []


def zip_entries(stream: IO[bytes], start: int, end: int | None) -> Iterator[Entry | RawRecord]:
    """Members start to end of the directory; an archive that cannot be opened is one unit."""
    try:
        archive = _open(stream)
    except RecordError as error:
        yield _unit(stream, error.what, error.fix)
        return
    except _DAMAGE as error:
        yield _unit(stream, "file.unreadable", f"ZIP: {type(error).__name__}")
        return
    for item in archive.infolist()[start:end]:
        yield _entry(archive, item)


def _open(stream: IO[bytes]) -> zipfile.ZipFile:
    """Raises RecordError where the end is missing or the directory is too large to hold."""
    size = stream.seek(0, os.SEEK_END)
    begin = max(0, size - 65_535 - _END.size)
    stream.seek(begin)
    tail = stream.read()
    place = tail.rfind(_END_MAGIC)
    if place < 0 or len(tail) < place + _END.size:
        raise RecordError("", "file.truncated", "ZIP without its directory")
    directory = _END.unpack_from(tail, place)[5]
    locator = place - _END64_LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        stream.seek(_END64_LOCATOR.unpack_from(tail, locator)[2])
        record = stream.read(_END64.size)
        if len(record) == _END64.size and record[:4] == b"PK\x06\x06":
            directory = max(directory if directory != 0xFFFFFFFF else 0, _END64.unpack(record)[8])
    if directory > DIRECTORY_BYTES:
        raise RecordError("", "file.unreadable", "more members than 16 MiB of directory hold: split the archive")
    stream.seek(0)
    return zipfile.ZipFile(stream)


def _unit(stream: IO[bytes], fault: str, detail: str) -> RawRecord:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return RawRecord(0, size, bytes_digest(stream.read(1 << 20) + b"%d" % size), None, fault, detail)


def _entry(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Entry:
    name = item.orig_filename
    if not item.flag_bits & _UTF8:
        name = member_name(name.encode("cp437"))  # what zipfile decodes unmarked names by: every byte has a place
    member = _Member(archive, item)
    return Entry(name, _kind(item), item.file_size, item.compress_size, member.read, member.consumed)


def _kind(item: zipfile.ZipInfo) -> str:
    if item.flag_bits & _ENCRYPTED:
        return ENCRYPTED
    mode = item.external_attr >> 16 if item.create_system == 3 else 0
    if stat.S_ISLNK(mode):
        return LINK
    if item.filename.endswith("/"):  # is_dir fails on an empty name
        return FOLDER
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return DEVICE
    return FILE if item.compress_type in _METHODS else UNKNOWN


class _Member:
    """Opened at its first read."""

    def __init__(self, archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
        self.archive, self.item = archive, item
        self.stream: Any = None

    def read(self, size: int) -> bytes:
        try:
            if self.stream is None:
                self.stream = self.archive.open(self.item)
            data: bytes = self.stream.read(size)
        except EOFError as error:
            raise RecordError("", "file.truncated", "ZIP member without its end") from error
        except (RuntimeError, *_DAMAGE) as error:
            raise RecordError("", "file.unreadable", f"ZIP member: {type(error).__name__}") from error
        return data

    def consumed(self) -> int:
        return self.item.compress_size
