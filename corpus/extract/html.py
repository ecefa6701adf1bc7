"""HTML to text: the main content of a page in reading order, and what the page says of itself.

The HTML parser (lexbor) repairs the page and writes it back; everything after that is arrays and compiled loops
over the bytes it wrote.  Rules, thresholds and measurements: docs/extraction.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from corpus.errors import RecordError
from corpus.extract import labels, metadata, names, tags
from corpus.extract.blocks_kernel import blocks
from corpus.extract.choose_kernel import choose
from corpus.extract.guard_kernel import shape
from corpus.extract.metadata import Metadata
from corpus.extract.names_kernel import classify
from corpus.extract.prints_kernel import fingerprints
from corpus.extract.prune_kernel import AS_COMMENTS, Flags, prune
from corpus.extract.render_kernel import render
from corpus.extract.scan_kernel import Bytes, Ints, Longs, scan

VERSION = 5

MAX_DEPTH = 2_000  # real pages of the development data stay below 200
MAX_ATTRIBUTES = 2_000
MAX_BYTES = 64_000_000  # the parser takes about eight times a page's size
# A text below this, and below a tenth of the page, means that the pruning took the content with it.
SHORT_TEXT = 250

_PADDING = b"\0" * 8  # kernels look a few bytes ahead
_CLOSE = np.array([name in ("li", "tr", "dt", "dd") for name in tags.NAMES], np.uint8)


class Extract(NamedTuple):
    """``text`` is not normalised; ``comments`` are those of the page's readers, empty unless asked for."""

    title: str | None
    text: str
    metadata: Metadata = Metadata()
    comments: str = ""


def extract(html: str | bytes, *, url: str | None = None, comments: bool = False) -> Extract:
    """Reads a page; bytes are UTF-8.  ``url`` is the page's own address, for a relative canonical link.

    Raises RecordError for a page built to stall a parser (class record.unsupported).
    """
    source = html.encode("utf-8", "ignore") if isinstance(html, str) else html
    if len(source) > MAX_BYTES:
        raise RecordError("html", "record.unsupported", f"{len(source)} bytes of HTML")
    depth, attributes = shape(np.frombuffer(source, np.uint8))
    if depth > MAX_DEPTH or attributes > MAX_ATTRIBUTES:
        raise RecordError("html", "record.unsupported", f"elements {depth} deep, {attributes} attributes on one")
    page = (LexborHTMLParser(source).html or "").encode("utf-8", "ignore") + _PADDING
    data = np.frombuffer(page, np.uint8)
    nodes, values = scan(data, tags.KEYS, tags.KEY_NUMBERS, tags.BITS, tags.ROLES)
    sorts = classify(data, values, names.HASHES, names.WAYS, names.MASKS)
    found = metadata.read(page, nodes, sorts, url)
    bodies = np.flatnonzero(nodes[:, tags.N_BITS] & tags.BODY)
    if not len(bodies):
        return Extract(found.title, "", found)
    text, gone = main_text(data, nodes, sorts, int(bodies[0]))
    replies = comment_text(data, nodes, sorts, gone) if comments else ""
    return Extract(found.title, text, found, replies)


def main_text(data: Bytes, nodes: Ints, sorts: Longs, body: int) -> tuple[str, Flags]:
    """(text, marks of removed nodes) of the page below ``body``."""
    gone = prune(nodes, sorts, False)
    found, parts, ranges = blocks(nodes, gone, sorts, body)
    prints = fingerprints(data, nodes, found, parts)
    kept = choose(nodes, gone, found, ranges, sorts, prints, labels.PRINTS, labels.HEADS, labels.CREDITS)
    text = _text(data, nodes, found, parts, kept)
    if len(text) >= SHORT_TEXT or 10 * len(text) >= _visible(nodes, body):
        return text, gone
    # Some forum software keeps the thread where only chrome belongs: begin again, prune hardly at all.
    gone = prune(nodes, sorts, True)
    found, parts, _ = blocks(nodes, gone, sorts, body)
    return _text(data, nodes, found, parts, np.ones(len(found), np.uint8)), gone


def comment_text(data: Bytes, nodes: Ints, sorts: Longs, gone: Flags) -> str:
    """Readers' comments, in reading order."""
    texts = []
    for area in np.flatnonzero(gone == AS_COMMENTS).tolist():
        inside = gone.copy()
        inside[area] = 0
        found, parts, _ = blocks(nodes, inside, sorts, area)
        texts.append(_text(data, nodes, found, parts, np.ones(len(found), np.uint8)))
    return "\n\n".join(text for text in texts if text)


def _text(data: Bytes, nodes: Ints, found: Ints, parts: Ints, kept: Flags) -> str:
    return render(data, nodes, found, parts, kept, _CLOSE).tobytes().decode("utf-8", "replace")


def _visible(nodes: Ints, body: int) -> int:
    below = nodes[body : nodes[body, tags.N_END]]
    return int(below[(below[:, tags.N_BITS] & tags.CHARACTERS) != 0, tags.N_SIZE].sum())
