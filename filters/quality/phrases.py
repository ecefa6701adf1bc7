"""Phrases of boilerplate: data/boilerplate.tsv, and how much of a part of a text they cover.

Phrases are of six sorts (the head of the file says which); a letter weighs FULL in a notice, a label or a value, HALF
in glue, a word or an ending.  A part is matched without spaces and marks, since sites write 로그인이 필요합니다 and
로그인이필요합니다, 무단 전재·배포 and 무단전재 및 배포.  Letters decide; digits (dates, counts, codes) count only
where a phrase holds them.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import ahocorasick_rs
import numpy as np

from filters.rule import Array

NOTICE, LABEL, VALUE, GLUE, ENDING, WORD = SORTS = ("notice", "label", "value", "glue", "ending", "word")
LONGEST_ENDING = 8  # letters
LONGEST_WORD = 6  # letters
BEHIND_WORD = 4  # letters of particles and endings, at most
FIELD = 20  # letters and digits behind a value's name that count with it: a name, a number, an address
FULL, HALF = 2, 1  # weight of a letter in a phrase, in glue
FINALS = ("다", "요", "까", "죠", "오")  # last letters of sentences, which hold no field of a footer
# Ends of sentences that tell or ask of one's own, where no phrase ends there: statutes, news, articles, questions.
# Pages of sites say 합니다, 하세요, or stop at a noun.
TOLD = re.compile(r"(?:[^니]다|[나가까네데든군]요|[네냐지죠니줘래어아야해라])$")
_MARKS = re.compile(r"[^\w\n]|_")
WORDS = re.compile(r"[^\W_]+")
# What ends a part within a line: the bars of a footer, and the white space behind a sentence.
PART = re.compile(r"[|│｜]|(?<=[.!?。])\s")


@dataclass(frozen=True, slots=True)
class Part:
    """Of a part: characters besides white space; letters (and digits in phrases); weight, at most FULL a letter;
    whether a notice stands in it; whether it tells or asks of its own (TOLD)."""

    written: int
    letters: int
    weight: int
    notice: bool
    told: bool


@dataclass(frozen=True, eq=False)
class Phrases:
    """``sorts``: of every form that ``forms`` finds; glue has an automaton of its own, lest it hide a notice.
    ``bounded``: must the form be whole words?  (loading in downloading is none)."""

    forms: ahocorasick_rs.AhoCorasick
    sorts: tuple[str, ...]
    bounded: tuple[bool, ...]
    glue: ahocorasick_rs.AhoCorasick
    endings: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, str]]) -> Phrases:
        """From (sort, core, template); of a form in two sorts the first stands."""
        found: dict[str, str] = {}
        loose: dict[str, list[str]] = {GLUE: [], ENDING: [], WORD: []}
        for sort, _, template in rows:
            forms = [_MARKS.sub("", form.lower()) for form in expanded(template)]
            if sort in loose:
                loose[sort] += forms
            else:
                for form in forms:
                    found.setdefault(form, sort)
        return cls(
            _automaton(found),
            tuple(found.values()),
            tuple(sort != NOTICE or form[0].isascii() for form, sort in found.items()),
            _automaton(loose[GLUE]),
            frozenset(loose[ENDING]),
            frozenset(loose[WORD]),
        )

    def part(self, text: str) -> Part:
        """``text``: NFC, of one line."""
        letters, begins = compact(text)
        weights = bytearray(len(letters))
        notice, sentence = False, letters.endswith(FINALS)
        matches = _matches(self.forms, letters, begins, weights)
        footer = len({form for form, *_ in matches if self.sorts[form] == VALUE}) > 1
        for form, start, end, bounded in matches:
            sort = self.sorts[form]
            if self.bounded[form] and not bounded:
                continue
            if sort == VALUE and (sentence or not (footer or start == 0 or weights[start - 1])):  # 우리 대표 누구
                continue
            if sort == VALUE:
                end = min(end + FIELD, len(letters))
            notice = notice or sort == NOTICE
            weights[start:end] = bytes([FULL]) * (end - start)
        for _, start, end, bounded in _matches(self.glue, letters, begins, weights):
            if bounded:
                _raise(weights, start, end)
        borders = [place for place, border in enumerate(begins) if border]
        for start, end in itertools.pairwise(borders):
            stems = (letters[start : start + size] for size in range(min(LONGEST_WORD, end - start), 1, -1))
            stem = next((stem for stem in stems if stem in self.words), "")
            if stem and end - start - len(stem) <= BEHIND_WORD:
                _raise(weights, start, end)
                continue
            for size in range(min(LONGEST_ENDING, end - start), 0, -1):
                if letters[end - size : end] in self.endings:
                    _raise(weights, end - size, end)
                    break
        counted = sum(weight > 0 or letter.isalpha() for letter, weight in zip(letters, weights, strict=True))
        own = bool(letters) and weights[-1] < FULL
        told = own and (text.rstrip().endswith("?") or TOLD.search(letters[-2:]) is not None)
        return Part(sum(map(len, text.split())), counted, sum(weights), notice, told)

    def noticed(self, text: str) -> bool:
        """Whether a notice may stand in a text, NFC: a look that spares most texts the parts."""
        found = self.forms.find_matches_as_indexes(_MARKS.sub("", text.lower()))
        return any(self.sorts[form] == NOTICE for form, _, _ in found)


def _matches(
    automaton: ahocorasick_rs.AhoCorasick, letters: str, begins: list[bool], weights: bytearray
) -> list[tuple[int, int, int, bool]]:
    """Form, start, end of each match, and whether it is bounded: by borders of words, other matches, or weight."""
    found = automaton.find_matches_as_indexes(letters)
    starts, ends = {start for _, start, _ in found}, {end for _, _, end in found}
    before, behind = bytes(weights), bytes([*weights, FULL])
    return [
        (
            form,
            start,
            end,
            (begins[start] or start in ends or before[start - 1] > 0)
            and (begins[end] or end in starts or behind[end] > 0),
        )
        for form, start, end in found
    ]


def _raise(weights: bytearray, start: int, end: int) -> None:
    for place in range(start, end):
        weights[place] = max(weights[place], HALF)


def parts(text: str) -> Iterator[tuple[bool, str]]:
    """Parts of a text in order, and whether each begins a line."""
    for line in text.split("\n"):
        for index, part in enumerate(PART.split(line)):
            yield index == 0, part


def compact(text: str) -> tuple[str, list[bool]]:
    """Letters and digits of a text, in lower case; and for each place whether a word begins there, or the text ends."""
    words = WORDS.findall(text.lower())
    begins = [place == 0 for word in words for place in range(len(word))]
    return "".join(words), [*begins, True]


def expanded(template: str) -> Iterator[str]:
    """Every form of a template, in which (a|b|) is one of the strings, nested too.  Raises ValueError on an open
    bracket."""
    start = template.find("(")
    if start < 0:
        yield template
        return
    depth, begin, choices = 0, start + 1, []
    for place in range(start, len(template)):
        depth += (template[place] == "(") - (template[place] == ")")
        if depth == 0 or (depth == 1 and template[place] == "|"):
            choices.append(template[begin:place])
            begin = place + 1
        if depth == 0:
            for head in (form for choice in choices for form in expanded(choice)):
                for tail in expanded(template[begin:]):
                    yield template[:start] + head + tail
            return
    raise ValueError(f"open bracket in {template!r}")


def _automaton(forms: Sequence[str] | dict[str, str] | dict[str, None]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(list(forms), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def rows() -> list[tuple[str, str, str]]:
    """(sort, core, template) of the shipped list."""
    table = (files("filters.quality") / "data" / "boilerplate.tsv").read_text("utf-8")
    found = []
    for line in table.splitlines():
        if line and not line.startswith("#"):
            sort, core, templates = unicodedata.normalize("NFC", line).split("\t")
            found += [(sort, core, template) for template in templates.split(" | ")]
    return found


@cache
def shipped() -> Phrases:
    return Phrases.of(rows())


@cache
def cores() -> tuple[ahocorasick_rs.BytesAhoCorasick, Array]:
    """Finds cores in UTF-8 whose ASCII letters are small; and of each core, whether it is a notice's."""
    listed = [(core, sort) for sort, cores, _ in rows() if cores != "-" for core in cores.split(" | ")]
    notices = {core for core, sort in listed if sort == NOTICE}
    found = {
        unicodedata.normalize(form, spelled): core in notices
        for core, _ in listed
        for spelled in (core, core.replace(" ", ""))
        for form in ("NFC", "NFD")
    }
    automaton = ahocorasick_rs.BytesAhoCorasick(
        [core.encode() for core in found],
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,
    )
    return automaton, np.array(list(found.values()), np.bool_)
