"""Small linear models: weights of hashed n-grams, one int8 table for any number of heads.

The margin of a text is bias + scale * sum of weights / sqrt(n-grams); calibration makes a probability of it.
A document is judged whole, and by windows, since a sentence that a model knows is lost in a long document.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from corpus.document import DocumentBatch, TextBuffers
from filters.linear.features import HEADS, FeatureSpec, PackedTable, Sums, sums, sums_of_two
from filters.rule import Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """From margin to probability: Platt's logistic curve (Platt 1999), or steps found by isotonic regression.

    ``margins`` and ``probabilities`` empty: 1 / (1 + exp(-(slope * margin + intercept))).  Else the rising
    line through these points, level outside them.
    """

    slope: float = 1.0
    intercept: float = 0.0
    margins: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        numbers = (self.slope, self.intercept, *self.margins, *self.probabilities)
        if not all(isinstance(number, float) and math.isfinite(number) for number in numbers):
            raise ValueError("calibration holds what is no finite number")
        if self.slope < 0 or len(self.margins) != len(self.probabilities):
            raise ValueError("calibration falls, or its points are not pairs")
        rising = all(a < b for a, b in zip(self.margins, self.margins[1:], strict=False))
        steps = all(a <= b for a, b in zip(self.probabilities, self.probabilities[1:], strict=False))
        if not rising or not steps or not all(0.0 <= value <= 1.0 for value in self.probabilities):
            raise ValueError("calibration points do not rise from 0 to 1")

    def log_odds(self, margins: Array) -> Array:
        """Of the logistic curve; what ranks documents where the probability is near 0 or 1."""
        found: Array = self.slope * margins + self.intercept
        return found

    def probability(self, margins: Array) -> Array:
        if self.margins:
            return np.interp(margins, self.margins, self.probabilities)
        odds = np.clip(self.log_odds(margins), -60.0, 60.0)
        found: Array = 1.0 / (1.0 + np.exp(-odds))
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """One question that a model answers: "good", "profanity", "spam" ...

    ``gate``: a margin.  Where all heads of a model have one, a segment's streams beside the characters are read only if
    characters alone give a window that holds it a margin above a head's gate: four n-grams a character instead of
    thirteen, where most text is far from what is asked.  None: every segment is read whole.
    """

    name: str
    scale: float
    bias: float
    calibration: Calibration = Calibration()
    gate: float | None = None


@dataclass(frozen=True, eq=False)
class LinearModel:
    """``table``: int8, buckets x heads.  ``facts``: how it was trained (digests, counts, figures), for people."""

    spec: FeatureSpec
    heads: tuple[Head, ...]
    table: Array
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        gated = [head.gate is not None for head in self.heads]
        if any(gated):
            read = {stream.form for stream in self.spec.streams}
            if not all(gated) or len(gated) > HEADS or "characters" not in read or len(read) < 2:
                raise ValueError(f"gates are for at most {HEADS} heads, all of them, and for characters before others")

    def margins(self, text: TextBuffers) -> Margins:
        """Margins of documents and windows for all heads, in one pass; ``text`` is what ``spec.input`` names."""
        return Margins(self.heads, sums(text, self.spec, self._packed))

    @cached_property
    def _packed(self) -> PackedTable:
        rows = [(head.scale, head.bias, head.gate) for head in self.heads if head.gate is not None]
        return PackedTable.of(self.table, np.array(rows, np.float64).reshape(-1, 3))

    def of(self, batch: DocumentBatch, beside: LinearModel | None = None) -> Margins:
        """The margins of a batch, made on the first call; those of ``beside`` in the same pass over the text."""
        key = f"linear {id(self)}"
        found = batch.memo.get(key)
        if isinstance(found, Margins):
            return found
        text = self.spec.buffers(batch)
        if beside is None:
            found = batch.memo[key] = self.margins(text)
            return found
        both = sums_of_two(text, (self.spec, self._packed), (beside.spec, beside._packed))
        batch.memo[f"linear {id(beside)}"] = Margins(beside.heads, both[1])
        found = batch.memo[key] = Margins(self.heads, both[0])
        return found


def joined(models: Sequence[LinearModel]) -> LinearModel:
    """One model of all heads, so that one pass answers for all.  Raises ValueError where specs or names clash."""
    heads = tuple(head for model in models for head in model.heads)
    if any(model.spec != models[0].spec for model in models) or len({head.name for head in heads}) != len(heads):
        raise ValueError("models to be joined share a spec and have heads of different names")
    return LinearModel(models[0].spec, heads, np.concatenate([model.table for model in models], axis=1))


@dataclass(frozen=True, eq=False)
class Margins:
    """Margins of a batch.  A window is two neighbouring segments (at most 200 characters under the usual spec),
    so that windows overlap by half; a document of one segment is its own window."""

    heads: tuple[Head, ...]
    sums: Sums

    @cached_property
    def documents(self) -> Array:
        """float64, documents x heads."""
        starts = self.sums.offsets[:-1]
        if not len(starts):
            return np.zeros((0, len(self.heads)))
        return self._margins(np.add.reduceat(self.sums.weights, starts), np.add.reduceat(self.sums.grams, starts))

    @cached_property
    def windows(self) -> Array:
        """float64, windows x heads; those of document i are ``window_offsets[i]:window_offsets[i + 1]``."""
        left, right = self._pairs
        single = left == right
        weights = self.sums.weights[left] + np.where(single[:, None], 0, self.sums.weights[right])
        return self._margins(weights, self.sums.grams[left] + np.where(single, 0, self.sums.grams[right]))

    @cached_property
    def window_offsets(self) -> Array:
        """int64, documents + 1."""
        counts = np.maximum(np.diff(self.sums.offsets) - 1, 1)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def _pairs(self) -> tuple[Array, Array]:
        """First and last segment of every window."""
        counts = np.diff(self.window_offsets)
        left = np.arange(self.window_offsets[-1]) + np.repeat(self.sums.offsets[:-1] - self.window_offsets[:-1], counts)
        last = np.repeat(self.sums.offsets[1:] - 1, counts)
        return left, np.minimum(left + 1, last)

    def _margins(self, weights: Array, grams: Array) -> Array:
        scale = np.array([head.scale for head in self.heads])
        bias = np.array([head.bias for head in self.heads])
        found: Array = bias + scale * (weights / np.sqrt(np.maximum(grams, 1))[:, None])
        return found

    def _place(self, head: str) -> int:
        return [item.name for item in self.heads].index(head)

    def log_odds(self, head: str) -> Array:
        """Of every document: does not level off near 0 and 1, so quantiles are taken of it."""
        place = self._place(head)
        return self.heads[place].calibration.log_odds(self.documents[:, place])

    def probability(self, head: str) -> Array:
        """Of every document as a whole."""
        place = self._place(head)
        return self.heads[place].calibration.probability(self.documents[:, place])

    def window_probability(self, head: str) -> Array:
        """Of every window."""
        place = self._place(head)
        return self.heads[place].calibration.probability(self.windows[:, place])

    def window_log_odds(self, head: str) -> Array:
        """Of every window."""
        place = self._place(head)
        return self.heads[place].calibration.log_odds(self.windows[:, place])

    def mean(self, values: Array) -> Array:
        """Mean over each document's windows of one value a window."""
        found: Array = self._reduced(np.add, values) / np.diff(self.window_offsets)
        return found

    def worst(self, head: str) -> Array:
        """The highest probability among each document's windows."""
        return self._reduced(np.maximum, self.window_probability(head))

    def least(self, head: str) -> Array:
        """The lowest probability among each document's windows."""
        return self._reduced(np.minimum, self.window_probability(head))

    def share_above(self, head: str, probability: float) -> Array:
        """Share of each document's windows whose probability is above the given one."""
        return self.mean((self.window_probability(head) > probability).astype(np.int64))

    def _reduced(self, function: np.ufunc, values: Array) -> Array:
        starts = self.window_offsets[:-1]
        found: Array = function.reduceat(values, starts) if len(starts) else values[:0]
        return found
