"""Mash: keys hit at random, as ㅁㄴㅇㄹ or sdkfjhskdf.

Loose jamo are those that stand alone and are not laughter, tears or a frown (ㅋ ㅎ ㅠ ㅜ ㅡ); chat writes few others
in a row.  Latin letters behind five consonants in a row occur in keys, hashes and mash, hardly in English.
Weakness: asdf, which holds a vowel; grammars that discuss jamo; lists of keys and digests.
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

LATIN = 50  # of fewer Latin letters the share of consonants says nothing and is 0


class Mash:
    name = "mash"
    version = 1
    scores: tuple[Score, ...] = (
        Score("loose_jamo", pa.float32(), "share", "jamo alone, neither laughter nor tears, among letters"),
        Score("consonants", pa.float32(), "share", "letters behind five consonants among Latin; 0 below 50"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        latin = statistics["latin"]
        return {
            "loose_jamo": quotient(statistics["loose_jamo"], statistics.letters),
            "consonants": quotient(statistics["consonant_runs"], np.where(latin >= LATIN, latin, 0)),
        }

    def checks(self, thresholds: MashThresholds) -> tuple[Check, ...]:
        return (
            Check("mash.loose_jamo", "loose_jamo", "above", thresholds.maximum_loose_jamo),
            Check("mash.consonants", "consonants", "above", thresholds.maximum_consonants),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MashThresholds:
    """Shares above which a document falls; None switches a check off.

    Figures: 45,360 real Korean documents, by the command in docs/filters.md.
    ``maximum_loose_jamo``: none has more than .1; 1 % of comments have more than .12 (ㅇㅇ, ㄷㄷ), so .6 there.
    ``maximum_consonants``: the most is .13; mash of consonant keys has half.
    """

    RULE: ClassVar[Scorer] = Mash()

    maximum_loose_jamo: float | None = 0.25
    maximum_consonants: float | None = 0.15
