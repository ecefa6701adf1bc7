"""The election by rounds on Spark equals its plain definition and the one on one core."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from filters.dedup.election import KEPT, REASONS
from filters.dedup.verification import PAIR
from jobs.spark.election import elect
from tests.filters.dedup.test_election import Graph


def test_rounds_equal_the_plain_definition_on_1000_random_graphs(spark: Any) -> None:
    """The graphs side by side are one graph, whose election is the union of theirs."""
    graphs = [Graph(seed, 25) for seed in range(1000)]
    for number, graph in enumerate(graphs):  # classes of different graphs are different
        graph.classes = [number.to_bytes(8, "big") + class_[8:] for class_ in graph.classes]
    compare(spark, graphs, limit=0)


@pytest.mark.parametrize("limit", [200, 10**9])
def test_a_remainder_decided_in_one_pass_changes_nothing(spark: Any, limit: int) -> None:
    compare(spark, [Graph(seed, 300) for seed in (7,)], limit)


def compare(spark: Any, graphs: list[Graph], limit: int) -> None:
    documents = pa.table(
        {
            "id": [id_ for graph in graphs for id_ in graph.ids],
            "squeezed": [class_ for graph in graphs for class_ in graph.classes],
            "rank": [rank for graph in graphs for rank in graph.ranks],
            "eligible": np.concatenate([graph.eligible for graph in graphs]),
        }
    )
    pairs = pa.Table.from_pylist(
        [{"a": a, "b": b, "how": how, "jaccard": value} for graph in graphs for a, b, how, value in graph.pairs], PAIR
    )
    rows = elect(spark.createDataFrame(documents), spark.createDataFrame(pairs), limit).collect()
    found = {bytes(row.id): row for row in rows}
    wanted = {id_: fate for graph in graphs for id_, fate in graph.defined().items()}
    assert found.keys() == wanted.keys()
    sizes = dict.fromkeys(wanted, 1)
    for id_, (_, kept) in wanted.items():
        sizes[kept] += kept != id_
    for id_, (fate, kept) in wanted.items():
        row = found[id_]
        if fate == "kept":
            assert (row.fate, row.kept_id, row.value, row.cluster_size) == (KEPT, None, None, sizes[id_])
        else:
            assert (REASONS[row.fate], bytes(row.kept_id), row.cluster_size) == (fate, kept, None)
    for graph in graphs[:50]:
        local = graph.elect()
        for n, id_ in enumerate(graph.ids):
            if graph.eligible[n]:
                assert local.fate[n] == found[id_].fate
                assert np.isnan(local.value[n]) if found[id_].value is None else local.value[n] == found[id_].value
