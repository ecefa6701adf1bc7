"""Editor: takes out the menu and footer lines of a document's site, known from a pinned table.

The table (`malmoi study lines`) says of every repeated line of a site how far it may be removed; see
removal_kernel.  Code, headings of what follows, and a list or table that goes on are never cut into.
Runs after masking, since the table was made from masked text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pyarrow as pa

from corpus.sources.config import PinnedTable
from filters.boilerplate.lines_kernel import count_breaks, holds_any, prefixes_of
from filters.boilerplate.removal_kernel import mark
from filters.boilerplate.site import site_hash
from filters.pinned import read_pinned
from filters.rule import Array

VERSION = 1

# site, line: 64-bit hashes, signed since Parquet readers and row digests are; reach: see removal_kernel; the
# rest is for people.  No text.
LINES = pa.schema(
    [
        ("site", pa.int64()),
        ("line", pa.int64()),
        ("reach", pa.uint8()),
        ("documents", pa.int32()),  # of the site that hold the line
        ("occurrences", pa.int32()),
        ("site_documents", pa.int32()),
    ],
    metadata={"malmoi.schema": f"lines {VERSION}"},
)


@lru_cache(4)
def load(pinned: PinnedTable) -> tuple[Array, Array, Array]:
    """(site, line, reach) of the table's rows, ascending by site and line; read once per process."""
    table = read_pinned(pinned, "ingest.lines", LINES)
    site, line, reach = (table.column(name).combine_chunks().to_numpy() for name in ("site", "line", "reach"))
    return ascending(site, line, reach)


def ascending(site: Array, line: Array, reach: Array) -> tuple[Array, Array, Array]:
    """Columns of a table as RepeatedLines takes them."""
    site, line = site.view(np.uint64), line.view(np.uint64)
    order = np.lexsort((line, site))
    return site[order], line[order], reach[order]


class RepeatedLines:
    """The editor.  ``repeated_lines`` counts lines, ``repeated_lines.characters`` what they held."""

    name = "repeated_lines"
    version = VERSION

    def __init__(self, sites: Array, lines: Array, reach: Array) -> None:
        """uint64, uint64 and uint8: rows ascending by site and line."""
        self.sites, self.lines, self.reach = sites, lines, reach
        self.places = lru_cache(4096)(self._place)

    def _place(self, site: str) -> tuple[np.uint64, int, int, Array]:
        value = np.uint64(site_hash(site))
        low, high = np.searchsorted(self.sites, value, "left"), np.searchsorted(self.sites, value, "right")
        return value, int(low), int(high), prefixes_of(self.lines[low:high])

    def edit(self, data: bytes, site: str | None) -> tuple[bytes, Mapping[str, int]]:
        """UTF-8 without them, and what was taken out: empty where nothing was or the site is not known.

        The text may become empty.  Idempotent.
        """
        if not site:
            return data, {}
        value, low, high, prefixes = self.places(site)
        removed, before = 0, data
        while low < high and data:
            buffer = np.frombuffer(data, np.uint8)
            words = np.frombuffer(data, np.uint64, len(data) // 8)
            if not holds_any(buffer, words, value, self.lines, low, high, prefixes):
                break
            ends = np.empty(count_breaks(buffer) + 1, np.int64)
            gone = np.zeros(len(ends), np.uint8)
            known = mark(buffer, value, self.lines, self.reach, low, high, ends, gone)
            if not known:
                break
            removed += known
            data = _without(data, ends, gone)
        if not removed:
            return data, {}
        return data, {self.name: removed, f"{self.name}.characters": len(before.decode()) - len(data.decode())}


def _without(data: bytes, ends: Array, gone: Array) -> bytes:
    """The lines that stay; of blank lines around a cut one side stays."""
    kept: list[bytes] = []
    start, cut = 0, False
    for end, drop in zip(ends.tolist(), gone.tolist(), strict=True):
        line = data[start:end]
        blank = not line.strip()
        if drop:
            cut = True
        elif not (blank and cut and (not kept or not kept[-1].strip())):
            kept.append(line)
            cut = cut and blank
        start = end + 1
    return b"\n".join(kept).rstrip().lstrip(b"\n")
