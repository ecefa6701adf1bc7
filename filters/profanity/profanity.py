"""Profanity: swear words, slurs and sexual insults by the lexicon, as a rate, never by one hit.

HyperCLOVA (Kim et al. 2021, A.2) drops what holds more swear words and slang than a limit.  Mild words (존나,
미친, 놈) are counted and not judged: comments and literature are full of them.  The rate is of Hangul syllables
and jamo, and of LEAST where a text has fewer, so that one word in a short comment is no rate of its own.
Weakness: abuse without a listed word passes; the model of abuse is for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.profanity import lexicon
from filters.profanity.variants import CLASSES
from filters.quality.statistics import TextStatistics, counts, quotient
from filters.rule import Array, Check, Score, Scorer

LEAST = 200  # syllables; one hit is 5 in 1,000 at most
STRONG = CLASSES.index("mild")  # the classes before it


class Profanity:
    name = "profanity"
    version = 2
    scores: tuple[Score, ...] = (
        Score("rate", pa.float32(), "per 1,000 syllables", "swear words, slurs and sexual insults"),
        Score("swear", pa.int32(), "hits", "swear words"),
        Score("slur", pa.int32(), "hits", "slurs on a group of people"),
        Score("sexual", pa.int32(), "hits", "sexual insults"),
        Score("mild", pa.int32(), "hits", "mild words, which decide nothing"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        hits = lexicon.hits(batch)
        statistics = TextStatistics.of(batch)
        hangul = np.maximum(statistics["syllable"] + statistics["jamo"], LEAST)
        return {
            "rate": quotient(1000 * hits[:, :STRONG].sum(axis=1), hangul),
            **{name: counts(hits[:, place]) for place, name in enumerate(CLASSES)},
        }

    def checks(self, thresholds: ProfanityThresholds) -> tuple[Check, ...]:
        return (Check("profanity.too_much", "rate", "above", thresholds.maximum),)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfanityThresholds:
    """None switches a check off.

    ``maximum``: hits in 1,000 syllables.  Of 3,400 news articles, statutes, petitions, encyclopedia and technical pages
    none has more than 5; of pages of literature of 1921-39 1.6 % have more than 5 and none more than 10.  Of
    comments labelled hateful (K-MHaS, train) 4.7 % have more than 5, of those labelled none .04 %; so 5 for
    comments and news, 10 elsewhere, 20 for literature.  Command: docs/filters.md.
    """

    RULE: ClassVar[Scorer] = Profanity()

    maximum: float | None = 10.0
