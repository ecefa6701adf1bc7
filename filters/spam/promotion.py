"""Promotion: prices, coupons and haste; rooms for stocks and coins; jobs that lure.

Points of an offer (filters.spam.evidence); prices and percentages count to ``sale``.  Honest shop notices and event
notices offer and ask as well, but less of both: the thresholds lie above them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.offers import offered


class Promotion:
    name = "promotion"
    version = 3
    scores: tuple[Score, ...] = (
        Score("sale", pa.int32(), "points", "prices, coupons, subsidies, building sales, haste"),
        Score("investment", pa.int32(), "points", "rooms, tips and coins"),
        Score("job", pa.int32(), "points", "easy money at home"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        families = {"sale": "promotion", "investment": "invest", "job": "job"}
        return {name: offered(batch, family) for name, family in families.items()}

    def checks(self, thresholds: PromotionThresholds) -> tuple[Check, ...]:
        return (
            Check("promotion.sale", "sale", "above", thresholds.maximum_sale),
            Check("promotion.investment", "investment", "above", thresholds.maximum_investment),
            Check("promotion.job_lure", "job", "above", thresholds.maximum_job),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PromotionThresholds:
    """Points; None switches a check off.

    Of 45,535 real documents (petitions, statutes, news, manuals, blogs) none has more (docs/filters.md, with the
    command); petitions of those whom rooms for stocks cost their money have up to 10 points, and no offer.
    """

    RULE: ClassVar[Scorer] = Promotion()

    maximum_sale: float | None = 5.0
    maximum_investment: float | None = 3.0
    maximum_job: float | None = 3.0
