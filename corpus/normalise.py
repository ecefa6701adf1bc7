"""The stored form of text: NFC, one line-break form, nothing invisible that could carry or hide text.

Idempotent, and equal for canonically equal input: normalise(NFD(x)) == normalise(x).  What a writer
chose stays: compatibility jamo of chat, half-width and full-width forms, old Hangul, emoji sequences.
Never NFKC, which folds all of these (corpus.hangul).
"""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import regex

from corpus.hangul import nfc
from corpus.kernel import kernel

VERSION = 1

STORED, TRAILING, OTHER = 0, 1, 2

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


def normalise(text: str) -> str:
    """The stored form; empty when nothing visible is left."""
    try:
        found = inspect_form(np.frombuffer(text.encode("utf-8"), np.uint8))
    except UnicodeEncodeError:  # lone surrogates
        found = OTHER
    if found == OTHER:
        if any(mark in text for mark in BREAKS):
            text = _BREAKS.sub("\n", text)
        if "\u3164" in text or "\uffa0" in text or not _is_printable(text):
            text = _UNWANTED.sub("", text)
        text = nfc(text)
    if found != STORED:
        text = "\n".join([part.rstrip() for part in text.split("\n")])
    return text.rstrip().lstrip("\n")


def _is_printable(text: str) -> bool:
    """True when no character is of category C: str.isprintable refuses these, and spaces but U+0020."""
    return text.replace("\n", "").replace("\t", "").replace("\u00a0", "").replace("\u3000", "").isprintable()


@kernel
def inspect_form(data: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """What UTF-8 ``data`` needs: STORED nothing but a strip, TRAILING spaces cut from lines, OTHER all steps.

    OTHER unless every character surely is assigned, visible (or space, TAB, LF), unchanged by NFC and not
    able to compose with a neighbour.  What is refused (1 % of documents of the development data) takes the
    slow way, which decides alike.
    """
    size = len(data)
    position = 0
    space = trailing = False
    while position < size:
        byte = data[position]
        if byte < 0x80:
            if byte < 0x20:
                if byte == 0x0A:
                    trailing = trailing or space
                elif byte != 0x09:
                    return OTHER
            elif byte == 0x7F:
                return OTHER
            space = byte == 0x20 or byte == 0x09
            position += 1
            continue
        space = False
        if byte < 0xE0:
            point = (np.uint32(byte & 0x1F) << 6) | np.uint32(data[position + 1] & 0x3F)
            position += 2
            if point == 0xA0:
                space = True
            elif (
                point == 0xAD
                or point < 0xA0
                or (
                    point > 0x17F
                    and not (0x391 <= point <= 0x3A1 or 0x3A3 <= point <= 0x3C9 or 0x400 <= point <= 0x482)
                )
            ):
                return OTHER
        elif byte < 0xF0:
            point = (
                (np.uint32(byte & 0x0F) << 12)
                | (np.uint32(data[position + 1] & 0x3F) << 6)
                | np.uint32(data[position + 2] & 0x3F)
            )
            position += 3
            if 0xAC00 <= point <= 0xD7A3 or 0x3400 <= point <= 0x9FFF:
                continue
            if point < 0x3000:
                if not (
                    0x2010 <= point <= 0x2027
                    or 0x2030 <= point <= 0x205E
                    or point == 0x20AC
                    or point == 0x2103
                    or point == 0x2116
                    or point == 0x2122
                    or 0x2160 <= point <= 0x2188
                    or (0x2190 <= point <= 0x23FF and point != 0x2329 and point != 0x232A)
                    or 0x2460 <= point <= 0x2ADB
                ):
                    return OTHER
            elif point == 0x3000:
                space = True
            elif not (
                0x3001 <= point <= 0x3029
                or 0x3030 <= point <= 0x303F
                or 0x3041 <= point <= 0x3096
                or 0x309B <= point <= 0x30FF
                or (0x3131 <= point <= 0x318E and point != 0x3164)
                or (0x3200 <= point <= 0x33FF and point != 0x321F)
                or point == 0xFE0F
                or 0xFF01 <= point <= 0xFF60
            ):
                return OTHER
        else:
            point = (
                (np.uint32(byte & 0x07) << 18)
                | (np.uint32(data[position + 1] & 0x3F) << 12)
                | (np.uint32(data[position + 2] & 0x3F) << 6)
                | np.uint32(data[position + 3] & 0x3F)
            )
            position += 4
            if not (0x1F300 <= point <= 0x1F64F or 0x1F680 <= point <= 0x1F6D7 or 0x1F900 <= point <= 0x1F9FF):
                return OTHER
    return TRAILING if trailing else STORED


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
