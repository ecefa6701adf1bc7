"""Kernel of the study: what is counted of every line of a site, in one open-addressing table.

A row is nine uint64: key, site, six sets of 64 bits, documents << 32 | occurrences.  The sets hash what
stood before the line, what came after it, and four marks of the document's body: its middle line, and its
longest, third and eighth longest (since one mark may itself be a menu's or a notice's).  How many bits are
set tells how many different ones there were (linear counting: Whang et al. 1990, section 3).  Sums and
unions do not depend on order, so neither does anything built from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.boilerplate.lines_kernel import BLANK, HEADING, LIST, PLAIN, ROW, mix, read_lines

Array = np.ndarray[Any, np.dtype[Any]]

KEY, SITE, BEFORE, AFTER, MARKS, COUNTS = 0, 1, 2, 3, 4, 8  # MARKS .. 7
WIDTH = 9

_BIT = np.uint64(58)  # the upper six bits of a hash name one of 64
_ONE = np.uint64(1)
_DOCUMENT = np.uint64(1 << 32)
_OUTSIDE = np.uint64(0x27D4EB2F165667C5)  # before the first line and after the last
_ENACTED = np.frombuffer("시행한다.".encode(), np.uint8)
# What rules read later must stay: notices of paid posts, and reservations against training.
_SIGNS = tuple(np.frombuffer(sign.encode(), np.uint8) for sign in ("원고료", "수수료", "협찬", "제공받", "학습"))


@kernel
def holds(data: Array, start: int, end: int, sign: Array) -> bool:
    for i in range(start, end - len(sign) + 1):
        if data[i] == sign[0] and data[i + 1] == sign[1] and data[i + 2] == sign[2]:
            same = True
            for k in range(3, len(sign)):
                same = same and data[i + k] == sign[k]
            if same:
                return True
    return False


@kernel
def eligible(data: Array, start: int, end: int, form: int) -> bool:
    """Could the line be boilerplate?  Not headings of articles, supplementary provisions, numbered paragraphs
    and items, which statutes share, not code, which ends in brackets and semicolons, and not _SIGNS."""
    if form not in (PLAIN, LIST, ROW, HEADING):
        return False
    i = start
    while i < end and (data[i] == 32 or data[i] == 9 or data[i] == 35):
        i += 1
    while end > i and (data[end - 1] == 32 or data[end - 1] == 9):
        end -= 1
    if end - i >= 3:
        if data[i] == 0xEC and data[i + 1] == 0xA0 and data[i + 2] == 0x9C:  # 제1조
            j = i + 3
            while j < end and data[j] == 32:
                j += 1
            if j < end and data[j] >= 48 and data[j] <= 57:
                return False
        if data[i] == 0xE2 and data[i + 1] == 0x91 and data[i + 2] >= 0xA0 and data[i + 2] <= 0xB3:  # ①
            return False
        if data[i] == 0xEB and data[i + 1] == 0xB6 and data[i + 2] == 0x80:  # 부칙
            j = i + 3
            while j < end and data[j] == 32:
                j += 1
            if j + 2 < end and data[j] == 0xEC and data[j + 1] == 0xB9 and data[j + 2] == 0x99:
                return False
    if holds(data, max(i, end - len(_ENACTED)), end, _ENACTED):
        return False
    for sign in _SIGNS:
        if holds(data, i, end, sign):
            return False
    j = i  # 1. or 1\\. or 가.
    if j + 2 < end and data[j] >= 0xEA and data[j] <= 0xED:
        j += 3
    else:
        while j < end and data[j] >= 48 and data[j] <= 57:
            j += 1
    if j > i and j + 1 < end:
        if data[j] == 92:
            j += 1
        if data[j] == 46 and (j + 1 == end or data[j + 1] == 32):
            return False
    last = data[end - 1]
    return not (last == 59 or last == 123 or last == 125 or last == 40 or last == 61 or last == 92)  # ; { } ( = \


@kernel
def slot_of(table: Array, key: Any) -> Any:
    """The slot of ``key``, or the empty one (key 0) where it belongs."""
    mask = len(table) - 1
    slot = np.int64(key >> np.uint64(32)) & mask
    while table[slot, KEY] != 0 and table[slot, KEY] != key:
        slot = (slot + 1) & mask
    return slot


@kernel
def merge(rows: Array, table: Array) -> int:
    """Add rows to a table of zeros that has room for them; returns how many slots were taken."""
    taken = 0
    for r in range(len(rows)):
        slot = slot_of(table, rows[r, KEY])
        if table[slot, KEY] == 0:
            taken += 1
            table[slot, KEY] = rows[r, KEY]
            table[slot, SITE] = rows[r, SITE]
        for column in range(BEFORE, COUNTS):
            table[slot, column] |= rows[r, column]
        table[slot, COUNTS] += rows[r, COUNTS]
    return taken


@kernel
def rank(lengths: Array, marks: Array, length: int, key: Any) -> None:
    """Put a line among the longest ones, longest first; of equal ones the earlier first."""
    n = len(lengths) - 1
    if length <= lengths[n]:
        return
    while n > 0 and lengths[n - 1] < length:
        lengths[n] = lengths[n - 1]
        marks[n] = marks[n - 1]
        n -= 1
    lengths[n] = length
    marks[n] = key


@kernel
def carry(seen: Array, old: Array, new: Array, moved: Array) -> None:
    """``seen`` of the old table's slots to the slots that their keys have in the new one."""
    for slot in range(len(old)):
        if old[slot, KEY] != 0:
            moved[slot_of(new, old[slot, KEY])] = seen[slot]


@kernel
def count(
    data: Array, offsets: Array, sites: Array, first: int, base: int, table: Array, seen: Array, used: int,
    ends: Array, keys: Array, forms: Array,
) -> Any:  # fmt: skip
    """Count the documents from ``first`` on, until the table is half full; (next document, slots used).

    ``seen`` int64 per slot: the last document that had the line, numbered from ``base`` + 1.  ``ends`` (two
    per line), ``keys`` and ``forms``: scratch for the lines of the longest document.
    """
    room = len(table) // 2
    lengths = np.empty(8, np.int64)
    marks = np.empty(8, np.uint64)
    body = np.empty(4, np.uint64)
    for d in range(first, len(offsets) - 1):
        text = data[offsets[d] : offsets[d + 1]]
        lines = read_lines(text, sites[d], ends, keys, forms)
        if used + lines > room:
            return d, used
        filled = 0
        lengths[:] = 0
        marks[:] = _OUTSIDE
        for n in range(lines):  # blank lines out
            if forms[n] != BLANK:
                start = ends[n - 1] + 1 if n else 0
                rank(lengths, marks, ends[n] - start, keys[n])
                ends[lines + filled] = start
                ends[filled] = ends[n]
                keys[filled] = keys[n]
                forms[filled] = forms[n]
                filled += 1
        body[0] = keys[filled // 2] if filled else _OUTSIDE
        body[1] = marks[0]
        body[2] = marks[2] if filled >= 6 else marks[0]
        body[3] = marks[7] if filled >= 16 else marks[0]
        for n in range(filled):
            if not eligible(text, ends[lines + n], ends[n], forms[n]):
                continue
            key = keys[n] if keys[n] != 0 else _ONE
            slot = slot_of(table, key)
            if table[slot, KEY] == 0:
                used += 1
                table[slot, KEY] = key
                table[slot, SITE] = sites[d]
                seen[slot] = 0
            before = keys[n - 1] if n else _OUTSIDE
            after = keys[n + 1] if n + 1 < filled else _OUTSIDE
            table[slot, BEFORE] |= _ONE << (mix(key, before) >> _BIT)
            table[slot, AFTER] |= _ONE << (mix(key, after) >> _BIT)
            for k in range(4):
                table[slot, MARKS + k] |= _ONE << (mix(key, body[k]) >> _BIT)
            table[slot, COUNTS] += _ONE
            if seen[slot] != base + d + 1:
                seen[slot] = base + d + 1
                table[slot, COUNTS] += _DOCUMENT
    return len(offsets) - 1, used
