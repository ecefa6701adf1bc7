"""Quantiles of a score inside a source and kind, exact for any partitioning: sums of integer counts.

Scores are stored as multiples of 1/4096 or as integers, so a score is a whole number of steps, and the counts per
step of every file add up to the same table whatever the files.  The cut of a quantile q among n documents is the score
that floor(q n) documents stand before in ascending order; a score equal to the cut stays.  So never more than the
share q goes, and where many documents share the score of the cut, fewer.

All documents of the source and kind count, those that a rule or a right drops too: the cut of a source then depends
on its scores alone, and no threshold of a rule moves it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.areas import AreasConfig
from corpus.errors import ConfigError
from corpus.table import column_names, read_batches
from filters import catalog

VERSION = 1
REASON = "quality.below_quantile"
STEPS = 4096  # per unit: what filters.rule.quantised rounds to

Array = np.ndarray[Any, np.dtype[Any]]
Group = tuple[str | None, str | None]  # source, kind
Histograms = dict[Group, dict[int, int]]  # group -> steps -> documents


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityConfig:
    """Documents whose ``score`` is below the ``quantile`` of their own source and kind are dropped.

    ``score``: a column of attributes, the higher the better; areas use the same.  ``kinds`` and ``sources``: another
    quantile for one kind, and over that for one source.  0 drops nothing.
    """

    score: str = "quality.probability"
    quantile: float = 0.0
    kinds: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The cuts of one source and kind, in steps; None where nothing is asked.  ``documents`` have a score."""

    source: str | None
    kind: str | None
    documents: int
    quality: int | None
    area: int | None


@dataclass(frozen=True)
class HistogramTask:
    """Attributes files of a run, and the column to count."""

    run: str
    names: tuple[str, ...]
    score: str


def asked(quality: QualityConfig, areas: AreasConfig) -> bool:
    """Whether any document may be judged by a quantile."""
    own = (quality.quantile, *quality.kinds.values(), *quality.sources.values())
    return any(value > 0 for value in (*own, areas.quantile, *areas.kinds.values()))


def check_config(quality: QualityConfig, areas: AreasConfig) -> None:
    """Raise ConfigError on a quantile that is none, or a score that no rule gives."""
    given = {"select.quality.quantile": quality.quantile, "select.areas.quantile": areas.quantile}
    for path, values in (
        ("select.quality.kinds", quality.kinds),
        ("select.quality.sources", quality.sources),
        ("select.areas.kinds", areas.kinds),
    ):
        given |= {f"{path}.{name}": value for name, value in values.items()}
    for path, value in given.items():
        if not 0 <= value < 1:
            raise ConfigError(path, f"{value} is no quantile", "Give a share from 0 (nothing is dropped) to below 1")
    names = score_names()
    if asked(quality, areas) and quality.score not in names:
        near = difflib.get_close_matches(quality.score, names, 1, 0.5)
        fix = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names)}"
        raise ConfigError("select.quality.score", f"no rule gives the score {quality.score!r}", fix)


def score_names() -> list[str]:
    """Columns of attributes that hold a score."""
    return [f"{rule.name}.{score.name}" for rule, _ in catalog.RULES for score in rule.scores]


def steps(column: pa.Array | pa.ChunkedArray) -> tuple[Array, Array]:
    """Scores as whole steps (int64), and where there is one; a null or NaN is none."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    values = array.to_numpy(zero_copy_only=False).astype(np.float64)
    known = np.isfinite(values)
    return np.rint(np.where(known, values, 0.0) * STEPS).astype(np.int64), known


def counted(task: HistogramTask) -> dict[str, Any]:
    """The histograms of some files, as JSON; memory is 16 bytes per different score of each source and kind."""
    found: Histograms = {}
    for name in task.names:
        uri = storage.join(task.run, name)
        require(uri, task.score)
        for batch in read_batches(uri, ["source", "kind", task.score], rows=1 << 16):
            add(found, batch, task.score)
    return {
        "histograms": [[source, kind, list(counts), list(counts.values())] for (source, kind), counts in ordered(found)]
    }


def require(uri: str, score: str) -> None:
    """Raise ConfigError where an attributes file lacks the column: nothing is decided without it."""
    if score not in column_names(uri):
        raise ConfigError(
            "select.quality.score",
            f"the attributes have no column {score!r} ({uri})",
            "Run annotate again, or name another score; a quantile of 0 needs none",
        )


def add(found: Histograms, batch: pa.RecordBatch, score: str) -> None:
    """Count one batch's scores by source and kind."""
    codes, known = steps(batch.column(score))
    for group, rows in groups(batch):
        values, counts = np.unique(codes[rows][known[rows]], return_counts=True)
        own = found.setdefault(group, {})
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            own[value] = own.get(value, 0) + count


def groups(batch: pa.RecordBatch | pa.Table) -> Iterable[tuple[Group, Array]]:
    """(source and kind, its rows) of a batch."""
    encoded = [_encoded(batch.column(name)) for name in ("source", "kind")]
    (left, sources), (right, kinds) = encoded
    code = left * max(len(kinds), 1) + right
    for value in np.unique(code).tolist():
        source, kind = divmod(value, max(len(kinds), 1))
        yield (sources[source], kinds[kind]), np.flatnonzero(code == value)


def _encoded(column: pa.Array | pa.ChunkedArray) -> tuple[Array, list[str | None]]:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = array.dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def merged(answers: Iterable[Mapping[str, Any]]) -> Histograms:
    """The sum of what tasks counted; the order of tasks does not matter."""
    found: Histograms = {}
    for answer in answers:
        for source, kind, values, counts in answer["histograms"]:
            own = found.setdefault((source, kind), {})
            for value, count in zip(values, counts, strict=True):
                own[value] = own.get(value, 0) + count
    return found


def ordered(found: Histograms) -> list[tuple[Group, dict[int, int]]]:
    return sorted(found.items(), key=lambda item: tuple(name or "" for name in item[0]))


def cut(counts: Mapping[int, int], quantile: float) -> int | None:
    """The score (in steps) that floor(quantile x documents) documents stand before; None where nothing can go."""
    before = int(Fraction(str(quantile)) * sum(counts.values()))  # of the decimal number that was written
    if not before:
        return None
    for value in sorted(counts):
        if before < counts[value]:
            return value
        before -= counts[value]
    return None


def cuts(found: Histograms, quality: QualityConfig, areas: AreasConfig) -> tuple[Cut, ...]:
    """The cuts of every source and kind, sorted."""
    told = []
    for (source, kind), counts in ordered(found):
        own = quality.sources.get(source or "", quality.kinds.get(kind or "", quality.quantile))
        area = areas.kinds.get(kind or "", areas.quantile)
        told.append(Cut(source, kind, sum(counts.values()), cut(counts, own), cut(counts, area)))
    return tuple(told)


def told(known: Sequence[Cut], quality: QualityConfig) -> dict[str, Any]:
    """What the manifest says: the score, and of each source and kind its documents and cuts."""
    if not known:
        return {}

    def value(found: int | None) -> float | None:
        return None if found is None else found / STEPS

    rows: list[dict[str, Any]] = [
        {**asdict(item), "quality": value(item.quality), "area": value(item.area)} for item in known
    ]
    return {"score": quality.score, "cuts": rows}


def limits(table: pa.Table, known: Sequence[Cut], score: str) -> tuple[Array, Array, Array]:
    """Of every row its score in steps, the quality cut and the area cut; the smallest integer where there is none, so
    that nothing is below it.  A row without a score is below nothing."""
    none = np.iinfo(np.int64).min
    rows = table.num_rows
    found = (np.full(rows, none), np.full(rows, none))
    if not known:
        return np.zeros(rows, np.int64), *found
    codes, scored = steps(table.column(score))
    by_group = {(item.source, item.kind): item for item in known}
    for group, own in groups(table):
        item = by_group[group]
        for place, value in ((0, item.quality), (1, item.area)):
            if value is not None:
                found[place][own] = value
    return np.where(scored, codes, np.iinfo(np.int64).max), *found
