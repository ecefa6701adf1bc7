"""One whole WARC record to a page: which records are documents, digests, HTTP, encoding, metadata."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from corpus.errors import RecordError
from corpus.normalise import encodable
from corpus.sources.charset import decode, undecodable
from corpus.sources.http_body import Body, Message, decoded, header_fields, parse
from corpus.sources.raw import SKIPPED, RawRecord, record_hasher
from corpus.sources.record import host

HTML = frozenset({"text/html", "application/xhtml+xml"})
TEXT = frozenset({"text/plain"})
PAGES = frozenset({"response", "resource", "conversion"})
# WARC 1.1 section 6; a reader skips the types that it does not know.
OTHERS = frozenset({"warcinfo", "request", "metadata", "revisit"})

# What is no document by its nature; other types (PDF, office files) are documents that no reader handles.
_MEDIA = re.compile(r"(?:image|video|audio|font)/|application/(?:font|x-font|vnd\.ms-fontobject)")
_CODE = re.compile(r"(?:text|application)/(?:css|(?:x-)?javascript|ecmascript)$")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)

# WARC 1.1 section 5.8 leaves algorithm and encoding open; these are written in practice.  Digest length
# tells hex from base32: no length in one is a length in the other.
_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512, "md5": hashlib.md5}
_ALGORITHMS |= {"sha-1": hashlib.sha1, "sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_BASE32 = bytes.maketrans(  # RFC 4648 digits, either case, to those of int(…, 32)
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567",
    b"0123456789ABCDEFGHIJKLMNOP0123456789ABCDEFGHIJKLMNOPQRSTUV",
)
_LENGTH = re.compile(r"[0-9]{1,18}")


def fields_of(head: bytes) -> dict[str, str]:
    """The named fields of a record's header, its version line left out."""
    return header_fields(head[head.find(b"\n") + 1 :])


def content_length(headers: Mapping[str, str]) -> int | None:
    """The block's bytes, or None when the header does not say."""
    found = headers.get("content-length", "")
    return int(found) if _LENGTH.fullmatch(found) else None


def record(head: bytes, headers: Mapping[str, str], block: bytes, offset: int, limit: int) -> RawRecord:
    """The raw record of a whole record; its digest is of ``head`` and ``block`` together."""
    hasher = record_hasher()
    hasher.update(head)
    hasher.update(block)
    size, digest = len(head) + len(block), hasher.digest()
    kind = headers.get("warc-type", "").lower()
    whole = matches(headers.get("warc-block-digest"), block)
    if whole is False:
        return RawRecord(offset, size, digest, None, "record.malformed", "block digest differs")
    if kind in OTHERS:
        return RawRecord(offset, size, digest, None, SKIPPED, kind)
    try:
        return RawRecord(offset, size, digest, _page(kind, headers, block, limit, whole is True))
    except RecordError as error:
        return RawRecord(offset, size, digest, None, error.what, error.fix)


def _page(kind: str, headers: Mapping[str, str], block: bytes, limit: int, proven: bool) -> dict[str, Any]:
    """Fields of a page; where ``proven`` its block is as its digest says.

    Raises RecordError with a quarantine class, or SKIPPED.
    """
    if kind == "continuation" or "warc-segment-number" in headers:
        raise RecordError("", "record.unsupported", "segmented record")
    if kind not in PAGES:
        raise RecordError("", SKIPPED, "other records")
    type_ = headers.get("content-type", "")
    robots = reservation = None
    if kind == "response":
        message = _message(type_, block)
        type_, robots = message.headers.get("content-type", ""), message.headers.get("x-robots-tag")
        reservation = message.headers.get("tdm-reservation")
        if message.status != 200:
            raise RecordError("", SKIPPED, f"status {message.status}")
    else:
        message = Message(200, {}, block)
    bare = type_.partition(";")[0].strip().lower()
    if bare not in HTML and (_MEDIA.match(bare) or _CODE.match(bare)):
        raise RecordError("", SKIPPED, "images, sound, video and fonts" if _MEDIA.match(bare) else "style and script")
    body = decoded(message, limit)
    if not proven:  # the payload is part of the block: a second digest proves nothing more about these bytes
        _check_payload(headers, message, body)
    if bare not in HTML | TEXT and not (not bare and body.data.lstrip()[:1] == b"<"):
        raise RecordError("", "record.unsupported", _printable(bare) or "no content type")
    url = encodable(headers.get("warc-target-uri", "").strip("<> "))
    if not url:
        raise RecordError("", "record.no_provenance", "no WARC-Target-URI")
    cut = headers.get("warc-truncated", "").lower() or body.cut
    text, charset = _text(body.data, type_, cut is not None)
    fields = {
        "key": url, "url": url, "host": host(url), "charset": charset, "content_type": bare,
        "fetched_at": headers.get("warc-date"), "record_id": headers.get("warc-record-id"),
        "truncated": cut, "x_robots_tag": robots, "tdm_reservation": reservation,
        "text" if bare in TEXT else "html": text,
    }  # fmt: skip
    return {name: item for name, item in fields.items() if item is not None}


def _message(type_: str, block: bytes) -> Message:
    if not type_.lower().startswith("application/http") and not block.startswith(b"HTTP/"):
        raise RecordError("", SKIPPED, "other protocols")  # dns:, ftp:, whois:
    message = parse(block)
    if message.status is None:
        raise RecordError("", "record.malformed", "HTTP status line")
    return message


def _check_payload(headers: Mapping[str, str], message: Message, body: Body) -> None:
    """Writers digest the body as it was sent, without its chunks, or decoded: one of them must agree.

    The digest of a body that was cut while writing may be that of the whole.
    """
    written = headers.get("warc-payload-digest")
    if written is None or "warc-truncated" in headers:
        return
    # ClueWeb writes the digest of the block here.
    if written == headers.get("warc-block-digest"):
        return
    if matches(written, message.body) is not False:
        return
    if body.stored is not message.body and matches(written, body.stored):
        return
    if body.data is not body.stored and matches(written, body.data):
        return
    raise RecordError("", "record.malformed", "payload digest differs")


def matches(written: str | None, data: bytes) -> bool | None:
    """Whether ``data`` has the digest ``algorithm:value``; None where that cannot be told: no digest, an
    unknown algorithm, a value that is neither hexadecimal nor base32."""
    if written is None:
        return None
    name, colon, value = written.partition(":")
    algorithm = _ALGORITHMS.get(name.strip().lower())
    if not colon or algorithm is None:
        return None
    found = algorithm(data, usedforsecurity=False).digest()
    bits = 8 * len(found)
    digits = value.strip().rstrip("=").encode("ascii", "replace")
    try:
        if len(digits) == bits // 4:
            expected = int(digits, 16)
        elif len(digits) == -(-bits // 5):
            expected = int(digits.translate(_BASE32), 32) >> (5 * len(digits) - bits)
        else:
            return None
    except ValueError:
        return None
    return int.from_bytes(found, "big") == expected


def _text(data: bytes, type_: str, cut: bool) -> tuple[str, str]:
    """(text, encoding) by proof; a body that was cut may end inside a character."""
    named = _CHARSET.search(type_)
    declared = named[1] if named else None
    found = decode(data, declared, cut)
    if found is None:
        raise RecordError("", "record.not_utf8", undecodable(data))
    return found


def _printable(type_: str) -> str:
    """A media type as a detail: what does not look like one is not repeated."""
    return type_ if re.fullmatch(r"[a-z0-9.+-]{1,30}/[a-z0-9.+-]{1,60}", type_) else "content type"
