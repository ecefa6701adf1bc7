"""Phrases of words in class and id values, all in one pass: no expression per element, no memo to fill."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.extract.scan_kernel import Bytes, Ints, Longs
from corpus.kernel import kernel

Words = np.ndarray[Any, np.dtype[np.uint64]]

LONGEST = 300  # bytes of a value that are looked at: longer ones are generated
MOST_WORDS = 4
EXACT, PREFIX, TOKEN = 1, 2, 4  # how a phrase may stand: whole words, beginning of one, between white space


@kernel
def classify(data: Bytes, names: Ints, hashes: Words, ways: Ints, masks: Longs) -> Longs:
    """For each (class from, class to, id from, id to): the masks of all phrases that occur in it.

    Words end at white space, ``-`` and ``_`` and where a capital follows a small letter; case is ignored.
    ``hashes`` is an open-addressing table, 0 where empty, ``ways`` and ``masks`` lie beside it.
    """
    out = np.zeros(len(names), np.int64)
    for row in range(len(names)):
        mask = _value(data, names[row, 0], min(names[row, 1], names[row, 0] + LONGEST), hashes, ways, masks)
        out[row] = mask | _value(data, names[row, 2], min(names[row, 3], names[row, 2] + LONGEST), hashes, ways, masks)
    return out


@kernel
def _value(data: Bytes, left: int, right: int, hashes: Words, ways: Ints, masks: Longs) -> np.int64:
    found = np.int64(0)
    start = left
    while start < right:
        if _separates(data[start]):
            start += 1
            continue
        token = start == left or _blank(data[start - 1])
        code = np.uint64(14695981039346656037)
        words = 1
        at = start
        word_end = -1
        while at < right:
            byte = data[at]
            if _separates(byte):
                if _blank(byte) or words == MOST_WORDS:
                    break
                while at < right and _separates(data[at]) and not _blank(data[at]):
                    at += 1
                if at >= right or _blank(data[at]):
                    break
                words += 1
                code = (code ^ np.uint64(0x2D)) * np.uint64(1099511628211)
                continue
            if at > start and _capital(data, at) and not _separates(data[at - 1]):
                if words == MOST_WORDS:
                    break
                words += 1
                code = (code ^ np.uint64(0x2D)) * np.uint64(1099511628211)
            code = (code ^ np.uint64(byte | 0x20 if byte >= 0x41 and byte <= 0x5A else byte)) * np.uint64(1099511628211)
            at += 1
            ends = at >= right or _separates(data[at]) or _capital(data, at)
            if ends and word_end < 0:
                word_end = at
            slot = np.int64(code & np.uint64(len(hashes) - 1))
            while hashes[slot] != 0:
                if hashes[slot] == code:
                    way = ways[slot]
                    if (
                        way & PREFIX
                        or (way & EXACT and ends)
                        or (way & TOKEN and token and (at >= right or _blank(data[at])))
                    ):
                        found |= masks[slot]
                    break
                slot = (slot + 1) & (len(hashes) - 1)
        start = word_end if word_end > 0 else at
    return found


@kernel
def _separates(byte: int) -> bool:
    return byte == 0x2D or byte == 0x5F or _blank(byte)


@kernel
def _blank(byte: int) -> bool:
    return byte == 0x20 or (byte >= 0x09 and byte <= 0x0D)


@kernel
def _capital(data: Bytes, at: int) -> bool:
    """Whether a word begins with a capital in the middle of a value: the B of articleBody."""
    byte, before = data[at], data[at - 1]
    if byte < 0x41 or byte > 0x5A:
        return False
    return bool((before >= 0x61 and before <= 0x7A) or (before >= 0x30 and before <= 0x39))
