"""The explicit list of rules and their thresholds: adding a rule is one file, one line in
FilterConfig, one test.

Annotate calls ``score_batch``; select, the pipe and explain call ``decide``.  Thresholds of one document
are the rule's own, then the kind's, then the source's: the most specific value stands.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.ledger import STAGE_REASONS
from corpus.sources.config import KindConfig
from filters.language.hangul_share import HangulShareThresholds
from filters.quality import statistics
from filters.quality.labels import LabelsThresholds
from filters.quality.length import LengthThresholds
from filters.quality.repetition import RepetitionThresholds
from filters.quality.statistics import TextStatistics
from filters.quality.symbols import SymbolsThresholds
from filters.rule import Array, Check, Scorer, quantised

Overrides = Mapping[str, Mapping[str, Mapping[str, float | None]]]

# Kinds whose text differs from articles by nature.  A user's `filters.kinds` is laid over these.
KINDS: Overrides = {
    # One utterance: short (KcBERT, Lee 2020, keeps 10 characters and more; 3 % of film reviews that people
    # rated have fewer than 5), unspaced, and full of ... and ㅋㅋ.
    "comments": {
        "length": {"minimum_characters": 5, "minimum_eojeol": None, "maximum_eojeol": None},
        "symbols": {"maximum_symbols": 0.6, "maximum_ellipses": None},
        "repetition": {"top_2": 0.6, "top_3": 0.6, "top_4": 0.6},
    },
    # An answer may be one sentence.
    "kin": {"length": {"minimum_characters": 10, "maximum_eojeol": None}, "symbols": {"maximum_ellipses": 0.5}},
    "cafe": {"length": {"minimum_characters": 10, "maximum_eojeol": None}, "symbols": {"maximum_ellipses": 0.5}},
    # Transcribed speech: an utterance may be one word.
    "modu": {"length": {"minimum_characters": 2, "minimum_eojeol": 1.0}, "symbols": {"maximum_ellipses": 0.5}},
    # Dates and figures: 0.5 % of real encyclopedia paragraphs have more than 0.22 digits.
    "wiki": {"symbols": {"maximum_digits": 0.4}},
    "ency": {"symbols": {"maximum_digits": 0.4}},
    # Edited prose holds no code: Gopher's values for lines and paragraphs, and dps's 0.25 Hangul.
    "news": {
        "hangul_share": {"minimum": 0.25},
        "repetition": {
            "duplicate_lines": 0.3,
            "duplicate_line_characters": 0.2,
            "duplicate_paragraphs": 0.3,
            "duplicate_paragraph_characters": 0.2,
        },
    },
}


def _layered(lower: Overrides, upper: Overrides) -> dict[str, dict[str, dict[str, float | None]]]:
    merged: dict[str, dict[str, dict[str, float | None]]] = {}
    for layer in (lower, upper):
        for group, rules in layer.items():
            for rule, values in rules.items():
                merged.setdefault(group, {}).setdefault(rule, {}).update(values)
    return merged


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterConfig:
    """The list of rules, one line each, in catalog order: the first failing check names the reason.

    ``kinds`` and ``sources`` hold partial thresholds: name -> rule -> threshold -> value.
    After construction ``kinds`` shows the built-in values of KINDS too, so that a printed configuration
    and a fingerprint hold everything that decides.
    """

    length: LengthThresholds = LengthThresholds()
    hangul_share: HangulShareThresholds = HangulShareThresholds()
    symbols: SymbolsThresholds = SymbolsThresholds()
    labels: LabelsThresholds = LabelsThresholds()
    repetition: RepetitionThresholds = RepetitionThresholds()
    kinds: Mapping[str, Mapping[str, Mapping[str, float | None]]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Mapping[str, float | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", _layered(KINDS, self.kinds))


# (rule, its thresholds' class) in catalog order.
RULES: tuple[tuple[Scorer, type], ...] = tuple(
    (item.default.RULE, type(item.default))
    for item in dataclasses.fields(FilterConfig)
    if item.default is not dataclasses.MISSING
)


def check_config(config: FilterConfig) -> None:
    """Raise ConfigError on a rule or threshold that does not exist, naming the nearest that does."""
    known = {rule.name: [item.name for item in dataclasses.fields(kind)] for rule, kind in RULES}
    for section in ("kinds", "sources"):
        for group, rules in getattr(config, section).items():
            for rule, values in rules.items():
                path = f"filters.{section}.{group}.{rule}"
                if rule not in known:
                    raise ConfigError(path, f"no such rule {rule!r}", _nearest(rule, list(known)))
                for name in values:
                    if name not in known[rule]:
                        raise ConfigError(f"{path}.{name}", f"no such threshold {name!r}", _nearest(name, known[rule]))


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(known))}"


def thresholds(
    config: FilterConfig, kind: str | None, source: str | None, languages: Collection[str] = ("ko",)
) -> dict[str, Any]:
    """Thresholds per rule name for one kind and source; kinds and sources not configured are ordinary."""
    found: dict[str, Any] = {}
    for rule, _ in RULES:
        value = getattr(config, rule.name)
        for partial in (config.kinds.get(kind or "", {}), config.sources.get(source or "", {})):
            if rule.name in partial:
                value = dataclasses.replace(value, **partial[rule.name])
        expecting = getattr(rule, "expecting", None)
        found[rule.name] = value if expecting is None else expecting(value, languages)
    return found


def checks(
    config: FilterConfig, kind: str | None, source: str | None, kinds: Mapping[str, KindConfig] | None = None
) -> tuple[tuple[Scorer, Check], ...]:
    """Every check of a kind and source, catalog order, switched-off ones (threshold None) too.

    ``kinds`` is the configuration's: what languages each kind expects, Korean by default.
    """
    expected = (kinds or {}).get(kind or "", KindConfig()).languages
    found = thresholds(config, kind, source, expected)
    return tuple((rule, check) for rule, _ in RULES for check in rule.checks(found[rule.name]))


_CHECKS = tuple((rule, check) for rule, kind in RULES for check in rule.checks(kind()))
RULE_REASONS: tuple[str, ...] = tuple(check.reason for _, check in _CHECKS)
# Every reason that a decision row may carry.
REASONS: tuple[str, ...] = (*RULE_REASONS, *STAGE_REASONS)


def versions() -> dict[str, int | str]:
    """What alters scores besides the text."""
    return {
        **{f"filters.{rule.name}": rule.version for rule, _ in RULES},
        "filters.statistics": statistics.VERSION,
        "unicode": unicodedata.unidata_version,
    }


BASE_COLUMNS = (
    pa.field("id", pa.binary()),
    pa.field("source", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("bytes", pa.int64()),
    pa.field("characters", pa.int32()),
)


@cache
def attribute_schema() -> pa.Schema:
    """Columns of attributes/: identity, sizes, then ``<rule>.<score>``; rule versions in the metadata."""
    scores = [pa.field(f"{rule.name}.{score.name}", score.type) for rule, _ in RULES for score in rule.scores]
    rules = {rule.name: rule.version for rule, _ in RULES}
    return pa.schema(
        [*BASE_COLUMNS, *scores],
        metadata={"malmoi.schema": "attribute 1", "malmoi.rules": json.dumps(rules, sort_keys=True)},
    )


def score_batch(batch: DocumentBatch) -> pa.RecordBatch:
    """Attribute rows of a batch, in its order.  Reads the columns id, source, kind and text."""
    found = TextStatistics.of(batch)
    arrays = [
        batch.column("id"),
        batch.column("source"),
        batch.column("kind"),
        pa.array(found["bytes"], pa.int64()),
        pa.array(statistics.counts(found["characters"]), pa.int32()),
    ]
    for rule, _ in RULES:
        values = rule.score(batch)
        arrays += [pa.array(values[score.name], score.type) for score in rule.scores]
    return pa.RecordBatch.from_arrays(arrays, schema=attribute_schema())


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
    failed = np.zeros((table.num_rows, len(_CHECKS)), np.bool_)
    columns: dict[str, Array] = {}
    for index, (rule, check) in enumerate(_CHECKS):
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
    for index, (rule, check) in enumerate(_CHECKS):
        rows = np.flatnonzero((first == index) & ~passes)
        value[rows] = columns[f"{rule.name}.{check.score}"][rows]
    reasons = pa.array(RULE_REASONS, pa.string())
    offsets = np.concatenate([[0], np.cumsum(failed.sum(axis=1))]).astype(np.int32)
    rule_versions = np.array([rule.version for rule, _ in _CHECKS], np.int32)
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
    limits = np.full((len(pairs), len(_CHECKS)), np.nan)
    for index, pair in enumerate(pairs.tolist()):
        kind, source = names[0][pair // len(names[1])], names[1][pair % len(names[1])]
        for column_index, (_, check) in enumerate(checks(config, kind, source, kinds)):
            if check.threshold is not None:
                limits[index, column_index] = check.threshold
    return group, limits
