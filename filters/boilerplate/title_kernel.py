"""Where a title stands in a body, whatever the spacing of either: one pass over UTF-8."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

LOOK = 64  # bytes
# Bytes.  The last heading that says its page's title among the first six lines begins at character 404 (docs).
HEAD = 1536

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@kernel
def find_squeezed(data: Bytes, wanted: Bytes, start: int, slack: int) -> int:
    """The first byte at or after ``start`` where ``wanted`` (UTF-8 without white space, at least one
    character) begins, white space between its characters passed over up to ``slack`` characters, and may be a
    line or a sentence by itself; -1 when there is none.  Both are valid UTF-8."""
    size, length = len(data), len(wanted)
    first = 1 if wanted[0] < 0x80 else 2 if wanted[0] < 0xE0 else 3 if wanted[0] < 0xF0 else 4
    head, tail = wanted[0], wanted[first - 1]  # the last byte tells syllables apart, the first hardly does
    for position in range(start, size - length + 1):
        if data[position + first - 1] != tail or data[position] != head:
            continue
        at, matched, spaces = position, 0, 0
        while at < size and matched < length:
            if data[at] == wanted[matched]:
                at += 1
                matched += 1
                continue
            blank = _space(data, at)
            if blank == 0 or matched == 0 or spaces == slack:
                break
            at += blank
            spaces += 1
        if matched == length and _may_end(data, position, -1) and _may_end(data, at - 1, 1):
            return position
    return -1


@kernel
def _may_end(data: Bytes, at: Any, step: Any) -> bool:
    """Whether a line or a sentence may begin (``step`` -1) or end (1) next to ``at``, marks and white space between:
    not where a letter of ASCII or a Hangul syllable comes first (nineteen of twenty titles stand amid a sentence).

    LOOK bytes are looked at, so that a text of nothing but marks costs no more.
    """
    for _ in range(LOOK):
        at += step
        if at < 0 or at >= len(data):
            return True
        byte = data[at]
        if byte < 0x80:
            if byte == 0x0A or byte == 0x21 or byte == 0x2E or byte == 0x3F or byte == 0x7B:  # line break ! . ? {
                return True
            if 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A:
                return False
        else:
            while data[at] & 0xC0 == 0x80:
                at -= 1
            return bool(data[at] < 0xEA or data[at] > 0xED)
    return True


@kernel
def head_of(data: Bytes) -> int:
    """How many bytes are the text's head: HEAD, or up to three less, so that no character is cut."""
    if len(data) <= HEAD:
        return len(data)
    end = HEAD
    while data[end] & 0xC0 == 0x80:
        end -= 1
    return end


@kernel
def find_all_squeezed(data: Bytes, offsets: Any, wanted: Bytes, ends: Any, slack: Any, found: Any) -> None:
    """Whether ``find_squeezed`` finds, in the head of text after text of ``data``, the one of ``wanted`` with its
    number; an empty one is in no text."""
    for text in range(len(offsets) - 1):
        needle = wanted[ends[text] : ends[text + 1]]
        piece = data[offsets[text] : offsets[text + 1]]
        found[text] = len(needle) > 0 and find_squeezed(piece[: head_of(piece)], needle, 0, slack[text]) >= 0


@kernel
def _space(data: Bytes, at: int) -> int:
    """Bytes of the white space (that of str.split) that begins at ``at``; 0 when none does."""
    byte = data[at]
    if byte < 0x80:
        return 1 if byte == 0x20 or 0x09 <= byte <= 0x0D or 0x1C <= byte <= 0x1F else 0
    if byte == 0xC2:  # U+0085, U+00A0
        return 2 if data[at + 1] == 0x85 or data[at + 1] == 0xA0 else 0
    if byte == 0xE1:  # U+1680
        return 3 if data[at + 1] == 0x9A and data[at + 2] == 0x80 else 0
    if byte == 0xE2:  # U+2000-U+200A, U+2028, U+2029, U+202F, U+205F
        last = data[at + 2]
        if data[at + 1] == 0x80:
            return 3 if last <= 0x8A or last == 0xA8 or last == 0xA9 or last == 0xAF else 0
        return 3 if data[at + 1] == 0x81 and last == 0x9F else 0
    return 3 if byte == 0xE3 and data[at + 1] == 0x80 and data[at + 2] == 0x80 else 0  # U+3000
