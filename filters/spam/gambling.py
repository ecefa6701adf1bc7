"""Gambling: who invites to bet, not who writes about it.

Points of an offer (filters.spam.evidence).  dps drops a document for one 바카라 or 카지노 in it; news, statutes and
petitions about gambling have these words and no offer.  Weakness: an advertisement dressed as news, whose words of
reporting outweigh what it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.offers import offered


class Gambling:
    name = "gambling"
    version = 3
    scores: tuple[Score, ...] = (
        Score("offer", pa.int32(), "points", "what is offered and asked in the best window, less what reports"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        return {"offer": offered(batch, "gambling")}

    def checks(self, thresholds: GamblingThresholds) -> tuple[Check, ...]:
        return (Check("gambling.offer", "offer", "above", thresholds.maximum),)


@dataclass(frozen=True, kw_only=True, slots=True)
class GamblingThresholds:
    """None switches the check off.

    Of 45,535 real documents (petitions, statutes, news, manuals, blogs) none has more than 3 points in any of gambling,
    adult and illegal, and of 76 texts written by hand that come near none (docs/filters.md, with the command).
    """

    RULE: ClassVar[Scorer] = Gambling()

    maximum: float | None = 3.0
