"""Fates of documents from small tables alone: rights, overrides, verdicts and rules first, then the election.

No text is read: of documents only id, rights, signals and, where an override or a verdict needs it, the URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import areas, storage
from corpus.areas import AreasConfig, classes_of
from corpus.errors import GateError
from corpus.identity import fixed_bytes
from corpus.ledger import DECISION, DROPPED, KEPT
from corpus.sources.config import KindConfig
from corpus.table import read_table
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.dedup.election import elect_local
from filters.dedup.rank import RANK_BYTES, ranks
from filters.dedup.verification import PAIR
from jobs.tasks import quantiles, service_verdicts
from jobs.tasks.decisions import array, fixed_binary, row_lists, settled, write_decisions
from jobs.tasks.overrides import DROP, KEEP, NOTHING, read_overrides
from jobs.tasks.overrides import VERSION as OVERRIDES_VERSION
from jobs.tasks.quantiles import STEPS, Cut, QualityConfig
from jobs.tasks.service_verdicts import VerdictLimits, limits_of, read_verdicts
from mixer.copies import id_words, parts_of

RIGHTS_VERSION = 1
# What decides before any rule, in this order: permission, the service's own bar, people.
BEFORE = ("rights.not_allowed", "rights.not_searchable", "override.drop")
# Everything that select itself decides: what comes before the rules, and last, after them, the quantile.
OWN = (*BEFORE, *areas.REASONS, *service_verdicts.REASONS, quantiles.REASON)
OWN_VERSIONS = pa.array(
    [
        *(RIGHTS_VERSION, RIGHTS_VERSION, OVERRIDES_VERSION),
        *[areas.VERSION] * len(areas.REASONS),
        *[service_verdicts.VERSION] * len(service_verdicts.REASONS),
        quantiles.VERSION,
    ],
    pa.int32(),
)
ROWS_PER_PART = 1_000_000
SLICE_ROWS = 16_384  # decided and written at a time
Array = np.ndarray[Any, np.dtype[Any]]

PAIR_COLUMNS = ("a", "b", "jaccard", "how")

# A decision before the election, with what the election and the census ask about it.
VERDICT = pa.schema(
    [
        *DECISION,
        ("bytes", pa.int64()),  # of the text
        ("judged", pa.int32()),  # bit i: a service gave a verdict of service_verdicts.TYPES[i]
        ("rank", pa.binary()),  # filters/dedup/rank.py
        ("class", pa.binary()),  # squeezed digest
    ]
)


@dataclass(frozen=True)
class DecideTask:
    """One documents file with the tables that lie beside it under the same ``name``, below ``run``.

    ``priority``: (source, number) of the inputs that have one; ``overrides``: URI of the table or None;
    ``verdicts``: URIs of the tables of the services' own, with their ``limits``; ``cuts`` of quantiles among all
    documents of the run, by source and kind; none where nothing is asked.
    """

    run: str
    name: str
    filters: FilterConfig
    kinds: tuple[tuple[str, KindConfig], ...] = ()
    priority: tuple[tuple[str, int], ...] = ()
    overrides: str | None = None
    verdicts: tuple[str, ...] = ()
    limits: VerdictLimits = VerdictLimits()
    areas: AreasConfig = AreasConfig()
    quality: QualityConfig = QualityConfig()
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True)
class SelectTask:
    """A whole select in one task: its files, the names of the pairs, and the Jaccard threshold."""

    run: str
    files: tuple[DecideTask, ...]
    pairs: tuple[str, ...]
    jaccard: float
    parts: int


def part_count(documents: int) -> int:
    """Number of decisions parts: ranges of the id, of about a million documents each."""
    return max(1, -(-documents // ROWS_PER_PART))


def verdicts(task: DecideTask) -> pa.Table:
    """VERDICT rows of one file in its order: what rights, overrides and rules say.

    Raises GateError when the tables do not name the same documents in the same order.
    """
    overrides = read_overrides(task.overrides) if task.overrides else NOTHING
    attributes = read_table(storage.join(task.run, "attributes", task.name)).combine_chunks()
    columns = ("id", "source", "characters", "created_at", "squeezed")
    signatures = read_table(storage.join(task.run, "signatures", task.name), columns).combine_chunks()
    service = read_verdicts(task.verdicts)
    signals = ("search_allowed", *service_verdicts.SIGNALS)
    by_url = bool(overrides.hosts) or len(service.urls.keys) > 0
    columns = ("id", "area", "rights.allowed", *(f"signals.{name}" for name in signals), *(("url",) if by_url else ()))
    documents = read_table(storage.join(task.run, "documents", task.name), columns).combine_chunks()
    for folder, table in (("attributes", attributes), ("signatures", signatures)):
        if not table.column("id").equals(documents.column("id")):
            raise GateError(
                f"{folder}/{task.name}", "does not hold the documents of this name in their order", "Run it again"
            )
    rows = documents.num_rows
    if rows == 0:
        return VERDICT.empty_table()
    ids, source = array(documents, "id"), array(attributes, "source")
    urls = array(documents, "url") if by_url else None
    marks = overrides.marks(ids, source, urls if overrides.hosts else None)
    scores = service.scores(ids, urls, array(documents, "signals"))
    fails, values, limits = _own(task, documents, attributes, marks, scores)
    rules = decide(attributes, task.filters, dict(task.kinds))
    spared = marks == KEEP
    last = len(OWN) - 1  # the quantile, after the rules
    holds = fails.copy()
    holds[spared, len(BEFORE) :] = False
    early = holds[:, :last].any(axis=1)
    by_rule = ~early & ~spared & ~rules.passes
    decided, ruled = pa.array(early | by_rule | holds[:, last]), pa.array(by_rule)
    cause = np.where(early, holds[:, :last].argmax(axis=1), last)
    number = pa.array(cause, mask=~(early | holds[:, last]) | by_rule)
    measured = values[np.arange(rows), cause]
    unknown = np.isnan(measured) | number.is_null().to_numpy(zero_copy_only=False)
    failing = [(at := np.flatnonzero(fails[:, n]), pa.array([OWN[n]] * len(at), pa.string())) for n in range(len(OWN))]
    lists = rules.all_reasons
    failing.insert(last, (np.repeat(np.arange(rows), np.asarray(lists.value_lengths())), lists.flatten()))
    packed = ranks(signatures, dict(task.priority))
    return pa.Table.from_pydict(
        {
            "id": ids,
            "source": source,
            "kind": array(attributes, "kind"),
            "fate": pc.if_else(decided, DROPPED, KEPT),
            "stage": pc.if_else(ruled, "annotate", "select"),
            "reason": pc.if_else(ruled, rules.reason, pa.array(OWN).take(number)),
            "all_reasons": row_lists(rows, failing),
            "value": pc.if_else(ruled, rules.value, pa.array(measured, mask=unknown)),
            "threshold": pc.if_else(ruled, rules.threshold, pa.array(limits[np.arange(rows), cause], mask=unknown)),
            "rule_version": pc.if_else(ruled, rules.rule_version, OWN_VERSIONS.take(number)),
            "kept_id": pa.nulls(rows, pa.binary()),
            "cluster_size": pa.nulls(rows, pa.int32()),
            "bytes": array(attributes, "bytes"),
            "judged": pa.array((~np.isnan(scores) @ (1 << np.arange(scores.shape[1]))).astype(np.int32)),
            "rank": fixed_binary(packed, RANK_BYTES),
            "class": array(signatures, "squeezed"),
        },
        schema=VERDICT,
    )


def _own(
    task: DecideTask, documents: pa.Table, attributes: pa.Table, marks: Array, scores: Array
) -> tuple[Array, Array, Array]:
    """(rows x OWN): which hold of each document, what was measured, and its limit; NaN where nothing is."""
    rows = documents.num_rows
    fails = np.zeros((rows, len(OWN)), np.bool_)
    values, limits = np.full(fails.shape, np.nan), np.full(fails.shape, np.nan)
    allowed = pc.fill_null(pc.struct_field(array(documents, "rights"), "allowed"), False)
    search = pc.fill_null(pc.struct_field(array(documents, "signals"), "search_allowed"), True)
    for number, column in enumerate((allowed, search)):
        fails[:, number] = pc.invert(column).to_numpy(zero_copy_only=False)
    fails[:, 2] = marks == DROP
    encoded = array(documents, "area").dictionary_encode(null_encoding="encode")
    classes = np.array([areas.CLASSES.index(name) for name in classes_of(task.areas, encoded.dictionary.to_pylist())])
    chosen = classes[encoded.indices.to_numpy()]
    place = len(BEFORE)
    fails[:, place] = chosen == areas.CLASSES.index("excluded")
    found, quality, area = quantiles.limits(attributes, task.cuts, task.quality.score)
    for column, cut, judged in (
        (place + 1, area, chosen == areas.CLASSES.index("normal")),
        (len(OWN) - 1, quality, True),
    ):
        fails[:, column] = (found < cut) & judged
        values[:, column], limits[:, column] = found / STEPS, cut / STEPS
    services = slice(place + len(areas.REASONS), len(OWN) - 1)
    values[:, services], limits[:, services] = scores, limits_of(task.limits)
    fails[:, services] = scores > limits[:, services]  # NaN, where nobody judged or nothing is asked, is above nothing
    return fails, values, limits


def with_parts(verdict: pa.Table, parts: int) -> Iterator[pa.RecordBatch]:
    """Verdicts with the decisions part of each as ``part`` (int32), in batches of SLICE_ROWS."""
    if verdict.num_rows:
        part = parts_of(id_words(array(verdict, "id"))[0], parts)
        yield from verdict.append_column("part", pa.array(part)).to_batches(SLICE_ROWS)


def select_whole(task: SelectTask) -> dict[str, Any]:
    """Verdicts, election and decisions of all files in one pass; answers ``{"parts": [...]}``.

    Memory is about 450 bytes a document; jobs/spark/selection.py states up to how many it is used.
    """
    verdict = pa.concat_tables([VERDICT.empty_table(), *(verdicts(file) for file in task.files)]).combine_chunks()
    read = [read_table(storage.join(task.run, name), PAIR_COLUMNS).select(PAIR_COLUMNS) for name in task.pairs]
    pairs = pa.concat_tables([PAIR.empty_table().select(PAIR_COLUMNS), *read])
    ids = array(verdict, "id")
    elected = elect_local(
        ids,
        array(verdict, "class"),
        fixed_bytes(array(verdict, "rank"), RANK_BYTES).reshape(-1, RANK_BYTES),
        pc.equal(verdict.column("fate"), KEPT).to_numpy(),
        pairs.column("a"),
        pairs.column("b"),
        pairs.column("jaccard").to_numpy(),
        pairs.column("how"),
    )
    verdict = verdict.drop_columns(["rank", "class"])
    high, low = id_words(ids)
    order = np.lexsort((low, high))
    edges = np.searchsorted(parts_of(high[order], task.parts), np.arange(task.parts + 1)).tolist()

    def rows(start: int, stop: int) -> Iterator[pa.RecordBatch]:
        for low in range(start, stop, SLICE_ROWS):
            chosen = order[low : min(stop, low + SLICE_ROWS)]
            kept_row = elected.kept_row[chosen]
            named = ids.take(pa.array(kept_row, mask=kept_row < 0))
            found = (elected.fate[chosen], named, elected.value[chosen], elected.cluster_size[chosen])
            yield from settled(verdict.take(pa.array(chosen)), *found, task.jaccard).to_batches()

    return {
        "parts": [
            write_decisions(task.run, number, rows(start, stop)) for number, (start, stop) in enumerate(pairwise(edges))
        ]
    }
