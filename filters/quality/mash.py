"""Mash: keys hit at random, as ㅁㄴㅇㄹ or sdkfjhskdf.

Loose jamo are those that stand alone and are not laughter, tears or a frown (ㅋ ㅎ ㅠ ㅜ ㅡ); chat writes few others
in a row.  Latin letters behind five consonants in a row occur in keys, hashes and mash, hardly in English; so do
letters that end three neighbours of one row of keys (asd, fds, qwe, poi), which asdf and qweasd are made of.
Weakness: letters drawn from the whole alphabet, which lines of their own make ``language``'s; grammars that
discuss jamo; lists of keys and digests; pages about keyboards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality import keys_kernel
from filters.quality.statistics import TextStatistics, quotient
from filters.rule import Array, Check, Score, Scorer

LATIN = 50  # of fewer Latin letters the shares of consonants and keys say nothing and are 0


class Mash:
    name = "mash"
    version = 3
    scores: tuple[Score, ...] = (
        Score("loose_jamo", pa.float32(), "share", "jamo alone, neither laughter nor tears, among letters"),
        Score("consonants", pa.float32(), "share", "letters behind five consonants among Latin; 0 below 50"),
        Score("keys", pa.float32(), "share", "letters that end three keys of a row among Latin; 0 below 50"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        latin = statistics["latin"]
        enough = np.where(latin >= LATIN, latin, 0)
        keys = np.zeros(len(batch.text), np.int64)
        keys_kernel.count(batch.text.data, batch.text.offsets, keys_kernel.PLACES, keys)
        return {
            "loose_jamo": quotient(statistics["loose_jamo"], statistics.letters),
            "consonants": quotient(statistics["consonant_runs"], enough),
            "keys": quotient(keys, enough),
        }

    def checks(self, thresholds: MashThresholds) -> tuple[Check, ...]:
        return (
            Check("mash.loose_jamo", "loose_jamo", "above", thresholds.maximum_loose_jamo),
            Check("mash.consonants", "consonants", "above", thresholds.maximum_consonants),
            Check("mash.keys", "keys", "above", thresholds.maximum_keys),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MashThresholds:
    """Shares above which a document falls; None switches a check off.

    Figures: 45,360 real Korean documents, by the command in docs/filters.md.
    ``maximum_loose_jamo``: none has more than .1; 1 % of comments have more than .12 (ㅇㅇ, ㄷㄷ), so .6 there.
    ``maximum_consonants``: the most is .13; mash of consonant keys has half.
    ``maximum_keys``: the most is .127, a page on the command asdf; English words have .01 to .05, asdf asdf has half.
    """

    RULE: ClassVar[Scorer] = Mash()

    maximum_loose_jamo: float | None = 0.25
    maximum_consonants: float | None = 0.15
    maximum_keys: float | None = 0.15
