"""The definition of byte-pair merges, recounted from nothing before every merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from serializer.tokenizer import alphabet


def learn(counts: Mapping[bytes, int], vocabulary_size: int, min_count: int) -> list[tuple[int, int]]:
    numbers = {byte: 3 + place for place, byte in enumerate(alphabet.ORDER)}
    words = [([numbers[byte] for byte in piece], count) for piece, count in counts.items()]
    merges: list[tuple[int, int]] = []
    while 259 + len(merges) < vocabulary_size:
        windows: Counter[tuple[int, int]] = Counter()
        for word, count in words:
            for pair in pairwise(word):
                windows[pair] += count
        best = min(windows, key=lambda pair: (-windows[pair], pair), default=None)
        if best is None or windows[best] < max(1, min_count):
            break
        new = 259 + len(merges)
        merges.append(best)
        for word, _ in words:
            at = 0
            while at + 1 < len(word):
                if (word[at], word[at + 1]) == best:
                    word[at : at + 2] = [new]
                at += 1
    return merges


def encode(piece: bytes, merges: list[tuple[int, int]]) -> list[int]:
    """Every merge over the whole piece, in rank order."""
    numbers = {byte: 3 + place for place, byte in enumerate(alphabet.ORDER)}
    word = [numbers[byte] for byte in piece]
    for rank, pair in enumerate(merges):
        at = 0
        while at + 1 < len(word):
            if (word[at], word[at + 1]) == pair:
                word[at : at + 2] = [259 + rank]
            at += 1
    return word
