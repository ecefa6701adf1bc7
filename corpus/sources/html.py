"""HTML files: one record a file, plain or compressed; the key is the file's name below the input's root."""

from __future__ import annotations

from collections.abc import Iterator

from corpus import storage
from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.sources.charset import decode, undecodable
from corpus.sources.decompress import decompressed
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord, record_hasher


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record.  A page that ends early in its compressed file is quarantined whole."""
    blocks: list[bytes] = []
    size = 0
    hasher = record_hasher()
    fault = None
    with storage.open_input(piece.uri) as stream:
        try:
            for block in decompressed(stream, piece.file):
                size += len(block)
                hasher.update(block)
                if size <= limit:
                    blocks.append(block)
                else:
                    blocks.clear()
        except RecordError as error:
            fault = error
    if fault is not None:
        yield RawRecord(0, size, hasher.digest(), None, fault.what, fault.fix)
        return
    if size > limit:
        yield RawRecord(0, size, hasher.digest(), None, "record.too_large", f"limit {limit} bytes")
        return
    yield page(0, b"".join(blocks), {"key": encodable(piece.file)}, None)


def page(offset: int, data: bytes, fields: dict[str, object], declared: str | None) -> RawRecord:
    """A record of HTML bytes with its other ``fields``, decoded by proof."""
    decoded = decode(data, declared)
    if decoded is None:
        return RawRecord(offset, len(data), bytes_digest(data), None, "record.not_utf8", undecodable(data))
    text, charset = decoded
    return RawRecord(offset, len(data), bytes_digest(data), {**fields, "html": text, "charset": charset})
