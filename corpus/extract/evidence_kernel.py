"""Where on a page a licence mark or a written date may stand, so that only there is looked at more closely."""

from __future__ import annotations

import numpy as np

from corpus.extract.prune_kernel import Flags
from corpus.extract.scan_kernel import Bytes, Ints
from corpus.extract.tags import CHARACTERS, LINKED, N_BITS, N_END, N_FROM, N_TAG, N_TO, STRIP
from corpus.kernel import kernel

MOST = 64  # places of each sort
_KOGL = 0x6B6F676C
_COMMONS = 0x7665636F6D6D6F6E  # vecommon, of creativecommons
_GONGGONG = 0xB5EAB3B5EB8884  # the end of 공공누 in UTF-8
_WIDTH = 0xFFFFFFFFFFFFFF


@kernel
def evidence(data: Bytes, nodes: Ints, linking: Flags) -> tuple[Ints, Ints, Ints]:
    """(nodes whose tag or text speaks of KOGL, tags with a Creative Commons link, places of dates in text).

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
        seen = np.int64(0)
        mark = link = False
        stop = nodes[node, N_TO] if text or linking[nodes[node, N_TAG]] else nodes[node, N_FROM]
        for position in range(nodes[node, N_FROM], stop):
            byte = data[position]
            seen = (seen << np.int64(8)) | np.int64(byte)
            if text:
                if byte == 0x84 and (seen & _WIDTH) == _GONGGONG:
                    mark = True
                elif dated < MOST and not bits & LINKED and _year(data, position, seen):
                    dates[dated] = position - 3
                    dated += 1
            elif byte | 0x20 == 0x6C and (seen & 0xFFFFFFFF) | 0x20202020 == _KOGL:
                mark = True
            elif byte == 0x6E and seen == _COMMONS:
                link = True
            elif byte == 0x65 and (seen & 0xFFFFFFFF) == 0x74797065:  # type: img_opentype01.png
                mark = mark or _open(data, position)
        if mark and marked < MOST:
            kogl[marked] = node
            marked += 1
        if link and linked < MOST:
            commons[linked] = node
            linked += 1
        node = nodes[node, N_END] if bits & STRIP and not text else node + 1
    return kogl[:marked], commons[:linked], dates[:dated]


@kernel
def _year(data: Bytes, position: int, seen: np.int64) -> bool:
    """Whether four digits that end here are a year with -, ., / or 년 behind it."""
    last = data[position]
    if last < 0x30 or last > 0x39:
        return False
    century = (seen >> 16) & 0xFFFF
    if century != 0x3230 and not (century == 0x3139 and ((seen >> 8) & 0xFF) == 0x39):
        return False
    third = (seen >> 8) & 0xFF
    if third < 0x30 or third > 0x39:
        return False
    behind = data[position + 1]
    if behind == 0x20:
        behind = data[position + 2]
    return bool(behind == 0x2D or behind == 0x2E or behind == 0x2F or behind == 0xEB)


@kernel
def _open(data: Bytes, position: int) -> bool:
    """Whether ``open`` stands before the ``type`` that ends here."""
    at = position - 4
    if data[at] == 0x5F:
        at -= 1
    return bool(data[at] | 0x20 == 0x6E and data[at - 1] | 0x20 == 0x65 and data[at - 2] | 0x20 == 0x70)
