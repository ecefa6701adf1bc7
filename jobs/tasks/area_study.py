"""What the areas of a run are worth: quality, spam, harm, duplicates and importance, and the class proposed for each.

The method chooses the areas of best quality first and among them the important ones; what is spam or harm for the
most part goes.  Shares are judged by the near end of their 95 % interval, so that a small area is not judged by
chance.  Nothing is decided here: `select.areas` does that, and people read the table before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corpus.areas import AreaClass
from jobs.tasks.precision import Z, wilson
from jobs.tasks.quantiles import STEPS

Array = np.ndarray[Any, np.dtype[Any]]

# What a reason says of a document, by the rule that it begins with; all others are of quality.
SPAM = frozenset({"spam", "promotion", "contact", "links", "affiliate", "hashtags", "stuffing"})
HARM = frozenset({"adult", "gambling", "illegal", "profanity", "abuse"})
SPAM_VERDICTS = frozenset({"verdict.spam", "verdict.promotion"})
CONCERNS = ("spam", "harm", "duplicate")
# Beside them: nothing but its area speaks against a document.  It says nothing of the area, or one that is excluded
# would be proposed as excluded for ever.
BARRED = 8


def concern(reason: str) -> int:
    """Bit of CONCERNS, 0 where it is none of them."""
    rule = reason.partition(".")[0]
    if rule in SPAM or reason in SPAM_VERDICTS:
        return 1
    if rule in HARM or rule == "verdict":
        return 2
    return 4 if rule == "dedup" else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaLimits:
    """Where `malmoi study areas` draws its lines; shares of an area's documents.

    Mean ranks are of the documents among all of their kind: 0.5 is the middle by definition.  The values are choices,
    not measurements: an area of which half is advertising, or a fifth is harmful, costs more to clean than it gives,
    and one of which hardly a document passes gives nothing.
    """

    minimum_documents: int = 20  # an area with fewer is left normal
    excluded_spam: float = 0.5
    excluded_harm: float = 0.2
    excluded_passed: float = 0.1  # fewer documents pass every rule but those of areas, duplicates of kept ones too
    core_quality: float = 0.55  # mean rank at least, by the lower end of its interval
    core_passed: float = 0.5  # pass every rule at least, by the lower end
    core_unwanted: float = 0.1  # spam and harm together at most, by the upper end
    core_duplicates: float = 0.5  # at most
    core_importance: float = 0.5  # at least, where it is known
    in_links: str | None = "in_links"  # field of the record that counts links to it


MEASURES = ("likes", "author_level", "in_links")  # ranked among the kind
MARKS = ("adopted", "expert")  # shares


@dataclass
class Rows:
    """Columns of all documents, about 90 bytes a document.  ``steps``: the quality score; ``scored``: where there is
    one; ``concerns``: bits of CONCERNS, and BARRED; ``marks`` and ``measures``: name -> value, known."""

    areas: list[str]
    sources: list[str]
    kinds: list[str]
    area: Array
    source: Array
    kind: Array
    steps: Array
    scored: Array
    kept: Array
    concerns: Array
    marks: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    measures: dict[str, tuple[Array, Array]] = field(default_factory=dict)


@dataclass(frozen=True)
class Area:
    """One row of the table; None where nothing is known.  ``quality``: 10th, 50th and 90th per cent of its score;
    ``rank``: mean rank among the kind; ``because``: what decided the proposal."""

    area: str
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    documents: int
    kept: int
    quality: tuple[float, float, float] | None
    rank: float | None
    spam: int
    harm: int
    duplicates: int | None
    marks: dict[str, float | None]
    measures: dict[str, float | None]
    importance: float | None
    proposal: AreaClass
    because: tuple[str, ...]


def ranks(kind: Array, values: Array, known: Array) -> Array:
    """Rank of each value among the known ones of its kind, from 0 to 1, equal ones sharing the middle; NaN where
    unknown."""
    found = np.full(len(values), np.nan)
    for code in np.unique(kind[known]).tolist():
        own = np.flatnonzero(known & (kind == code))
        _, place, counts = np.unique(values[own], return_inverse=True, return_counts=True)
        doubled = 2 * (np.cumsum(counts) - counts) + counts
        found[own] = doubled[place] / (2 * len(own))
    return found


def areas(rows: Rows, limits: AreaLimits, duplicates_known: bool) -> list[Area]:
    """Every area, most documents first."""
    count = len(rows.areas)
    documents = np.bincount(rows.area, minlength=count)
    quality_rank = ranks(rows.kind, rows.steps, rows.scored)
    measures = {name: ranks(rows.kind, *rows.measures[name]) for name in MEASURES if name in rows.measures}
    order = np.lexsort((rows.steps, ~rows.scored, rows.area))
    starts = np.searchsorted(rows.area[order], np.arange(count + 1))
    found = []
    for code in np.argsort(-documents, kind="stable").tolist():
        own = order[starts[code] : starts[code + 1]]
        if not len(own):
            continue
        scored = own[: int(rows.scored[own].sum())]  # those without a score stand last
        rank = _mean(quality_rank[own])
        marks = {name: _share(*(column[own] for column in rows.marks[name])) for name in MARKS if name in rows.marks}
        means = {name: _mean(values[own]) for name, values in measures.items()}
        known = [value for value in (*marks.values(), *means.values()) if value is not None]
        importance = math.fsum(known) / len(known) if known else None
        bits = rows.concerns[own]
        spam, harm, twins = (int((bits >> place & 1).sum()) for place in range(len(CONCERNS)))
        unwanted = int(((bits & 3) > 0).sum())
        kept = int(rows.kept[own].sum())
        passed = int((rows.kept[own] | (bits & (4 | BARRED) > 0)).sum())
        counts = _Counts(len(own), len(scored), passed, spam, harm, unwanted, twins)
        proposal, because = _proposal(limits, counts, rank, importance)
        found.append(
            Area(
                rows.areas[code],
                tuple(sorted({rows.sources[place] for place in np.unique(rows.source[own]).tolist()})),
                tuple(sorted({rows.kinds[place] for place in np.unique(rows.kind[own]).tolist()})),
                len(own),
                kept,
                _quantiles(rows.steps[scored]),
                rank,
                spam,
                harm,
                twins if duplicates_known else None,
                marks,
                means,
                importance,
                proposal,
                because,
            )
        )
    return sorted(found, key=lambda area: (-area.documents, area.area))


@dataclass(frozen=True)
class _Counts:
    documents: int
    scored: int
    passed: int  # kept, or would be but for the area, or a duplicate of a kept one
    spam: int
    harm: int
    unwanted: int
    duplicates: int


def _proposal(
    limits: AreaLimits, of: _Counts, rank: float | None, importance: float | None
) -> tuple[AreaClass, tuple[str, ...]]:
    if of.documents < limits.minimum_documents:
        return "normal", ("문서 적음 few documents",)
    spam, harm, passed = (wilson(part, of.documents) for part in (of.spam, of.harm, of.passed))
    worst = (
        (spam[0] > limits.excluded_spam, f"스팸 spam ≥ {spam[0]:.2f}"),
        (harm[0] > limits.excluded_harm, f"해로움 harm ≥ {harm[0]:.2f}"),
        (passed[1] < limits.excluded_passed, f"통과 passed ≤ {passed[1]:.2f}"),
    )
    if any(fails for fails, _ in worst):
        return "excluded", tuple(words for fails, words in worst if fails)
    if rank is None or not of.scored:
        return "normal", ("품질 점수 없음 no quality score",)
    # The mean of n ranks of a uniform distribution has the standard error 1 / sqrt(12 n).
    least, most = max(0.0, rank - Z / math.sqrt(12 * of.scored)), wilson(of.unwanted, of.documents)[1]
    twins, weight = of.duplicates / of.documents, importance if importance is not None else 1.0
    against = (
        (least < limits.core_quality, f"품질 rank ≥ {least:.2f}"),
        (passed[0] < limits.core_passed, f"통과 passed ≥ {passed[0]:.2f}"),
        (most > limits.core_unwanted, f"스팸·해로움 spam, harm ≤ {most:.2f}"),
        (twins > limits.core_duplicates, f"겹침 duplicates {twins:.2f}"),
        (weight < limits.core_importance, f"중요도 importance {weight:.2f}"),
    )
    if any(fails for fails, _ in against):
        return "normal", tuple(words for fails, words in against if fails)
    told = (f"중요도 importance {weight:.2f}",) if importance is not None else ()
    return "core", (f"품질 rank ≥ {least:.2f}", *told)


def _mean(values: Array) -> float | None:
    known = values[~np.isnan(values)]
    return math.fsum(known.tolist()) / len(known) if len(known) else None  # fsum: the order of documents is nothing


def _share(values: Array, known: Array) -> float | None:
    return int(values[known].sum()) / int(known.sum()) if known.any() else None


def _quantiles(ordered: Array) -> tuple[float, float, float] | None:
    if not len(ordered):
        return None
    low, middle, high = (int(ordered[len(ordered) * part // 10]) / STEPS for part in (1, 5, 9))
    return low, middle, high


def encode(known: dict[str, int], values: Sequence[str | None]) -> Array:
    """Codes of names, new ones appended."""
    return np.array([known.setdefault(value or "", len(known)) for value in values], np.int64)
