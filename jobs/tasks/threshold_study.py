"""What thresholds drop, and what others would: sums over attributes, exact for any files and batches.

A score is a whole number of steps (quantiles.STEPS a unit).  Its histogram has fixed bins: a step each below two
units, and from there 4,096 bins between a power of two and the next, so that lengths need no memory of their own; a
value read off it is right to 1/4096 of itself.  Nothing is summed but integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.sources.config import KindConfig
from filters.catalog import CHECKS, FilterConfig, checks
from filters.decision import decide
from jobs.tasks.quantiles import STEPS, groups, steps

# Shares of a kind's documents that a threshold might drop.
SHARES = ("0.0005", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1")
EXACT = 2 * STEPS
# Which scores a check sums may differ by what a kind expects, so every score of a rule with checks is read.
COLUMNS: tuple[str, ...] = tuple(sorted({f"{rule.name}.{score.name}" for rule, _ in CHECKS for score in rule.scores}))
BASE = ("id", "source", "kind")
EVERY = "*"  # all kinds together

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Candidate:
    """``value``: the tightest threshold that drops no more than ``asked``; ``documents``: how many it drops."""

    asked: str
    value: float
    documents: int


@dataclass(frozen=True)
class CheckStudy:
    """One check of one kind.  ``threshold`` None: it is off, or (all kinds together) differs.  Documents that it
    fails, that it is the first to fail, that nothing else fails; ``candidates`` by share; ``curve``: thresholds and
    the documents that each would drop."""

    kind: str
    reason: str
    score: str
    fails: str
    threshold: float | None
    failing: int
    first: int
    only: int
    candidates: tuple[Candidate, ...]
    curve: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class ThresholdStudy:
    """``kinds``: kind -> (documents, kept); EVERY first, then by name.  ``checks`` likewise, then as the catalog."""

    kinds: dict[str, tuple[int, int]]
    checks: tuple[CheckStudy, ...]


@dataclass
class Sums:
    """Of one kind: documents, kept, and per check the documents that it fails, fails first, fails alone;
    ``histograms``: reason -> bin -> documents, of what the check compares; ``compared``: reason -> its columns."""

    documents: int = 0
    kept: int = 0
    failing: Array = field(default_factory=lambda: np.zeros(len(CHECKS), np.int64))
    first: Array = field(default_factory=lambda: np.zeros(len(CHECKS), np.int64))
    only: Array = field(default_factory=lambda: np.zeros(len(CHECKS), np.int64))
    histograms: dict[str, dict[int, int]] = field(default_factory=dict)
    compared: dict[str, tuple[str, ...]] = field(default_factory=dict)


def binned(codes: Array) -> Array:
    """The lower end of each value's bin."""
    size = np.abs(codes)
    # frexp of an int64 below 2^53 is exact: the number of bits beyond the thirteen that are kept.
    shift = np.maximum(np.frexp(size.astype(np.float64))[1] - 13, 0).astype(np.int64)
    coarse: Array = codes >> shift << shift
    return np.where(size < EXACT, codes, coarse)


def add(sums: dict[str, Sums], batch: pa.RecordBatch, config: FilterConfig, kinds: Mapping[str, KindConfig]) -> None:
    """Count one batch of attribute rows."""
    decided = decide(batch, config, kinds)
    failed = np.zeros((batch.num_rows, len(CHECKS)), np.bool_)
    places = {check.reason: place for place, (_, check) in enumerate(CHECKS)}
    lists = decided.all_reasons
    owners = np.repeat(np.arange(batch.num_rows), np.diff(lists.offsets.to_numpy()))
    found = np.array([places[reason] for reason in lists.values.to_pylist()], np.int64)
    failed[owners, found] = True
    alone = failed.sum(axis=1) == 1
    first = np.where(decided.passes, -1, failed.argmax(axis=1))
    columns = {name: steps(batch.column(name)) for name in COLUMNS}
    for (_, kind), rows in groups(batch):
        own = sums.setdefault(kind or "", Sums())
        own.documents += len(rows)
        own.kept += int(decided.passes[rows].sum())
        own.failing += failed[rows].sum(axis=0)
        own.only += (failed[rows] & alone[rows, None]).sum(axis=0)
        named = first[rows]
        own.first += np.bincount(named[named >= 0], minlength=len(CHECKS))
        for rule, check in checks(config, kind, None, kinds):
            names = own.compared.setdefault(check.reason, tuple(f"{rule.name}.{name}" for name in check.scores))
            codes = np.sum([columns[name][0][rows] for name in names], axis=0)
            known = np.all([columns[name][1][rows] for name in names], axis=0)
            _merge(own.histograms.setdefault(check.reason, {}), binned(codes[known]))


def _merge(histogram: dict[int, int], values: Array) -> None:
    for value, count in zip(*(item.tolist() for item in np.unique(values, return_counts=True)), strict=True):
        histogram[value] = histogram.get(value, 0) + count


def study(
    batches: Iterable[pa.RecordBatch], config: FilterConfig, kinds: Mapping[str, KindConfig] | None = None
) -> ThresholdStudy:
    """Sum up attribute rows (BASE and COLUMNS) under a configuration."""
    sums: dict[str, Sums] = {}
    for batch in batches:
        add(sums, batch, config, kinds or {})
    every = Sums()
    for _, own in sorted(sums.items()):  # not as they came: of kinds that compare other scores the last is named
        every.documents += own.documents
        every.kept += own.kept
        every.failing += own.failing
        every.first += own.first
        every.only += own.only
        every.compared |= own.compared
        for name, histogram in own.histograms.items():
            whole = every.histograms.setdefault(name, {})
            for value, count in histogram.items():
                whole[value] = whole.get(value, 0) + count
    ordered = [(EVERY, every), *sorted(sums.items())]
    found = [check for kind, own in ordered for check in _checks(kind, own, config, kinds or {}, list(sums))]
    return ThresholdStudy({kind: (own.documents, own.kept) for kind, own in ordered}, tuple(found))


def _checks(
    kind: str, own: Sums, config: FilterConfig, kinds: Mapping[str, KindConfig], known: list[str]
) -> Iterable[CheckStudy]:
    limits = [
        [check.threshold for _, check in checks(config, name, None, kinds)]
        for name in ([kind] if kind != EVERY else known or [""])
    ]
    for place, (rule, check) in enumerate(CHECKS):
        names = own.compared.get(check.reason) or tuple(f"{rule.name}.{name}" for name in check.scores)
        histogram = own.histograms.get(check.reason, {})
        values = {limit[place] for limit in limits}
        yield CheckStudy(
            kind,
            check.reason,
            " + ".join(names),
            check.fails,
            values.pop() if len(values) == 1 else None,
            int(own.failing[place]),
            int(own.first[place]),
            int(own.only[place]),
            candidates(histogram, check.fails),
            curve(histogram, check.fails),
        )


def candidates(histogram: Mapping[int, int], fails: str) -> tuple[Candidate, ...]:
    """Of each of SHARES the tightest threshold that drops no more."""
    if not histogram:
        return ()
    whole = sum(histogram.values())
    found = []
    for share in SHARES:
        allowed = int(Fraction(share) * whole)
        value, documents = _tightest(histogram, fails, allowed)
        found.append(Candidate(share, value / STEPS, documents))
    return tuple(found)


def _tightest(histogram: Mapping[int, int], fails: str, allowed: int) -> tuple[int, int]:
    """The score from the failing side at which more than ``allowed`` documents would be passed, and those passed."""
    dropped = 0
    value = 0
    for value in sorted(histogram, reverse=fails == "above"):
        if dropped + histogram[value] > allowed:
            break
        dropped += histogram[value]
    return value, dropped


def curve(histogram: Mapping[int, int], fails: str, points: int = 60) -> tuple[tuple[float, int], ...]:
    """At most ``points`` thresholds from the failing side on, up to half of the documents, and what each drops."""
    whole = sum(histogram.values())
    told: list[tuple[float, int]] = []
    dropped = 0
    for value in sorted(histogram, reverse=fails == "above"):
        if told and dropped * 2 > whole:
            break
        told.append((value / STEPS, dropped))
        dropped += histogram[value]
    if len(told) > points:
        places = sorted({round(place * (len(told) - 1) / (points - 1)) for place in range(points)})
        told = [told[place] for place in places]
    return tuple(told)
