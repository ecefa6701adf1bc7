"""Link farms: pages that are little but links.

Links are counted with their hosts.  Few links say nothing: below LEAST the rate is 0.  Weakness: an honest list of
references or bookmarks has as many; ``hosts`` tells them apart for a reader, and no check reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality.statistics import quotient
from filters.rule import Array, Check, Score, Scorer, quantised
from filters.spam.evidence import SHORT, Evidence

LEAST = 10


class Links:
    name = "links"
    version = 1
    scores: tuple[Score, ...] = (
        Score("per_1000", pa.float32(), "per 1,000 characters", "links, by characters outside links; 0 below 10 links"),
        Score("share", pa.float32(), "share", "characters inside links"),
        Score("hosts", pa.int32(), "count", "different hosts, up to 256"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        evidence = Evidence.of(batch)
        outside = np.maximum(evidence["characters"] - evidence["url_characters"], SHORT)
        enough = np.where(evidence["urls"] >= LEAST, evidence["urls"], 0)
        return {
            "per_1000": quantised(enough * 1000.0 / outside),
            "share": quotient(evidence["url_characters"], evidence["characters"]),
            "hosts": evidence["hosts"],
        }

    def checks(self, thresholds: LinksThresholds) -> tuple[Check, ...]:
        return (Check("links.farm", "per_1000", "above", thresholds.maximum_per_1000),)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinksThresholds:
    """None switches the check off.

    The densest of 8,200 real documents, a page of bookmarks in a blog, has 53; pages of references have 20 to 40.
    """

    RULE: ClassVar[Scorer] = Links()

    maximum_per_1000: float | None = 60.0
