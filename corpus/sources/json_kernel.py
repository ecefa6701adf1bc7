"""Finds the brackets of a JSON text down to its third level, at memory speed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corpus.kernel import kernel

DEPTH, IN_STRING, ESCAPED = 0, 1, 2
LEVELS = 3

_QUOTE, _BACKSLASH = 34, 92
_OPEN_LIST, _CLOSE_LIST, _OPEN, _CLOSE = 91, 93, 123, 125


@kernel
def brackets(
    data: npt.NDArray[np.uint8], state: npt.NDArray[np.int64], places: npt.NDArray[np.int64],
    levels: npt.NDArray[np.int8],
) -> tuple[int, int]:  # fmt: skip
    """(bytes looked at, brackets found): the place of each bracket that opens or closes a level up to
    ``LEVELS``, and that level, negative where it closes.  ``state`` goes on in the next call; the call ends
    early when ``places`` is full.  Only counts: which bracket closes which is the parser's business.
    """
    depth, in_string, escaped = state[0], state[1], state[2]
    found = 0
    size = len(data)
    position = 0
    while position < size and found < len(places):
        byte = data[position]
        if in_string:
            if escaped:
                escaped = 0
            elif byte == _BACKSLASH:
                escaped = 1
            elif byte == _QUOTE:
                in_string = 0
        elif byte == _QUOTE:
            in_string = 1
        elif byte in (_OPEN, _OPEN_LIST):
            depth += 1
            if depth <= LEVELS:
                places[found] = position
                levels[found] = depth
                found += 1
        elif byte in (_CLOSE, _CLOSE_LIST):
            if 0 < depth <= LEVELS:
                places[found] = position
                levels[found] = -depth
                found += 1
            if depth > 0:
                depth -= 1
        position += 1
    state[0], state[1], state[2] = depth, in_string, escaped
    return position, found
