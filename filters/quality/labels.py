"""Labels: pages of menus, link lists and footers, whose lines name things and say nothing of them.

C4 (Raffel et al. 2020, 2.2) keeps only lines that end in punctuation, and FineWeb (Penedo et al. 2024, 3.6)
drops pages where few do; in Korean both lose verse, scripture and posts without full stops, and tutorials
full of code.  So a line is a label only if it also ends in no final syllable (다 요 라 니 까 죠), is
short, holds few symbols, and has fewer than three particles and endings or on no more than half of its Korean
eojeol: prose that was wrapped at 80 columns is none.  Weakness: word lists and tables of contents are labels by right.
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

LINES = 20  # of fewer lines the share says nothing and is 0


class Labels:
    name = "labels"
    version = 2
    scores: tuple[Score, ...] = (
        Score("share", pa.float32(), "share", "characters in lines that are labels; 0 below 20 lines"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        written = np.where(statistics["lines"] >= LINES, statistics.written, 0)
        return {"share": quotient(statistics["label_characters"], written)}

    def checks(self, thresholds: LabelsThresholds) -> tuple[Check, ...]:
        return (Check("labels.too_many", "share", "above", thresholds.maximum),)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelsThresholds:
    """None switches the check off.

    ``maximum``: FineWeb's rule (0.12 of lines must end in punctuation) would drop 14 % of 45,360 real Korean
    documents; 0.02 % of them hold more than 0.75 of labels, and 99 % of pages made of real menu lines do.
    Of 16 with more than 0.7, read one by one, the 8 above 0.75 are indexes and glossaries, 7 of the others pages of
    code and tables with prose.
    """

    RULE: ClassVar[Scorer] = Labels()

    maximum: float | None = 0.75
