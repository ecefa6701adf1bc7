"""The line of a page in which a mark stands: the text of its block, as far as a break or another block."""

from __future__ import annotations

import unicodedata
from html import unescape

from corpus.extract import tags
from corpus.extract.scan_kernel import Ints

NEAR = 48  # nodes to each side
DEEP = 32  # inline elements around a text; deeper ones stand alone
LONGEST = 4096  # bytes of a text, characters on each side


def block(nodes: Ints, row: int) -> int:
    """The element that ends the line of a node; the node itself where it lies too deep."""
    around = int(nodes[row, tags.N_PARENT])
    for _ in range(DEEP):
        if around < 0:
            break
        bits = int(nodes[around, tags.N_BITS])
        if not bits & tags.INLINE or bits & tags.CELL:
            return around
        around = int(nodes[around, tags.N_PARENT])
    return row


def line(page: bytes, nodes: Ints, row: int) -> str:
    """In NFC, white space collapsed."""
    around = block(nodes, row)
    stop = min(int(nodes[around, tags.N_END]), row + NEAR)
    before: list[str] = []
    for place in range(row - 1, max(around, row - NEAR), -1):
        if nodes[place, tags.N_BITS] & tags.BREAK and block(nodes, place) == around:
            break
        before += _text(page, nodes, place, around)
    behind = _text(page, nodes, row, around)
    for place in range(row + 1, stop):
        if nodes[place, tags.N_BITS] & tags.BREAK and block(nodes, place) == around:
            break
        behind += _text(page, nodes, place, around)
    return " ".join(("".join(reversed(before))[-LONGEST:] + "".join(behind)[:LONGEST]).split())


def below(page: bytes, nodes: Ints, row: int) -> str:
    """What an element says, its texts apart."""
    stop = min(int(nodes[row, tags.N_END]), row + NEAR)
    return " ".join(" ".join(_written(page, nodes, place) for place in range(row, stop)).split())


def _text(page: bytes, nodes: Ints, place: int, around: int) -> list[str]:
    if not nodes[place, tags.N_BITS] & tags.CHARACTERS or block(nodes, place) != around:
        return []
    return [_written(page, nodes, place)]


def _written(page: bytes, nodes: Ints, place: int) -> str:
    if not nodes[place, tags.N_BITS] & tags.CHARACTERS:
        return ""
    left = int(nodes[place, tags.N_FROM])
    piece = page[left : min(int(nodes[place, tags.N_TO]), left + LONGEST)]
    return unicodedata.normalize("NFC", unescape(piece.decode("utf-8", "replace")))
