"""The stored form of text: NFC, one line-break form, nothing invisible that could carry or hide text.

Idempotent, and equal for canonically equal input: normalise(NFD(x)) == normalise(x).  What a writer
chose stays: compatibility jamo of chat, half-width and full-width forms, old Hangul, emoji sequences,
runs of spaces, which set code, tables and poems.  Never NFKC, which folds all of these (corpus.hangul).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import regex

from corpus.hangul import nfc
from corpus.normalise_kernel import (
    BLANK,
    EDGE,
    NO_BREAK,
    OTHER,
    PAIRS,
    RARE,
    REPEATED,
    TRAILING,
    cut_lines,
    inspect_form,
    inspect_forms,
    inspect_lines,
    repeats,
)

VERSION = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class NormaliseConfig:
    """What is folded beyond the stored form.

    Measured on 31,052 documents and 27,000 comments of the development data: runs of nine and more letters of
    chat or marks lie in 1 % of comments and .4 % of documents; three and more blank lines in 1 % of documents;
    no-break and fixed-width spaces in 3 %; runs of spaces inside lines in 24 %, and 89 % of these spaces
    are in runs of four and more: code and tables.
    """

    repeats: int | None = 8  # characters: the longest run of one ㅋ, ㅠ, !, ? or . that stays
    blank_lines: int | None = 2  # lines: as many as style guides of code ask for
    plain_spaces: bool = True  # U+00A0, U+1680, U+2000-U+200A, U+202F, U+205F become U+0020, one for one
    spaces: int | None = None  # characters: the longest run of U+0020 inside a line that stays
    fold_widths: bool = False  # full-width letters, signs and U+3000, half-width jamo and kana to the usual ones


DEFAULT = NormaliseConfig()

# CR LF, CR, and the separators of UAX #14 class BK and NL: VT, FF, NEL, U+2028, U+2029, and U+001C-U+001E,
# which Python counts as line boundaries too.
BREAKS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_BREAKS = regex.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# Categories Cc (but TAB and LF), Cf (zero-width, bidi, BOM, soft hyphen, tags), Cs, Co (with the tokenizer's
# own mark U+E000) and Cn; and the two invisible Hangul fillers of compatibility jamo.  A zero-width joiner
# between two emoji is spelling (family, professions) and stays.
_EMOJI = r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f--\p{C}]"
_PICTURE = r"[\p{Extended_Pictographic}--\p{C}]"
_UNWANTED = regex.compile(
    rf"(?V1)(?<={_EMOJI})\u200d(?={_PICTURE})(*SKIP)(*FAIL)|[[\p{{C}}\u3164\uffa0]--[\t\n]]+",
)

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
# Letters of chat, and marks that end or stretch a sentence.  Never digits or Latin letters (10000원, www), nor
# signs that build code, tables and rules (- = # * / , ;).
JAMO = "\u3131-\u318e"
MARKS = "!?.~^\u2026\uff01\uff1f\uff5e"
_WIDTHS = {
    point: int(form.split()[1], 16)
    for point in range(0x3000, 0xFFEF)
    if (form := unicodedata.decomposition(chr(point))).startswith(("<wide> ", "<narrow> "))
}


def normalise(text: str, config: NormaliseConfig = DEFAULT, encoded: bytes | None = None) -> str:
    """The stored form; empty when nothing visible is left.  ``encoded`` is the text's UTF-8, where at hand."""
    try:
        data = np.frombuffer(text.encode("utf-8") if encoded is None else encoded, np.uint8)
        found = inspect_form(data, PAIRS)
    except UnicodeEncodeError:  # lone surrogates
        found = OTHER
    if found & OTHER or (config.fold_widths and not text.isascii()):
        text = _all_steps(text, config)
        data = np.frombuffer(text.encode("utf-8"), np.uint8)
        found = BLANK
    elif found & NO_BREAK and config.plain_spaces:
        text = text.replace("\u00a0", " ")
        data = np.frombuffer(text.encode("utf-8"), np.uint8)
    if found & TRAILING:
        kept = np.empty(len(data), np.uint8)
        text = kept[: cut_lines(data, kept)].tobytes().decode("utf-8")
    text = text.rstrip().lstrip("\n")
    if config.repeats is not None and repeats(data, config.repeats, REPEATED):
        text = _repeats_folded(text, config.repeats)
    return _spacing(text, config, found)


def _all_steps(text: str, config: NormaliseConfig) -> str:
    if any(mark in text for mark in BREAKS):
        text = _BREAKS.sub("\n", text)
    if "\u3164" in text or "\uffa0" in text or not _is_printable(text):
        text = _UNWANTED.sub("", text)
    if config.fold_widths:
        text = text.translate(_WIDTHS)
    text = nfc(text)
    if config.plain_spaces:
        for space in SPACES:
            text = text.replace(space, " ")
    return "\n".join([part.rstrip() for part in text.split("\n")])


def _spacing(text: str, config: NormaliseConfig, found: int) -> str:
    """Blank lines and runs of spaces, cut to the longest that stays."""
    most = config.blank_lines
    if most is not None and (found & (BLANK | TRAILING) or most < 2) and (feeds := "\n" * (most + 2)) in text:
        text = regex.sub(feeds + "+", feeds[1:], text)
    if config.spaces is not None and " " * (config.spaces + 1) in text:
        text = regex.sub(rf"(?<=\S) {{{config.spaces + 1},}}(?=\S)", " " * config.spaces, text)
    return text


def _repeats_folded(text: str, most: int) -> str:
    """Runs of one letter of chat anywhere, and of one mark behind something else on its line: a line of
    nothing but dots or tildes is a rule of markup."""

    def run(found: regex.Match[str]) -> str:
        start = found.start()
        before = text[start - 1] if start else "\n"
        rule = not "\u3131" <= found[1] <= "\u318e" and before.isspace()
        return str(found[0]) if rule else str(found[1]) * most

    return str(regex.sub(rf"([{JAMO}{MARKS}])\1{{{most},}}", run, text))


def _is_printable(text: str) -> bool:
    """True when no character is of category C: str.isprintable refuses these, and spaces but U+0020."""
    return text.replace("\n", "").replace("\t", "").replace("\u00a0", "").replace("\u3000", "").isprintable()


class Utf8(NamedTuple):
    """Many texts in one buffer: text i is ``data[offsets[i]:offsets[i + 1]]``, UTF-8 with lone surrogates."""

    texts: list[bytes]
    data: Any  # uint8
    offsets: Any  # int64


def utf8(texts: Sequence[str]) -> Utf8:
    """The texts' UTF-8, by itself and side by side."""
    try:
        return side_by_side([text.encode() for text in texts])
    except UnicodeEncodeError:  # lone surrogates
        return side_by_side([text.encode("utf-8", "surrogatepass") for text in texts])


def side_by_side(texts: list[bytes]) -> Utf8:
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    return Utf8(texts, np.frombuffer(b"".join(texts) or b"\0", np.uint8), offsets)


def stored(texts: Utf8, config: NormaliseConfig = DEFAULT) -> list[int]:
    """What of each text's form is to do, as bits of normalise_kernel: 0 where it surely is its own stored form.

    One pass over all of them, after which most need no look of their own.  RARE bytes are no fault of form.
    """
    forms = np.empty(len(texts.texts), np.uint8)
    inspect_forms(texts.data, texts.offsets, PAIRS, config.repeats or 0, REPEATED, forms)
    most = config.blank_lines
    if config.repeats == 0 or config.spaces is not None or config.fold_widths or (most is not None and most < 2):
        forms |= OTHER  # of these the pass says nothing
    bits: list[int] = forms.tolist()
    return bits


def lines(texts: Utf8, config: NormaliseConfig = DEFAULT) -> list[int]:
    """As ``stored``, with OTHER where a text is not one line with single spaces."""
    single = np.empty(len(texts.texts), np.bool_)
    inspect_lines(texts.data, texts.offsets, single)
    return [
        found if plain else found | OTHER for plain, found in zip(single.tolist(), stored(texts, config), strict=True)
    ]


_SPACES = bytes(point for point in range(0x80) if chr(point).isspace())
_WIDE_SPACES = tuple(chr(point).encode() for point in range(0x80, 0x3001) if chr(point).isspace())


def trimmed(data: bytes, found: int) -> bytes | None:
    """The stored form of UTF-8 with no other fault than TRAILING spaces and an EDGE to strip; None where it has
    or gets another."""
    if found & ~(TRAILING | EDGE | RARE):
        return None
    if found & TRAILING:
        kept = np.empty(len(data), np.uint8)
        data = kept[: cut_lines(np.frombuffer(data, np.uint8), kept)].tobytes()
        if b"\n\n\n\n" in data:  # lines that were not blank before
            return None
    data = data.lstrip(b"\n").rstrip(_SPACES)
    return data.decode().rstrip().encode() if data.endswith(_WIDE_SPACES) else data


def line(text: str) -> str:
    """The stored form of a title or name: one line, single spaces."""
    return " ".join(normalise(text).split())


def encodable(text: str) -> str:
    """A key, URL or file name as it is, but for lone surrogates, which become their escapes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def versions() -> dict[str, int | str]:
    """What alters the output of this module."""
    return {"normalise": VERSION, "unicode": unicodedata.unidata_version, "regex": regex.__version__}
