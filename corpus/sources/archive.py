"""ZIP and tar archives: members are read where they lie, never written to disk, each by the reader that its
suffix names.

A member that may not be read (a path that leaves its folder, a link, a device, an encrypted or nested
archive, one that expands beyond reason) is one quarantined unit, and the run goes on with the next.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from corpus import storage
from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.sources import html, jsonl, mediawiki, modu, parquet, text, warc
from corpus.sources.archive_member import Entry, MemberStream, entry_fault
from corpus.sources.listing import Slice, format_of
from corpus.sources.raw import RawRecord, record_hasher
from corpus.sources.tar_members import tar_entries
from corpus.sources.zip_members import ZIP_MAGICS, zip_entries

Records = Callable[[Any, str, int], Iterator[RawRecord]]

_READ_AHEAD: dict[str, Records] = {"mediawiki": mediawiki.records, "modu": modu.records}
# Formats that do not say their encoding: the configuration may.
_NAMED: dict[str, Callable[[Any, str, int, str], Iterator[RawRecord]]] = {
    "html": html.records,
    "jsonl": jsonl.records,
    "text": text.records,
}
# Formats whose readers go back in a file: such a member is held in memory, up to HELD_BYTES.
_SEEKING: dict[str, Records] = {"parquet": parquet.records, "warc": warc.records}
_JSON = re.compile(r"\.json(?:\.(?:gz|zst|bz2))?$", re.IGNORECASE)
HELD_BYTES = 64 * 1024 * 1024
NAME_CHARACTERS = 1000


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """Records of all members (of a ZIP's members start to end), with the member's name behind the archive's
    in ``file``; ``offset`` is the place within the member as its format counts."""
    with storage.open_input(piece.uri) as stream:
        head = stream.read(4)
        stream.seek(0)
        found = zip_entries(stream, piece.start, piece.end) if head in ZIP_MAGICS else tar_entries(stream, piece.file)
        for item in found:
            if isinstance(item, RawRecord):
                yield item
            else:
                yield from _member(item, piece, limit)


def _member(entry: Entry, piece: Slice, limit: int) -> Iterator[RawRecord]:
    file = f"{piece.file}!{encodable(entry.name[:NAME_CHARACTERS])}"
    format_ = format_of(entry.name)
    if piece.member == "modu" and not _JSON.search(entry.name):
        format_ = format_ if format_ == "archive" else None  # the guides and tables that a corpus is delivered with
    elif piece.member and (format_ is None or entry.name.endswith("." + piece.member)):
        format_ = piece.member
    elif piece.member and format_ not in (piece.member, "archive"):
        format_ = None
    fault, detail = entry_fault(entry, format_)
    if fault:
        digest = bytes_digest(f"{file}:{entry.size}:{entry.packed}".encode())
        yield RawRecord(0, entry.packed, digest, None, fault, detail, file)
        return
    for raw in _records(entry, str(format_), file, limit, piece.encoding):
        yield raw._replace(file=file, format=str(format_))


def _records(entry: Entry, format_: str, file: str, limit: int, encoding: str) -> Iterator[RawRecord]:
    stream = MemberStream(entry, file)
    try:
        if format_ in _NAMED:
            yield from _NAMED[format_](stream, file, limit, encoding)
            return
        if format_ in _READ_AHEAD:
            yield from _READ_AHEAD[format_](stream, file, limit)
            return
        held = stream.read(HELD_BYTES + 1)
        if len(held) > HELD_BYTES:
            size, digest = _past(held, stream)
            yield RawRecord(0, size, digest, None, "record.too_large", f"{format_} in an archive above 64 MiB")
            return
        yield from _SEEKING[format_](io.BytesIO(held), file, limit)
    except RecordError as error:  # before the reader's first block
        yield RawRecord(0, stream.given, record_hasher().digest(), None, error.what, error.fix)


def _past(held: bytes, stream: IO[bytes] | MemberStream) -> tuple[int, bytes]:
    hasher = record_hasher()
    size = 0
    block = held
    while block:
        hasher.update(block)
        size += len(block)
        block = stream.read(1 << 20)
    return size, hasher.digest()
