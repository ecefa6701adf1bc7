"""Abuse: what a linear model makes of each window of at most 200 characters, helped by the lexicon.

Is it profane (swearing, sexual insults); is it hateful (abuse of a person or group, with or without such words)?  A
short text is judged by its worst window; a long one by the share of its windows that are flagged, since one insult in
a story's dialogue says nothing of the story, and one in a comment everything.  What looks abusive, though the lexicon
has no strong hit in it, is read again without its false friends, and the lower score holds.  More: models/abuse.md.
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
from filters.linear.matching import MatchingText
from filters.linear.model import LinearModel, Margins
from filters.profanity import lexicon
from filters.profanity.training import HEADS
from filters.profanity.variants import CLASSES
from filters.quality.statistics import TextStatistics
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised

# Log odds per strong and per mild hit of the lexicon, of MOST each at most; fitted on the texts that calibrate.
MOST = 2
HITS = {"profanity": (0.3, 0.1), "hate": (2.3, 0.6)}
FLAGGED = {"profanity": 0.9, "hate": 0.9}  # probability above which a window is flagged
LEAST = 10  # windows; a shorter document's share is of so many, so that one window is a tenth at most
STRONG = CLASSES.index("mild")


class Abuse:
    name = "abuse"
    version = 4
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
        found = _judged(margins, hits)
        suspect = np.maximum(*(found[head] > FLAGGED[head] for head in HEADS)) & ~hits[:, :STRONG].any(axis=1)
        if suspect.any():
            model = shipped.shipped("abuse") if self.model is None else _own(self.model)
            text = lexicon.without_friends(MatchingText.of(batch).text, np.flatnonzero(suspect))
            for name, values in _judged(model.margins(text), hits[suspect]).items():
                found[name][suspect] = np.minimum(found[name][suspect], values)
        for head in HEADS:  # one character alone says nothing
            found[head] = np.where(TextStatistics.of(batch).written > 1, found[head], 0)
        return {score.name: quantised(found[score.name]) for score in self.scores}

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


def _judged(margins: Margins, hits: Array) -> dict[str, Array]:
    """The scores by name: worst windows raised by the lexicon, and shares of flagged windows."""
    strong, mild = np.minimum(hits[:, :STRONG].sum(axis=1), MOST), np.minimum(hits[:, STRONG], MOST)
    windows = np.diff(margins.window_offsets)
    found = {}
    for head, share in zip(HEADS, ("profane_windows", "hateful_windows"), strict=True):
        worst = np.clip(margins.worst(head), 1e-9, 1 - 1e-9)
        odds = HITS[head][0] * strong + HITS[head][1] * mild
        found[head] = 1 / (1 + (1 - worst) / worst * np.exp(-odds))
        found[share] = margins.share_above(head, FLAGGED[head]) * windows / np.maximum(windows, LEAST)
    return found


@cache
def _own(model: PinnedFile) -> LinearModel:
    return shipped.pinned_model(model, "filters.abuse.model", HEADS)


@dataclass(frozen=True, kw_only=True, slots=True)
class AbuseThresholds:
    """None switches a check off.  ``model``: your own, by `malmoi train abuse`; None: the one that comes along.

    Figures: tests/filters/profanity/figures.py, test splits and documents that no training saw.
    ``maximum_profanity``, ``maximum_hate``: probability of the worst window; only for kinds of one utterance.  At
    0.9, comments: 74 % of profane ones (K-MHaS) and 14 % (BEEP) to 57 % (K-MHaS) of hateful ones fall, and 2.4 % of
    those labelled clean, .30 % of film reviews rated 9 or 10.
    ``maximum_profane_windows``, ``maximum_hateful_windows``: share of windows.  0.1 and 0.2 drop .07 % of petitions and
    nothing of news, statutes, encyclopedia, technical pages, blogs, learners' essays; nor 0.3 and 0.4 of literature.
    """

    RULE: ClassVar[Scorer] = Abuse()

    model: PinnedFile | None = field(default=None, metadata={SCORING: True})
    maximum_profanity: float | None = None
    maximum_hate: float | None = None
    maximum_profane_windows: float | None = 0.1
    maximum_hateful_windows: float | None = 0.2
