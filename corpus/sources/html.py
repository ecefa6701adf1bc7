"""HTML files: one record a file, plain or compressed; the key is the file's name below the input's root, in NFC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus import storage
from corpus.identity import bytes_digest
from corpus.sources.charset import decode, undecodable
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord
from corpus.sources.text import file_key
from corpus.sources.whole import whole


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record.  A page that ends early in its compressed file is quarantined whole."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit)


def records(stream: Any, file: str, limit: int) -> Iterator[RawRecord]:
    """Records of an open file; see ``read``."""
    found = whole(stream, file, limit)
    yield found if isinstance(found, RawRecord) else page(0, found, {"key": file_key(file)}, None)


def page(offset: int, data: bytes, fields: dict[str, object], declared: str | None) -> RawRecord:
    """A record of HTML bytes with its other ``fields``, decoded by proof."""
    decoded = decode(data, declared)
    if decoded is None:
        return RawRecord(offset, len(data), bytes_digest(data), None, "record.not_utf8", undecodable(data))
    text, charset = decoded
    return RawRecord(offset, len(data), bytes_digest(data), {**fields, "html": text, "charset": charset})
