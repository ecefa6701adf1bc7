"""Illegal offers: loans by fraud, bank books and accounts, drugs, forged papers, counterfeit goods.

Points of an offer (filters.spam.evidence), one score for each trade, so that a statute or a court report about it
stays.  Loans: licensed lenders advertise in the same words, and fall with the others.  Weakness: new slang, until it
is in filters/spam/data/offers.txt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.offers import offered


class Illegal:
    name = "illegal"
    version = 3
    scores: tuple[Score, ...] = (
        Score("loan", pa.int32(), "points", "loans, and cash for phones, vouchers or cards"),
        Score("account", pa.int32(), "points", "bank books, verified accounts, personal data, bought rankings"),
        Score("drug", pa.int32(), "points", "drugs, and medicines without a prescription"),
        Score("document", pa.int32(), "points", "forged papers, sitters for examinations"),
        Score("goods", pa.int32(), "points", "counterfeit goods"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        return {score.name: offered(batch, score.name) for score in self.scores}

    def checks(self, thresholds: IllegalThresholds) -> tuple[Check, ...]:
        return (
            Check("illegal.loan", "loan", "above", thresholds.maximum_loan),
            Check("illegal.account", "account", "above", thresholds.maximum_account),
            Check("illegal.drug", "drug", "above", thresholds.maximum_drug),
            Check("illegal.document", "document", "above", thresholds.maximum_document),
            Check("illegal.goods", "goods", "above", thresholds.maximum_goods),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class IllegalThresholds:
    """Points; None switches a check off.

    Of 45,535 real documents (petitions, statutes, news, manuals, blogs) none has more than 3 points in any of gambling,
    adult and illegal, and of 76 texts written by hand that come near none (docs/filters.md, with the command).
    """

    RULE: ClassVar[Scorer] = Illegal()

    maximum_loan: float | None = 3.0
    maximum_account: float | None = 3.0
    maximum_drug: float | None = 3.0
    maximum_document: float | None = 3.0
    maximum_goods: float | None = 3.0
