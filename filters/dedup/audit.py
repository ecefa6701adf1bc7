"""The audit of duplicate removal: are there near twins left among the documents that are kept?

A sample of kept documents is put in a datasketch MinHashLSH, and every kept document is looked up in it.
Sketches come from the signature kernel under other permutations, and from bands of 4 lanes instead of 8,
so that the audit shares neither chance, buckets, limits nor joins with what it audits, and itself misses
next to nothing: at J = .8, 16 bands of 4 find .9998 of pairs where dedup's 14 of 8 find .924.  What is
found is compared exactly, by the sets of shingles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.document import TextBuffers
from filters.dedup.audit_kernel import all_band_keys, sketch
from filters.dedup.config import DedupConfig
from filters.dedup.signature import fold_table, permutations
from filters.dedup.signature_kernel import shingle_set
from filters.dedup.verification import SET_LIMIT, SETTLED_UNLIKE, settle, thinned

AUDIT_VERSION = 1

SAMPLE = pa.schema(
    [
        ("id", pa.binary()),
        ("source", pa.string()),
        ("lanes", pa.binary()),  # little-endian uint32; empty below five shingles
        ("shift", pa.int32()),  # of the thinned set, see filters/dedup/verification.py
        ("hashes", pa.binary()),  # little-endian uint64, the distinct shingles' hashes
    ]
)

ROWS = 4  # lanes of a band
LEAST, MOST = 16, 128  # bands
MISSED = 1e-3  # of pairs at the threshold, where MOST bands allow
SAMPLE_SHINGLES = 16_000_000  # of all sampled documents together, 128 MB in every worker
ERRORS = 4  # standard errors of the estimate below the threshold at which a candidate is compared exactly
_SEED = 0x6D616C6D6F690003

Array = np.ndarray[Any, np.dtype[Any]]


def bands(jaccard: float) -> int:
    """Bands of ROWS lanes that find all but MISSED of the pairs at ``jaccard``; within LEAST and MOST."""
    met = jaccard**ROWS
    needed = math.ceil(math.log(MISSED) / math.log1p(-met)) if 0 < met < 1 else LEAST if met else MOST
    return min(MOST, max(LEAST, needed))


def found_share(jaccard: float, bands: int, rows: int) -> float:
    """The share of pairs of this similarity that ``bands`` bands of ``rows`` lanes bring together."""
    return 1 - (1 - jaccard**rows) ** bands


def expected(counts: Sequence[int], edges: Sequence[float], config: DedupConfig) -> float:
    """Twins that dedup's bands are expected to have missed, where it found ``counts`` by similarity.

    Of pairs at J the share p = 1 - (1 - J^rows)^bands is found, so (1 - p) / p were missed for each.  The
    pairs are those of kept documents with what was dropped for them; a missed pair stands between two kept
    documents and is met from either side, so twice.  ``edges``: lower ends of equal bins up to 1.
    """
    total = 0.0
    for count, edge in zip(counts, edges, strict=True):
        share = found_share(edge + (1 - edges[-1]) / 2, config.bands, config.lanes_per_band)
        total += 2 * count * (1 - share) / share
    return total


class Sketches(NamedTuple):
    """``signed`` bool of n: at least five shingles; ``lanes`` uint32 of (n, lanes); ``keys`` uint64 of (n, bands)."""

    signed: Array
    lanes: Array
    keys: Array


def sketches(texts: TextBuffers, count: int) -> Sketches:
    """Sketches of ``count`` bands of all texts."""
    rows = len(texts)
    found = Sketches(
        np.zeros(rows, np.bool_), np.zeros((rows, count * ROWS), np.uint32), np.zeros((rows, count), np.uint64)
    )
    sketch(texts.data, texts.offsets, fold_table(), *permutations(count * ROWS, _SEED), ROWS, *found)
    return found


def sample_rows(ids: pa.Array, sources: pa.Array, texts: TextBuffers, jaccard: float) -> pa.RecordBatch:
    """SAMPLE rows of sampled documents."""
    found = sketches(texts, bands(jaccard))
    sets = [thinned(shingle_set(texts.data, *ends, fold_table())) for ends in pairwise(texts.offsets.tolist())]
    lanes = [row.astype("<u4").tobytes() if signed else b"" for signed, row in zip(*found[:2], strict=True)]
    columns = [
        ids,
        sources,
        pa.array(lanes, pa.binary()),
        pa.array([shift for shift, _ in sets], pa.int32()),
        pa.array([hashes.astype("<u8").tobytes() for _, hashes in sets], pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SAMPLE)


def set_limit(sizes: Iterable[int]) -> int:
    """The size of a set, a power of two, that lets sets of these sizes together stay within SAMPLE_SHINGLES."""
    limit, known = SET_LIMIT, list(sizes)
    while sum(min(size, limit) for size in known) > SAMPLE_SHINGLES:
        limit //= 2
    return limit


def limited(sample: pa.Table, limit: int) -> pa.Table:
    """SAMPLE rows with sets of at most ``limit`` hashes."""
    sets = zip(sample.column("shift").to_pylist(), map(_hashes, sample.column("hashes")), strict=True)
    few = [thinned(hashes, limit, shift) for shift, hashes in sets]
    shifts, hashes = pa.array([shift for shift, _ in few], pa.int32()), [kept.tobytes() for _, kept in few]
    return pa.table([*sample.columns[:3], shifts, pa.array(hashes, pa.binary())], schema=SAMPLE)


class Twins(NamedTuple):
    """Pairs at the threshold: (row of the sample, row of the batch, Jaccard).  ``signed``: documents of the
    batch with at least five shingles; ``candidates``: pairs that the index named."""

    pairs: list[tuple[int, int, float]]
    signed: int
    candidates: int


class Index:
    """The sample in a MinHashLSH.  ``sample``: SAMPLE rows, in an order that all workers share."""

    def __init__(self, sample: pa.Table, config: DedupConfig) -> None:
        from datasketch import MinHashLSH  # takes half a second with scipy: not at every start of malmoi

        self.config, self.bands = config, bands(config.jaccard)
        self.ids: list[bytes] = sample.column("id").to_pylist()
        self.sources: list[str] = sample.column("source").to_pylist()
        sets = zip(sample.column("shift").to_pylist(), map(_hashes, sample.column("hashes")), strict=True)
        self.sets: list[tuple[int, Array]] = list(sets)
        self.lanes = [np.frombuffer(lanes, "<u4") for lanes in sample.column("lanes").to_pylist()]
        self.index = MinHashLSH(num_perm=self.bands * ROWS, params=(self.bands, ROWS))
        for row, lanes in enumerate(self.lanes):
            if len(lanes):
                self.index.insert(row, _minhash(lanes))
        signed = np.array([lanes for lanes in self.lanes if len(lanes)], np.uint32).reshape(-1, self.bands * ROWS)
        keys = np.zeros((len(signed), self.bands), np.uint64)
        all_band_keys(signed, ROWS, keys)
        self.known = np.unique(keys)
        spread = math.sqrt(config.jaccard * (1 - config.jaccard) / (self.bands * ROWS))
        self.least = config.jaccard - ERRORS * spread

    def twins(self, ids: pa.Array, texts: TextBuffers) -> Twins:
        """The sampled documents that each document of a batch resembles at the threshold, itself left out."""
        found = sketches(texts, self.bands)
        pairs, candidates = [], 0
        for row in np.flatnonzero(found.signed & self._met(found.keys)).tolist():
            own = ids[row].as_py()
            near = [other for other in self.index.query(_minhash(found.lanes[row])) if self.ids[other] != own]
            candidates += len(near)
            near = [other for other in near if np.mean(self.lanes[other] == found.lanes[row]) >= self.least]
            if near:
                start, end = texts.offsets[row : row + 2].tolist()
                shift, hashes = thinned(shingle_set(texts.data, start, end, fold_table()))
                for other in sorted(near):
                    its_shift, its_hashes = self.sets[other]
                    verdict, jaccard = settle(its_shift, its_hashes, shift, hashes, self.config)
                    if verdict != SETTLED_UNLIKE:
                        pairs.append((other, row, jaccard))
        return Twins(pairs, int(found.signed.sum()), candidates)

    def _met(self, keys: Array) -> Array:
        """Which rows share a band with the sample: those alone are worth a query of 50 us each."""
        if not len(self.known):
            return np.zeros(len(keys), np.bool_)
        place = np.minimum(np.searchsorted(self.known, keys), len(self.known) - 1)
        met: Array = (self.known[place] == keys).any(axis=1)
        return met


def _hashes(value: pa.Scalar) -> Array:
    return np.frombuffer(value.as_py(), "<u8")


def _minhash(lanes: Array) -> Any:
    from datasketch import LeanMinHash

    return LeanMinHash(seed=1, hashvalues=lanes, scheme="affine32")  # 32-bit values; the index uses nothing else
