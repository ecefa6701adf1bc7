"""The election by rounds on Spark, for graphs that one core should not hold; equal to elect_local.

Nodes are classes, named by the rank of their best eligible member (its last 16 bytes are the id).  In a
round every node without a better undecided neighbour is kept and its neighbours are dropped; a random
order needs O(log^2 n) rounds (Blelloch et al. 2012, Greedy Sequential Maximal Independent Set and
Matching are Parallel on Average).  What is left below ``limit`` edges is decided in one pass.
"""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import BinaryType, StructField, StructType

from corpus.identity import fixed_bytes
from filters.dedup.election import EXACT, KEPT, NEAR, dropped
from filters.dedup.rank import RANK_BYTES

LIMIT = 4_000_000  # edges that one pass decides, 64 bytes each on the driver


def elect(documents: DataFrame, pairs: DataFrame, limit: int = LIMIT) -> DataFrame:
    """Rows (id, fate int, kept_id, value float, cluster_size int) of the eligible documents.

    ``documents``: id, squeezed and rank (binary), eligible (boolean), one row per document of the run;
    ``pairs``: rows of PAIR.  kept_id and value are null for a kept document, cluster_size for a dropped.
    """
    eligible = documents.where("eligible")
    best = eligible.groupBy("squeezed").agg(f.min("rank").alias("best"))
    nodes = documents.join(best, "squeezed").select("id", "best")
    edges = (
        pairs.join(nodes.select(f.col("id").alias("a"), f.col("best").alias("x")), "a")
        .join(nodes.select(f.col("id").alias("b"), f.col("best").alias("y")), "b")
        .select(f.least("x", "y").alias("better"), f.greatest("x", "y").alias("worse"), "how", "jaccard")
        .localCheckpoint()
    )
    lost = _rounds(edges.select("better", "worse"), limit)
    kept_edges = edges.join(lost.select(f.col("worse").alias("better")), "better", "left_anti")
    named = f.min(f.struct("better", "how", "jaccard")).alias("by")
    losers = lost.join(kept_edges, "worse").groupBy("worse").agg(named).withColumnRenamed("worse", "best")
    folded = f.when(f.col("by.how") == "folded", EXACT).otherwise(NEAR)
    own = f.when(f.col("rank") == f.col("best"), KEPT).otherwise(EXACT)
    fates = eligible.join(best, "squeezed").join(losers, "best", "left").select(
        "id",
        f.when(f.col("by").isNull(), own).otherwise(folded).alias("fate"),
        f.substring(f.coalesce("by.better", "best"), RANK_BYTES - 15, 16).alias("kept_id"),
        f.coalesce("by.jaccard", f.lit(1.0).cast("float")).alias("value"),
    )  # fmt: skip
    sizes = fates.groupBy(f.col("kept_id").alias("id")).agg(f.count("*").cast("int").alias("size"))
    kept = f.col("fate") == KEPT
    return fates.join(sizes, "id", "left").select(
        "id",
        "fate",
        f.when(~kept, f.col("kept_id")).alias("kept_id"),
        f.when(~kept, f.col("value")).alias("value"),
        f.when(kept, f.col("size")).alias("cluster_size"),
    )


def _rounds(edges: DataFrame, limit: int) -> DataFrame:
    """The nodes (column ``worse``) that are not kept."""
    lost = edges.select("worse").limit(0)
    while (count := edges.count()) > limit:
        tops = (
            edges.select("better").distinct().join(edges.select(f.col("worse").alias("better")), "better", "left_anti")
        )
        gone = edges.join(tops, "better").select("worse").distinct().localCheckpoint()
        lost = lost.union(gone)
        edges = edges.join(gone, "worse", "left_anti")
        edges = edges.join(gone.select(f.col("worse").alias("better")), "better", "left_anti").localCheckpoint()
    if not count:
        return lost
    table = edges.toArrow()
    words = [fixed_bytes(table.column(name).combine_chunks(), RANK_BYTES) for name in ("better", "worse")]
    rest = pa.array(dropped(*(side.reshape(-1, RANK_BYTES) for side in words)), pa.binary())
    schema = StructType([StructField("worse", BinaryType())])
    return lost.union(edges.sparkSession.createDataFrame(pa.table({"worse": rest}), schema))
