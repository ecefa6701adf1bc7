"""Graphemes: characters that repeat (ㅋㅋㅋㅋ, !!!!!, =====, 가나가나), and syllables strewn at random.

HyperCLOVA (Kim et al. 2021, A.2) drops what repeats graphemes, digits or special characters too much: reviews that
fill a minimum length.  Any period shows in the coincidence of syllables: the chance that two syllables of the text
are equal (Friedman's index of coincidence, Simpson's of ecology), whose inverse is the effective number of different
syllables: about 70 in prose whatever its length, a handful in a loop, some thousand where they are strewn.
Weakness: a page of one short form may hold few syllables by right; songs laugh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality.statistics import TextStatistics, quotient
from filters.rule import Array, Check, Score, Scorer

SYLLABLES = 50  # of fewer, the coincidence says nothing and is 0
STREWN = 200  # of fewer, the same of the effective number


class Graphemes:
    name = "graphemes"
    version = 2
    scores: tuple[Score, ...] = (
        Score("letter_runs", pa.float32(), "share", "letters equal to the three before them, among characters"),
        Score("symbol_runs", pa.float32(), "share", "digits and symbols equal to the three before them"),
        Score("jamo", pa.float32(), "share", "jamo among letters"),
        Score("coincidence", pa.float32(), "share", "pairs of syllables that are equal; 0 below 50 syllables"),
        Score("different", pa.float32(), "syllables", "effective number of different syllables; 0 below 200"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        written, syllables, equal = statistics.written, statistics["syllable"], statistics["syllable_pairs"]
        pairs = syllables * (syllables - 1) // 2
        return {
            "letter_runs": quotient(statistics["letter_runs"], written),
            "symbol_runs": quotient(statistics["symbol_runs"], written),
            "jamo": quotient(statistics["jamo"], statistics.letters),
            "coincidence": quotient(equal, np.where(syllables >= SYLLABLES, pairs, 0)),
            "different": quotient(pairs, np.where(syllables >= STREWN, np.maximum(equal, 1), 0)),
        }

    def checks(self, thresholds: GraphemesThresholds) -> tuple[Check, ...]:
        return (
            Check("graphemes.letter_runs", "letter_runs", "above", thresholds.maximum_letter_runs),
            Check("graphemes.symbol_runs", "symbol_runs", "above", thresholds.maximum_symbol_runs),
            Check("graphemes.too_many_jamo", "jamo", "above", thresholds.maximum_jamo),
            Check("graphemes.few_syllables", "coincidence", "above", thresholds.maximum_coincidence),
            Check("graphemes.strewn_syllables", "different", "above", thresholds.maximum_different),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphemesThresholds:
    """What is above falls; None switches a check off.

    Figures: 45,360 real Korean documents and 104,141 short texts, by the command in docs/filters.md.
    ``maximum_letter_runs``: none has more than .07; of comments .5 % have more than .19, so .6 there.
    ``maximum_symbol_runs``: .01 % have more (rows of =).  ``maximum_jamo``: none has more than .2; 1 % of comments
    have .38, so .8 there.  ``maximum_coincidence``: .1 % have more than .06, two more than .12.
    ``maximum_different``: the most is 216; syllables drawn at random from KS X 1001 have 1,900 and more.
    """

    RULE: ClassVar[Scorer] = Graphemes()

    maximum_letter_runs: float | None = 0.2
    maximum_symbol_runs: float | None = 0.35
    maximum_jamo: float | None = 0.3
    maximum_coincidence: float | None = 0.12
    maximum_different: float | None = 300.0
