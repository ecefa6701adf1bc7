"""What must hold for every input of each entry that meets bytes from outside.

A target takes bytes and raises on a broken promise.  Coverage-guided search (`make fuzz SECONDS=60`)
looks for such bytes; every find is kept in finds/TARGET and tried again by the ordinary tests.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from corpus.errors import RecordError
from corpus.extract.html import extract
from corpus.ledger import QUARANTINE_CLASSES
from corpus.mojibake import Mojibake
from corpus.normalise import normalise
from corpus.sources import archive, mediawiki, modu, warc
from corpus.sources.charset import decode, undecodable
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from filters.privacy.identifiers import mask

LIMIT = 1 << 20  # bytes a record
FINDS = Path(__file__).parent / "finds"


def fuzz_charset(data: bytes) -> None:
    """What is answered is text that can be written again; what is not decoded is said without its bytes."""
    found = decode(data)
    if found is None:
        undecodable(data).encode("ascii")
    else:
        found[0].encode("utf-8")


def fuzz_normalise(data: bytes) -> None:
    """Normalising is idempotent, canonically equal input gives equal output, and the output is clean."""
    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\x00" else "replace")
    once = normalise(text)
    assert normalise(once) == once
    assert normalise(unicodedata.normalize("NFD", text)) == once
    assert not any(c < " " and c not in "\t\n" for c in once)
    once.encode("utf-8")


def fuzz_mojibake(data: bytes) -> None:
    """A repair is final: mending what was mended changes nothing."""
    text = data.decode("utf-8", "replace")
    once = Mojibake().edit(text)[0]
    assert Mojibake().edit(once)[0] == once


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
        extract(data.decode("utf-8", "replace")).text.encode("utf-8")
    except RecordError as error:
        assert error.what in QUARANTINE_CLASSES


def fuzz_reader(format_: str, data: bytes) -> None:
    """Every file is read to its end as records, skipped items and quarantined units."""
    with tempfile.NamedTemporaryFile(prefix="malmoi-fuzz-") as file:
        file.write(data)
        file.flush()
        for raw in READERS[format_](Slice(file.name, f"말모이.{format_}", format_), LIMIT):
            assert (raw.fields is None) == bool(raw.fault)
            assert raw.fault in ("", SKIPPED) or raw.fault in QUARANTINE_CLASSES
            assert raw.offset >= 0 and raw.size >= 0


READERS: dict[str, Callable[[Slice, int], Iterator[RawRecord]]] = {
    "warc": warc.read,
    "mediawiki": mediawiki.read,
    "modu": modu.read,
    "archive": archive.read,
}
TARGETS: dict[str, Callable[[bytes], None]] = {
    "charset": fuzz_charset,
    "normalise": fuzz_normalise,
    "mojibake": fuzz_mojibake,
    "identifiers": fuzz_identifiers,
    "html": fuzz_html,
    **{name: partial(fuzz_reader, name) for name in READERS},
}

KOREAN = "말모이 사전은 1911년부터 엮었다. 문의 010-1234-5678, gildong@example.com, 900101-1234568"
PAGE = f"<html><head><meta charset=euc-kr><title>말모이</title></head><body><p>{KOREAN}</p><ul><li>가</ul></body>"


def seeds(name: str) -> list[bytes]:
    """Where the search begins: small valid inputs of the target."""
    if name == "charset":
        codecs = ("utf-8", "cp949", "johab", "utf-16", "iso2022_kr")
        return [*(KOREAN.encode(codec) for codec in codecs), PAGE.encode("cp949")]
    if name == "normalise":
        return [KOREAN.encode(), unicodedata.normalize("NFD", KOREAN).encode(), "👨‍👩‍👧 ᄒᆞᆫ글 ㅋㅋ ｱ".encode()]
    if name == "mojibake":
        return [KOREAN.encode().decode("latin-1").encode(), KOREAN.encode("cp949").decode("latin-1").encode()]
    if name == "identifiers":
        return [KOREAN.encode(), "공일공-일이삼사-오육칠팔 +82 10 1234 5678 카톡 아이디 malmoi01".encode()]
    if name == "html":
        return [PAGE.encode(), b"<table><tr><td>1<td>2</table><pre>x\n y</pre>"]
    return {"warc": _warc, "mediawiki": _dump, "modu": _modu, "archive": _archives}[name]()


def _warc() -> list[bytes]:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode()
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.com/\r\n"
        "WARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    record = head.encode() + http + b"\r\n\r\n"
    return [record, gzip.compress(record, mtime=0)]


def _dump() -> list[bytes]:
    text = "'''말모이'''는 {{사전|첫}} [[우리말]] 사전이다.&lt;ref&gt;주&lt;/ref&gt;\n== 역사 ==\n* 1911년"
    page = f"<page><title>말모이</title><ns>0</ns><id>1</id><revision><id>2</id><text>{text}</text></revision></page>"
    return [f"<mediawiki><siteinfo><sitename>사전</sitename></siteinfo>{page}{page}</mediawiki>".encode()]


def _modu() -> list[bytes]:
    document = {"id": "가.1", "metadata": {"title": "말모이"}, "paragraph": [{"id": "가.1.1", "form": KOREAN}]}
    return [json.dumps({"id": "가", "metadata": {}, "document": [document]}, ensure_ascii=False).encode()]


def _archives() -> list[bytes]:
    zipped, packed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("가.txt", KOREAN)
    with tarfile.open(fileobj=packed, mode="w") as file_:
        member = tarfile.TarInfo("나.txt")
        member.size = len(KOREAN.encode())
        file_.addfile(member, io.BytesIO(KOREAN.encode()))
    return [zipped.getvalue(), packed.getvalue()]
