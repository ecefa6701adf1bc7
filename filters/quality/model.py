"""Quality: how much a document reads like edited text and not like what crawls bring besides it.

A linear model on hashed n-grams of raw characters, trained on sound documents of many registers against made
noise (filters/quality/models/quality.md has sources, figures and the command).  The scores are means over
windows of at most 200 characters, so that length alone gives no rank; where a document is half menu, about half
its windows say so.
Weakness: tables and lists that belong to a page look like noise; well-formed nonsense looks sound.  A register
that it never saw may score low, so the threshold is low, and select takes quantiles inside a source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import PinnedFile
from filters.linear.model import LinearModel, Margins
from filters.linear.shipped import margins, pinned_model
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised

HEAD = "good"


class Quality:
    name = "quality"
    version = 1
    scores: tuple[Score, ...] = (
        Score("probability", pa.float32(), "probability", "that a window is sound text, mean over windows"),
        Score("log_odds", pa.float32(), "log-odds", "of the same, mean over windows; never levels off, so it ranks"),
    )

    def __init__(self, model: LinearModel | None = None) -> None:
        self.model = model

    def configured(self, files: Mapping[str, PinnedFile]) -> Quality:
        """With the user's own model."""
        return Quality(pinned_model(files["model"], "filters.quality.model", (HEAD,)))

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        found = margins(batch, "quality") if self.model is None else self.model.of(batch)
        return quality_scores(found)

    def expecting(self, thresholds: QualityThresholds, languages: Collection[str]) -> QualityThresholds:
        """The thresholds for a kind that expects ``languages``: off unless that is Korean alone."""
        return thresholds if set(languages) == {"ko"} else replace(thresholds, minimum=None)

    def checks(self, thresholds: QualityThresholds) -> tuple[Check, ...]:
        return (Check("quality.too_low", "probability", "below", thresholds.minimum),)


def quality_scores(found: Margins) -> dict[str, Array]:
    """Both scores of every document; 0 where a document has no n-grams."""
    counted = np.add.reduceat(found.sums.grams, found.sums.offsets[:-1]) > 0 if len(found.documents) else np.zeros(0)
    probability = np.where(counted, found.mean(found.window_probability(HEAD)), 0.0)
    log_odds = np.where(counted, found.mean(found.window_log_odds(HEAD)), 0.0)
    return {"probability": quantised(probability), "log_odds": quantised(log_odds)}


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityThresholds:
    """``minimum``: probability below which a document falls; None switches the check off.  The value and what it
    costs on each source are in filters/quality/models/quality.md.  ``model``: the user's own, in place of the one
    that is shipped; made by `malmoi train quality`.
    """

    RULE: ClassVar[Scorer] = Quality()

    minimum: float | None = 0.1
    model: PinnedFile | None = field(default=None, metadata={SCORING: True})
