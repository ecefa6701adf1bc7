"""Integer sums over columns of a run that no manifest holds: clusters, pairs, lengths, rights, edits.

Reads columns of decisions, attributes, pairs, lengths, mixed and documents in batches; never text.  Memory: 22
bytes per document, for the sources of kept twins and the areas of the dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.identity import id_strings
from corpus.ledger import KEPT
from corpus.manifest import Manifest
from corpus.table import column_names, read_batches

Array = np.ndarray[Any, np.dtype[Any]]

# Upper ends of the bins, both fixed, so that nights can be compared; the last bin is open.
CLUSTER_EDGES = (2, 3, 4, 8, 16, 32, 64, 128)
LENGTH_EDGES = tuple(2**power for power in range(4, 18))
JACCARD_STEP = 2  # per cent
QUALITY_BINS = 20  # of a score from 0 to 1; what is beyond counts in the last


class Mixed(NamedTuple):
    """What rows of the mixture are grouped by."""

    source: str
    kind: str
    license: str
    basis: str


@dataclass
class Sums:
    rows: int = 0
    documents: int = 0  # rows of copy 0
    tokens: int = 0


@dataclass
class Scan:
    """Histograms have one count more than edges: the last counts what exceeds them all.  ``edits``:
    documents and edits by editor and type.  ``crossing``: dropped duplicates by (their source, the
    source of the kept twin).  ``validation``: what is set apart, beside ``mixed``.  ``areas``: area -> reason, '' where
    kept, -> documents.  ``quality``: kind -> documents by twentieths of the score from 0 to 1."""

    cluster_edges: list[int] = field(default_factory=lambda: list(CLUSTER_EDGES))
    cluster_counts: list[int] = field(default_factory=lambda: [0] * (len(CLUSTER_EDGES) + 1))
    largest_cluster: int = 0
    length_edges: list[int] = field(default_factory=lambda: list(LENGTH_EDGES))
    length_counts: list[int] = field(default_factory=lambda: [0] * (len(LENGTH_EDGES) + 1))
    jaccard_edges: list[int] = field(default_factory=lambda: list(range(0, 100, JACCARD_STEP)))
    jaccard_counts: list[int] = field(default_factory=lambda: [0] * (100 // JACCARD_STEP))
    pairs_by_how: dict[str, int] = field(default_factory=dict)
    crossing: dict[tuple[str, str], int] = field(default_factory=dict)
    mixed: dict[Mixed, Sums] = field(default_factory=dict)
    validation: dict[Mixed, Sums] = field(default_factory=dict)
    edits: dict[str, tuple[int, int]] = field(default_factory=dict)
    areas: dict[str, dict[str, int]] = field(default_factory=dict)
    quality: dict[str, list[int]] = field(default_factory=dict)


def scan(run: str, published: Mapping[str, Manifest], score: str | None = None) -> Scan:
    """Read what the published manifests list.  ``score``: the column of attributes whose histogram is asked for."""
    found = Scan()
    _areas(found, run, published, *_decisions(found, run, published))
    if score is not None:
        _quality(found, run, published, score)
    _pairs(found, run, published)
    _lengths(found, run, published)
    _mixed(found.mixed, run, published, "mixed")
    _mixed(found.validation, run, published, "validation")
    _edits(found, run, published)
    return found


def batches(
    run: str, published: Mapping[str, Manifest], stage: str, folder: str, columns: list[str]
) -> Iterator[pa.RecordBatch]:
    """Columns of all files of one folder, in order of file name; nothing when the stage did not happen."""
    for part in published[stage].files(folder) if stage in published else ():
        yield from read_batches(storage.join(run, part.name), columns)


def histogram(values: Array, edges: tuple[int, ...]) -> Array:
    """Counts of values up to each edge, exclusive of the one before; the last counts the rest."""
    return np.bincount(np.searchsorted(np.array(edges), values, side="left"), minlength=len(edges) + 1)


def _decisions(found: Scan, run: str, published: Mapping[str, Manifest]) -> tuple[Array, Array, list[str]]:
    """Answers the ids of all decisions, ascending, with the code of each one's reason, and the reasons."""
    counts = np.zeros(len(CLUSTER_EDGES) + 1, np.int64)
    ids, sources, causes = [], [], []
    names: dict[str, int] = {}
    reasons: dict[str, int] = {}
    dropped: list[tuple[Array, Array]] = []
    columns = ["id", "source", "fate", "reason", "kept_id", "cluster_size"]
    for batch in batches(run, published, "select", "decisions", columns):
        keeps = np.asarray(pc.equal(batch.column("fate"), KEPT))
        sizes = np.asarray(pc.fill_null(batch.column("cluster_size"), 1))[keeps]
        sizes = sizes[sizes > 1]
        if len(sizes):
            counts += histogram(sizes, CLUSTER_EDGES)
            found.largest_cluster = max(found.largest_cluster, int(sizes.max()))
        source = _codes(names, batch.column("source"))
        causes.append(_codes(reasons, pc.fill_null(batch.column("reason"), "")).astype(np.int16))
        ids.append(id_strings(batch.column("id")))
        sources.append(source)
        named = np.asarray(pc.is_valid(batch.column("kept_id")))
        if named.any():
            dropped.append((source[named], id_strings(batch.column("kept_id").drop_null())))
    found.cluster_counts = counts.tolist()
    if not ids:
        return np.empty(0, "S16"), np.empty(0, np.int16), []
    every, owner, cause = np.concatenate(ids), np.concatenate(sources), np.concatenate(causes)
    order = np.argsort(every)
    every, owner, cause = every[order], owner[order], cause[order]
    labels = list(names)
    for source, twins in dropped:
        place = np.minimum(np.searchsorted(every, twins), len(every) - 1)
        for code, count in zip(*np.unique(source * len(labels) + owner[place], return_counts=True), strict=True):
            key = (labels[int(code) // len(labels)], labels[int(code) % len(labels)])
            found.crossing[key] = found.crossing.get(key, 0) + int(count)
    return every, cause, list(reasons)


def _codes(names: dict[str, int], column: pa.Array) -> Array:
    """Codes of a column's names, new ones appended."""
    encoded = column.dictionary_encode()
    codes = np.array([names.setdefault(name, len(names)) for name in encoded.dictionary.to_pylist()], np.int32)
    return codes[np.asarray(encoded.indices)] if len(codes) else np.empty(0, np.int32)


def _areas(
    found: Scan, run: str, published: Mapping[str, Manifest], every: Array, cause: Array, reasons: list[str]
) -> None:
    """Documents by area and the reason of their decision."""
    if not len(every):
        return
    names: dict[str, int] = {}
    for batch in batches(run, published, "ingest", "documents", ["id", "area"]):
        place = np.minimum(np.searchsorted(every, id_strings(batch.column("id"))), len(every) - 1)
        area = _codes(names, pc.fill_null(batch.column("area"), ""))
        labels = list(names)
        for code, count in zip(*np.unique(area * len(reasons) + cause[place], return_counts=True), strict=True):
            own = found.areas.setdefault(labels[int(code) // len(reasons)], {})
            reason = reasons[int(code) % len(reasons)]
            own[reason] = own.get(reason, 0) + int(count)


def _quality(found: Scan, run: str, published: Mapping[str, Manifest], score: str) -> None:
    """Nothing where the attributes lack the column, as before a rule that gives it."""
    for part in published["annotate"].files("attributes") if "annotate" in published else ():
        uri = storage.join(run, part.name)
        if score not in column_names(uri):
            return
        for batch in read_batches(uri, ["kind", score]):
            scored = batch.filter(pc.is_valid(batch.column(score)))
            # Scores are multiples of 1/4096: whole numbers, so that none falls beside its bin.
            steps = np.rint(np.asarray(scored.column(score), np.float64) * 4096).astype(np.int64)
            bins = np.clip(steps * QUALITY_BINS // 4096, 0, QUALITY_BINS - 1)
            names: dict[str, int] = {}
            kinds = _codes(names, pc.fill_null(scored.column("kind"), ""))
            for kind, code in names.items():
                counts = np.bincount(bins[kinds == code], minlength=QUALITY_BINS).tolist()
                known = found.quality.get(kind, [0] * QUALITY_BINS)
                found.quality[kind] = [one + other for one, other in zip(known, counts, strict=True)]


def _pairs(found: Scan, run: str, published: Mapping[str, Manifest]) -> None:
    counts = np.zeros(100 // JACCARD_STEP, np.int64)
    for batch in batches(run, published, "dedup", "pairs", ["jaccard", "how"]):
        # Ten-thousandths as integers, so that 0.8 as a float32 falls in the bin that begins at 80 %.
        values = np.rint(np.asarray(batch.column("jaccard"), np.float64) * 10_000).astype(np.int64)
        bins = np.minimum(values // (100 * JACCARD_STEP), len(counts) - 1)
        counts += np.bincount(bins, minlength=len(counts))
        for item in pc.value_counts(batch.column("how")).to_pylist():
            how = item["values"] or ""
            found.pairs_by_how[how] = found.pairs_by_how.get(how, 0) + item["counts"]
    found.jaccard_counts = counts.tolist()


def _lengths(found: Scan, run: str, published: Mapping[str, Manifest]) -> None:
    counts = np.zeros(len(LENGTH_EDGES) + 1, np.int64)
    for batch in batches(run, published, "mix", "lengths", ["tokens"]):
        counts += histogram(np.asarray(batch.column("tokens")), LENGTH_EDGES)
    found.length_counts = counts.tolist()


def _mixed(found: dict[Mixed, Sums], run: str, published: Mapping[str, Manifest], folder: str) -> None:
    columns = ["source", "kind", "license", "rights_basis", "copy", "tokens"]
    for batch in batches(run, published, "mix", folder, columns):
        table = pa.table(
            {
                **{name: pc.fill_null(batch.column(name), "") for name in columns[:4]},
                "first": pc.cast(pc.equal(batch.column("copy"), 0), pa.int64()),
                "tokens": pc.cast(batch.column("tokens"), pa.int64()),
            }
        )
        grouped = table.group_by(columns[:4]).aggregate([("tokens", "sum"), ("tokens", "count"), ("first", "sum")])
        for row in grouped.to_pylist():
            group = Mixed(row["source"], row["kind"], row["license"], row["rights_basis"])
            sums = found.setdefault(group, Sums())
            sums.rows += row["tokens_count"]
            sums.documents += row["first_sum"]
            sums.tokens += row["tokens_sum"]


def _edits(found: Scan, run: str, published: Mapping[str, Manifest]) -> None:
    for batch in batches(run, published, "ingest", "documents", ["edits"]):
        maps = pc.struct_field(batch.column("edits"), "counts")
        table = pa.table({"edit": maps.keys, "count": pc.cast(maps.items, pa.int64())})
        for row in table.group_by("edit").aggregate([("count", "sum"), ("count", "count")]).to_pylist():
            if row["count_sum"]:
                documents, edits = found.edits.get(row["edit"], (0, 0))
                found.edits[row["edit"]] = (documents + row["count_count"], edits + row["count_sum"])
