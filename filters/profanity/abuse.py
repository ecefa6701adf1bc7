"""Abuse: what a linear model makes of each window of at most 200 characters, helped by the lexicon.

Two questions: is it profane (swearing, sexual insults), and is it hateful (abuse of a person or group, with or
without such words)?  A short text is judged by its worst window; a long one by the share of its windows that are
flagged, since one insult in a story's dialogue says nothing of the story, and one in a comment everything.
Training sets, figures and weaknesses: models/abuse.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import PinnedFile
from filters.linear import shipped
from filters.linear.model import LinearModel, Margins
from filters.profanity import lexicon
from filters.profanity.training import HEADS
from filters.profanity.variants import CLASSES
from filters.quality.statistics import TextStatistics
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised

# Log odds that hits of the lexicon add: per strong hit, per mild hit, of MOST each at most; fitted beside the
# margin on the texts that calibrate (models/abuse.md).
MOST = 2
HITS = {"profanity": (0.3, 0.1), "hate": (2.3, 0.6)}
FLAGGED = {"profanity": 0.9, "hate": 0.9}  # probability above which a window is flagged
LEAST = 10  # windows; a shorter document's share is of so many, so that one window is a tenth at most
STRONG = CLASSES.index("mild")


class Abuse:
    name = "abuse"
    version = 3
    scores: tuple[Score, ...] = (
        Score("profanity", pa.float32(), "probability", "that the worst window is profane"),
        Score("hate", pa.float32(), "probability", "that the worst window is hateful"),
        Score("profane_windows", pa.float32(), "share", "windows of 200 characters flagged as profane"),
        Score("hateful_windows", pa.float32(), "share", "windows of 200 characters flagged as hateful"),
    )

    def __init__(self, model: PinnedFile | None = None) -> None:
        self.model = model

    def configured(self, files: Mapping[str, PinnedFile]) -> Scorer:
        return Abuse(files["model"])

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        margins = shipped.margins(batch, "abuse") if self.model is None else _own(self.model).of(batch)
        hits = lexicon.hits(batch)
        strong = np.minimum(hits[:, :STRONG].sum(axis=1), MOST)
        mild = np.minimum(hits[:, STRONG], MOST)
        characters = TextStatistics.of(batch).written  # one alone says nothing
        windows = np.diff(margins.window_offsets)
        found = {}
        for head, share in zip(HEADS, ("profane_windows", "hateful_windows"), strict=True):
            raised = _raised(margins, head, HITS[head][0] * strong + HITS[head][1] * mild)
            found[head] = quantised(np.where(characters > 1, raised, 0))
            flagged = margins.share_above(head, FLAGGED[head]) * windows
            found[share] = quantised(flagged / np.maximum(windows, LEAST))
        return found

    def expecting(self, thresholds: AbuseThresholds, languages: Collection[str]) -> AbuseThresholds:
        """The thresholds for a kind that expects ``languages``: off unless Korean alone, which was learnt."""
        if set(languages) == {"ko"}:
            return thresholds
        off = dict.fromkeys(item.name for item in fields(thresholds) if SCORING not in item.metadata)
        return replace(thresholds, **off)

    def checks(self, thresholds: AbuseThresholds) -> tuple[Check, ...]:
        return (
            Check("abuse.profane", "profanity", "above", thresholds.maximum_profanity),
            Check("abuse.hateful", "hate", "above", thresholds.maximum_hate),
            Check("abuse.profane_windows", "profane_windows", "above", thresholds.maximum_profane_windows),
            Check("abuse.hateful_windows", "hateful_windows", "above", thresholds.maximum_hateful_windows),
        )


def _raised(margins: Margins, head: str, log_odds: Array) -> Array:
    """Probability of the worst window, with log odds added."""
    worst = np.clip(margins.worst(head), 1e-9, 1 - 1e-9)
    found: Array = 1 / (1 + (1 - worst) / worst * np.exp(-log_odds))
    return found


@cache
def _own(model: PinnedFile) -> LinearModel:
    return shipped.pinned_model(model, "filters.abuse.model", HEADS)


@dataclass(frozen=True, kw_only=True, slots=True)
class AbuseThresholds:
    """None switches a check off.  ``model``: your own, by `malmoi train abuse`; None: the one that comes along.

    Figures: tests/filters/profanity/figures.py, test splits and documents that no training saw.
    ``maximum_profanity``, ``maximum_hate``: probability of the worst window; only for kinds of one utterance.  At
    0.9, comments: 75 % of profane ones (K-MHaS) and 14 % (BEEP) to 58 % (K-MHaS) of hateful ones fall, and 2.5 % of
    those labelled clean, .32 % of film reviews rated 9 or 10.
    ``maximum_profane_windows``, ``maximum_hateful_windows``: share of windows.  0.1 and 0.2 drop .07 % of petitions and
    nothing of news, statutes, encyclopedia, technical pages, blogs, learners' essays; the 0.3 and 0.4 of literature
    nothing of it.
    """

    RULE: ClassVar[Scorer] = Abuse()

    model: PinnedFile | None = field(default=None, metadata={SCORING: True})
    maximum_profanity: float | None = None
    maximum_hate: float | None = None
    maximum_profane_windows: float | None = 0.1
    maximum_hateful_windows: float | None = 0.2
