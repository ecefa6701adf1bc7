"""Plain text files: one document a file.  The key is the file's name below the input's root in NFC, since
macOS writes file names in NFD; there is no title, because a first line may be the text's first sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from corpus import storage
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.sources.charset import decode, decode_named, undecodable
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord
from corpus.sources.whole import whole


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record; a file that is blank is a record of an empty text."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit, piece.encoding)


def records(stream: Any, file: str, limit: int, encoding: str = "") -> Iterator[RawRecord]:
    """Records of an open file; see ``read``.  ``encoding`` is the label that the configuration names."""
    found = whole(stream, file, limit)
    if isinstance(found, RawRecord):
        yield found
        return
    decoded = (decode_named(found, encoding) if encoding else decode(found)) if found else ("", "utf-8")
    if decoded is None:
        yield RawRecord(0, len(found), bytes_digest(found), None, "record.not_utf8", undecodable(found))
        return
    fields = {"key": file_key(file), "text": decoded[0], "charset": decoded[1]}
    yield RawRecord(0, len(found), bytes_digest(found), fields)


def file_key(file: str) -> str:
    """The key of a document that is a whole file."""
    return unicodedata.normalize("NFC", encodable(file))
