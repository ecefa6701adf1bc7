"""Decide: attribute rows against the thresholds of their kind and source.  No text is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpus.sources.config import KindConfig
from filters.catalog import CHECKS, RULE_REASONS, FilterConfig, checks
from filters.rule import Array, Check, quantised


@dataclass(frozen=True)
class Decided:
    """What the rules say of each row, in the rows' order; null where a row passes.

    ``reason``: the first failing check in catalog order; ``value``, ``threshold`` and ``rule_version``
    are that check's; ``all_reasons``: every failing check, catalog order, empty where a row passes.
    """

    passes: Array  # bool
    reason: pa.Array  # string
    all_reasons: pa.Array  # list of string
    value: pa.Array  # float64
    threshold: pa.Array  # float64
    rule_version: pa.Array  # int32


def decide(
    attributes: pa.RecordBatch | pa.Table, config: FilterConfig, kinds: Mapping[str, KindConfig] | None = None
) -> Decided:
    """Compare attribute rows with the thresholds of their kind and source.

    A score equal to its threshold passes.  Raises KeyError when a column is missing.
    """
    table = pa.Table.from_batches([attributes]) if isinstance(attributes, pa.RecordBatch) else attributes
    group, limits, compared = _limits(table, config, kinds)
    failed = np.zeros((table.num_rows, len(CHECKS)), np.bool_)
    columns = _Columns(table)
    for index, (rule, check) in enumerate(CHECKS):
        limit = limits[group, index]  # NaN, which nothing fails, where a check is off
        values = columns.compared(rule.name, [found[index] for found in compared], group)
        if columns.is_float(rule.name, check):
            limit = quantised(limit).astype(np.float64)  # as the scores are, so that a share equal to it passes
        failed[:, index] = values < limit if check.fails == "below" else values > limit
    passes: Array = np.logical_not(failed.any(axis=1))
    first = failed.argmax(axis=1)
    value = np.zeros(table.num_rows)
    for index, (rule, _) in enumerate(CHECKS):
        rows = np.flatnonzero((first == index) & ~passes)
        if len(rows):
            value[rows] = columns.compared(rule.name, [found[index] for found in compared], group)[rows]
    reasons = pa.array(RULE_REASONS, pa.string())
    offsets = np.concatenate([[0], np.cumsum(failed.sum(axis=1))]).astype(np.int32)
    rule_versions = np.array([rule.version for rule, _ in CHECKS], np.int32)
    return Decided(
        passes,
        reasons.take(pa.array(first, pa.int64(), mask=passes)),
        pa.ListArray.from_arrays(pa.array(offsets), reasons.take(pa.array(np.nonzero(failed)[1]))),
        pa.array(value, pa.float64(), mask=passes),
        pa.array(limits[group, first], pa.float64(), mask=passes),
        pa.array(rule_versions[first], pa.int32(), mask=passes),
    )


class _Columns:
    """Scores of a table as float64, and their sums, each made once."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.made: dict[tuple[str, ...], Array] = {}

    def total(self, names: tuple[str, ...]) -> Array:
        """Sum of these columns: exact, since scores are multiples of 1/4096."""
        if names not in self.made:
            parts = [self.table.column(name).to_numpy().astype(np.float64) for name in names]
            self.made[names] = np.sum(parts, axis=0) if parts else np.zeros(self.table.num_rows)
        return self.made[names]

    def compared(self, rule: str, scores: list[tuple[str, ...]], group: Array) -> Array:
        """What a check compares in every row, given the scores that it sums in every group."""
        if not scores:
            return np.zeros(0)  # no group, no row
        kinds = {names: self.total(tuple(f"{rule}.{name}" for name in names)) for names in dict.fromkeys(scores)}
        if len(kinds) == 1:
            return next(iter(kinds.values()))
        places = list(kinds)
        choice = np.array([places.index(names) for names in scores])[group]
        result: Array = np.choose(choice, list(kinds.values()))
        return result

    def is_float(self, rule: str, check: Check) -> bool:
        return bool(pa.types.is_floating(self.table.schema.field(f"{rule}.{check.scores[0]}").type))


def _limits(
    table: pa.Table, config: FilterConfig, kinds: Mapping[str, KindConfig] | None
) -> tuple[Array, Array, list[list[tuple[str, ...]]]]:
    """Group of every row; limits (groups x checks, NaN where off) and scores of every kind and source met."""
    codes, names = [], []
    for column in ("kind", "source"):
        encoded = table.column(column).combine_chunks().dictionary_encode(null_encoding="encode")
        codes.append(encoded.indices.to_numpy().astype(np.int64))
        names.append(encoded.dictionary.to_pylist())
    pairs, group = np.unique(codes[0] * max(len(names[1]), 1) + codes[1], return_inverse=True)
    limits = np.full((len(pairs), len(CHECKS)), np.nan)
    compared = []
    for index, pair in enumerate(pairs.tolist()):
        kind, source = names[0][pair // len(names[1])], names[1][pair % len(names[1])]
        found = checks(config, kind, source, kinds)
        compared.append([check.scores for _, check in found])
        for column_index, (_, check) in enumerate(found):
            if check.threshold is not None:
                limits[index, column_index] = check.threshold
    return group, limits, compared
