"""The election of kept documents: the lexicographically first maximal independent set of the pair graph.

Nodes are classes: documents of the same text but for white space.  Only documents that passed every
other rule are eligible; a class with none takes no part.  The rank of a class is that of its best
eligible member.  From the best class on, a class is kept when none of its neighbours is; so every
dropped class has a kept neighbour to which it is verified similar, there are no chains, and a cluster
is never lost because its best copy was spam.

- The best eligible member of a kept class is kept; its other eligible members are dropped
  ``dedup.exact`` and name it.
- Eligible members of any other class are dropped and name the kept document of the best-ranked kept
  neighbour: ``dedup.exact`` when that pair is ``folded``, else ``dedup.near``.
- ``cluster_size`` of a kept document is 1 + the documents that name it.

Pairs name the class representatives among *all* documents, eligible or not; every member inherits
the pairs of its class.  :func:`elect_local` does it on one core; jobs/spark/election.py by rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.identity import ID_BYTES, fixed_bytes
from filters.dedup.candidates import CLASS_BYTES
from filters.dedup.election_kernel import first_in_class, link, number_keys, passes, place_of
from filters.dedup.rank import RANK_BYTES

ELECTION_VERSION = 1

INELIGIBLE, KEPT, EXACT, NEAR = -1, 0, 1, 2
REASONS = {EXACT: "dedup.exact", NEAR: "dedup.near"}

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Election:
    """One value per document, in the order in which the documents were given.

    ``fate`` int8: INELIGIBLE, KEPT, EXACT or NEAR (see REASONS).
    ``kept_row`` int64: the row of the kept document that it names; -1 unless EXACT or NEAR.
    ``value`` float32: Jaccard of the pair with the kept document, 1 for exact ones; NaN unless dropped.
    ``cluster_size`` int32: 1 + documents that name it; 0 unless KEPT.
    """

    fate: Array
    kept_row: Array
    value: Array
    cluster_size: Array


def elect_local(
    ids: Any, classes: Any, ranks: Bytes, eligible: Array, a: Any, b: Any, jaccard: Array, how: Any
) -> Election:
    """Elect on one core, O(n log n): about 2 s a million documents, 150 bytes of memory each.

    ``ids``, ``classes`` (squeezed digests): 16 bytes for every document of the run, eligible or not, as
    Arrow binary or uint8 of (n, 16); ``ranks`` uint8 of (n, 32) from :func:`filters.dedup.rank.ranks`;
    ``eligible`` bool of n.  ``a``, ``b``, ``jaccard`` (float32), ``how``: the columns of the pairs, ``how``
    as Arrow strings or as bool "is folded".
    Raises ValueError when a pair names a document that is not among ``ids``.
    """
    id_words, class_words = _words(ids, ID_BYTES), _words(classes, CLASS_BYTES)
    rank_words = _words(ranks, RANK_BYTES)
    rows = len(id_words)
    wanted = np.ascontiguousarray(eligible, np.bool_)
    table, _ = number_keys(id_words)
    first, second = place_of(table, id_words, _words(a, ID_BYTES)), place_of(table, id_words, _words(b, ID_BYTES))
    if len(first) and (first.min() < 0 or second.min() < 0):
        raise ValueError("a pair names a document that is not among the ids")
    _, class_of = number_keys(class_words)
    order = np.lexsort(rank_words.T[::-1])
    best = first_in_class(order, class_of, wanted)  # per class: its best eligible row, -1 without one
    place = np.empty(rows, np.int64)  # of a row in the order of ranks
    place[order] = np.arange(rows)
    folded = how if isinstance(how, np.ndarray) else _flags(how)
    heads, neighbours, edges = link(class_of[first], class_of[second], best, place)
    keeper, edge = passes(order, class_of, best, heads, neighbours, edges, place)
    fate = np.full(rows, INELIGIBLE, np.int8)
    kept_row = np.full(rows, -1, np.int64)
    value = np.full(rows, np.nan, np.float32)
    chosen = np.flatnonzero(wanted)
    group = class_of[chosen]
    own = edge[group] < 0  # of a kept class
    kept_row[chosen] = keeper[group]
    beaten = chosen[~own]
    fate[chosen[own]] = EXACT
    value[chosen[own]] = 1.0
    by = edge[class_of[beaten]]
    fate[beaten] = np.where(np.asarray(folded, np.bool_)[by], EXACT, NEAR) if len(beaten) else NEAR
    value[beaten] = np.asarray(jaccard, np.float32)[by] if len(beaten) else np.nan
    winners = chosen[kept_row[chosen] == chosen]
    fate[winners] = KEPT
    value[winners] = np.nan
    cluster_size = np.zeros(rows, np.int32)
    named = np.bincount(kept_row[chosen], minlength=rows) if len(chosen) else np.zeros(rows, np.int64)
    cluster_size[winners] = named[winners]  # it names itself: the 1
    kept_row[winners] = -1
    return Election(fate, kept_row, value, cluster_size)


def dropped(better: Bytes, worse: Bytes) -> list[bytes]:
    """The nodes that are not kept, from edges between ranks: uint8 of (n, 32) each, better first."""
    both = np.concatenate([better, worse])
    nodes, of = np.unique(both.view(f"V{RANK_BYTES}").reshape(-1), return_inverse=True)
    first, second = of[: len(better)], of[len(better) :]
    rows = np.arange(len(nodes))  # np.unique sorts bytes, so a node's number is its place
    heads, neighbours, edges = link(first, second, rows, rows)
    _, edge = passes(rows, rows, rows, heads, neighbours, edges, rows)
    return [bytes(node) for node in nodes[edge >= 0]]


def _flags(how: pa.Array | pa.ChunkedArray) -> Array:
    flags: Array = pc.equal(how, "folded").to_numpy(zero_copy_only=False) if len(how) else np.zeros(0, np.bool_)
    return flags


def _words(values: Any, width: int) -> Array:
    """Big-endian uint64 words of (n, width / 8), so that comparing words compares bytes."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        values = fixed_bytes(values, width) if len(values) else np.zeros(0, np.uint8)
    flat: Array = np.ascontiguousarray(values).reshape(-1)
    words: Array = flat.view(">u8").astype(np.uint64).reshape(-1, width // 8)
    return words
