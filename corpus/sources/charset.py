"""Bytes to text by proof: a byte-order mark, then the declared encoding, then UTF-8 and CP949, each strict.

Nothing is decoded with replacement, and no encoding is guessed from frequencies: what no strict decoder
accepts is quarantined as record.not_utf8.
"""

from __future__ import annotations

import codecs
import re

from corpus.hangul import is_hangul

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<(?:meta\b[^>]*?|\?xml\b[^>]*?)(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
META_BYTES = 4096  # the HTML standard looks at 1,024; Korean pages of the 2000s put long scripts before it

# WHATWG Encoding Standard: every Korean label but iso-2022-kr means windows-949, a superset of EUC-KR.
_KOREAN = frozenset(
    {"cp949", "euc-kr", "euckr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "korean", "uhc"}
    | {"windows-949", "ms949", "x-windows-949", "iso-ir-149", "csksc56011987", "cseuckr"}
)
# A CP949 page of Korean has mostly Hangul among its characters outside ASCII; other legacy encodings that
# happen to decode as CP949 give rare syllables and Hanja.
MINIMUM_HANGUL = 0.5


def codec(label: str | None) -> str | None:
    """Python's codec for a declared label, or None when there is none that may be trusted."""
    name = (label or "").strip().strip("\"'").lower()
    if name in _KOREAN:
        return "cp949"
    if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252"):
        return None  # servers' defaults: accept every byte, so that they prove nothing
    try:
        return codecs.lookup(name).name if name and codecs.lookup(name)._is_text_encoding else None
    except (LookupError, ValueError):
        return None


def decode(data: bytes, declared: str | None = None) -> tuple[str, str] | None:
    """(text, encoding), or None when no encoding is proven.

    Order: byte-order mark, UTF-8 (which no other encoding of Korean passes by chance), the declared
    encoding, the one declared in the head of an HTML page, CP949 with mostly Hangul.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    if plain := _strict(data, "utf-8"):
        return plain
    inside = _META.search(data[:META_BYTES])
    for label in (declared, inside[1].decode("ascii") if inside else None):
        name = codec(label) or ""
        if name and name != "utf-8" and (found := _strict(data, name)):
            return found
    found = _strict(data, "cp949")
    return found if found and hangul_share(found[0]) >= MINIMUM_HANGUL else None


def _strict(data: bytes, name: str) -> tuple[str, str] | None:
    try:
        return data.decode(name), name
    except (UnicodeDecodeError, UnicodeError):
        return None


def hangul_share(text: str) -> float:
    """Hangul among the characters outside ASCII; 1 when there are none."""
    outside = [character for character in text if ord(character) > 0x7F]
    return sum(map(is_hangul, outside)) / len(outside) if outside else 1.0
