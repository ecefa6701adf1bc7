"""The spam model: advertising told from other text by hashed n-grams of the matching copy.

Trained on one site's affiliate posts and on texts made from grammars (filters/spam/models/spam.md), since no licensed
set of Korean spam is to be had; so what it knows is the wording of advertising, and a kind of spam that no grammar
knows is found less often.  ``probability`` is of the whole document; ``worst`` of its worst window of 200 characters,
for a line of spam in a long page, which no check reads unless its threshold is set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import PinnedFile
from filters.linear import shipped
from filters.linear.model import LinearModel
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised
from filters.spam.evidence import Evidence

HEAD = "spam"
# Characters; of fewer the model says nothing: above -2 are 0.6 % of 18,611 utterances of 20 to 30 characters that
# were not trained on, and 0.2 % of 40,688 longer ones.
LEAST = 30
LOWEST = -20.0  # log odds of such a text


class Spam:
    name = "spam"
    version = 2
    scores: tuple[Score, ...] = (
        Score("probability", pa.float32(), "probability", "that the document is advertising; 0 below 30 characters"),
        Score("log_odds", pa.float32(), "log odds", "the same, not levelling off; -20 below 30 characters"),
        Score("worst", pa.float32(), "probability", "of its worst window of 200 characters"),
    )

    def __init__(self, model: LinearModel | None = None) -> None:
        self.model = model

    def configured(self, files: Mapping[str, PinnedFile]) -> Spam:
        """The rule with the user's model.  Raises ConfigError when it is not the pinned one, or no model."""
        return Spam(shipped.pinned_model(files["model"], f"filters.{self.name}.model", (HEAD,)))

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        margins = shipped.margins(batch, HEAD) if self.model is None else self.model.of(batch)
        enough = Evidence.of(batch)["characters"] >= LEAST
        return {
            "probability": quantised(np.where(enough, margins.probability(HEAD), 0.0)),
            "log_odds": quantised(np.where(enough, margins.log_odds(HEAD), LOWEST)),
            "worst": quantised(np.where(enough, margins.worst(HEAD), 0.0)),
        }

    def expecting(self, thresholds: SpamThresholds, languages: Collection[str]) -> SpamThresholds:
        """The thresholds for a kind that expects ``languages``: off unless Korean alone, which was learnt."""
        if set(languages) == {"ko"}:
            return thresholds
        return replace(thresholds, maximum_log_odds=None, maximum_worst=None)

    def checks(self, thresholds: SpamThresholds) -> tuple[Check, ...]:
        return (
            Check("spam.model", "log_odds", "above", thresholds.maximum_log_odds),
            Check("spam.window", "worst", "above", thresholds.maximum_worst),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SpamThresholds:
    """None switches a check off.

    ``maximum_log_odds``: -4, passed by 3 of 45,535 real documents; comments and modu have -2, since of utterances of 30
    characters and more 1.7 % have more than -4 and 0.4 % more than -2, and so have edited kinds (the card has figures).
    ``model``: a model of `malmoi train spam`; without it the one that is shipped.
    """

    RULE: ClassVar[Scorer] = Spam()

    maximum_log_odds: float | None = -4.0
    maximum_worst: float | None = None
    model: PinnedFile | None = field(default=None, metadata={SCORING: True})
