"""Precision of each reason from labelled samples, with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.ledger import KEPT
from jobs.tasks.labels import Labels

Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Precision:
    """Of ``labelled`` documents that ``reason`` dropped, ``right`` should go.  ``documents``: how many it dropped in
    the run that the labels are of, None where none is known; of those between ``wrong_least`` and ``wrong_most`` should
    have stayed."""

    reason: str
    labelled: int
    right: int
    share: float
    low: float
    high: float
    documents: int | None = None
    wrong_least: int | None = None
    wrong_most: int | None = None


def wilson(part: int, whole: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927, JASA 22:209-212), which stays inside 0 and 1 for small samples and
    shares near either, as precisions are; (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / whole + spread / (4 * whole))
    # At the ends the interval touches 0 and 1 exactly; rounding of floats does not.
    return (0.0 if part == 0 else max(0.0, middle - half)), (1.0 if part == whole else min(1.0, middle + half))


def precisions(labels: Labels, dropped: Mapping[str, int] | None = None) -> list[Precision]:
    """One row a reason, by name; none of documents that were sampled as kept.  ``dropped``: documents of the run by
    reason."""
    found = []
    for reason, (whole, right) in _counts(labels):
        if reason == KEPT:
            continue  # no reason: nothing was dropped that could have been dropped rightly
        low, high = wilson(right, whole)
        documents = None if dropped is None else dropped.get(reason, 0)
        least = most = None
        if documents is not None:  # what was labelled is known; the interval is about the rest
            rest = max(0, documents - whole)
            least, most = (whole - right + round((1 - x) * rest) for x in (high, low))
        found.append(Precision(reason, whole, right, right / whole, low, high, documents, least, most))
    return found


def missed(labels: Labels) -> Precision | None:
    """Of documents sampled as kept: ``right`` is how many should have gone.  None where none was judged."""
    for reason, (whole, right) in _counts(labels):
        if reason == KEPT:
            return Precision(reason, whole, right, right / whole, *wilson(right, whole))
    return None


def _counts(labels: Labels) -> list[tuple[str, tuple[int, int]]]:
    """(reason, (judged, judged as to be dropped)), by name."""
    counts: dict[str, tuple[int, int]] = {}
    for label in labels.rows:
        whole, right = counts.get(label.reason, (0, 0))
        counts[label.reason] = (whole + 1, right + (label.verdict == "drop"))
    return sorted(counts.items())
