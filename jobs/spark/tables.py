"""Frames of rows that the Python workers read: Spark itself opens no file.

So one set of connections, corpus.storage's, serves every file system, and Spark needs no jar for any
(S3 alone would be half a gigabyte).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from corpus.table import read_batches
from jobs.stage import StageContext

T = TypeVar("T")


def frame_of(
    context: StageContext, tasks: Sequence[T], rows: Callable[[T], Iterator[pa.RecordBatch]], schema: pa.Schema
) -> DataFrame:
    """``rows`` of every task, batches of ``schema``, one partition a task."""
    described = list(tasks)

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                for found in rows(described[index]):
                    yield found.select(schema.names)

    frame = context.session().range(0, len(described), 1, max(len(described), 1))
    return frame.mapInArrow(read, from_arrow_schema(schema.remove_metadata()))


def tables(context: StageContext, names: Sequence[str], schema: pa.Schema) -> DataFrame:
    """The columns of ``schema`` of Parquet files of the run."""
    columns = partial(read_batches, columns=schema.names)
    return frame_of(context, [context.uri(name) for name in names], columns, schema)
