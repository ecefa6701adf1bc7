"""An HTTP message as an archive stores it: status, header fields, and the body without its codings.

Every step is bounded by a limit on decoded bytes, for a body that is built to expand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import brotli
import zstandard

from corpus.errors import RecordError
from corpus.sources.decompress import BLOCK, GZIP_MAGIC, ZSTD_MAGIC, ZSTD_STEP, ZSTD_WINDOW, InflateError, inflater

HEAD_BYTES = 65_536
_STATUS = re.compile(rb"HTTP/[0-9](?:\.[0-9])?[ \t]+([0-9]{3})\b")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\n]{0,1000})?\r?\n")
# RFC 9110 section 8.4 allows any number of codings; two are seen in practice, more are a bomb's shells.
MAX_CODINGS = 3


class Message(NamedTuple):
    """``status`` is None when the first line is no HTTP status line."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes


class Body(NamedTuple):
    """``stored`` without transfer coding, ``data`` without content coding either; ``cut`` says in a word
    what shows that the body is not whole."""

    stored: bytes
    data: bytes
    cut: str | None


def header_fields(lines: bytes) -> dict[str, str]:
    """Field name in lower case to value; of repeated fields the first, folded lines joined."""
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        text = lines.decode("latin-1")  # RFC 9110 section 5.5: opaque bytes
    if "\n " in text or "\n\t" in text:
        text = re.sub(r"\r?\n[ \t]+", " ", text)
    pairs = [line.partition(":") for line in text.split("\n")]
    pairs.reverse()  # so that of repeated fields the first is the last to be set
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def head_end(block: bytes) -> tuple[int, int] | None:
    """Where the blank line that ends a header begins and where what follows it does; lines end in CR LF,
    or in LF alone as ClueWeb keeps them."""
    standard = block.find(b"\r\n\r\n")
    bare = block.find(b"\n\n", 0, standard if 0 <= standard < HEAD_BYTES else HEAD_BYTES)
    if bare >= 0 and not 0 <= standard < bare:
        return bare, bare + 2
    return (standard, standard + 4) if standard >= 0 else None


def parse(block: bytes) -> Message:
    """The message in a WARC block; a header without its blank line has no body."""
    status = _STATUS.match(block)
    end, body = head_end(block) or (len(block), len(block))
    first = block.find(b"\n", 0, end) + 1
    fields = header_fields(block[first:end]) if first else {}
    return Message(int(status[1]) if status else None, fields, block[body:])


def decoded(message: Message, limit: int) -> Body:
    """The body without codings.  Raises RecordError: ``record.too_large`` above ``limit`` bytes,
    ``record.malformed`` for damage inside a coding, ``record.unsupported`` for one that is not known."""
    data, cut = message.body, None
    if "chunked" in message.headers.get("transfer-encoding", "").lower():
        data, whole = dechunked(data)
        cut = None if whole else "chunks"
    elif _shorter(message):
        cut = "content-length"
    stored = data
    if written := message.headers.get("content-encoding", ""):
        codings = [coding.strip().lower() for coding in written.split(",")]
        if len(codings) > MAX_CODINGS:
            raise RecordError("", "record.unsupported", "more than three content codings")
        for coding in reversed(codings):
            data, whole = _without(coding, data, limit)
            cut = cut if whole else (cut or "content-coding")
    if len(data) > limit:
        raise RecordError("", "record.too_large", f"limit {limit} bytes decoded")
    return Body(stored, data, cut)


def _shorter(message: Message) -> bool:
    length = message.headers.get("content-length", "")
    # Archives that store the decoded body keep the length of the encoded one, which proves nothing.
    plain = message.headers.get("content-encoding", "").lower() in ("identity", "")
    return plain and length.isascii() and length.isdigit() and len(length) < 16 and len(message.body) < int(length)


def dechunked(data: bytes) -> tuple[bytes, bool]:
    """(body, whether its last chunk is there).  A body that never was chunked, as archives that decode
    while fetching leave it, comes as it is."""
    parts: list[bytes] = []
    place = 0
    while size := _CHUNK_SIZE.match(data, place):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts), True
        chunk = data[size.end() : size.end() + length]
        parts.append(chunk)
        place = size.end() + length
        if len(chunk) < length:
            break
        place += 2 if data.startswith(b"\r\n", place) else 1 if data.startswith(b"\n", place) else 0
    if place == 0:
        return data, True
    return b"".join(parts), False


def _without(coding: str, data: bytes, limit: int) -> tuple[bytes, bool]:
    """(decoded, whether its end is there).  A body that does not begin as its coding does was decoded
    before it was stored."""
    if coding in ("gzip", "x-gzip"):
        return _inflated(data, 31, limit) if data[:2] == GZIP_MAGIC else (data, True)
    if coding == "deflate":
        # RFC 9110 says zlib; servers send raw deflate as well.
        zlib_form = len(data) > 1 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
        return _inflated(data, 15 if zlib_form else -15, limit, lenient=not zlib_form)
    if coding == "br":
        return _brotli(data, limit)
    if coding == "zstd":
        return _zstd(data, limit) if data[:4] == ZSTD_MAGIC else (data, True)
    if coding in ("compress", "x-compress", "dcb", "dcz"):
        raise RecordError("", "record.unsupported", f"content coding {coding}")
    return data, True  # identity, none, and names of character sets, which old servers send here


def _limited(parts: list[bytes], size: int, limit: int) -> None:
    if size > limit:
        parts.clear()
        raise RecordError("", "record.too_large", f"limit {limit} bytes decoded")


def _inflated(data: bytes, bits: int, limit: int, lenient: bool = False) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, rest = 0, data
    try:
        while rest:
            member = inflater(bits)
            while rest and not member.eof:
                parts.append(member.decompress(rest, BLOCK))
                size += len(parts[-1])
                _limited(parts, size, limit)
                rest = member.unconsumed_tail
            if not member.eof:
                return b"".join(parts), False
            rest = member.unused_data
            if not (bits == 31 and rest[:2] == GZIP_MAGIC):
                break
    except InflateError as error:
        if lenient and not size:
            return data, True
        raise RecordError("", "record.malformed", f"content coding: {type(error).__name__}") from error
    return b"".join(parts), True


def _brotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Brotli has no magic: a body that does not decode from its first byte on was stored decoded."""
    decompressor = brotli.Decompressor()
    parts: list[bytes] = []
    size, rest = 0, data
    try:
        while not decompressor.is_finished():
            block = decompressor.process(rest, output_buffer_limit=BLOCK)
            rest = b""
            parts.append(block)
            size += len(block)
            _limited(parts, size, limit)
            if not block and decompressor.can_accept_more_data():
                return b"".join(parts), False
    except brotli.error as error:
        if data.lstrip()[:1] == b"<":
            return data, True
        raise RecordError("", "record.malformed", "content coding: brotli") from error
    return b"".join(parts), True


def _zstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    parts: list[bytes] = []
    size = place = 0
    try:
        while place < len(data) and not decompressor.eof:
            parts.append(decompressor.decompress(data[place : place + ZSTD_STEP]))
            place += ZSTD_STEP
            size += len(parts[-1])
            _limited(parts, size, limit)
    except zstandard.ZstdError as error:
        raise RecordError("", "record.malformed", f"content coding: {type(error).__name__}") from error
    return b"".join(parts), decompressor.eof
