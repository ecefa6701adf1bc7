"""How well an extraction matches labelled pages: token F1, and strings that a text must and must not hold."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

# A run of word characters; a kana or Hanja stands alone, since such text has no spaces.
_TOKEN = re.compile(r"[぀-ヿ㐀-鿿]|[^\W぀-ヿ㐀-鿿]+")

# The number of a list's item: gold texts are made of what elements hold, and the browser writes it.
_ITEM = re.compile(r"^ *-?[0-9]{1,8}\. ", re.MULTILINE)


class Match(NamedTuple):
    f1: float
    precision: float
    recall: float


def tokens(text: str) -> Counter[str]:
    """Tokens of the NFC form; punctuation, bullets and numbers of items are none."""
    return Counter(_TOKEN.findall(_ITEM.sub("", unicodedata.normalize("NFC", text))))


def match(text: str, gold: str) -> Match:
    """Of the two bags of tokens; two empty texts match."""
    found, wanted = tokens(text), tokens(gold)
    both = sum((found & wanted).values())
    if not both:
        return Match(1.0, 1.0, 1.0) if not found and not wanted else Match(0.0, 0.0, 0.0)
    precision, recall = both / sum(found.values()), both / sum(wanted.values())
    return Match(2 * precision * recall / (precision + recall), precision, recall)


def held(text: str, strings: Iterable[str]) -> int:
    """How many of the strings a text holds, white space apart."""
    flat = " ".join(text.split())
    return sum(" ".join(string.split()) in flat for string in strings)


def mean(matches: list[Match]) -> Match:
    """Of the pages of a site."""
    count = max(1, len(matches))
    return Match(*(sum(one[place] for one in matches) / count for place in range(3)))


def strings(rows: Iterable[Mapping[str, Any]], texts: Iterable[str]) -> tuple[float, float]:
    """(share of must_contain held, share of must_not_contain held)."""
    wanted = unwanted = hits = faults = 0
    for row, text in zip(rows, texts, strict=True):
        wanted += len(row.get("must_contain") or ())
        unwanted += len(row.get("must_not_contain") or ())
        hits += held(text, row.get("must_contain") or ())
        faults += held(text, row.get("must_not_contain") or ())
    return hits / max(1, wanted), faults / max(1, unwanted)
