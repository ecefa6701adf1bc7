"""Candidates against datasketch's MinHashLSH at the same bands, and against the curve that both should follow."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash, MinHashLSH

from corpus.document import DocumentBatch
from filters.dedup.candidates import entries, grouped_pairs
from filters.dedup.config import DedupConfig
from filters.dedup.signature import signatures
from tests.oracles import dedup as oracle

SIZE = 240  # syllables
PAIRS = 400
# Two standard errors of the difference of two recalls of 400 pairs near .5 are .07.
MARGIN = 0.07


def planted() -> list[tuple[str, str, float]]:
    """Hangul texts and copies with every so-manyth syllable replaced: J from about .5 to .97."""
    rng = np.random.default_rng(14)
    rows = []
    for n in range(PAIRS):
        points = rng.integers(0xAC00, 0xD7A4, SIZE)
        copy = points.copy()
        changes = 1 + n % 14
        copy[rng.choice(SIZE, changes, replace=False)] = rng.integers(0xAC00, 0xD7A4, changes)
        x, y = ("".join(map(chr, side)) for side in (points, copy))
        rows.append((x, y, oracle.jaccard(x, y)))
    return rows


@pytest.fixture(scope="module")
def found() -> tuple[list[float], list[bool], list[bool]]:
    """(Jaccard, found by ours, found by datasketch) of every planted pair."""
    rows = planted()
    texts = [text for row in rows for text in row[:2]]
    ids = [number.to_bytes(16, "big") for number in range(len(texts))]
    batch = pa.RecordBatch.from_pydict({"id": ids, "source": ["시험"] * len(ids), "text": texts, "text_digest": ids})
    pairs = grouped_pairs(entries(signatures(DocumentBatch(batch), DedupConfig()), {}))
    ours = {(bytes(a), bytes(b)) for a, b in zip(pairs.a, pairs.b, strict=True)}
    theirs = set()
    index = MinHashLSH(num_perm=112, params=(14, 8))
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=112, seed=3)
        sketch.update_batch([shingle.encode() for shingle in set(oracle.shingles(text))])
        theirs |= {tuple(sorted((ids[other], ids[number]))) for other in index.query(sketch)}
        index.insert(number, sketch)
    places = [(ids[2 * n], ids[2 * n + 1]) for n in range(PAIRS)]
    assert ours <= set(places)  # unlike texts share no bucket
    return [row[2] for row in rows], [p in ours for p in places], [p in theirs for p in places]


def test_recall_is_that_of_datasketch_at_the_same_bands(found: tuple[list[float], list[bool], list[bool]]) -> None:
    _, ours, theirs = found
    assert abs(np.mean(ours) - np.mean(theirs)) <= MARGIN


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.65), (0.65, 0.75), (0.75, 0.85), (0.85, 1.0)])
def test_recall_follows_the_curve(found: tuple[list[float], list[bool], list[bool]], low: float, high: float) -> None:
    """1 - (1 - J^8)^14, within three standard errors."""
    jaccards, ours, _ = (np.array(column) for column in found)
    inside = (jaccards >= low) & (jaccards < high)
    chance = 1 - (1 - jaccards[inside] ** 8) ** 14
    error = np.sqrt((chance * (1 - chance)).sum()) / inside.sum()
    assert inside.sum() >= 50
    assert abs(ours[inside].mean() - chance.mean()) <= 3 * error + 0.01


def test_recall_at_the_published_points() -> None:
    curve = [round(1 - (1 - j**8) ** 14, 3) for j in (0.7, 0.8, 0.85, 0.9)]
    assert curve == [0.565, 0.924, 0.988, 1.0]
