"""Verification on Spark: pairs meet signatures and, where in doubt, shingle sets; text is never moved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql.pandas.types import from_arrow_schema

from corpus.manifest import Part
from filters.dedup.candidates import CANDIDATE
from filters.dedup.verification import IN_DOUBT
from jobs.spark.parts import tracker
from jobs.stage import StageContext
from jobs.tasks import verification as tasks

_PLACED = tasks.SETTLED_PAIRS.append(pa.field("part", pa.int32()))


def verify(
    context: StageContext, documents: Sequence[Part], signatures: Sequence[Part], candidates: Sequence[Part]
) -> list[Part]:
    """pairs/ from candidates files.  ``signatures[i]`` holds the rows of ``documents[i]``, in their order."""
    session, config = context.session(), context.config.dedup
    parts = tasks.part_count(sum(part.rows for part in signatures))
    described = [tasks.SignedTask(context.run, part.name, n) for n, part in enumerate(signatures)]
    signed = _read(context, described, tasks.signed_rows, tasks.SIGNED)
    files = [context.uri(part.name) for part in candidates]
    pairs = _read(context, files, tasks.candidate_rows, CANDIDATE).distinct()
    met = _joined(_joined(pairs, "a", signed, "id", "a"), "b", signed, "id", "b")
    judged = _mapped(met, tasks.judged(config), tasks.JUDGED).persist(StorageLevel.DISK_ONLY)
    doubt = judged.where(f.col("verdict") == IN_DOUBT).select("a", "b", "place_a", "place_b")
    places = doubt.select(f.col("place_a").alias("place")).union(doubt.select("place_b")).distinct()
    width = min(len(documents), 4 * session.sparkContext.defaultParallelism)
    target = f.pmod(f.shiftright("place", 32), f.lit(width)).cast("int")
    names = tuple(part.name for part in documents)
    sets = _mapped(places.repartitionById(width, target), tasks.set_rows(context.run, names), tasks.SETS)
    compared = _joined(_joined(doubt, "place_a", sets, "place", "a"), "place_b", sets, "place", "b")
    settled = _mapped(compared, tasks.settled(config), tasks.SETTLED_PAIRS)
    clear = judged.where(f.col("verdict") != IN_DOUBT).select(*tasks.SETTLED_PAIRS.names)
    placed = _mapped(clear.union(settled), tasks.with_part(parts), _PLACED).repartitionById(parts, "part")
    rows = placed.sortWithinPartitions("a", "b").mapInArrow(partial(_write, context.run), "result string")
    try:
        with context.progress.watch(context.name, tracker(session, len(described) + parts, "tasks")):
            answers = [json.loads(row.result) for row in rows.collect()]
    finally:
        judged.unpersist()
    written = {answer["part"]: Part.from_row(answer) for answer in answers}
    return [written.get(n) or Part.from_row(tasks.write_pairs(context.run, n, ())) for n in range(parts)]


def _read(context: StageContext, described: Sequence[Any], rows: Any, schema: pa.Schema) -> DataFrame:
    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                yield from rows(described[index])

    return _mapped(context.session().range(0, len(described), 1, max(len(described), 1)), read, schema)


def _mapped(frame: DataFrame, function: Any, schema: pa.Schema) -> DataFrame:
    return frame.mapInArrow(function, from_arrow_schema(schema.remove_metadata()))


def _joined(frame: DataFrame, on: str, other: DataFrame, key: str, suffix: str) -> DataFrame:
    """Inner join of ``frame[on]`` with ``other[key]``, whose other columns get the suffix."""
    names = [name for name in other.columns if name != key]
    renamed = other.select(f.col(key).alias(on), *(f.col(name).alias(f"{name}_{suffix}") for name in names))
    return frame.join(renamed, on)


def _write(run: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for answer in tasks.write_partition(run, batches):
        yield pa.RecordBatch.from_pydict({"result": [json.dumps(answer)]})
