"""Affiliate notices: that a post is paid for, where it says so, and whether anything else is in it.

Posts must disclose payment in the title or at the top (Korea Fair Trade Commission, guideline in force since 1 December
2024; before, the end was enough).  A disclosed review with substance is no spam: the notice and its place are scores.
Only a post that is paid by links and holds little but links and prices falls.  Notices are those that ingest counted
(edits, disclosure.*) or those in text and title, whichever are more; links to Coupang's partners count as notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer, quantised
from filters.spam.edits import edit_counts
from filters.spam.evidence import SHORT, Evidence

NOWHERE, TITLE, TOP, INSIDE, END = range(5)
EDGE = 200  # characters that are the top, or the end


class Affiliate:
    name = "affiliate"
    version = 1
    scores: tuple[Score, ...] = (
        Score("notices", pa.int32(), "count", "notices of payment, in text and title"),
        Score("place", pa.int32(), "code", "of the first: 0 nowhere, 1 title, 2 top, 3 inside, 4 end"),
        Score("goods", pa.float32(), "per 1,000 characters", "links and prices outside links; 0 without a notice"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        text, title = Evidence.of(batch), Evidence.of(batch, "title")
        disclosed = edit_counts(batch, ("disclosure.affiliate", "disclosure.sponsored"))
        notices = np.maximum(text["notices"] + title["notices"], disclosed)
        first = text["notice_first"]
        place = np.select(
            [title["notices"] > 0, first < 0, first < EDGE, first >= text["characters"] - EDGE],
            [TITLE, NOWHERE, TOP, END],
            INSIDE,
        )
        outside = np.maximum(text["characters"] - text["url_characters"], SHORT)
        goods = np.where(notices > 0, (text["urls"] + text["prices"]) * 1000.0 / outside, 0.0)
        return {
            "notices": notices.astype(np.int32),
            "place": place.astype(np.int32),
            "goods": quantised(goods),
        }

    def checks(self, thresholds: AffiliateThresholds) -> tuple[Check, ...]:
        return (
            Check("affiliate.links", "goods", "above", thresholds.maximum_goods),
            Check("affiliate.notices", "notices", "above", thresholds.maximum_notices),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AffiliateThresholds:
    """None switches a check off.

    ``maximum_goods``: the median of 797 affiliate posts is 16.9; the most that a real document with a word of payment
    has (news of advertising among them) is 3.1.
    ``maximum_notices`` is off: 0 drops every post that discloses payment, reviews with substance too.
    """

    RULE: ClassVar[Scorer] = Affiliate()

    maximum_goods: float | None = 6.0
    maximum_notices: float | None = None
