"""A first look at text: could any number of a phone or a person be in it?"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# 02-345-6789, the shortest number that is masked.
DIGITS = 9
# A dash outside ASCII (3 bytes) between two no-break spaces (2 each), or "(0) " after a country code.
GAP_BYTES = 7


@kernel
def holds_number(data: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """True when DIGITS digits follow each other in UTF-8 ``data`` with gaps of at most GAP_BYTES bytes
    without ASCII letters or line breaks.  Never false where a detector would match; one pass."""
    run = gap = 0
    for byte in data:
        if 0x30 <= byte <= 0x39:
            run += 1
            gap = 0
            if run >= DIGITS:
                return True
        elif run:
            gap += 1
            if gap > GAP_BYTES or byte == 0x0A or 0x61 <= byte <= 0x7A or 0x41 <= byte <= 0x5A:
                run = 0
    return False
