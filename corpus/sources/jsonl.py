"""JSON lines: plain (whole or a byte range), gzip or zstd.

RFC 8259 makes JSON UTF-8: a line in another encoding is quarantined, never decoded with replacement, unless the
configuration names that encoding.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO

import msgspec

from corpus import storage
from corpus.sources.charset import decode_named, undecodable
from corpus.sources.decompress import BLOCK, decompressed
from corpus.sources.lines import Line, lines
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record per line that is not blank.  Blank lines are no records.

    A line belongs to the range in which it begins, so that ranges that meet read every line once.
    """
    with storage.open_input(piece.uri) as stream:
        if piece.end is None:
            yield from records(stream, piece.file, limit, piece.encoding)
            return
        start = _line_start(stream, piece.start)
        if start >= piece.end:
            return
        stream.seek(start)
        yield from _records(lines(_plain(stream), start, limit, piece.end), piece.encoding)


def records(stream: IO[bytes], file: str, limit: int, encoding: str = "") -> Iterator[RawRecord]:
    """Records of an open file from its beginning; see ``read``.  ``encoding`` is the label that the configuration
    names."""
    yield from _records(lines(decompressed(stream, file), 0, limit), encoding)


def _records(found: Iterator[Line], encoding: str) -> Iterator[RawRecord]:
    for line in found:
        if line.data is None:
            yield RawRecord(line.offset, line.size, line.digest, None, line.fault, line.detail)
        elif line.data and not line.data.isspace():
            yield _parse_named(line, encoding) if encoding else parse(line)


# It takes nothing that json.loads would not, and reads it alike, in three fifths of the time (Korean text).
_decode = msgspec.json.Decoder().decode


def parse(line: Line) -> RawRecord:
    """The fields of one line, or its fault."""
    data = line.data or b""
    if line.offset == 0:
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        fields = _decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _read_slowly(line, data)
    if not isinstance(fields, dict):
        return _fault(line, "record.malformed", f"JSON: {type(fields).__name__} instead of an object")
    return RawRecord(line.offset, line.size, line.digest, fields)


def _parse_named(line: Line, encoding: str) -> RawRecord:
    """The fields of a line of another encoding than UTF-8, whose digest and size stay those of its own bytes."""
    data = line.data or b""
    if data.isascii() and b"\x1b" not in data:
        return parse(line)
    decoded = decode_named(data, encoding)
    if decoded is None:
        return _fault(line, "record.not_utf8", undecodable(data))
    return parse(line._replace(data=decoded[0].removeprefix("\ufeff").encode()))


def _read_slowly(line: Line, data: bytes) -> RawRecord:
    """What the fast decoder refuses: lone surrogates, NaN and Infinity are read, the rest is named."""
    try:
        fields = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _fault(line, "record.not_utf8", f"byte {error.start}: {error.reason}")
    except json.JSONDecodeError as error:
        return _fault(line, "record.malformed", f"JSON character {error.pos}: {error.msg}")
    except (RecursionError, ValueError) as error:  # nested too deeply; a number of 4,300 digits
        return _fault(line, "record.malformed", f"JSON: {type(error).__name__}")
    if not isinstance(fields, dict):
        return _fault(line, "record.malformed", f"JSON: {type(fields).__name__} instead of an object")
    return RawRecord(line.offset, line.size, line.digest, fields)


def _fault(line: Line, fault: str, detail: str) -> RawRecord:
    return RawRecord(line.offset, line.size, line.digest, None, fault, detail)


def _plain(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _line_start(stream: IO[bytes], start: int) -> int:
    """The first position at or after ``start`` where a line begins."""
    if start == 0:
        return 0
    position = start - 1
    stream.seek(position)
    while block := stream.read(1 << 16):
        cut = block.find(b"\n")
        if cut >= 0:
            return position + cut + 1
        position += len(block)
    return position
