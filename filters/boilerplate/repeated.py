"""Which lines of a site are its menus and footers: counts of a corpus, and the thresholds laid on them.

A line is boilerplate when it stands in a good share of a site's documents, about once in each, beside
the same line (or at the edge) each time, while the documents themselves differ.  The last two conditions
are what whole-corpus line deduplication (CCNet, RefinedWeb, dolma) lacks: it takes headings out of texts,
and empties a text that was posted often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpus.document import text_buffers
from filters.boilerplate import counts_kernel as kernel
from filters.boilerplate.lines import LINES
from filters.boilerplate.removal_kernel import ALONE, ANYWHERE, BLOCK, EDGE, SECTION
from filters.boilerplate.site import site_hash, site_of
from filters.rule import Array

VERSION = 1

ROW_BYTES = 8 * kernel.WIDTH
_SLOTS = 1 << 16
_TOTAL = np.uint64(0x165667B19E3779F9)  # a site's own row: how many documents it has

# How many different values set p of 64 bits, rounded; 64 bits: at least 311.
DIFFERENT = np.array([round(-64 * math.log((64 - p) / 64)) for p in range(64)] + [311], np.int64)
_MOST = 200  # different documents are told apart up to here


@dataclass(frozen=True, kw_only=True, slots=True)
class LinesThresholds:
    """What makes a line boilerplate.  Shares are of the site's documents; all measured on the development
    data (docs/boilerplate.md), so that statutes, verse, code and reference pages lose no content.

    ``minimum_documents``: fewer say nothing.  ``neighbours``: at most so many different lines before it, or
    after it, per document (headings of unlike texts reach 1).  ``occurrences``: at most so many times per
    document that has it.  ``bodies``: at least so many different bodies per document, so that copies of one
    text are left to dedup.
    """

    minimum_documents: int = 20
    section_share: float = 0.02  # in a run of eight or more: the menu of one section
    edge_share: float = 0.1  # in a run of two or more at the beginning or end
    block_share: float = 0.2  # in a run of three or more amid text
    alone_share: float = 0.3  # as the only one at the beginning or end
    anywhere_share: float = 0.5  # as the only one amid text
    neighbours: float = 0.1
    occurrences: float = 1.2
    bodies: float = 0.5


class LineCounts:
    """Counts lines of documents; ``rows`` are ROW_BYTES each and may be merged in any order."""

    def __init__(self) -> None:
        self.table = np.zeros((_SLOTS, kernel.WIDTH), np.uint64)
        self.seen = np.zeros(_SLOTS, np.int64)
        self.used = self.documents = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Columns source, url and text."""
        text = text_buffers(batch.column("text"))
        names = zip(batch.column("source").to_pylist(), batch.column("url").to_pylist(), strict=True)
        sites = np.array([site_hash(site_of(source, url) or "") for source, url in names], np.uint64)
        self._add_totals(sites)
        longest = int(np.diff(text.offsets).max(initial=0)) + 2
        ends, keys, forms = np.empty(2 * longest, np.int64), np.empty(longest, np.uint64), np.empty(longest, np.int64)
        done = 0
        while done < len(text):
            before = done
            done, self.used = kernel.count(
                text.data,
                text.offsets,
                sites,
                done,
                self.documents,
                self.table,
                self.seen,
                self.used,
                ends,
                keys,
                forms,
            )
            if done < len(text):
                self._grow(2 if done > before else 4)
        self.documents += len(text)

    def _add_totals(self, sites: Array) -> None:
        found, number = np.unique(sites, return_counts=True)
        rows = np.zeros((len(found), kernel.WIDTH), np.uint64)
        rows[:, kernel.KEY], rows[:, kernel.SITE] = total_keys(found), found
        rows[:, kernel.COUNTS] = number.astype(np.uint64) << np.uint64(32)
        while self.used + len(rows) > len(self.table) // 2:
            self._grow(2)
        self.used += kernel.merge(rows, self.table)

    def _grow(self, times: int) -> None:
        table = np.zeros((len(self.table) * times, kernel.WIDTH), np.uint64)
        kernel.merge(self.table[self.table[:, kernel.KEY] != 0], table)
        self.seen = _moved(self.seen, self.table, table)
        self.table = table

    def rows(self) -> Array:
        """uint64 of (n, WIDTH), in no order."""
        rows: Array = self.table[self.table[:, kernel.KEY] != 0]
        return rows


def _moved(seen: Array, old: Array, new: Array) -> Array:
    moved = np.zeros(len(new), np.int64)
    kernel.carry(seen, old, new, moved)
    return moved


def total_keys(sites: Array) -> Array:
    keys: Array = (sites ^ _TOTAL) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    return keys


def merged(blocks: Array) -> Array:
    """Rows of several counts as one, a row per key, ascending."""
    size = 16
    while size < 2 * len(blocks):
        size *= 2
    table = np.zeros((size, kernel.WIDTH), np.uint64)
    kernel.merge(blocks, table)
    rows: Array = table[table[:, kernel.KEY] != 0]
    rows = rows[np.argsort(rows[:, kernel.KEY])]
    return rows


def documents_of(rows: Array) -> Array:
    number: Array = (rows[:, kernel.COUNTS] >> np.uint64(32)).astype(np.int64)
    return number


def table_of(rows: Array, thresholds: LinesThresholds) -> tuple[pa.Table, Mapping[str, int]]:
    """The lines that may be removed, ascending by site and line, and how many lines and sites were seen."""
    is_total = rows[:, kernel.KEY] == total_keys(rows[:, kernel.SITE])
    totals = rows[is_total][np.argsort(rows[is_total][:, kernel.SITE])]
    rows = rows[~is_total]
    documents = documents_of(rows)
    occurrences = (rows[:, kernel.COUNTS] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    place = np.searchsorted(totals[:, kernel.SITE], rows[:, kernel.SITE])
    of_site = documents_of(totals)[place] if len(rows) else documents
    different = DIFFERENT[np.bitwise_count(rows[:, kernel.BEFORE : kernel.COUNTS])]
    beside = np.minimum(different[:, 0], different[:, 1])
    bodies = different[:, 2:].max(axis=1)
    boilerplate = (
        (documents >= thresholds.minimum_documents)
        & (occurrences <= thresholds.occurrences * documents)
        & (beside <= np.maximum(2, thresholds.neighbours * np.minimum(documents, _MOST)))
        & (bodies >= thresholds.bodies * np.minimum(documents, _MOST))
    )
    reach = np.zeros(len(rows), np.uint8)
    for level, share in (
        (SECTION, thresholds.section_share),
        (EDGE, thresholds.edge_share),
        (BLOCK, thresholds.block_share),
        (ALONE, thresholds.alone_share),
        (ANYWHERE, thresholds.anywhere_share),
    ):
        reach[boilerplate & (documents >= share * of_site)] = level
    keep = np.flatnonzero(reach)
    keep = keep[np.lexsort((rows[keep, kernel.KEY], rows[keep, kernel.SITE]))]
    columns = (
        rows[:, kernel.SITE].view(np.int64),
        rows[:, kernel.KEY].view(np.int64),
        reach,
        documents,
        occurrences,
        of_site,
    )
    arrays = [pa.array(column[keep], field.type) for column, field in zip(columns, LINES, strict=True)]
    sites = len(np.unique(rows[keep, kernel.SITE]))
    return pa.Table.from_arrays(arrays, schema=LINES), {"repeated": len(rows), "lines": len(keep), "sites": sites}
