"""Configuration of duplicate removal."""

from __future__ import annotations

from dataclasses import dataclass


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
