"""Words: lists of words instead of sentences, and one word stuffed everywhere.

Gopher (Rae et al. 2021, A.1.1) and FineWeb-2 ask for stop words; Korean has them at the end of an eojeol: particles
and endings.  Nine of ten documents have them on 50 to 81 % of their Korean eojeol, a list of keywords on those that
end so by chance.
Eojeol are compared without a last particle, so that 맛집, 맛집은 and 맛집을 are one stem.
Weakness: indexes, lists of names and product tables are word lists by right.
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

EOJEOL = 50  # Korean eojeol; of fewer the shares say nothing
DISTINCT = 100  # of fewer, or more than this times ten, the share of different stems is 1: it falls with length


class Words:
    name = "words"
    version = 1
    scores: tuple[Score, ...] = (
        Score("endings", pa.float32(), "share", "Korean eojeol that end in a particle or ending; 1 below 50"),
        Score("top_stem", pa.float32(), "share", "Korean eojeol of the most frequent stem; 0 below 50"),
        Score("stems", pa.float32(), "share", "different stems among 100 to 1,000 Korean eojeol; else 1"),
        Score("fillers", pa.float32(), "share", "eojeol of placeholder text (lorem ipsum)"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        korean = statistics["korean_eojeol"]
        enough = np.where(korean >= EOJEOL, korean, 0)
        endings = quotient(statistics["function_eojeol"], enough)
        stems = quotient(statistics["distinct_stems"], korean)
        return {
            "endings": np.where(korean >= EOJEOL, endings, np.float32(1)),
            "top_stem": quotient(statistics["top_stem"], enough),
            "stems": np.where((korean >= DISTINCT) & (korean <= 10 * DISTINCT), stems, np.float32(1)),
            "fillers": quotient(statistics["fillers"], statistics["eojeol"]),
        }

    def checks(self, thresholds: WordsThresholds) -> tuple[Check, ...]:
        return (
            Check("words.too_few_endings", "endings", "below", thresholds.minimum_endings),
            Check("words.stuffed", "top_stem", "above", thresholds.maximum_top_stem),
            Check("words.too_few_different", "stems", "below", thresholds.minimum_stems),
            Check("words.filler", "fillers", "above", thresholds.maximum_fillers),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsThresholds:
    """None switches a check off.

    Figures: 45,360 real Korean documents, by the command in docs/filters.md.
    ``minimum_endings``: FineWeb-2 asks for two of 21 stop morphemes; .02 % have fewer than .15, mostly indexes; lists
    of places and services have .01 to .08.  ``maximum_top_stem``: .1 % have more than .23, one more than .35.
    ``minimum_stems``: .1 % have fewer than .21, three fewer than .1.  ``maximum_fillers``: the most is .02.
    """

    RULE: ClassVar[Scorer] = Words()

    minimum_endings: float | None = 0.15
    maximum_top_stem: float | None = 0.35
    minimum_stems: float | None = 0.1
    maximum_fillers: float | None = 0.1
