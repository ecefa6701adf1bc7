"""Letters that end three neighbours of one row of a keyboard, in plain Python."""

from __future__ import annotations

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def keys(text: str) -> int:
    small = "".join(one.lower() if one.isascii() else "." for one in text)
    runs = [row[place : place + 3] for row in ROWS for place in range(len(row) - 2)]
    runs += [run[::-1] for run in runs]
    return sum(small[place : place + 3] in runs for place in range(len(small) - 2))
