"""One found identifier: what every detector of this folder yields."""

from __future__ import annotations

from typing import NamedTuple


class Identifier(NamedTuple):
    """``text[start:end]`` in characters; ``mask`` replaces it; ``contact`` is its canonical form where it
    is a way to reach or pay somebody, equal in all writings, and empty for numbers of persons."""

    type: str
    start: int
    end: int
    mask: str
    contact: str = ""
