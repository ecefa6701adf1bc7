"""Candidate pairs to verified pairs: the work on each batch, and all of it where pairs are few.

The joins between are pyarrow's on the driver up to LOCAL_PAIRS, Spark's above (jobs/spark/verification.py);
both give the same rows.

``place`` is a document's place in the run: number of its documents file << 32 | row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import text_buffers
from corpus.errors import GateError
from corpus.identity import ID_BYTES, fixed_bytes
from corpus.manifest import Part
from corpus.table import PartWriter, read_batches, read_table
from filters.dedup.candidates import CANDIDATE
from filters.dedup.config import DedupConfig
from filters.dedup.signature import shingle_sets
from filters.dedup.verification import (
    ACCEPTED,
    IN_DOUBT,
    PAIR,
    SETTLED_UNLIKE,
    UNLIKE,
    judge,
    settle,
    thinned,
)
from filters.rule import quantised
from jobs.stage import StageContext

DIGEST_BYTES = 16
DOCUMENTS_PER_PART = 2_000_000  # documents, not pairs: known before any pair is
LOCAL_PAIRS = 100_000  # candidates of about 4 GB of text; Spark's joins cost 10 s before they are worth it
LOCAL_SHINGLES = 16_000_000  # held at a time when pairs are settled on the driver, 128 MB
SETS_AT_ONCE = 64  # rows of an Arrow batch of shingle sets, at most 512 KiB each

SIGNED = pa.schema(
    [
        ("id", pa.binary()),
        ("folded", pa.binary()),
        ("lanes", pa.binary()),
        ("shingles", pa.int32()),
        ("place", pa.int64()),
    ]
)
JUDGED = pa.schema(
    [
        ("a", pa.binary()),
        ("b", pa.binary()),
        ("place_a", pa.int64()),
        ("place_b", pa.int64()),
        ("verdict", pa.int32()),
        ("jaccard", pa.float32()),
    ]
)
SETS = pa.schema([("place", pa.int64()), ("shift", pa.int32()), ("hashes", pa.binary())])
SETTLED_PAIRS = pa.schema([("a", pa.binary()), ("b", pa.binary()), ("verdict", pa.int32()), ("jaccard", pa.float32())])

_SIGNED_COLUMNS = ["id", "folded_digest", "lanes", "shingles"]
_MEASURES = {IN_DOUBT: "doubt", UNLIKE: "unlike", SETTLED_UNLIKE: "settled_unlike", **ACCEPTED}

Array = np.ndarray[Any, np.dtype[Any]]
Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class SignedTask:
    """``signatures`` is the name of the ``number``-th signatures file below ``run``."""

    run: str
    signatures: str
    number: int


def signed_rows(task: SignedTask) -> Iterator[pa.RecordBatch]:
    """SIGNED rows of one signatures file."""
    place = task.number << 32
    for batch in read_batches(storage.join(task.run, task.signatures), _SIGNED_COLUMNS):
        places = pa.array(np.arange(place, place + batch.num_rows))
        place += batch.num_rows
        yield pa.RecordBatch.from_arrays([*batch.columns, places], schema=SIGNED)


def candidate_rows(uri: str) -> Iterator[pa.RecordBatch]:
    """The candidate pairs of one file."""
    yield from read_batches(uri, ["a", "b"])


def judged(config: DedupConfig) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Pairs joined with both documents' SIGNED columns to JUDGED rows."""
    lanes = config.bands * config.lanes_per_band

    def rows(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = judge(
                _padded(batch.column("lanes_a"), lanes),
                _padded(batch.column("lanes_b"), lanes),
                _padded(batch.column("folded_a"), DIGEST_BYTES),
                _padded(batch.column("folded_b"), DIGEST_BYTES),
                config,
            )
            given = [batch.column(name) for name in JUDGED.names[:4]]
            yield pa.RecordBatch.from_arrays(
                [*given, pa.array(found.verdict.astype(np.int32)), pa.array(found.jaccard)], schema=JUDGED
            )

    return rows


def set_rows(run: str, documents: tuple[str, ...]) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Rows of ``place`` to SETS rows: each documents file is read once, and only where documents are asked."""

    def rows(batches: Batches) -> Iterator[pa.RecordBatch]:
        asked = [batch.column("place").to_numpy() for batch in batches]
        places = np.unique(np.concatenate(asked)) if asked else np.zeros(0, np.int64)
        files = places >> 32
        for file in np.unique(files):
            inside = places[files == file] & 0xFFFFFFFF
            yield from _sets(storage.join(run, documents[file]), int(file), inside)

    return rows


def settled(config: DedupConfig) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Pairs in doubt joined with both documents' SETS to SETTLED_PAIRS rows."""

    def rows(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = [batch.column(name) for name in ("shift_a", "hashes_a", "shift_b", "hashes_b")]
            answers = [
                settle(shift_a.as_py(), _hashes(hashes_a), shift_b.as_py(), _hashes(hashes_b), config)
                for shift_a, hashes_a, shift_b, hashes_b in zip(*columns, strict=True)
            ]
            yield _answered(batch, answers)

    return rows


def verify_locally(
    context: StageContext, documents: Sequence[Part], signatures: Sequence[Part], candidates: Sequence[Part]
) -> list[Part]:
    """pairs/ from candidates files, on the driver; ``signatures[i]`` holds the rows of ``documents[i]``."""
    run, config = context.run, context.config.dedup
    pairs = pa.concat_tables([CANDIDATE.empty_table(), *(read_table(context.uri(part.name)) for part in candidates)])
    pairs = pairs.group_by(["a", "b"]).aggregate([]).combine_chunks()
    members = pc.unique(pa.chunked_array([*pairs.column("a").chunks, *pairs.column("b").chunks], pa.binary()))
    found, total = [SIGNED.empty_table()], 0
    for number, file in enumerate(signatures):
        for batch in signed_rows(SignedTask(run, file.name, number)):
            total += batch.num_rows
            found.append(pa.table(batch.filter(pc.is_in(batch.column("id"), value_set=members))))
    signed = pa.concat_tables(found).combine_chunks()
    met = _met(_met(pairs, "a", signed, "id", "a"), "b", signed, "id", "b")
    decided = pa.Table.from_batches(judged(config)(met.to_batches()), JUDGED)
    doubt = pc.equal(decided.column("verdict"), IN_DOUBT)
    tables = [decided.filter(pc.invert(doubt)).select(SETTLED_PAIRS.names)]
    unsettled = decided.append_column("shingles_a", met.column("shingles_a"))
    unsettled = unsettled.append_column("shingles_b", met.column("shingles_b")).filter(doubt)
    for some in _portions(unsettled):
        places = pc.unique(pa.chunked_array([*some.column("place_a").chunks, *some.column("place_b").chunks]))
        asked = pa.RecordBatch.from_arrays([places], names=["place"])
        sets: dict[int, tuple[int, Array]] = {}
        for batch in set_rows(run, tuple(part.name for part in documents))([asked]):
            for place, shift, hashes in zip(*batch.columns, strict=True):
                sets[place.as_py()] = (shift.as_py(), _hashes(hashes))
        ends = zip(some.column("place_a").to_pylist(), some.column("place_b").to_pylist(), strict=True)
        answers = [settle(*sets[x], *sets[y], config) for x, y in ends]
        tables.append(pa.Table.from_batches([_answered(some, answers)]))
    result = pa.concat_tables(tables).sort_by([("a", "ascending"), ("b", "ascending")]).combine_chunks()
    parts = part_count(total)
    part = part_of(_whole(result.column("a")), parts)
    slices = [result.filter(pc.equal(part, n)).to_batches() for n in range(parts)]
    return [Part.from_row(write_pairs(run, n, rows)) for n, rows in enumerate(slices)]


def _portions(doubt: pa.Table) -> Iterator[pa.Table]:
    """Pieces of the table (JUDGED with shingles_a, shingles_b) whose documents have at most about
    LOCAL_SHINGLES together; every piece costs a reading of their files."""
    doubt = doubt.sort_by("place_a")
    names = ("place_a", "place_b", "shingles_a", "shingles_b")
    held: set[int] = set()
    first = shingles = 0
    for row, (x, y, of_x, of_y) in enumerate(zip(*(doubt.column(name).to_pylist() for name in names), strict=True)):
        shingles += (x not in held) * of_x + (y not in held) * of_y
        held |= {x, y}
        if shingles > LOCAL_SHINGLES:
            yield doubt.slice(first, row + 1 - first)
            first, shingles, held = row + 1, 0, set()
    if first < len(doubt):
        yield doubt.slice(first)


def _met(pairs: pa.Table, on: str, other: pa.Table, key: str, suffix: str) -> pa.Table:
    """Inner join of ``pairs[on]`` with ``other[key]``, whose other columns get the suffix."""
    rows = pc.index_in(_whole(pairs.column(on)), value_set=_whole(other.column(key)))
    if rows.null_count:
        raise GateError(on, f"{rows.null_count} pairs name a document without a signature", "Run dedup again")
    for name in other.column_names:
        if name != key:
            pairs = pairs.append_column(f"{name}_{suffix}", _whole(other.column(name)).take(rows))
    return pairs


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def part_count(documents: int) -> int:
    """Number of pairs files: equal ranges of the first eight bytes of ``a``."""
    return max(1, -(-documents // DOCUMENTS_PER_PART))


def part_of(a: pa.Array, parts: int) -> pa.Array:
    """int32 part of every id: floor(first 4 bytes * parts / 2^32)."""
    first = fixed_bytes(a, ID_BYTES).reshape(-1, ID_BYTES)[:, :4]
    heads = np.ascontiguousarray(first).view(">u4")[:, 0].astype(np.uint64)
    return pa.array(((heads * np.uint64(parts)) >> np.uint64(32)).astype(np.int32))


def with_part(parts: int) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """SETTLED_PAIRS rows with the int32 column ``part``."""

    def rows(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                yield batch.append_column("part", part_of(batch.column("a"), parts))

    return rows


def write_pairs(run: str, number: int, batches: Batches) -> dict[str, Any]:
    """pairs/part-NNNNN.parquet from SETTLED_PAIRS rows sorted by (a, b); answers Part.row().

    Measures: pairs by verdict, the rejected ones too.
    """
    name = storage.join("pairs", f"part-{number:05d}.parquet")
    with PartWriter(run, name, PAIR) as writer:
        for batch in batches:
            verdict = batch.column("verdict").to_numpy()
            for code, measure in _MEASURES.items():
                writer.count(measure, int((verdict == code).sum()))
            chosen = batch.filter(pa.array(np.isin(verdict, list(ACCEPTED))))
            how = pa.array([ACCEPTED[code] for code in chosen.column("verdict").to_pylist()], pa.string())
            columns = [chosen.column("a"), chosen.column("b"), chosen.column("jaccard"), how]
            writer.write(pa.RecordBatch.from_arrays(columns, schema=PAIR))
    return writer.done().row()


def write_partition(run: str, batches: Iterator[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """One part's rows as they come from the shuffle; answers Part.row() and ``part``, or nothing."""
    for first in batches:
        if first.num_rows:
            number = first.column("part")[0].as_py()
            yield {**write_pairs(run, number, chain([first], batches)), "part": number}


def _sets(uri: str, file: int, asked: Array) -> Iterator[pa.RecordBatch]:
    row = 0
    for batch in read_batches(uri, ["text"]):
        inside = asked[(asked >= row) & (asked < row + batch.num_rows)]
        for at in range(0, len(inside), SETS_AT_ONCE):
            some = inside[at : at + SETS_AT_ONCE]
            sets = [thinned(found) for found in shingle_sets(text_buffers(batch.column(0).take(pa.array(some - row))))]
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array(some | (file << 32)),
                    pa.array([shift for shift, _ in sets], pa.int32()),
                    pa.array([hashes.tobytes() for _, hashes in sets], pa.binary()),
                ],
                schema=SETS,
            )
        row += batch.num_rows


def _answered(pairs: Any, answers: Sequence[tuple[int, float]]) -> pa.RecordBatch:
    """SETTLED_PAIRS of a batch or table of pairs and the (verdict, jaccard) of each."""
    verdicts = pa.array([verdict for verdict, _ in answers], pa.int32())
    values = pa.array(quantised(np.array([value for _, value in answers], np.float64)))
    sides = [_whole(pairs.column(name)) for name in ("a", "b")]
    return pa.RecordBatch.from_arrays([*sides, verdicts, values], schema=SETTLED_PAIRS)


def _hashes(value: pa.Scalar) -> Array:
    return np.frombuffer(value.as_buffer(), np.uint64)


def _padded(column: pa.Array, width: int) -> Array:
    """uint8 of (n, width) from a binary column whose values have ``width`` bytes or none (zeros)."""
    rows = np.zeros((len(column), width), np.uint8)
    some = pc.equal(pc.binary_length(column), width).to_numpy(zero_copy_only=False)
    if some.any():
        rows[some] = fixed_bytes(column.filter(pa.array(some)), width).reshape(-1, width)
    return rows
