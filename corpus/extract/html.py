"""Main text of an HTML page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from corpus.errors import RecordError
from corpus.extract import tags
from corpus.extract.blocks_kernel import blocks
from corpus.extract.choose_kernel import choose, fingerprints
from corpus.extract.guard_kernel import shape
from corpus.extract.labels import PRINTS
from corpus.extract.names import HASHES, MASKS, WAYS
from corpus.extract.names_kernel import classify
from corpus.extract.prune_kernel import prune
from corpus.extract.render_kernel import render
from corpus.extract.scan_kernel import Bytes, Ints, Longs, scan

VERSION = 2
MAX_DEPTH = 2_000  # real pages of the development data stay below 200
MAX_ATTRIBUTES = 2_000
SHORT = 250
_CLOSE = np.array([name in ("li", "tr", "dt", "dd") for name in tags.NAMES], np.uint8)


class Extract(NamedTuple):
    """``title`` None where the page has none; ``text`` not normalised."""

    title: str | None
    text: str


def extract(html: str) -> Extract:
    source = html.encode("utf-8", "ignore")
    depth, attributes = shape(np.frombuffer(source, np.uint8))
    if depth > MAX_DEPTH or attributes > MAX_ATTRIBUTES:
        raise RecordError("html", "record.unsupported", f"elements {depth} deep, {attributes} attributes on one")
    raw = LexborHTMLParser(source).html.encode() + b"\0\0\0\0"
    data = np.frombuffer(raw, np.uint8)
    nodes, names = scan(data, tags.KEYS, tags.KEY_NUMBERS, tags.BITS, tags.ROLES)
    sorts = classify(data, names, HASHES, WAYS, MASKS)
    bodies = np.flatnonzero(nodes[:, tags.N_BITS] & tags.BODY)
    if not len(bodies):
        return Extract(None, "")
    body = int(bodies[0])
    return Extract(None, main_text(data, nodes, sorts, body))


def main_text(data: Bytes, nodes: Ints, sorts: Longs, body: int) -> str:
    gone = prune(nodes, sorts, False)
    found, parts, ranges = blocks(nodes, gone, body)
    prints = fingerprints(data, nodes, found, parts)
    kept = choose(nodes, gone, found, ranges, sorts, prints, PRINTS)
    text = render(data, nodes, found, parts, kept, _CLOSE).tobytes().decode()
    if len(text) >= SHORT:
        return text
    below = nodes[body : nodes[body, tags.N_END]]
    if len(text) >= int(below[below[:, tags.N_TAG] == 0, tags.N_SIZE].sum()) // 10:
        return text
    # Some forum software keeps the thread where only chrome belongs: begin again, prune hardly at all.
    gone = prune(nodes, sorts, True)
    found, parts, ranges = blocks(nodes, gone, body)
    return render(data, nodes, found, parts, np.ones(len(found), np.uint8), _CLOSE).tobytes().decode()
