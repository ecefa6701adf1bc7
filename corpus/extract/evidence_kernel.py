"""Where on a page a licence mark or a written date may stand, so that only there is looked at more closely."""

from __future__ import annotations

import unicodedata

import numpy as np

from corpus.extract.prune_kernel import Flags
from corpus.extract.scan_kernel import Bytes, Ints
from corpus.extract.tags import CHARACTERS, LINKED, N_BITS, N_END, N_FROM, N_TAG, N_TO, STRIP
from corpus.kernel import kernel

MOST = 64  # places of each sort
YEAR, YEAR_APART = np.frombuffer("년".encode(), np.uint8), np.frombuffer("ᄂ".encode(), np.uint8)
NURI, NURI_APART = (
    np.frombuffer(unicodedata.normalize(form, "공공누리").encode(), np.uint8) for form in ("NFC", "NFD")
)
CREATIVE, CREATIVE_APART = (
    np.frombuffer(unicodedata.normalize(form, "크리에이티브").encode(), np.uint8) for form in ("NFC", "NFD")
)


@kernel
def evidence(data: Bytes, nodes: Ints, linking: Flags) -> tuple[Ints, Ints, Ints]:
    """(nodes whose tag or text speaks of KOGL, tags with a Creative Commons link and texts that name one of
    these licences, places of dates in text).

    ``linking`` says of each element's number whether its tag may hold a link or a picture.
    A date is a year from 1990 to 2099 and a separator behind it, outside links.
    """
    kogl = np.empty(MOST, np.int32)
    commons = np.empty(MOST, np.int32)
    dates = np.empty(MOST, np.int32)
    marked = linked = dated = 0
    node = 0
    while node < len(nodes):
        bits = nodes[node, N_BITS]
        text = bits & CHARACTERS
        mark = link = False
        stop = nodes[node, N_TO] if text or linking[nodes[node, N_TAG]] else nodes[node, N_FROM]
        for position in range(nodes[node, N_FROM], stop):
            byte = data[position]
            if text:
                if byte == 0xEA or byte == 0xE1:
                    mark = mark or _nuri(data, position)
                    link = link or (byte == 0xE1 and _stands(data, position, CREATIVE_APART))
                elif byte == 0x43 or byte == 0xED:
                    link = link or _names_commons(data, position)
                elif (byte == 0x32 or byte == 0x31) and dated < MOST and not bits & LINKED and _year(data, position):
                    dates[dated] = position
                    dated += 1
            elif byte | 0x20 == 0x6B:
                mark = mark or _kogl(data, position)
            elif byte | 0x20 == 0x6F:
                mark = mark or _open(data, position)
            elif byte == 0x76:
                link = link or _commons(data, position)
            elif byte == 0xEA or byte == 0xE1:
                mark = mark or _nuri(data, position)
        if mark and marked < MOST:
            kogl[marked] = node
            marked += 1
        if link and linked < MOST:
            commons[linked] = node
            linked += 1
        node = nodes[node, N_END] if bits & STRIP and not text else node + 1
    return kogl[:marked], commons[:linked], dates[:dated]


@kernel
def _year(data: Bytes, position: int) -> bool:
    """Whether a year with -, ., / or 년 (whole, or its first letter) behind it begins here."""
    if data[position] == 0x32:
        century = data[position + 1] == 0x30
    else:
        century = data[position + 1] == 0x39 and data[position + 2] == 0x39
    if not century:
        return False
    for at in (position + 2, position + 3):
        if data[at] < 0x30 or data[at] > 0x39:
            return False
    at = position + 4 + (data[position + 4] == 0x20)
    if data[at] == 0x2D or data[at] == 0x2E or data[at] == 0x2F:
        return True
    return _stands(data, at, YEAR) or _stands(data, at, YEAR_APART)


@kernel
def _is(data: Bytes, position: int, letters: tuple[int, ...]) -> bool:
    """Whether these small letters stand here, in either case."""
    for offset in range(len(letters)):
        if position + offset >= len(data) or data[position + offset] | 0x20 != letters[offset]:
            return False
    return True


@kernel
def _kogl(data: Bytes, position: int) -> bool:
    return _is(data, position, (0x6B, 0x6F, 0x67, 0x6C))


@kernel
def _open(data: Bytes, position: int) -> bool:
    """opentype, open_type or opencode: the pictures of KOGL's marks."""
    if not _is(data, position, (0x6F, 0x70, 0x65, 0x6E)):
        return False
    at = position + 4 + (data[position + 4] == 0x5F)
    return _is(data, at, (0x74, 0x79, 0x70, 0x65)) or _is(data, at, (0x63, 0x6F, 0x64, 0x65))


@kernel
def _commons(data: Bytes, position: int) -> bool:
    """The second half of creativecommons."""
    return _is(data, position, (0x76, 0x65, 0x63, 0x6F, 0x6D, 0x6D, 0x6F, 0x6E, 0x73))


@kernel
def _nuri(data: Bytes, position: int) -> bool:
    return _stands(data, position, NURI) or _stands(data, position, NURI_APART)


@kernel
def _names_commons(data: Bytes, position: int) -> bool:
    """CC BY, CC-BY, CCBY or 크리에이티브."""
    if data[position] != 0x43:
        return _stands(data, position, CREATIVE)
    if data[position + 1] != 0x43:
        return False
    at = position + 2 + (data[position + 2] == 0x20 or data[position + 2] == 0x2D)
    return bool(data[at] == 0x42 and data[at + 1] == 0x59)


@kernel
def _stands(data: Bytes, position: int, wanted: Bytes) -> bool:
    """Whether these bytes stand here."""
    at = 0
    while at < len(wanted) and position + at < len(data) and data[position + at] == wanted[at]:
        at += 1
    return at == len(wanted)
