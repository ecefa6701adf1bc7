"""The other way to judge quality: two n-gram language models, one of sound and one of bad text (Rethinking KenLM,
2025), here of characters, n up to 5, hashed counts, stupid backoff (Brants et al. 2007).

The score is the mean, over the characters of a text, of the difference of their log-probabilities.  Trained on
the same texts as the linear model, and on all of each, up to 4,000 characters, where that one takes a piece.
Both cost a few look-ups a character: two tables of 5 lengths against one of 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from filters.linear.features import FeatureSpec, Stream, buckets
from filters.linear.model import LinearModel
from filters.linear.training import inputs
from filters.quality.model import QualityThresholds
from filters.rule import Array
from jobs.commands.columns import aligned
from jobs.tasks.quality_training import Text, auc, fitted, scored

ORDER = 5
BITS = 20
BACKOFF = 0.4
MOST = 4000  # characters of a text
CAUGHT = 0.95  # of bad texts, where the losses of sound ones are compared


def grams(texts: Sequence[str]) -> tuple[list[Array], Array]:
    """Bucket of the n-gram that ends at each character, n = 1..ORDER (-1 where a text is too short); offsets."""
    text = inputs([item[:MOST] for item in texts], SPECS[0])
    ids, offsets = buckets(text, SPECS[0])
    place = np.arange(len(ids)) - np.repeat(offsets[:-1], np.diff(offsets))
    found = [ids.astype(np.int64)]
    for n in range(2, ORDER + 1):
        longer, _ = buckets(text, SPECS[n - 1])
        row = np.full(len(ids), -1, np.int64)
        row[place >= n - 1] = longer
        found.append(row)
    return found, offsets


SPECS = tuple(
    FeatureSpec(input="text", bits=BITS, streams=(Stream(form="characters", shortest=n, longest=n),))
    for n in range(1, ORDER + 1)
)


class LanguageModel:
    """Counts of hashed n-grams of one class of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        found, _ = grams(texts)
        self.counts = [np.bincount(row[row >= 0], minlength=1 << BITS) for row in found]
        self.total = len(found[0])

    def log_probability(self, found: Sequence[Array]) -> Array:
        """Of every character after those before it."""
        result: Array = np.log(
            BACKOFF ** (ORDER - 1) * (self.counts[0][found[0]] + 0.1) / (self.total + 0.1 * (1 << BITS))
        )
        for n in range(2, ORDER + 1):
            whole, before = found[n - 1], np.concatenate([[-1], found[n - 2][:-1]])
            count = np.where(whole >= 0, self.counts[n - 1][whole], 0)
            context = np.where(whole >= 0, self.counts[n - 2][before], 1)
            seen = (count > 0) & (context >= count)
            share = np.where(seen, count, 1) / np.maximum(context, 1)
            result = np.where(seen, np.log(BACKOFF ** (ORDER - n) * share), result)
        return result


def contrast(good: LanguageModel, bad: LanguageModel, texts: Sequence[str]) -> Array:
    """Mean difference of log-probabilities of every text."""
    found, offsets = grams(texts)
    if not len(found[0]):
        return np.zeros(len(texts))
    sums = np.concatenate([[0.0], np.cumsum(good.log_probability(found) - bad.log_probability(found))])
    result: Array = (sums[offsets[1:]] - sums[offsets[:-1]]) / np.maximum(np.diff(offsets), 1)
    return result


def compared(model: LinearModel, texts: Sequence[Text]) -> str:
    """Both on the texts that were held back, whole and cut, and on each source when it was left out of training."""
    fit = [text for text in texts if not text.held_back]
    back = [text for text in texts if text.held_back]
    sound, bad = [text for text in back if text.good], [text for text in back if not text.good]
    rows: list[tuple[str, ...]] = [("texts", "linear: AUC", "lost", "below threshold", "contrast: AUC", "lost")]
    rows.append(_row("held back", model, fit, sound, bad))
    rows.append(_row("first 100 characters", model, fit, [_cut(text) for text in sound], [_cut(text) for text in bad]))
    for source in sorted({text.sort for text in texts if text.good and text.weight == 1.0}):
        own = [text for text in texts if text.good and text.sort == source]
        ids = {text.id for text in own}
        rest = [text for text in texts if text.id not in ids]
        kept = [text for text in rest if not text.held_back]
        rows.append(_row(f"{source}, left out", fitted(rest), kept, own, bad))
    return f"\nlost: sound texts below the level that {CAUGHT:.0%} of bad texts are below\n" + aligned(
        rows, right=(1, 2, 3, 4, 5)
    )


def _row(
    name: str, linear: LinearModel, fit: Sequence[Text], sound: Sequence[Text], bad: Sequence[Text]
) -> tuple[str, ...]:
    """AUC and losses of the linear model and of two language models trained on ``fit``."""
    good_model, bad_model = (
        LanguageModel([text.text for text in fit if text.good is label]) for label in (True, False)
    )
    of_sound, of_bad = scored(linear, sound), scored(linear, bad)
    below = float((of_sound["probability"] < (QualityThresholds().minimum or 0.0)).mean())
    odds, bad_odds = of_sound["log_odds"], of_bad["log_odds"]
    ratio, bad_ratio = (contrast(good_model, bad_model, [text.text for text in part]) for part in (sound, bad))
    return (
        name,
        f"{auc(odds, bad_odds):.4f}",
        f"{float((odds < np.quantile(bad_odds, CAUGHT)).mean()):.2%}",
        f"{below:.2%}",
        f"{auc(ratio, bad_ratio):.4f}",
        f"{float((ratio < np.quantile(bad_ratio, CAUGHT)).mean()):.2%}",
    )


def _cut(text: Text) -> Text:
    return replace(text, text=text.text[:100])
