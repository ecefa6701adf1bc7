"""Features and sums of the linear models by their definition: lists of n-grams, one by one."""

from __future__ import annotations

from math import sqrt
from typing import Any

from corpus.hangul import FINALS, INITIALS, VOWELS, character_class
from filters.linear.features import FORMS, FeatureSpec
from filters.linear.model import LinearModel

SEEDS = {"characters": 0xCBF29CE484222325, "jamo": 0x6C62272E07BB0142, "eojeol": 0x27D4EB2F165667C5}
MASK = 2**64 - 1


def lower(letter: str) -> str:
    point = ord(letter)
    if 0xFF01 <= point <= 0xFF5E:
        letter = chr(point - 0xFEE0)
    return letter.lower() if letter.isascii() else letter


def is_space(letter: str) -> bool:
    return letter.isspace()


def hashed(seed: int, units: list[int]) -> int:
    for unit in units:
        seed = (seed ^ unit) * 0x100000001B3 & MASK
    return seed


def streams(text: str, segment: int) -> tuple[dict[str, list[int]], list[dict[str, int]]]:
    """Units of the three streams, and where in each of them every segment begins."""
    characters: list[str] = []
    jamo: list[int] = []
    words: list[int] = []
    word: list[int] = []
    starts = [{"characters": 0, "jamo": 0, "eojeol": 0}]
    run, previous = 0, ""
    for original in text:
        letter = lower(original)
        length = len(characters) - starts[-1]["characters"]
        if length >= segment or (is_space(letter) and length >= segment * 4 // 5):
            starts.append({"characters": len(characters), "jamo": len(jamo), "eojeol": len(words)})
        if is_space(letter):
            if word:
                words.append(hashed(SEEDS["eojeol"], word))
                word = []
            mark = "\n" if letter == "\n" else " "
            if characters and characters[-1] in " \n":
                characters[-1] = "\n" if "\n" in (mark, characters[-1]) else " "
            else:
                characters.append(mark)
            continue
        characters.append(letter)
        word.append(ord(letter))
        kind = character_class(letter) if ord(letter) < 0x10000 else "letter" if ord(letter) >= 0x20000 else "symbol"
        if kind in ("symbol", "other"):
            continue
        run = run + 1 if letter == previous else 1
        previous = letter
        if run <= 2:
            if kind == "syllable":
                place = ord(letter) - 0xAC00
                parts = INITIALS[place // 588] + VOWELS[place // 28 % 21] + (FINALS[place % 28] if place % 28 else "")
                jamo += [ord(part) for part in parts]
            else:
                jamo.append(ord(letter))
    if word:
        words.append(hashed(SEEDS["eojeol"], word))
    return {"characters": [ord(letter) for letter in characters], "jamo": jamo, "eojeol": words}, starts


def grams(text: str, spec: FeatureSpec, forms: tuple[str, ...] = FORMS) -> list[list[int]]:
    """The bucket of every n-gram of ``forms``, segment by segment (of the place where it ends)."""
    units, starts = streams(text, spec.segment)
    found: list[list[int]] = [[] for _ in starts]
    for form in forms:
        for stream in spec.streams:
            if stream.form != form:
                continue
            of = units[form]
            for end in range(1, len(of) + 1):
                segment = max(i for i, start in enumerate(starts) if start[form] <= end - 1)
                for n in range(stream.shortest, min(stream.longest, end) + 1):
                    h = hashed(SEEDS[form], of[end - n : end])
                    found[segment].append((h ^ h >> 29) * 0x9E3779B97F4A7C15 % 2**64 >> 64 - spec.bits)
    return found


def segment_sums(text: str, spec: FeatureSpec, table: Any) -> list[tuple[list[int], int]]:
    """Per segment: the sum of every head's weights, and the number of n-grams."""
    heads = range(table.shape[1])
    return [([sum(int(table[b, head]) for b in part) for head in heads], len(part)) for part in grams(text, spec)]


def gated_sums(text: str, model: LinearModel) -> list[tuple[list[int], int]]:
    """The same by a model with gates: whole where a window that holds the segment is above one by its characters."""
    whole = segment_sums(text, model.spec, model.table)
    heads = range(len(model.heads))
    alone = [
        ([sum(int(model.table[b, head]) for b in part) for head in heads], len(part))
        for part in grams(text, model.spec, ("characters",))
    ]
    read: set[int] = set()
    for first in range(max(len(alone) - 1, 1)):
        window = sorted({first, min(first + 1, len(alone) - 1)})
        count = sum(alone[s][1] for s in window)
        for place, head in enumerate(model.heads):
            weight = sum(alone[s][0][place] for s in window)
            if head.bias + head.scale * (weight / sqrt(max(count, 1))) > (head.gate or 0.0):
                read |= set(window)
    return [whole[s] if s in read else alone[s] for s in range(len(alone))]
