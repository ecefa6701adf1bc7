"""Adult services and pornography: who sells or solicits, not who writes about it.

Points of an offer (filters.spam.evidence).  dps drops a document for one 마사지샵 in it; here a mention is none.
Weakness: erotic fiction without an offer stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.offers import offered


class Adult:
    name = "adult"
    version = 3
    scores: tuple[Score, ...] = (
        Score("offer", pa.int32(), "points", "what is offered and asked in the best window, less what reports"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        return {"offer": offered(batch, "adult")}

    def checks(self, thresholds: AdultThresholds) -> tuple[Check, ...]:
        return (Check("adult.offer", "offer", "above", thresholds.maximum),)


@dataclass(frozen=True, kw_only=True, slots=True)
class AdultThresholds:
    """None switches the check off.

    Of 45,535 real documents (petitions, statutes, news, manuals, blogs) none has more than 3 points in any of gambling,
    adult and illegal, and of 76 texts written by hand that come near none (docs/filters.md, with the command).
    """

    RULE: ClassVar[Scorer] = Adult()

    maximum: float | None = 3.0
