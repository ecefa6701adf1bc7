"""Tables of the marks that a text is cut at before it is split: each is one piece and one token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from corpus.masks import MARKS

FIRST_MARK_ID = 1  # behind the end of a document, where the library's trainer puts special tokens too

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class MarkTable(NamedTuple):
    """Mark k has the id ``ids[k]`` and is ``marks[borders[k]:borders[k + 1]]``, longest first.

    ``moves``: for each byte
    under the end of the shortest mark's window, 0 where no window holds it and the window moves past it,
    1 where a mark may stand, else one more than how far the window moves.
    """

    ids: Numbers
    marks: np.ndarray[Any, np.dtype[np.uint8]]
    borders: Numbers
    moves: Numbers


def mark_table(marks: Mapping[str, int]) -> MarkTable:
    """The table of marks, none of them empty, and their ids."""
    known = sorted(((mark.encode(), number) for mark, number in marks.items()), key=lambda item: (-len(item[0]), item))
    width = min((len(mark) for mark, _ in known), default=0)
    moves = np.zeros(256, np.int64)
    for place in range(width):  # the last place of a byte holds
        for mark, _ in known:
            moves[mark[place]] = width - place
    borders = np.zeros(len(known) + 1, np.int64)
    np.cumsum([len(mark) for mark, _ in known], out=borders[1:])
    data = np.frombuffer(b"".join(mark for mark, _ in known) or b"\0", np.uint8)
    return MarkTable(np.array([number for _, number in known], np.int64), data, borders, moves)


OWN = {mark: FIRST_MARK_ID + place for place, mark in enumerate(MARKS)}
"""Ids of our masker's marks in every tokenizer.json of ours."""

OWN_TABLE = mark_table(OWN)
"""What training cuts at."""
