"""Boilerplate: short pages that hold nothing but what sites put around texts or in their place.

Error pages, walls (log in, be a member, 비밀글입니다), scripts and cookies, copyright notices, the frame of an article
without the article, consent, footers, empty boards.  A part of a line (a sentence, or what stands between bars) is
boilerplate when phrases of data/boilerplate.tsv cover most of its letters.  Whoever writes about such pages needs words
of his own around the phrases, so articles on error 404, questions and manuals stay; and a part that ends as people
tell or ask is no boilerplate (phrases.TOLD).
Weakness: Korean and English only; a wall in words that the list lacks stays, and so does a frame whose headlines
outweigh it (`labels` takes the long ones).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch, TextBuffers
from filters.quality import phrases
from filters.quality.statistics import TextStatistics
from filters.rule import Array, Check, Score, Scorer, quantised

LONGEST = 800  # characters: longer texts are not looked at (with 1,000 it costs a fifth more)
APART = 30  # characters for one core at least: a page with fewer is not looked at
DENSE = 18  # likewise, for a page that holds no notice of the list
COVERED = 0.4  # of a part's letters, above which it is boilerplate; those in glue count half
NOTICED = 0.5  # likewise, for the notice that a page must hold
FILLED = 0.45  # likewise, of a whole page of LETTERS or more without such a notice: nine of ten in phrases or words
LETTERS = 30

_SMALL = np.arange(256, dtype=np.uint8)
_SMALL[ord("A") : ord("Z") + 1] += 32


class Boilerplate:
    name = "boilerplate"
    version = 1
    scores: tuple[Score, ...] = (
        Score("share", pa.float32(), "share", "characters in parts that are boilerplate; 0 above 800 characters"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        characters = statistics["characters"] - 2 * statistics["jamo"] // 3  # decomposed, a syllable is two or three
        shares = np.zeros(len(batch), np.float64)
        short = np.flatnonzero((characters > 0) & (characters <= LONGEST))
        if len(short):
            text = batch.text
            cores, notices = _cores(text, short)
            for index in np.flatnonzero((notices > 0) & (cores * APART >= characters[short])).tolist():
                row = short[index]
                written = text.data[text.offsets[row] : text.offsets[row + 1]].tobytes().decode(errors="replace")
                shares[row] = share(written, int(cores[index]))
        return {"share": quantised(shares)}

    def checks(self, thresholds: BoilerplateThresholds) -> tuple[Check, ...]:
        return (Check("boilerplate.only", "share", "above", thresholds.maximum),)


def _cores(text: TextBuffers, rows: Array) -> tuple[Array, Array]:
    """int64 per row of ``rows``: cores of phrases in its text, and of notices among them."""
    starts, ends = text.offsets[rows], text.offsets[rows + 1]
    first = np.flatnonzero(np.r_[True, starts[1:] != ends[:-1]])  # of each run of neighbours
    last = np.r_[first[1:], len(rows)] - 1
    runs = [text.data[start:end] for start, end in zip(starts[first].tolist(), ends[last].tolist(), strict=True)]
    automaton, notices = phrases.cores()
    matches = automaton.find_matches_as_indexes(_SMALL[np.concatenate(runs)].data)
    found = np.array(matches, np.int64).reshape(-1, 3)
    owners = np.searchsorted(np.cumsum(ends - starts), found[:, 1], "right")
    of_notices = owners[notices[found[:, 0]]]
    return np.bincount(owners, minlength=len(rows)), np.bincount(of_notices, minlength=len(rows))


def share(text: str, cores: int) -> float:
    """Of a text's characters besides white space, those in boilerplate.

    It is 0 where no part holds a notice, unless ``cores`` are dense and next to all of the text is words of such pages.

    A part without letters (the rest of a date) goes with the part before it on its line.
    """
    found = phrases.shipped()
    text = unicodedata.normalize("NFC", text)
    dense = cores * DENSE >= len(text) >= LETTERS
    if not dense and not found.noticed(text):
        return 0.0
    written = inside = weight = letters = 0
    noticed = boilerplate = False
    for first, part in phrases.parts(text):
        measured = found.part(part)
        if measured.letters or first:
            covered = measured.weight / (phrases.FULL * max(measured.letters, 1))
            boilerplate = covered > COVERED and not measured.told
            noticed = noticed or (boilerplate and measured.notice and covered > NOTICED)
        weight, letters = weight + measured.weight, letters + measured.letters
        written += measured.written
        inside += measured.written if boilerplate else 0
    filled = dense and letters >= LETTERS and weight > FILLED * phrases.FULL * letters
    return inside / written if noticed or filled else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BoilerplateThresholds:
    """None switches the check off.

    ``maximum``: of 45,535 real documents one has more than 0.3 and none more than 0.6; of 148,701 labelled comments two
    have, one of them wrongly.  Of 20 pages in words that the list was not made with 8 have, of their near misses none;
    with COVERED 0.35, NOTICED and FILLED 0.4 and a maximum of 0.5, six of 80 near misses went and no more pages.
    """

    RULE: ClassVar[Scorer] = Boilerplate()

    maximum: float | None = 0.6
