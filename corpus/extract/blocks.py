"""Blocks of a page in reading order: one walk over a pruned tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from corpus.hangul import HAN_BLOCKS, KANA_BLOCKS, SYLLABLES

DEPTH = 300  # deeper text is taken natively, without its structure: Python's own stack ends at 1,000

_INLINE = frozenset(
    re.findall(
        r"\S+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark output q rp rt ruby s "
        "samp small span strike strong sub sup time tt u var wbr nobr picture meter progress math td th -text",
    )
)
_CELL_BLOCKS = "p, div, table, ul, ol, dl, pre, blockquote, h1, h2, h3, h4, h5, h6"
# Noncharacters, which no text has: a line break wanted by <br>, and the border of two cells.
_BREAK = "\ufdd0"
_CELL = "\ufdd1"


@dataclass(slots=True)
class Block:
    """``size`` and ``links`` count characters without white space; ``parent`` is the mem_id around it."""

    text: str
    size: int
    links: int
    tag: str
    parent: int


def weight(block: Block) -> int:
    """Mass of a block: characters outside links, Hangul, kana and Hanja twice; 0 for a bad block."""
    if block.tag != "pre" and block.links >= 0.5 * max(1, block.size):
        return 0
    dense = sum(1 for c in block.text if c > "\u2fff" and _is_dense(ord(c)))
    mass = block.size - block.links + dense
    return mass if mass >= 40 or block.tag == "pre" else 0


def _is_dense(point: int) -> bool:
    return any(low <= point <= high for low, high in (SYLLABLES, *HAN_BLOCKS, *KANA_BLOCKS))


class Walk:
    """``blocks`` in reading order; ``ranges``: mem_id of a block element -> its (first, last + 1) blocks."""

    def __init__(self, root: Any) -> None:
        self.blocks: list[Block] = []
        self.ranges: dict[int, tuple[int, int]] = {}
        self.parts: list[str] = []
        self.links = 0
        self._element(root, 0, False)

    def _element(self, node: Any, depth: int, linked: bool) -> None:
        tag, first = node.tag, len(self.blocks)
        around = node.parent.mem_id if node.parent is not None else 0
        if tag == "pre":
            self._close(tag, around)
            text = node.text().strip("\n")
            if text.strip():
                self.blocks.append(Block(text, len("".join(text.split())), 0, tag, around))
        elif depth > DEPTH:
            self.parts.append(node.text(separator=" "))
        else:
            self._children(node, tag, around, depth, linked)
        self._close(tag, around)
        self.ranges[node.mem_id] = (first, len(self.blocks))

    def _children(self, node: Any, tag: str, around: int, depth: int, linked: bool) -> None:
        child = node.child
        while child is not None:
            name = child.tag
            if name == "-text":
                text = child.text_content or ""
                self.parts.append(text)
                if linked:
                    self.links += len("".join(text.split()))
            elif name == "br":
                self.parts.append(_BREAK)
            elif name in ("td", "th") and child.css_first(_CELL_BLOCKS) is None:
                if self.parts:
                    self.parts.append(_CELL)
                self._children(child, tag, around, depth + 1, linked)
            elif name in _INLINE and name not in ("td", "th"):
                if depth > DEPTH:
                    self.parts.append(child.text(separator=" "))
                else:
                    self._children(child, tag, around, depth + 1, linked or name == "a")
            elif not name.startswith(("-", "_", "!")):
                self._close(tag, around)
                self._element(child, depth + 1, linked)
            child = child.next

    def _close(self, tag: str, around: int) -> None:
        if not self.parts:
            return
        text = _spaced("".join(self.parts))
        if text:
            self.blocks.append(Block(text, len("".join(text.split())), self.links, tag, around))
        self.parts, self.links = [], 0


def _spaced(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    text = "\n".join(line for line in lines if line)
    if _CELL in text:
        text = " | ".join(cell.strip() for cell in text.split(_CELL))
    return text if text.strip(" |") else ""
