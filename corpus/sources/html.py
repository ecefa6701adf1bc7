"""HTML files: one record a file, plain or compressed; the key is the file's name below the input's root, in NFC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus import storage
from corpus.identity import bytes_digest
from corpus.sources.charset import decode, decode_named, undecodable
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord
from corpus.sources.text import file_key
from corpus.sources.whole import whole


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record.  A page that ends early in its compressed file is quarantined whole."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit, piece.encoding)


def records(stream: Any, file: str, limit: int, encoding: str = "") -> Iterator[RawRecord]:
    """Records of an open file; see ``read``.  ``encoding`` is the label that the configuration names."""
    found = whole(stream, file, limit)
    yield found if isinstance(found, RawRecord) else page(0, found, {"key": file_key(file)}, encoding)


def page(offset: int, data: bytes, fields: dict[str, object], named: str) -> RawRecord:
    """A record of HTML bytes with its other ``fields``, decoded by proof and the label that is ``named``, if one is."""
    decoded = decode_named(data, named) if named else decode(data)
    if decoded is None:
        return RawRecord(offset, len(data), bytes_digest(data), None, "record.not_utf8", undecodable(data))
    text, charset = decoded
    return RawRecord(offset, len(data), bytes_digest(data), {**fields, "html": text, "charset": charset})
