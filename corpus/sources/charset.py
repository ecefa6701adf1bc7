"""Bytes to text by proof: nothing is replaced, nothing guessed, no byte lost.

A declaration (HTTP header, meta, XML) is a claim, and claims about Korean pages are often wrong.  A
reading is believed when it is strict and

1. a byte-order mark announces it, or the escape sequences of ISO-2022 do; or
2. it is UTF-8, which no other encoding of Korean passes by chance, except in a few characters; or
3. its syllables are those of Korean (corpus.syllables); or
4. it is declared, and nothing in the bytes speaks against it.

What has no such reading is quarantined as record.not_utf8 with the place of its first fault.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from corpus.hangul import made_up
from corpus.syllables import FEW, Syllables, is_korean, syllables, without_chat

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"<(?:meta\b|\?xml\b)[^<>]{0,1024}?\b(?:charset|encoding)\s{0,16}=[\s\"']{0,16}([A-Za-z0-9_.:-]{2,40})", re.I
)
META_BYTES = 4096  # the HTML standard looks at 1,024; Korean pages of the 2000s put long scripts before it

VERSION = 2  # of what is proven, for the fingerprint of ingest
KOREAN = ("cp949", "johab", "iso2022_kr")
# WHATWG Encoding Standard: every Korean label but iso-2022-kr means windows-949, a superset of EUC-KR.
_LABELS = dict.fromkeys(
    ("euckr", "ks_c_5601-1989", "ksc5601", "ksc_5601", "windows-949", "iso-ir-149", "csksc56011987", "cseuckr"), "cp949"
) | {"windows-31j": "cp932", "sjis": "cp932", "unicode-1-1-utf-8": "utf-8", "windows-874": "cp874"}
# Browsers read these labels as the larger set that pages under them really use.
_SUPERSETS = {
    "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "utf-16": "utf-16-le", "utf-32": "utf-32-le",
}  # fmt: skip
_ALPHABETS = frozenset(
    {f"cp{number}" for number in (866, 874, *range(1250, 1259))}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {"koi8-r", "koi8-u", "mac-cyrillic"}
)
# No other codec may be named by a page: unicode_escape, utf-7, idna and punycode run code paths of their own.
_ALLOWED = (
    _ALPHABETS
    | {"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp949", "johab", "iso2022_kr"}
    | {"gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp"}
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_HANGUL_LEADS = (b"\xec", b"\xeb", b"\xea", b"\xed")  # first bytes of every syllable in UTF-8
_IN_WORD = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_FIVE_HIGH = re.compile(rb"[\x80-\xff]{5}")
MOSTLY_ASCII = 0.7

Reading = tuple[str, str]  # text, codec


def codec(label: str | None) -> str | None:
    """Python's codec for a declared label, or None when it names none that a page may choose."""
    name = (label or "").strip().strip("\"'").lower().removeprefix("x-")
    try:
        name = _LABELS.get(name) or codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _ALLOWED else None


def decode(data: bytes, declared: str | None = None, cut: bool = False) -> Reading | None:
    """(text, encoding), or None when no encoding is proven.

    ``declared`` is the label of the HTTP header; those inside ``data`` are found.  With ``cut`` the
    container says that it holds only the beginning: the bytes of a last character that is not whole are
    left off.  Anywhere else they are a fault, like any other byte that cannot be read.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            if found := _strict(data[len(mark) :], name, cut):
                return found
            if name == "utf-8":  # a page in CP949 around an included file with a mark
                data = data[len(mark) :]
    found = _strict(data, "utf-8", cut)
    if found is not None:
        return _escaped(data, cut) or _wide(data, cut) or _twofold(data, declared, cut) or found
    return (
        _surrogate_pairs(data)
        or _wide(data, cut)
        or _korean(data, cut, _syllabic)
        or _korean(data, cut, is_korean)
        or _by_declaration(data, declared, cut)
        or _line_by_line(data)
    )


def decode_named(data: bytes, label: str) -> Reading | None:
    """As ``decode`` of bytes whose encoding the user names.

    Their word stands where the bytes are Korean by it, before any other proof, and, of UTF-16 and UTF-32, where
    nothing else is proven.  Everywhere else it is the declaration, so that a file that is another's is still read.
    """
    name = codec(label)
    found = None if name is None or data.startswith(tuple(mark for mark, _ in _MARKS)) else _strict(data, name)
    if found is not None and is_korean(found[0]):
        return found
    usual = decode(data, label)
    wide = name in _WIDE and found is not None and syllables(found[0]).unwanted == 0
    return found if usual is None and wide else usual


def undecodable(data: bytes) -> str:
    """Where the most successful strict reading of bytes without a proven one ends, for the quarantine."""
    found = (-1, "")
    marked = [name for mark, name in _MARKS if data.startswith(mark)]
    for name in marked or ("utf-8", "cp949", "johab"):
        try:
            data.decode(name)
        except UnicodeDecodeError as error:
            tail = ", inside the last character" if _strict(data, name, cut=True) else ""
            found = max(
                found, (error.start, f"{name} to byte {error.start} of {len(data)}{tail}"), key=lambda at: at[0]
            )
    return found[1] or "no encoding proven"


def _strict(data: bytes, name: str, cut: bool = False) -> Reading | None:
    errors = POSTCODE if name == "cp949" else "strict"
    try:
        text = codecs.getincrementaldecoder(name)(errors).decode(data, False) if cut else data.decode(name, errors)
    except UnicodeError:
        return None
    return (made_up(text) if name in KOREAN else text), name


# KS X 1001:2002 added one character, the postal mark at 0xA2E8, which Python's table of 1998 lacks.
POSTCODE = "malmoi.postcode"


def _postcode(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start : error.start + 2] == b"\xa2\xe8":
        return "\u327e", error.start + 2
    raise error


codecs.register_error(POSTCODE, _postcode)


def _escaped(data: bytes, cut: bool) -> Reading | None:
    """Seven-bit text with the designations of ISO-2022-KR or -JP, strict to the last escape."""
    if b"\x1b" not in data or b"\x1b$" not in data or not data.isascii():  # one byte is found ten times as fast
        return None
    for mark, name in ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp")):
        if mark in data and (found := _strict(data, name, cut)) and not found[0].isascii() and "\x1b" not in found[0]:
            return found
    return None


def _wide(data: bytes, cut: bool) -> Reading | None:
    """UTF-16 and UTF-32 without a mark: zero bytes where those encodings of mostly ASCII or Korean have them."""
    if b"\0" not in data:
        return None
    for name in _WIDE:
        found = _strict(data, name, cut)
        if found is not None and not (counts := syllables(found[0])).unwanted and counts.characters:
            chat = without_chat(found[0])[1] if counts.jamo else 0
            plain = counts.characters - counts.outside + counts.syllables + chat
            if plain >= MOSTLY_ASCII * counts.characters and (not counts.syllables or is_korean(found[0])):
                return found
    return None


def _twofold(data: bytes, declared: str | None, cut: bool) -> Reading | None:
    """CP949 whose few syllables pass as UTF-8 too (책 is the bytes of å): the declaration decides.

    Not for letters beside plain ones: ñandú is a word, 챰and첬 is none.
    """
    if data.isascii() or any(lead in data for lead in _HANGUL_LEADS) or _IN_WORD.search(data):
        return None
    if not any(codec(label) == "cp949" for label in _labels(data, declared)):
        return None
    found = _strict(data, "cp949", cut)
    return found if found and (counts := syllables(found[0])).outside == counts.ks else None


def _surrogate_pairs(data: bytes) -> Reading | None:
    """CESU-8, which Java and some databases write: UTF-8 with characters above U+FFFF as surrogate pairs."""
    if b"\xed" not in data:
        return None
    try:
        text = data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeError:
        return None
    return text, "cesu-8"


def _korean(data: bytes, cut: bool, proven: Callable[[str], bool]) -> Reading | None:
    for name in ("cp949", "johab", "utf-16-le", "utf-16-be"):
        found = _strict(data, name, cut)
        if found is not None and proven(found[0]) and not (name in _WIDE and syllables(found[0]).unwanted):
            return found
    return None


def _syllabic(text: str) -> bool:
    return syllables(text).korean


def _labels(data: bytes, declared: str | None) -> Iterator[str | None]:
    yield declared
    for found in _META.finditer(data[:META_BYTES]):
        yield found[1].decode("ascii")


def _by_declaration(data: bytes, declared: str | None, cut: bool) -> Reading | None:
    """A declared encoding in which the bytes are strict, unless they show that it is another's."""
    for label in _labels(data, declared):
        name = codec(label)
        if name is None or name in ("utf-8", *_WIDE):  # these prove themselves or are wrong
            continue
        found = _strict(data, name, cut)
        if found is None:
            continue
        counts = syllables(found[0])
        if name in KOREAN:
            if counts.syllables < FEW or counts.ks * 2 >= counts.syllables:
                return found
        elif counts.unwanted * 100 <= counts.outside and (name not in _ALPHABETS or _is_alphabet(data, name, counts)):
            return found
    return None


def _is_alphabet(data: bytes, name: str, counts: Syllables) -> bool:
    """Tables of 256 letters read anything: whether bytes are not rather UTF-8 or Korean but for a few.

    Latin-1 and windows-1252 are servers' default labels, believed where accented letters stand alone.
    """
    text = data.decode("utf-8", "ignore")
    if (outside := syllables(text).outside) and outside > len(data) - len(text.encode("utf-8")):
        return False
    legacy = syllables(data.decode("cp949", "ignore"))
    if legacy.korean and legacy.syllables >= FEW:
        return False
    few = counts.outside <= (1 - MOSTLY_ASCII) * counts.characters
    return name != "cp1252" or (few and not _FIVE_HIGH.search(data))


def _line_by_line(data: bytes) -> Reading | None:
    """Lines of UTF-8 and of CP949 in one file, as pages made of two sources have; every line strict.

    All CP949 lines together have to be Korean, and each mostly of KS X 1001, which a damaged line of
    UTF-8 is not.
    """
    lines: list[str] = []
    legacy: list[str] = []
    for line in data.split(b"\n"):
        found = _strict(line, "utf-8")
        if found is None:
            found = _strict(line, "cp949")
            if found is None or (counts := syllables(found[0])).ks * 2 < counts.syllables + counts.han:
                return None
            legacy.append(found[0])
        lines.append(found[0])
    return ("\n".join(lines), "utf-8+cp949") if syllables("\n".join(legacy)).korean else None
