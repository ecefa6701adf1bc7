"""Configuration of duplicate removal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class DedupConfig:
    """Near-duplicates: sets of character 5-grams without white space, Jaccard at least ``jaccard``.

    14 bands of 8 lanes find .92 of pairs at J = .8 and .988 at .85: 1 - (1 - J^8)^14.
    ``doubt``: signature estimates within this distance of the threshold are settled exactly;
    .08 is 2.1 standard errors of 112 lanes at J = .8.
    ``comparisons``: in a bucket a document is compared with at most this many best-ranked others.
    """

    jaccard: float = 0.8
    shingle: int = 5  # characters
    bands: int = 14
    lanes_per_band: int = 8
    doubt: float = 0.08
    comparisons: int = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditConfig:
    """``documents`` kept documents, drawn by id hash, are looked for among all kept ones again, by other
    seeds; 0 switches the audit off.  2,000 show a rate of 1 missed twin per 1,000 within +- 0.7 (Poisson).
    """

    documents: int = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class LossConfig:
    """When to raise the alarm about a source that duplicate removal empties.

    ``share`` of a source's documents that passed every other rule: more lost as duplicates is an alarm;
    ``sources`` overrides it by name, and None is no alarm.  A source that loses half is a mirror of
    another one, or a template that the filters should have met: on 50 MB of real documents of 45 sources,
    16 % of them planted copies by size, none of at least 20 documents lost more than .23.  ``documents``: a
    source with fewer is too small to tell.  ``stop``: an alarm ends the command with exit code 3, after
    everything is written.
    """

    share: float | None = 0.5
    sources: Mapping[str, float | None] = field(default_factory=dict)
    documents: int = 20
    stop: bool = False
