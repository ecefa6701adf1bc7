"""Patterns to sentences: keyed draws, vocabularies, slots.

A pattern holds ``{slot:modifier:form}``, ``[dictionary form:modifier:form]`` and ``^particle``.  A form
``.`` ends the sentence in the document's style, ``.yo`` in a named one, ``~`` in a lively variant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from corpus.identity import keyed_hash
from tests.sample.grammar import PARTICLES, Predicate, particle

HERE = Path(__file__).resolve().parent
T = TypeVar("T")

TOKEN = re.compile(r"\{([^{}]+)\}|\[([^\[\]]+)\]|\^(" + "|".join(sorted(PARTICLES, key=len, reverse=True)) + ")")
PREDICATES = ("action", "quality", "claim", "problem")


def _lists(path: Path) -> dict[str, tuple[str, ...]]:
    """``name: item, item, ...`` of every line."""
    lines = (line.partition(":") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: tuple(item.strip() for item in items.split(",")) for name, _, items in lines}


WORDS = _lists(HERE / "words.txt")


class Draw:
    """Draws from content alone: the n-th draw of a key is always the same."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.count = 0

    def below(self, limit: int) -> int:
        self.count += 1
        return keyed_hash(0, "sample", f"{self.key}/{self.count}".encode()) % limit

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` different items (all of them where there are fewer), in drawn order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]


@cache
def topics() -> dict[str, dict[str, tuple[str, ...]]]:
    """Vocabularies by topic file, then by slot."""
    found = {}
    for path in sorted((HERE / "topics").glob("*.txt")):
        lists = _lists(path)
        lists["quality"] = tuple(word[:-1] if word.endswith("+") else word + "~" for word in lists["quality"])
        found[path.stem] = lists
    return found


@cache
def patterns() -> dict[str, tuple[str, ...]]:
    """Sentence patterns by section."""
    found: dict[str, list[str]] = {}
    for line in (HERE / "patterns.txt").read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[a-z_]+\]", line):
            section = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            section.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


class Writer:
    """Writes one document: a topic, a subject, a place, a style, and no phrase twice until all are used."""

    def __init__(self, key: str, style: str = "yo", topic: str | None = None) -> None:
        self.draw = Draw(key)
        self.style = style
        self.topic = topic or self.draw.pick(sorted(topics()))
        self.words = topics()[self.topic]
        self.used: dict[str, set[str]] = {}
        self.fixed = {
            "S": self._fresh("thing"),
            "P": self._fresh("place"),
            "R": self._fresh("role"),
            "N": self.words["name"][0],
        }

    def _fresh(self, slot: str) -> str:
        used = self.used.setdefault(slot, set())
        left = [word for word in self.words[slot] if word not in used]
        if not left:
            used.clear()
            left = list(self.words[slot])
        word = self.draw.pick(left)
        used.add(word)
        return word

    def _noun(self, slot: str) -> str:
        draw = self.draw
        if slot in self.fixed:
            return self.fixed[slot]
        if slot in self.words:
            word = self._fresh(slot)
            return f"{draw.pick(WORDS['modifier'])} {word}" if slot == "thing" and draw.chance(22) else word
        if slot == "num":
            return f"{draw.between(3, 980) * 100:,}"
        if slot == "person":
            return draw.pick(WORDS["surname"]) + draw.pick(WORDS["given"])
        numbers = {
            "n": (2, 9), "minute": (10, 59), "hour": (7, 11), "percent": (3, 97), "year": (1905, 2025),
            "month": (1, 12), "day": (1, 28),
        }  # fmt: skip
        if slot in numbers:
            return str(draw.between(*numbers[slot]))
        if slot in ("age", "decade"):
            return str(draw.between(2, 7) * 10 if slot == "age" else draw.between(192, 201) * 10)
        return draw.pick(WORDS[slot])

    def _spoken(self, predicate: Predicate, steps: Sequence[str]) -> str:
        for step in steps[:-1]:
            predicate = predicate.modified(step)
        form = steps[-1]
        if form == ".":
            return predicate.ending(self.style)
        if form.startswith("."):
            return predicate.ending(form[1:])
        if form == "~":
            lively = ("", "네", "더라고", "거든") if self.style == "yo" else ("",)
            tail = self.draw.pick(lively)
            return predicate.form(tail) + "요" if tail else predicate.ending(self.style)
        return predicate.form(form)

    def sentence(self, pattern: str) -> str:
        """One pattern filled."""
        out = ""
        position = 0
        for found in TOKEN.finditer(pattern):
            out += pattern[position : found.start()]
            position = found.end()
            slot, literal, josa = found.groups()
            if josa:
                out += particle(out, josa)
            elif literal:
                word, *steps = literal.split(":")
                out += self._spoken(Predicate.parse(word), steps) if steps else found.group()
            else:
                name, *steps = slot.split(":")
                if name in PREDICATES:
                    out += self._spoken(Predicate.parse(self._fresh(name)), steps)
                elif steps:  # a noun with the copula
                    out += self._spoken(Predicate.parse(self._noun(name) + steps[0]), steps[1:])
                else:
                    out += self._noun(name)
        return out + pattern[position:]

    def lines(self, section: str, count: int) -> list[str]:
        """``count`` different patterns of a section, filled."""
        return [self.sentence(pattern) for pattern in self.draw.some(patterns()[section], count)]

    def line(self, section: str) -> str:
        return self.lines(section, 1)[0]

    def paragraph(self, section: str, low: int, high: int) -> str:
        return " ".join(self.lines(section, self.draw.between(low, high)))
