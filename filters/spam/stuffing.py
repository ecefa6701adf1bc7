"""Stuffing: a service named behind one place after another, for search engines.

강남 입주청소 서초 입주청소 …: a place (city, district, station) with a service sold locally right behind it, both from
filters/spam/data/places.txt.  Weakness: a directory of branches reads alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.evidence import Evidence


class Stuffing:
    name = "stuffing"
    version = 1
    scores: tuple[Score, ...] = (
        Score("pairs", pa.int32(), "count", "places with a service right behind them"),
        Score("pairs_per_1000", pa.float32(), "per 1,000 characters", "the same"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        evidence = Evidence.of(batch)
        return {"pairs": evidence["pairs"], "pairs_per_1000": evidence.per_1000("pairs")}

    def checks(self, thresholds: StuffingThresholds) -> tuple[Check, ...]:
        return (Check("stuffing.places", "pairs_per_1000", "above", thresholds.maximum_pairs_per_1000),)


@dataclass(frozen=True, kw_only=True, slots=True)
class StuffingThresholds:
    """None switches the check off.

    The most among 11,000 real documents and tweets is 5, of documents 3.9: 10 lies twice above.
    """

    RULE: ClassVar[Scorer] = Stuffing()

    maximum_pairs_per_1000: float | None = 10.0
