"""Hashtags: the tail of tags behind a post, and posts that are tags.

``tail`` is the run of tags, with nothing but white space between, that ends the text.  Headings of Markdown (# and a
space) are no tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.evidence import Evidence


class Hashtags:
    name = "hashtags"
    version = 1
    scores: tuple[Score, ...] = (
        Score("tail", pa.int32(), "count", "tags in the run that ends the text"),
        Score("per_1000", pa.float32(), "per 1,000 characters", "tags"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        evidence = Evidence.of(batch)
        return {"tail": evidence["tail"], "per_1000": evidence.per_1000("hashtags")}

    def checks(self, thresholds: HashtagsThresholds) -> tuple[Check, ...]:
        return (
            Check("hashtags.tail", "tail", "above", thresholds.maximum_tail),
            Check("hashtags.stuffed", "per_1000", "above", thresholds.maximum_per_1000),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HashtagsThresholds:
    """None switches a check off.

    Of 3,000 tweets collected by their tags the longest tail has 16 and the highest rate is 90; of longer documents 1
    and 12.
    """

    RULE: ClassVar[Scorer] = Hashtags()

    maximum_tail: float | None = 20.0
    maximum_per_1000: float | None = 100.0
