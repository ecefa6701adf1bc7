"""What must hold for every input of each entry that meets bytes from outside.

A target takes bytes and raises on a broken promise.  Coverage-guided search (`make fuzz SECONDS=60`)
looks for such bytes; every find is kept in finds/TARGET and tried again by the ordinary tests.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

from corpus.errors import RecordError
from corpus.extract.html import extract
from corpus.ledger import QUARANTINE_CLASSES
from corpus.normalise import normalise
from corpus.sources import warc
from corpus.sources.charset import decode
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED
from filters.privacy.identifiers import mask

LIMIT = 1 << 20  # bytes a record
FINDS = Path(__file__).parent / "finds"
_FILE = Path(tempfile.gettempdir()) / "malmoi-fuzz.warc"


def fuzz_charset(data: bytes) -> None:
    """Decoding loses nothing: what is answered is a strict decoding of all bytes but a mark."""
    found = decode(data)
    if found is not None:
        text, name = found
        text.encode("utf-8")
        assert not data or text or len(data) <= 4, name


def fuzz_normalise(data: bytes) -> None:
    """Normalising is idempotent, canonically equal input gives equal output, and the output is clean."""
    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\x00" else "replace")
    once = normalise(text)
    assert normalise(once) == once
    assert normalise(unicodedata.normalize("NFD", text)) == once
    assert not any(c < " " and c not in "\t\n" for c in once)
    once.encode("utf-8")


def fuzz_identifiers(data: bytes) -> None:
    """Masking twice is masking once, and spans are ordered, disjoint and inside the text."""
    text = normalise(data.decode("utf-8", "replace"))
    masked = mask(text)
    assert mask(masked.text).text == masked.text
    last = 0
    for span in masked.spans:
        assert last <= span.start < span.end <= len(text)
        last = span.end


def fuzz_html(data: bytes) -> None:
    """A page gives text, or is refused as a record; nothing else."""
    try:
        extract(data.decode("utf-8", "replace")).text.encode("utf-8", "surrogatepass")
    except RecordError as error:
        assert error.what in QUARANTINE_CLASSES


def fuzz_warc(data: bytes) -> None:
    """Every file is read to its end as records, skipped items and quarantined units."""
    _FILE.write_bytes(data)
    for raw in warc.read(Slice(str(_FILE), "f.warc", "warc"), LIMIT):
        assert (raw.fields is None) == bool(raw.fault)
        assert raw.fault in ("", SKIPPED) or raw.fault in QUARANTINE_CLASSES
        assert raw.offset >= 0 and raw.size >= 0


TARGETS: dict[str, Callable[[bytes], None]] = {
    "charset": fuzz_charset,
    "normalise": fuzz_normalise,
    "identifiers": fuzz_identifiers,
    "html": fuzz_html,
    "warc": fuzz_warc,
}


def seeds(name: str) -> list[bytes]:
    """Where the search begins: small valid inputs of the target."""
    korean = "말모이 사전은 1911년부터 엮었다. 문의 010-1234-5678, gildong@example.com, 900101-1234568"
    page = f"<html><head><meta charset=euc-kr><title>말모이</title></head><body><p>{korean}</p><ul><li>가</ul></body>"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.com/\r\n"
        "WARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return {
        "charset": [korean.encode(name) for name in ("utf-8", "cp949", "utf-16", "iso2022_kr")]
        + [page.encode("cp949")],
        "normalise": [korean.encode(), unicodedata.normalize("NFD", korean).encode(), "👨‍👩‍👧 ᄒᆞᆫ글 ㅋㅋ ｱ".encode()],
        "identifiers": [korean.encode(), "공일공-일이삼사-오육칠팔 +82 10 1234 5678".encode()],
        "html": [page.encode(), b"<table><tr><td>1<td>2</table><pre>x\n y</pre>"],
        "warc": [head.encode() + http + b"\r\n\r\n"],
    }[name]
