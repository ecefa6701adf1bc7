"""What a rule is: a Scorer measures, an Editor changes text; neither decides.

A Scorer runs in annotate and knows no threshold.  Deciding is comparing its scores with checks, in
select, so that a changed threshold rereads no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch

Array = np.ndarray[Any, np.dtype[Any]]

# Metadata of a thresholds field that is no threshold but a PinnedFile which scores depend on (a model, a table
# of the whole corpus): it may not differ per kind or source, and another one reruns annotate.
SCORING = "scoring"


@dataclass(frozen=True)
class Score:
    """One column of the attribute table: ``<rule>.<name>``, float32 (quantised) or int32.

    ``unit`` and ``meaning`` are what docs and explain print.
    """

    name: str
    type: pa.DataType
    unit: str
    meaning: str


@dataclass(frozen=True)
class Check:
    """A threshold applied to a score: the document fails with ``reason`` when the score is ``below``
    or ``above`` the threshold (the threshold itself passes).  A null threshold switches it off.

    Of several scores the sum is compared; which they are may differ by what a kind expects.
    """

    reason: str
    score: str | tuple[str, ...]
    fails: Literal["below", "above"]
    threshold: float | None

    @property
    def scores(self) -> tuple[str, ...]:
        return (self.score,) if isinstance(self.score, str) else self.score


class Scorer(Protocol):
    """A rule that measures.  ``name`` prefixes its scores and reasons.

    It may have, besides, ``expecting(thresholds, languages)``: the thresholds where a kind expects these
    languages; and, where its thresholds hold SCORING fields, ``configured(files)``: the rule that reads the
    PinnedFile of each such field given.
    """

    name: str
    version: int
    scores: tuple[Score, ...]

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        """One value per document and score; total on null and empty text; no document sees another."""
        ...

    def checks(self, thresholds: Any) -> tuple[Check, ...]:
        """The checks under these thresholds, in the order in which they name the reason."""
        ...


class Editor(Protocol):
    """A rule that changes text, in ingest; idempotent.

    Returns the text and its count of edits.  ``encoded`` is the text's UTF-8, where at hand.
    """

    name: str
    version: int

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]: ...


def quantised(values: Array) -> Array:
    """float32 rounded to 1/4096, so that a sum's last bit never decides anything."""
    return np.asarray(np.round(np.asarray(values, np.float64) * 4096) / 4096, np.float32)


def failing(check: Check, values: Array) -> Array:
    """Boolean per value: does it fail the check?

    ``values`` as they are stored, float32 or int32; against float32 the threshold is quantised as they
    are, so that a share of exactly the threshold passes.
    """
    if check.threshold is None:
        return np.zeros(len(values), np.bool_)
    limit = np.full(1, check.threshold, np.float64)
    limit = quantised(limit).astype(np.float64) if values.dtype.kind == "f" else limit
    stored = np.asarray(values, np.float64)
    result: Array = stored < limit if check.fails == "below" else stored > limit
    return result


def reasons(checks: Sequence[Check]) -> tuple[str, ...]:
    return tuple(check.reason for check in checks)
