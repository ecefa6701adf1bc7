"""Threads whose records lie apart: one shuffle of fragments by thread, then every part by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from jobs import faults
from jobs.spark.shuffle import write_partitions
from jobs.stage import StageContext
from jobs.tasks.ingest import IngestTask
from jobs.tasks.threads import FRAGMENT, ORDER, fragments, join_parts


def join_threads(context: StageContext, tasks: Sequence[IngestTask], first: int) -> list[dict[str, Any]]:
    """``Output.result`` of every part of one input; the parts' files are numbered from ``first`` on."""
    session = context.session()
    described, parts, name = list(tasks), len(tasks), context.name

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                faults.reach(f"{name}.threads.{index}")
                yield from fragments(described[index], parts)

    frame = session.range(0, parts, 1, parts).mapInArrow(read, from_arrow_schema(FRAGMENT))
    write = partial(join_parts, replace(tasks[0], index=first, slices=()))
    return write_partitions(context, frame, ORDER, write, parts, 2 * parts)
