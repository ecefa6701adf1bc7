"""The lexicon at work: an automaton over the UTF-8 of many texts at once, then a kernel that knows borders.

Entries and false friends are patterns of one automaton; a hit inside the span of a false friend does not
count (시발 in 시발점), one that reaches beyond it does.  Each text is looked at twice, as it is and as its
matching copy, and a document's hits of a class are the greater number of the two.
tests/oracles/lexicon.py is the definition in plain Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import ahocorasick_rs
import numpy as np

from corpus.document import DocumentBatch, TextBuffers
from filters.linear.matching import MatchingText
from filters.profanity import lexicon_kernel as kernel
from filters.profanity.variants import CLASSES, FRIEND, PLACES, Entry, expanded
from filters.profanity.variants import rows as rows_of
from filters.rule import Array

FRIENDS = -1  # stands for the class of false friends
# Words of two senses, of which a text as a rule keeps to one (Gale, Church and Yarowsky 1992, "One sense per
# discourse"): where 새끼 is the young of a cat once, 새끼들은 is, too.
SENSES = tuple(word.encode() for word in ("새끼", "시발", "병신", "염병", "씹"))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """``classes``: place in CLASSES, FRIENDS for a false friend; ``places``: place in PLACES; ``in_copy``: is the entry
    looked for in matching copies too?"""

    forms: tuple[str, ...]
    classes: Array
    places: Array
    in_copy: Array
    automaton: ahocorasick_rs.BytesAhoCorasick

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Lexicon:
        classes = [FRIENDS if kind == FRIEND else CLASSES.index(kind) for _, kind, _, _ in entries]
        # The full table: 2.7 times the speed of the contiguous automaton.
        automaton = ahocorasick_rs.BytesAhoCorasick(
            [form.encode() for form, *_ in entries], implementation=ahocorasick_rs.Implementation.DFA
        )
        return cls(
            tuple(form for form, *_ in entries),
            np.array(classes, np.int64),
            np.array([PLACES.index(place) for _, _, place, _ in entries], np.int64),
            np.array([texts == "both" for *_, texts in entries], np.bool_),
            automaton,
        )

    def count(self, text: TextBuffers, copy: bool = False) -> tuple[Array, Array]:
        """Hits (int64, documents x CLASSES) and what was hit (int64, hits x start, end, class; bytes of
        ``text.data``, ascending)."""
        hits = np.zeros((len(text), len(CLASSES)), np.int64)
        first, last = int(text.offsets[0]), int(text.offsets[-1])
        matches = self.automaton.find_matches_as_indexes(text.data[first:last].data, overlapping=True)
        found = np.array(matches, np.int64).reshape(-1, 3)
        if copy:
            found = found[self.in_copy[found[:, 0]]]
        found = found[np.lexsort((self.classes[found[:, 0]], -found[:, 2], found[:, 1]))]
        patterns, starts, ends = found[:, 0], found[:, 1] + first, found[:, 2] + first
        spans = np.zeros((len(found), 3), np.int64)
        classes, places = self.classes[patterns], self.places[patterns]
        used = kernel.count(text.data, text.offsets, starts, ends, classes, places, hits, spans)
        return hits, spans[:used]


def hits(batch: DocumentBatch) -> Array:
    """int64, documents x CLASSES, of the text or of its copy, whichever has more; counted on the first call."""
    found = batch.memo.get("lexicon")
    if not isinstance(found, np.ndarray):
        in_copy = shipped().count(MatchingText.of(batch).text, copy=True)[0]
        found = batch.memo["lexicon"] = np.maximum(shipped().count(batch.text)[0], in_copy)
    return found


def entries() -> list[Entry]:
    """The entries and false friends that malmoi brings along."""
    table = (files("filters.profanity") / "data" / "lexicon.tsv").read_text("utf-8")
    return [(form, kind, place, texts) for form, kind, place, texts in rows_of(table)]


@cache
def shipped() -> Lexicon:
    return Lexicon.of(entries())


def without_friends(text: TextBuffers, rows: Array) -> TextBuffers:
    """These rows of matching copies, every false friend in them a space, and every word of SENSES that one holds."""
    found = []
    for row in rows.tolist():
        data = text.data[text.offsets[row] : text.offsets[row + 1]].tobytes()
        kept, friends, end = [], [], 0
        for _, start, stop in sorted(_friends().find_matches_as_indexes(data, overlapping=True), key=lambda m: m[1]):
            if stop > end:
                kept.append(data[end:start])
                friends.append(data[max(start, end) : stop])
                end = stop
        rest = b" ".join([*kept, data[end:]])
        for word in SENSES:
            if any(word in friend for friend in friends):
                rest = rest.replace(word, b" ")
        found.append(rest)
    offsets = np.cumsum([0, *map(len, found)], dtype=np.int64)
    return TextBuffers(np.frombuffer(b"".join(found) or b" ", np.uint8), offsets)


@cache
def _friends() -> ahocorasick_rs.BytesAhoCorasick:
    """All false friends, those too that hold no entry: a model knows parts of words that no list has (내년, 씹고)."""
    table = (files("filters.profanity") / "data" / "friends.tsv").read_text("utf-8")
    forms = {form for template, *_ in rows_of(table) for form in expanded(template)}
    return ahocorasick_rs.BytesAhoCorasick([form.encode() for form in sorted(forms) if form])
