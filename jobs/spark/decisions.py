"""select for corpora that one task should not decide: verdicts per file, the election by rounds, and the
decisions where their ids belong.  Equal to jobs.tasks.decide.select_whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import functions as f

from corpus.ledger import KEPT
from filters.dedup.verification import PAIR
from jobs.spark.election import elect
from jobs.spark.shuffle import write_partitions
from jobs.spark.tables import frame_of, tables
from jobs.stage import StageContext
from jobs.tasks.decide import VERDICT, DecideTask, SelectTask, verdicts, with_parts
from jobs.tasks.decisions import write_decisions, write_elected


def decide_by_rounds(context: StageContext, task: SelectTask) -> list[dict[str, Any]]:
    """One answer of write_decisions per part, in order."""
    described, parts = task.files, task.parts

    def read(file: DecideTask) -> Iterator[pa.RecordBatch]:
        yield from with_parts(verdicts(file), parts)

    verdict = frame_of(context, described, read, VERDICT.append(pa.field("part", pa.int32())))
    verdict = verdict.persist(StorageLevel.DISK_ONLY)  # the election reads it several times
    try:
        pairs = tables(context, task.pairs, PAIR)
        documents = verdict.select(
            "id", f.col("class").alias("squeezed"), "rank", (f.col("fate") == KEPT).alias("eligible")
        )
        elected = elect(documents, pairs).select(
            "id",
            f.col("fate").alias("elected"),
            f.col("kept_id").alias("twin"),
            f.col("value").alias("similarity"),
            f.col("cluster_size").alias("size"),
        )
        rows = verdict.drop("rank", "class").join(elected, "id", "left")
        write = partial(write_elected, task.run, task.jaccard)
        answers = write_partitions(context, rows, ("id",), write, parts, len(described) + parts)
    finally:
        verdict.unpersist()
    written = {answer["part"]: answer for answer in answers}
    return [written.get(number) or write_decisions(task.run, number, ()) for number in range(parts)]
