"""The parts of the audit that need no engine: which documents are sampled, their sketches, what resembles them.

Every task answers integers and, of the twins, the SHOWN first by id, so that sums and first ones of all tasks
are the same however the documents lie in files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import text_buffers
from corpus.identity import ID_BYTES, digest_sum, hexadecimal
from corpus.ledger import KEPT
from corpus.manifest import Part, fingerprint
from corpus.table import PartWriter, read_batches, read_table
from filters.dedup.audit import ROWS, SAMPLE, Index, bands, expected, found_share, limited, sample_rows, set_limit
from filters.dedup.config import DedupConfig
from filters.rule import quantised
from jobs.tasks.kept import kept_batches, masked_batches
from jobs.tasks.lengths import BATCH_BYTES
from mixer.copies import draw, id_words

PURPOSE = "audit.sample"
SHOWN = 1000  # twins that are written by name; all are counted
STEP = 1  # per cent, of the histograms of similarity
SKETCHES = "audit/_sample.parquet"  # while the stage runs

SAMPLED = pa.schema(
    [
        ("id", pa.binary()),  # 16 bytes
        ("twins", pa.int32()),  # kept documents that resemble it at the threshold
    ],
    metadata={"malmoi.schema": "audit.sample 1"},
)
TWIN = pa.schema(
    [
        ("id", pa.binary()),  # 16 bytes, a sampled document
        ("twin", pa.binary()),  # 16 bytes, another kept document
        ("jaccard", pa.float32()),  # quantised to 1/4096
        ("source", pa.string()),
        ("twin_source", pa.string()),
    ],
    metadata={"malmoi.schema": "audit.twin 1"},
)


@dataclass(frozen=True)
class AuditTask:
    """One file of decisions, documents or pairs: ``name`` below ``run``.

    ``decisions``: all decision parts; ``sample``: the ids of the sampled documents, one after the other.
    """

    run: str
    name: str
    config: DedupConfig
    seed: int = 0
    documents: int = 0  # to sample
    decisions: tuple[str, ...] = ()
    sample: bytes = b""

    def sampled(self) -> pa.Array:
        ids = [self.sample[place : place + ID_BYTES] for place in range(0, len(self.sample), ID_BYTES)]
        return pa.array(ids, pa.binary())


def drawn_part(task: AuditTask) -> dict[str, Any]:
    """The ``documents`` kept ids of one decisions part that are drawn lowest, as [draw, id in hexadecimal]."""
    table = read_table(storage.join(task.run, task.name), ["id", "fate"])
    ids = table.column("id").filter(pc.equal(table.column("fate"), KEPT)).combine_chunks()
    if not len(ids):
        return {"drawn": []}
    draws = draw(*id_words(ids), task.seed, PURPOSE)
    lowest = np.argsort(draws, kind="stable")[: task.documents]
    return {"drawn": [[int(draws[row]), ids[row].as_py().hex()] for row in lowest.tolist()]}


def lowest(answers: Iterable[Mapping[str, Any]], documents: int) -> bytes:
    """The ids of the sample, in order of id, from what all parts answered."""
    drawn = sorted(tuple(item) for answer in answers for item in answer["drawn"])[:documents]
    return b"".join(sorted(bytes.fromhex(name) for _, name in drawn))


def sketched_part(task: AuditTask) -> dict[str, Any]:
    """Write the SAMPLE rows of one documents file, where it holds a sampled one; answers the sizes of their sets."""
    uri, name = storage.join(task.run, task.name), storage.join("audit", "_sketches", storage.name(task.name))
    mask = pc.is_in(read_table(uri, ["id"]).column("id").combine_chunks(), value_set=task.sampled())
    if not pc.any(mask).as_py():
        return {"name": name, "sizes": []}
    sizes: list[int] = []
    with PartWriter(task.run, name, SAMPLE) as writer:
        for batch in masked_batches(uri, np.asarray(mask), ["id", "source", "text"], BATCH_BYTES):
            texts = text_buffers(batch.column("text"))
            rows = sample_rows(batch.column("id"), batch.column("source"), texts, task.config.jaccard)
            sizes += (pc.binary_length(rows.column("hashes")).to_numpy() // 8).tolist()
            writer.write(rows)
    return {"name": name, "sizes": sizes}


def gather_sketches(run: str, answers: Sequence[Mapping[str, Any]]) -> None:
    """One table of all sketches, in order of id: what every worker loads, 128 MB at most."""
    limit = set_limit(size for answer in answers for size in answer["sizes"])
    names = [answer["name"] for answer in answers if answer["sizes"]]
    tables = [limited(read_table(storage.join(run, name)), limit) for name in names]
    rows = pa.concat_tables([SAMPLE.empty_table(), *tables]).sort_by("id").combine_chunks()
    with PartWriter(run, SKETCHES, SAMPLE) as writer:
        for batch in rows.to_batches():
            writer.write(batch)


def found_part(task: AuditTask) -> dict[str, Any]:
    """Verified pairs of one pairs file that name a sampled document, by per cent of similarity."""
    counts, sample = np.zeros(100 // STEP, np.int64), task.sampled()
    for batch in read_batches(storage.join(task.run, task.name), ["a", "b", "jaccard", "how"]):
        ours = pc.or_(pc.is_in(batch.column("a"), value_set=sample), pc.is_in(batch.column("b"), value_set=sample))
        near = batch.filter(pc.and_(ours, pc.not_equal(batch.column("how"), "folded")))
        counts += histogram(near.column("jaccard").to_numpy())
    return {"found": counts.tolist()}


def histogram(jaccard: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Counts by per cent, by ten-thousandths as integers, so that .8 as float32 falls in the bin from 80 on."""
    values = np.rint(np.asarray(jaccard, np.float64) * 10_000).astype(np.int64) // (100 * STEP)
    return np.bincount(np.minimum(values, 100 // STEP - 1), minlength=100 // STEP)


def twins_part(task: AuditTask) -> dict[str, Any]:
    """Look every kept document of one file up in the sample.

    Answers ``documents`` and ``ids`` (what was looked up), ``signed``, ``candidates``, ``twins`` (sampled
    document, number), ``missed`` (their histogram) and ``shown`` (TWIN rows in hexadecimal).
    """
    index = loaded(task.run, task.config)
    decisions = [storage.join(task.run, name) for name in task.decisions]
    columns = ["id", "source", "text"]
    sums: Counter[str] = Counter(documents=0, ids=0, signed=0, candidates=0)
    twins: Counter[int] = Counter()
    missed = np.zeros(100 // STEP, np.int64)
    shown: list[list[Any]] = []
    for batch in kept_batches(storage.join(task.run, task.name), decisions, columns, BATCH_BYTES):
        ids, sources = batch.column("id"), batch.column("source")
        found = index.twins(ids, text_buffers(batch.column("text")))
        sums.update(documents=batch.num_rows, ids=digest_sum(ids), signed=found.signed, candidates=found.candidates)
        twins.update(sampled for sampled, _, _ in found.pairs)
        values = quantised(np.array([jaccard for _, _, jaccard in found.pairs], np.float64))
        missed += histogram(values)
        for (sampled, row, _), value in zip(found.pairs, values.tolist(), strict=True):
            ends = index.ids[sampled].hex(), ids[row].as_py().hex()
            shown.append([*ends, value, index.sources[sampled], sources[row].as_py()])
        shown = sorted(shown)[:SHOWN]
    return {
        **sums,
        "ids": hexadecimal(sums["ids"]),
        "twins": sorted(twins.items()),
        "missed": missed.tolist(),
        "shown": shown,
    }


def write_twins(run: str, sample: bytes, twins: Mapping[int, int], shown: Sequence[list[Any]]) -> list[Part]:
    """audit/sample.parquet and audit/twins.parquet, both in order of id."""
    ids = [sample[place : place + ID_BYTES] for place in range(0, len(sample), ID_BYTES)]
    counts = [twins.get(row, 0) for row in range(len(ids))]
    found = sorted(shown)[:SHOWN]
    columns = [[bytes.fromhex(row[place]) if place < 2 else row[place] for row in found] for place in range(5)]
    tables = (("sample", SAMPLED, [ids, counts]), ("twins", TWIN, columns))
    parts = []
    for name, schema, values in tables:
        with PartWriter(run, f"audit/{name}.parquet", schema) as writer:
            writer.write(pa.RecordBatch.from_arrays([*map(pa.array, values, schema.types)], schema=schema))
        parts.append(writer.done())
    return parts


def figures(
    config: DedupConfig,
    seed: int,
    sampled: int,
    found: Sequence[int],
    twins: Mapping[int, int],
    answers: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What the manifest and the report say; ``found``: of :func:`found_part`, summed."""
    sums = {name: sum(answer[name] for answer in answers) for name in ("documents", "signed", "candidates")}
    first = int(config.jaccard * 100 + 1e-9)  # per cent: below lies nothing
    edges = [percent / 100 for percent in range(first, 100, STEP)]
    missed = [sum(column) for column in zip(*(answer["missed"][first:] for answer in answers), strict=True)]
    total, chance = sum(twins.values()), expected(found[first:], edges, config)
    return {
        **sums,
        "seed": seed,
        "sampled": sampled,
        "twins": total,
        "documents_with_twins": len(twins),
        "twins_per_1000": round(1000 * total / sampled, 3) if sampled else 0.0,
        "expected": round(chance, 3),
        "expected_per_1000": round(1000 * chance / sampled, 3) if sampled else 0.0,
        "found": sum(found[first:]),
        "threshold": config.jaccard,
        "bands": bands(config.jaccard),
        "lanes_per_band": ROWS,
        "recall": round(found_share(config.jaccard, bands(config.jaccard), ROWS), 6),
        "recall_of_dedup": round(found_share(config.jaccard, config.bands, config.lanes_per_band), 6),
        "similarity": {"edges": edges, "found": list(found[first:]), "missed": missed or [0] * len(edges)},
    }


def content(details: Mapping[str, Any], parts: Iterable[Part]) -> str:
    """The stage's digest: of its figures, which no file holds, and its files' rows."""
    own = {name: value for name, value in details.items() if name not in ("inputs", "own", "versions")}
    return fingerprint({**own, **{part.name: hexadecimal(part.content) for part in parts}})


def loaded(run: str, config: DedupConfig) -> Index:
    """The index, one per worker process."""
    uri = storage.join(run, *SKETCHES.split("/"))
    return _loaded(uri, storage.stamp(uri), config)


@lru_cache(maxsize=1)
def _loaded(uri: str, stamp: str, config: DedupConfig) -> Index:
    return Index(read_table(uri), config)
