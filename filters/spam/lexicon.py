"""The terms of advertising: four lists in data/, laid out as a trie that a kernel walks.

A line ``FAMILY TERM ASK: term | term`` gives every term its family and two numbers of points: for the family, and of
solicitation.  A space in a term may be left out in a text; ``_`` at an end asks that a word begins or ends there.  Of
terms that begin at one place the longest stands, so that a longer word which is harmless (none) hides the shorter one
inside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple

import numpy as np

from filters.rule import Array
from filters.spam import forms_kernel as forms
from filters.spam.forms_kernel import ALONE, KEY_BITS, POINT_BITS, REACH, pair_hash, triple_hash

LISTS = ("offers", "solicitation", "places", "made")
# In the order of the kernel's columns: first those whose offers are told from mentions of them.
OFFERS = ("gambling", "adult", "loan", "account", "drug", "document", "goods", "invest", "job", "promotion")
FAMILIES = (
    *OFFERS, "ask", "report", "affiliate", "region", "service", "translated", "assistant", "leftover", "none",
)  # fmt: skip
LEFT, RIGHT = 1, 2  # borders of a word that a term asks for
_SPREAD = 0x9E3779B97F4A7C15


class Term(NamedTuple):
    """``text`` as it stands in texts, lower case; ``borders`` of LEFT and RIGHT."""

    text: str
    family: str
    points: int
    ask: int
    borders: int


class Trie(NamedTuple):
    """``root``: state of every first code point below REACH; ``pairs``: 1 where a term may begin with two characters of
    this hash, or an offer's with one and ALONE; ``openings``: WHOLE for the hashes of terms of two, BEGUN for those of
    the first three of longer ones; ``characters``: what every one is folded to and may open; ``edges``: an
    open-addressed table of the trie's edges (filters.spam.forms_kernel); ``terms``: number of the term that ends in a
    state, -1 where none does.  One row of ``values`` a term: family, points, ask, borders, and 1 where it counts as a
    service behind a place.
    """

    root: Array
    pairs: Array
    openings: Array
    characters: Array
    edges: Array
    terms: Array
    values: Array


def parse(lines: str) -> Iterator[Term]:
    """Terms of one list, every spelling with and without its spaces."""
    for line in lines.splitlines():
        head, colon, terms = line.partition(": ")
        if not colon or line.startswith("#"):
            continue
        family, points, ask = head.split()
        for written in terms.split(" | "):
            term = unicodedata.normalize("NFC", written.strip().lower())
            borders = LEFT * term.startswith("_") + RIGHT * term.endswith("_")
            pieces = term.strip("_").split(" ")
            for gaps in product(("", " "), repeat=len(pieces) - 1):
                text = pieces[0] + "".join(gap + piece for gap, piece in zip(gaps, pieces[1:], strict=True))
                yield Term(text, family, int(points), int(ask), borders)


@cache
def terms() -> tuple[Term, ...]:
    """All lists; of a term that two lists hold the first stands, but places are services of their own."""
    found: dict[str, Term] = {}
    for name in LISTS:
        for term in parse((files("filters.spam") / "data" / f"{name}.txt").read_text(encoding="utf-8")):
            found.setdefault(term.text, term)
    return tuple(found.values())


@cache
def services() -> frozenset[str]:
    """Every word that counts as a service behind a place, whatever family it has elsewhere."""
    listed = parse((files("filters.spam") / "data" / "places.txt").read_text(encoding="utf-8"))
    return frozenset(term.text for term in listed if term.family == "service")


@cache
def trie(chosen: tuple[Term, ...] | None = None) -> Trie:
    """The trie of ``chosen``, by default of all terms."""
    chosen = terms() if chosen is None else chosen
    known = services()
    edges: dict[tuple[int, int], int] = {}
    ends: dict[int, int] = {}
    states = 1
    for number, term in enumerate(chosen):
        state = 0
        for character in term.text:
            edge = state, ord(character)
            if edge not in edges:
                edges[edge] = states
                states += 1
            state = edges[edge]
        ends[state] = number
    mask = (1 << max(4, (2 * len(edges)).bit_length())) - 1  # at most half full
    table = np.zeros(mask + 1, np.int64)
    root, pairs, openings = np.zeros(REACH, np.int32), np.zeros(REACH, np.uint8), np.zeros(REACH, np.uint8)
    for term in chosen:
        first, second = (ord(character) for character in (term.text + "\0")[:2])
        pairs[pair_hash(first, second)] = 1
        if term.family in OFFERS:
            pairs[pair_hash(first, ALONE)] = 1
        if len(term.text) > 2:
            openings[triple_hash(first, second, ord(term.text[2]))] |= forms.BEGUN
        elif len(term.text) == 2:
            openings[pair_hash(first, second)] |= forms.WHOLE
    for (state, point), target in edges.items():
        if state == 0 and point < REACH:
            root[point] = target
        key = state << POINT_BITS | point + 1
        slot = (key * _SPREAD >> 40) & mask
        while table[slot]:
            slot = (slot + 1) & mask
        table[slot] = target << KEY_BITS | key
    numbers = np.full(states, -1, np.int32)
    numbers[list(ends)] = list(ends.values())
    values = np.array(
        [(FAMILIES.index(t.family), t.points, t.ask, t.borders, t.text in known) for t in chosen], np.int32
    ).reshape(-1, 5)
    return Trie(root, pairs, openings, characters(pairs, chosen), table, numbers, values)


def characters(pairs: Array, chosen: Iterable[Term]) -> Array:
    """uint32 of the basic plane, as `forms_kernel.fold` reads it: ASCII letters, also full-width, in lower case, an
    ideographic space as a space; above them what the character may open."""
    folded = np.arange(REACH, dtype=np.uint32)
    folded[0xFF01:0xFF5F] -= 0xFEE0
    folded[0x3000] = 32
    folded[(folded >= 65) & (folded <= 90)] += 32
    sorts = np.zeros(REACH, np.uint16)
    sorts[33:] = forms.PAIR
    sorts[0x2000:0x3000] |= forms.ALWAYS
    sorts[0xD7A4:] |= forms.ALWAYS
    sorts[:0x3040] |= forms.PARTED
    sorts[ord("\n")] = 0
    for character, sort in (("#", forms.ALWAYS), ("(", forms.OPENING), ("*", forms.STAR), ("h", forms.H),
                            ("w", forms.W), ("t", forms.T)):  # fmt: skip
        sorts[ord(character)] |= sort
    sorts[ord("0") : ord("9") + 1] |= forms.DIGIT
    for point in range(ord("가"), ord("힣") + 1):
        sorts[point] |= forms.SYLLABLE | forms.APART * pairs[pair_hash(point, ALONE)]
    for term in chosen:
        if len(term.text) == 1 and ord(term.text) < REACH:  # beyond, every character is looked at
            sorts[ord(term.text)] |= forms.TERM
    found = folded | sorts[folded].astype(np.uint32) << np.uint32(forms.SORT)
    found[[0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]] = np.uint32(forms.DROPPED) << np.uint32(forms.SORT)
    return found
