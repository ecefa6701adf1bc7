"""One pass over UTF-8: Latin letters that end three neighbours of one row of a keyboard, as asd, fds or qwe."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Place of each byte: rows, and bytes that are no letter, lie further apart than neighbours.
PLACES = np.full(256, -100, np.int64)
for number, row in enumerate(ROWS):
    for place, letter in enumerate(row):
        PLACES[[ord(letter), ord(letter.upper())]] = 20 * number + place


@kernel
def count(data: Any, offsets: Any, places: Any, counts: Any) -> None:
    """Of every document the ASCII letters that continue, in one direction, a step from key to neighbouring key."""
    for d in range(len(offsets) - 1):
        step = found = np.int64(0)
        before = places[0]
        for i in range(np.uint64(offsets[d]), np.uint64(offsets[d + 1])):
            place = places[data[i]]
            moved = place - before
            found += (moved == step) & ((moved == 1) | (moved == -1))
            step = moved
            before = place
        counts[d] = found
