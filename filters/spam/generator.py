"""Spam made from grammars, to train on: no licensed set of Korean spam but one site's affiliate posts is to be had.

A text is a function of its kind, its number and a seed, by keyed hashes, so the training set can be made again to the
byte.  Over some texts lie tricks of spelling that spam uses.  What is made here trains and never measures: the figures
of the model are of texts that people wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from corpus.hangul import FINALS, INITIALS, VOWELS
from corpus.identity import keyed_hash

SHARED = "shared"
CLEAN = "clean_"  # begins the name of a kind that is no spam
DEPTH = 6  # of parts in parts
JOINTS = (" ", "\n", " ", ". ", "\n\n", "! ", " / ")
# Forms behind a final consonant and behind none.
PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))
PARTICLE = re.compile(r"(?:으로|[은는이가을를과와로])(?=[\s.,]|$)")
MARKS = (".", "*", "~", "♥", "·", "-", " ")


class Grammar(NamedTuple):
    parts: Mapping[str, Sequence[str]]
    sentences: Sequence[str]
    alone: bool  # closed by no sentence of == shared, as who gives notice asks otherwise than who sells


@cache
def grammars() -> Mapping[str, Grammar]:
    """Kind -> grammar, in the order of the file."""
    text = (files("filters.spam") / "data" / "grammars.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[dict[str, list[str]], list[str], bool]] = {}
    kind = ""
    for line in unicodedata.normalize("NFC", text).splitlines():
        if line.startswith("== "):
            kind, _, alone = line[3:].partition(" ")
            found[kind] = {}, [], alone == "alone"
        elif line.startswith("> "):
            found[kind][1].append(line[2:].replace("\\n", "\n"))
        elif line and not line.startswith("#"):
            name, _, values = line.partition(" = ")
            found[kind][0][name] = values.split(" | ")
    return {kind: Grammar(*parts) for kind, parts in found.items()}


def kinds() -> tuple[str, ...]:
    return tuple(kind for kind in grammars() if kind != SHARED)


class Draws:
    """Numbers that follow from a seed and a name."""

    def __init__(self, seed: int, name: str) -> None:
        self.seed, self.name, self.drawn = seed, name, 0

    def below(self, limit: int) -> int:
        self.drawn += 1
        return keyed_hash(self.seed, "generated spam", f"{self.name} {self.drawn}".encode()) % limit

    def of(self, values: Sequence[str]) -> str:
        return values[self.below(len(values))]


def filled(form: str, kind: Grammar, draws: Draws, depth: int = 0) -> str:
    """``form`` with every {part} drawn, of the kind or shared."""
    shared = grammars()[SHARED].parts
    pieces: list[str] = []
    for piece in form.replace("}", "{").split("{"):
        values = (kind.parts.get(piece) or shared.get(piece)) if len(pieces) % 2 else None
        drawn = filled(draws.of(values), kind, draws, depth + 1) if values and depth < DEPTH else piece
        pieces.append(drawn if values or not pieces else agreeing(pieces[-1], drawn))
    return "".join(pieces)


def agreeing(word: str, following: str) -> str:
    """``following`` with the particle that it begins with in the form that ``word`` asks for: 배은 -> 배는."""
    particle = PARTICLE.match(following)
    code = ord(word[-1]) - 0xAC00 if word else -1
    if particle is None or not 0 <= code < 11172:
        return following
    closed, open_ = next(pair for pair in PAIRS if particle[0] in pair)
    final = code % 28
    fits = closed if final and not (open_ == "로" and FINALS[final] == "ㄹ") else open_
    return fits + following[particle.end() :]


def spam(kind: str, number: int, seed: int = 7) -> str:
    """Text ``number`` of a kind: one to ten sentences, most with a way to get in touch."""
    grammar, draws = grammars()[kind], Draws(seed, f"{kind} {number}")
    count = 1 + draws.below(10 if draws.below(3) == 0 else 4)
    sentences = [filled(draws.of(grammar.sentences), grammar, draws) for _ in range(count)]
    if draws.below(4) and not grammar.alone:
        sentences.append(filled(draws.of(grammars()[SHARED].sentences), grammar, draws))
    joint = draws.of(JOINTS)
    text = joint.join(dict.fromkeys(sentences))
    return tricked(text, draws) if draws.below(4) == 0 else text


def tricked(text: str, draws: Draws) -> str:
    """Some words taken apart: marks between syllables, jamo apart, spaces left out."""
    trick = draws.below(3)
    if trick == 2:
        return "\n".join(line.replace(" ", "") for line in text.split("\n"))
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) > 1 and draws.below(4) == 0:
            words[place] = draws.of(MARKS).join(word) if trick == 0 and word.isalpha() else apart(word, draws)
    return " ".join(words)


def apart(word: str, draws: Draws) -> str:
    """One syllable of a word as its jamo."""
    place = draws.below(len(word))
    code = ord(word[place]) - 0xAC00
    if not 0 <= code < 11172:
        return word
    jamo = INITIALS[code // 588] + VOWELS[code % 588 // 28] + (FINALS[code % 28] if code % 28 else "")
    return word[:place] + jamo + word[place + 1 :]


def examples(per_kind: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """(id, text) of ``per_kind`` texts of every kind."""
    for kind in kinds():
        for number in range(per_kind):
            yield f"generated {kind} {number}", spam(kind, number, seed)
