"""Words of Latin prose and those that end as romanised Korean does, in plain Python."""

from __future__ import annotations

import re

from filters.language.romanised import ENDINGS, LONGEST, SHORTEST


def counted(sample: str) -> tuple[int, int]:
    """(words of ASCII letters with something behind them, those of them with such an ending) of one sample."""
    words = re.findall(r"[A-Za-z]+(?=[^A-Za-z])", sample)
    endings = ENDINGS.split()
    assert all(SHORTEST <= len(ending) <= LONGEST for ending in endings)
    return len(words), sum(any(word.lower().endswith(ending) for ending in endings) for word in words)
