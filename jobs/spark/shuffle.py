"""Rows from every task to the part that each names, sorted there, written there: one Spark shuffle.

The target of a row is a column, so the layout of the result is a function of the rows alone; AQE
never merges partitions whose number was asked for, and a part is recognised by its column anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from corpus.errors import MalmoiError
from corpus.manifest import Part
from jobs import faults
from jobs.spark.parts import tracker
from jobs.stage import StageContext

T = TypeVar("T")

Rows = Callable[[T], Iterator[pa.RecordBatch]]
Write = Callable[[Iterable[pa.RecordBatch]], Iterator[dict[str, Any]]]

_RESULT = pa.schema([("result", pa.string())])


def shuffle_parts(
    context: StageContext,
    tasks: Sequence[T],
    rows: Rows[T],
    schema: pa.Schema,
    order: Sequence[str],
    write: Write,
    parts: int,
) -> dict[int, Part]:
    """``rows`` of every task, of ``schema`` and an int32 column ``part`` below ``parts`` after it, to one
    partition per part sorted by ``order``; ``write`` gets a partition's batches, ``part`` included, and
    answers one row per file it wrote, with its number as ``part``.  A part without rows is not written.
    """
    if not tasks:
        return {}
    session = context.session()
    described, name = list(tasks), context.name
    carried = schema.append(pa.field("part", pa.int32()))

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                faults.reach(f"{name}.shuffle.{index}")
                yield from rows(described[index])

    frame = session.range(0, len(described), 1, len(described)).mapInArrow(
        read, from_arrow_schema(carried.remove_metadata())
    )
    answers = write_partitions(context, frame, order, write, parts, len(described) + parts)
    written = {int(answer["part"]): Part.from_row(answer) for answer in answers}
    if len(written) != len(answers):
        raise MalmoiError(name, "a part was written twice", "Run the stage again")
    return written


def write_partitions(
    context: StageContext, frame: DataFrame, order: Sequence[str], write: Write, parts: int, tasks: int
) -> list[dict[str, Any]]:
    """The second half: rows of ``frame``, which has ``part``; ``tasks``: how many progress will count."""
    name = context.name

    def place(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for answer in write(batches):
            faults.reach(f"{name}.part.{answer['part']}")
            yield pa.RecordBatch.from_pydict({"result": [json.dumps(answer)]}, schema=_RESULT)

    placed = frame.repartitionById(parts, "part").sortWithinPartitions(*order).mapInArrow(place, "result string")
    with context.progress.watch(name, tracker(context.session(), tasks, "tasks")):
        return [json.loads(row.result) for row in placed.collect()]
