"""Aligned columns on a terminal, where a Hangul syllable is two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Terminal cells of a text: wide and full-width characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "") -> str:
    """Lines of equal columns two spaces apart; columns in ``right`` are set to the right."""
    count = max((len(row) for row in rows), default=0)
    widths = [max((width(row[place]) for row in rows if place < len(row)), default=0) for place in range(count)]
    lines = []
    for row in rows:
        cells = []
        for place, cell in enumerate(row):
            space = " " * (widths[place] - width(cell))
            cells.append(space + cell if place in right else cell + space)
        lines.append((indent + "  ".join(cells)).rstrip())
    return "".join(line + "\n" for line in lines)
