"""One pass over UTF-8: Latin letters that end three neighbours of one row of a keyboard, as asd, fds or qwe."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Place of each letter a to z: rows lie further apart than neighbours.
_PLACE = {letter: 20 * number + place for number, row in enumerate(ROWS) for place, letter in enumerate(row)}
PLACES = np.array([_PLACE[letter] for letter in sorted(_PLACE)], np.int64)


@kernel
def count(data: Any, offsets: Any, places: Any, counts: Any) -> None:
    """Of every document the ASCII letters that continue, in one direction, a step from key to neighbouring key."""
    for d in range(len(offsets) - 1):
        before = step = 0
        letter = False
        found = 0
        for i in range(offsets[d], offsets[d + 1]):
            byte = np.int64(data[i] | 32) - 97
            if byte < 0 or byte > 25:
                letter = False
                step = 0
                continue
            place = places[byte]
            moved = place - before if letter else 0
            if moved != 1 and moved != -1:
                moved = 0
            found += moved != 0 and moved == step
            step = moved
            before = place
            letter = True
        counts[d] = found
