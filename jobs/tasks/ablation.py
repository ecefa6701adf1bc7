"""What each rule would drop alone, and what it adds as the last one: sums over the decisions' lists of reasons.

A document that a person kept, or that passed everything, counts for no rule, whatever it lists; one that the
election dropped counts for that alone.  Documents that other rules drop never reach the election, so what duplicates
would take alone is not known: their ``alone`` equals their ``last``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.ledger import KEPT
from filters.catalog import RULE_REASONS
from filters.dedup.election import REASONS as ELECTION_REASONS
from jobs.tasks.decide import OWN
from jobs.tasks.decisions import array

COLUMNS = ("kind", "fate", "reason", "all_reasons")
# The order in which select asks.
ORDER: tuple[str, ...] = (*OWN[:-1], *RULE_REASONS, OWN[-1], *(name for name in ELECTION_REASONS.values()))

Array = np.ndarray[Any, np.dtype[Any]]


def rule_of(reason: str) -> str:
    return reason.partition(".")[0]


@dataclass(frozen=True)
class Counts:
    """Of ``names``, in the order in which select asks: documents that each alone would drop, drops as the last one
    (nothing else would), and was the first to name; ``both``: documents that two of them would drop."""

    names: tuple[str, ...]
    alone: tuple[int, ...]
    last: tuple[int, ...]
    first: tuple[int, ...]
    both: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Ablation:
    """``kinds``: kind -> documents, and ``last`` of every rule that has any there."""

    documents: int
    kept: int
    reasons: Counts
    rules: Counts
    kinds: dict[str, tuple[int, dict[str, int]]]


class _Sums:
    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.both = np.zeros((len(names), len(names)), np.int64)
        self.last = np.zeros(len(names), np.int64)
        self.first = np.zeros(len(names), np.int64)

    def add(self, holds: Array, first: Array) -> Array:
        """``holds``: documents x names; ``first``: place of the naming one, -1 where none.  Answers which are alone."""
        numbers = holds.astype(np.float64)  # a product of floats is a fast one, and exact below 2^53
        self.both += np.rint(numbers.T @ numbers).astype(np.int64)
        single: Array = holds & (holds.sum(axis=1) == 1)[:, None]
        self.last += single.sum(axis=0)
        self.first += np.bincount(first[first >= 0], minlength=len(self.names))
        return single

    def counts(self) -> Counts:
        alone = np.diagonal(self.both)
        met = np.flatnonzero(alone).tolist()

        def told(values: Array) -> tuple[int, ...]:
            return tuple(int(values[place]) for place in met)

        names, rows = tuple(self.names[place] for place in met), tuple(told(self.both[place]) for place in met)
        return Counts(names, told(alone), told(self.last), told(self.first), rows)


def ablation(read: Callable[[], Iterable[pa.RecordBatch]]) -> Ablation:
    """Sums over decisions; ``read`` gives their COLUMNS, and is called twice: names come first.

    A reason that this catalog does not know stands after those that it does.
    """
    known = {name for batch in read() for name in pc.unique(batch.column("all_reasons").flatten()).to_pylist()}
    names = [*ORDER, *sorted(known - {*ORDER})]
    rules = list(dict.fromkeys(map(rule_of, names)))
    owner = np.array([rules.index(rule_of(name)) for name in names])
    reasons, by_rule = _Sums(names), _Sums(rules)
    kinds: dict[str, tuple[int, Array]] = {}
    documents = kept = 0
    for batch in read():
        holds, first = _holding(batch, names)
        reasons.add(holds, first)
        grouped = np.zeros((len(holds), len(rules)), np.bool_)
        for place in np.flatnonzero(holds.any(axis=0)).tolist():
            grouped[:, owner[place]] |= holds[:, place]
        single = by_rule.add(grouped, np.where(first >= 0, owner[first], -1))
        documents += batch.num_rows
        kept += int(pc.sum(pc.equal(batch.column("fate"), KEPT)).as_py() or 0)
        column = pc.fill_null(batch.column("kind"), "")
        for kind in pc.unique(column).to_pylist():
            own = np.asarray(pc.equal(column, kind))
            count, last = kinds.get(kind, (0, np.zeros(len(rules), np.int64)))
            kinds[kind] = (count + int(own.sum()), last + single[own].sum(axis=0))
    told = {
        kind: (count, {rules[place]: int(last[place]) for place in np.flatnonzero(last)})
        for kind, (count, last) in sorted(kinds.items())
    }
    return Ablation(documents, kept, reasons.counts(), by_rule.counts(), told)


def _holding(table: pa.RecordBatch, names: Sequence[str]) -> tuple[Array, Array]:
    """Documents x names: which of them would drop it; and the place of the one that is its reason, or -1."""
    lists, value_set = array(table, "all_reasons"), pa.array(names, pa.string())
    holds = np.zeros((table.num_rows, len(names)), np.bool_)
    owner = np.repeat(np.arange(table.num_rows), np.asarray(pc.fill_null(lists.value_lengths(), 0)))
    holds[owner, np.asarray(pc.index_in(lists.flatten(), value_set=value_set))] = True
    kept = np.asarray(pc.equal(array(table, "fate"), KEPT))
    holds[kept] = False
    place = pc.index_in(array(table, "reason"), value_set=value_set)
    first = pc.fill_null(place, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    first[kept] = -1
    elected = np.array([name in ELECTION_REASONS.values() for name in names])
    by_election = (first >= 0) & elected[first]
    holds[by_election] &= elected
    return holds, first
