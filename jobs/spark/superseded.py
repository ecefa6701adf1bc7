"""Older versions of documents: found by comparing ids, taken out of the files that hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Window
from pyspark.sql import functions as f

from corpus.table import read_batches
from jobs.spark.tables import frame_of, tables
from jobs.stage import StageContext
from jobs.tasks.superseded import PLACED, PlacesTask, SupersededTask, drop_superseded, placed

# The latest version lives; what is equal in all but its place is told apart by the record's digest, so
# that the layout of the input decides nothing but between equal records.
IDS = pa.schema([("id", pa.binary())])
ORDER = ("fetched_at", "text_digest", "digest", "file", "offset")
FEW = 2_000_000  # documents whose ids (32 MB) the driver compares by itself: a query takes a second more than they


def rewrite(context: StageContext, names: Sequence[str]) -> list[dict[str, Any]]:
    """drop_superseded's answer for every documents file that holds a superseded row.

    Shuffled are 16-byte ids, then dates, digests and places of the rows whose id repeats; no text.
    """
    if not names or _distinct(context, names):
        return []
    repeated = tables(context, names, IDS).groupBy("id").count().where("count > 1").select("id").persist()
    try:
        if repeated.isEmpty():
            return []
        places = [PlacesTask(context.run, name) for name in names]
        rows = frame_of(context, places, placed, PLACED).join(repeated, "id", "left_semi")
        latest = Window.partitionBy("id").orderBy(*(f.col(name).desc_nulls_last() for name in ORDER))
        ranked = rows.withColumn("rank", f.row_number().over(latest))
        losers = ranked.where("rank > 1").select("id", "file", "offset", "part")
        run = context.run

        def drop(table: pa.Table) -> pa.Table:
            places = zip(*(table.column(name).to_pylist() for name in ("id", "file", "offset")), strict=True)
            task = SupersededTask(run, table.column("part")[0].as_py(), frozenset(places))
            return pa.table({"result": [json.dumps(drop_superseded(task))]})

        return [json.loads(row.result) for row in losers.groupBy("part").applyInArrow(drop, "result string").collect()]
    finally:
        repeated.unpersist()


def _distinct(context: StageContext, names: Sequence[str]) -> bool:
    """Whether the documents are few and no id repeats."""
    ids: list[pa.Array] = []
    for name in names:
        ids += [batch.column("id") for batch in read_batches(context.uri(name), IDS.names)]
        if sum(map(len, ids)) > FEW:
            return False
    return int(pc.count_distinct(pa.chunked_array(ids, IDS.field("id").type)).as_py()) == sum(map(len, ids))
