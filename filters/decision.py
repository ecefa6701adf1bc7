"""Decide: attribute rows against the thresholds of their kind and source.  No text is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpus.sources.config import KindConfig
from filters.catalog import CHECKS, RULE_REASONS, FilterConfig, checks
from filters.rule import Array, quantised


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
    group, limits = _limits(table, config, kinds)
    failed = np.zeros((table.num_rows, len(CHECKS)), np.bool_)
    columns: dict[str, Array] = {}
    for index, (rule, check) in enumerate(CHECKS):
        name = f"{rule.name}.{check.score}"
        if name not in columns:
            columns[name] = table.column(name).to_numpy().astype(np.float64)
        limit = limits[group, index]  # NaN, which nothing fails, where a check is off
        if pa.types.is_floating(table.schema.field(name).type):
            limit = quantised(limit).astype(np.float64)  # as the scores are, so that a share equal to it passes
        failed[:, index] = columns[name] < limit if check.fails == "below" else columns[name] > limit
    passes: Array = np.logical_not(failed.any(axis=1))
    first = failed.argmax(axis=1)
    value = np.zeros(table.num_rows)
    for index, (rule, check) in enumerate(CHECKS):
        rows = np.flatnonzero((first == index) & ~passes)
        value[rows] = columns[f"{rule.name}.{check.score}"][rows]
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


def _limits(table: pa.Table, config: FilterConfig, kinds: Mapping[str, KindConfig] | None) -> tuple[Array, Array]:
    """Group of every row, and the limits (groups x checks, NaN where off) of every kind and source met."""
    codes, names = [], []
    for column in ("kind", "source"):
        encoded = table.column(column).combine_chunks().dictionary_encode(null_encoding="encode")
        codes.append(encoded.indices.to_numpy().astype(np.int64))
        names.append(encoded.dictionary.to_pylist())
    pairs, group = np.unique(codes[0] * max(len(names[1]), 1) + codes[1], return_inverse=True)
    limits = np.full((len(pairs), len(CHECKS)), np.nan)
    for index, pair in enumerate(pairs.tolist()):
        kind, source = names[0][pair // len(names[1])], names[1][pair % len(names[1])]
        for column_index, (_, check) in enumerate(checks(config, kind, source, kinds)):
            if check.threshold is not None:
                limits[index, column_index] = check.threshold
    return group, limits
