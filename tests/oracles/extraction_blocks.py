"""What the kernels of corpus.extract make of a pruned tree, said slowly: blocks, the choice among them, their text.

Works on the tree of tests/oracles/extraction.py, with lists, strings and regular expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.extract import labels, tags
from corpus.extract.prune_kernel import CAPTIONED, CONTAINER
from tests.oracles.extraction import Node, flat, measured, sort

LINE, BORDER = "\ue000", "\ue001"  # stand for a line break and for the border of two cells


@dataclass
class Block:
    """``node`` is the element whose begin or end closed it; ``item``: depth of the list whose item it begins."""

    node: Node
    parts: list[Node | str]
    item: int
    number: int | None

    @property
    def texts(self) -> list[Node]:
        return [part for part in self.parts if isinstance(part, Node)]

    @property
    def size(self) -> int:
        return sum(measured(one.text)[0] for one in self.texts)

    @property
    def links(self) -> int:
        return sum(measured(one.text)[0] for one in self.texts if one.linked)

    @property
    def dense(self) -> int:
        return sum(measured(one.text)[1] for one in self.texts)

    @property
    def mass(self) -> int:
        """Characters outside links, syllables twice; none where it is short or a list of links."""
        mass = self.size - self.links + self.dense
        return mass if self.is_(tags.PRE) or (2 * self.links < self.size and mass >= 40) else 0

    @property
    def linked(self) -> bool:
        return 2 * self.links >= self.size

    def is_(self, bits: int) -> bool:
        return bool(self.node.bits & bits)


@dataclass
class Reading:
    """A walk in reading order.  ``ranges``: (first, last + 1) of the blocks of an element, by its identity."""

    phrases: dict[int, str]
    blocks: list[Block] = field(default_factory=list)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    parents: dict[int, Node] = field(default_factory=dict)
    lists: list[tuple[Node, int]] = field(default_factory=list)  # open ones, and the number of the next item
    parts: list[Node | str] = field(default_factory=list)
    item: int = 0
    number: int | None = None

    def close(self, node: Node) -> None:
        block = Block(node, self.parts, self.item, self.number if self.item else None)
        self.parts = []
        if block.size:
            self.blocks.append(block)
            self.item = 0

    def count(self, item: Node) -> int | None:
        """The number of an item of the innermost list."""
        list_, next_ = self.lists[-1]
        if not list_.bits & tags.ORDERED:
            return None
        number = next_ if item.number is None else item.number
        self.lists[-1] = (list_, number - 1 if list_.bits & tags.REVERSED else number + 1)
        return number

    def walk(self, node: Node) -> None:
        first = len(self.blocks)
        self.ranges[id(node)] = (first, first)
        if node.bits & tags.LIST:
            items = sum(bool(child.bits & tags.ITEM) for child in node.children)
            start = items if node.bits & tags.REVERSED else 1
            self.lists.append((node, start if node.number is None else node.number))
        elif node.bits & tags.ITEM:
            self.item = max(1, len(self.lists))
            self.number = self.count(node) if self.lists else None
        self.children(node, node)
        self.close(node)
        self.ranges[id(node)] = (first, len(self.blocks))
        if node.bits & tags.LIST:
            self.lists.pop()
        if node.bits & tags.ITEM:
            self.item = 0

    def children(self, inline: Node, container: Node) -> None:
        """Of an element, into the open block of the container around it."""
        for child in inline.children:
            self.parents[id(child)] = inline
            if child.gone:
                if child.bits & tags.ITEM and self.lists and inline is self.lists[-1][0]:
                    self.count(child)
            elif child.bits & tags.CHARACTERS:
                self.parts.append(child)
            elif child.bits & tags.BREAK:
                self.parts.append(LINE)
            elif child.bits & tags.CELL and self.is_joined(inline):
                self.parts.append(BORDER)
                self.paragraphs(child)
            elif child.bits & tags.CELL and not self.holds_block(child):
                self.parts.append(BORDER)
                self.children(child, container)
            elif child.bits & tags.INLINE and not child.bits & tags.CELL and not self.is_captioned(child):
                self.children(child, container)
            else:
                self.close(container)
                self.walk(child)

    def paragraphs(self, cell: Node) -> None:
        """Of a cell that holds words alone: a line each."""
        last: list[Node] = []

        def words(node: Node, paragraph: Node) -> None:
            for child in node.children:
                self.parents[id(child)] = node
                if child.bits & tags.CHARACTERS:
                    if measured(child.text)[0]:
                        if last and last[0] is not paragraph:
                            self.parts.append(LINE)
                        last[:] = [paragraph]
                    self.parts.append(child)
                elif not child.gone and child.bits & tags.BREAK:
                    self.parts.append(LINE)
                elif not child.gone:
                    words(child, child if child.tag in ("p", "div") else paragraph)

        words(cell, cell)

    def is_captioned(self, node: Node) -> bool:
        return _sorted_as(node, self.phrases, CAPTIONED)

    def holds_block(self, node: Node) -> bool:
        return any(
            not one.gone and (one.bits & tags.BLOCK or self.is_captioned(one) or self.holds_block(one))
            for one in node.children
        )

    def is_joined(self, row: Node) -> bool:
        """Whether it has two cells, and all of them hold nothing but words, 300 characters at most."""
        cells = [child for child in row.children if child.bits & tags.CELL and not child.gone]
        return not row.bits & tags.CELL and len(cells) >= 2 and all(self.is_plain(one) for one in cells)

    def is_plain(self, cell: Node) -> bool:
        live = _living(cell)
        return sum(measured(one.text)[0] for one in live) <= 300 and all(
            one.bits & tags.CHARACTERS
            or (
                (one.tag in ("p", "div") or (one.bits & tags.INLINE and not one.bits & tags.CELL))
                and not self.is_captioned(one)
            )
            for one in live
        )


def _living(node: Node) -> list[Node]:
    return [one for child in node.children if not child.gone for one in (child, *_living(child))]


def _sorted_as(node: Node, phrases: dict[int, str], mask: int) -> bool:
    return bool((sort(node.names[0], phrases) | sort(node.names[1], phrases)) & mask)


def read(body: Node, phrases: dict[int, str]) -> Reading:
    reading = Reading(phrases)
    reading.walk(body)
    return reading


def _is_mark(letter: str) -> bool:
    ranges = ((0x80, 0xBF), (0x2000, 0x2DFF), (0x3000, 0x303F), (0xFF00, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF3F))
    return any(first <= ord(letter) <= last for first, last in ranges) or (
        letter.isascii() and not (letter.isalnum() and letter != "_")
    )


def letters(text: str) -> str:
    """What a block says, whatever its case, spaces and punctuation."""
    return "".join(
        letter.lower() if letter.isascii() else letter
        for letter in text
        if not _is_mark(letter)
    )  # fmt: skip


def said(block: Block) -> str:
    return letters("".join(one.text for one in block.texts))


def head(block: Block) -> tuple[str, str]:
    """(how it ends, the letters): before the first colon, bar, bracket or equals sign, else two words."""
    text = "".join(one.text for one in block.texts)
    before = ""
    for mark in text:
        if not before and mark in "©ⓒ":
            return "owned", ""
        if not _is_mark(mark):
            before += mark
        elif before and mark in "=＝":
            return "equals", letters(before)
        elif before and mark in ":]|】：］▶":
            return "closed", letters(before)
    words = re.sub("|".join(map(re.escape, {one for one in text if _is_mark(one)})) or "(?!)", " ", text).split()
    # the second word ends where something stands behind it
    ended = len(words) > 2 or (len(words) == 2 and _is_mark(text[-1]))
    return ("words", letters("".join(words[:2]))) if ended else ("", "")


def _spoken(listed: str) -> set[str]:
    return {letters(label) for label in listed.split("|")}


def choose(reading: Reading, body: Node, phrases: dict[int, str]) -> list[bool]:
    """Which blocks are the main content."""
    blocks = reading.blocks
    masses = [block.mass for block in blocks]
    total = sum(masses)
    first, last, kind = _container(reading, body, phrases, masses)
    if total < 600 and kind >= 3:
        return [True] * len(blocks)
    # one element that holds most of the mass directly
    inside = sum(masses[first:last])
    directly: dict[int, int] = {}
    for block, mass in zip(blocks[first:last], masses[first:last], strict=True):
        parent = reading.parents.get(id(block.node))
        if parent is not None and block.node.tag != "tr":
            directly[id(parent)] = directly.get(id(parent), 0) + mass
    lights = [_light(block) for block in blocks]
    for parent_, mass in directly.items():
        if inside and mass >= 0.8 * inside and parent_ in reading.ranges:
            left, right = reading.ranges[parent_]
            if sum(lights[left:right]) >= 0.5 * sum(lights[first:last]):
                first, last = left, right
                inside = sum(masses[first:last])
            break
    kept = [False] * len(blocks)
    size, dense = (sum(numbers[first:last]) for numbers in ([b.size for b in blocks], [b.dense for b in blocks]))
    lasting = {place for place in range(first, last) if _is_text(reading, place)}
    texts = sum(masses[place] for place in lasting)
    for place in range(first, last):
        block = blocks[place]
        if place in lasting:
            headed = block.is_(tags.HEADING) and not block.item
            row = block.node.tag == "tr" and block.links < block.size
            kept[place] = not block.linked or kind > 1 or block.is_(tags.PRE) or headed or row
        else:
            nameless = not any(block.node.names)
            own = kind <= 1 and 4 * dense >= size and (nameless or _kinds(phrases)[kind](block.node))
            long = block.size + block.dense >= 40
            kept[place] = 2 * texts <= inside or ((long or own) and not block.linked)
    # paragraphs below a heading just above
    for place in range(first - 1, max(-1, first - 16), -1):
        if blocks[place].is_(tags.H1):
            for lead in range(place + 1, first):
                long = blocks[lead].size + blocks[lead].dense >= 100
                kept[lead] = long and blocks[lead].links < 0.2 * blocks[lead].size
            break
    _once(blocks, kept)
    _unlabelled(blocks, kept)
    return kept


def _light(block: Block) -> int:
    return 0 if block.linked else block.size - block.links + block.dense


def _is_text(reading: Reading, place: int) -> bool:
    """Of a text element, alone in one, or captioned."""
    node = reading.blocks[place].node
    if reading.is_captioned(node):
        return True
    while not node.bits & tags.TEXT:
        parent = reading.parents.get(id(node))
        if parent is None or reading.ranges.get(id(parent)) != (place, place + 1):
            return False
        node = parent
    return True


def _kinds(phrases: dict[int, str]) -> tuple[Callable[[Node], bool], ...]:
    return (
        lambda node: bool(node.bits & tags.ARTICLE_BODY),
        lambda node: _sorted_as(node, phrases, CONTAINER),
        lambda node: bool(node.bits & tags.ARTICLE),
        lambda node: bool(node.bits & tags.MAIN),
    )


def _container(reading: Reading, body: Node, phrases: dict[int, str], masses: list[int]) -> tuple[int, int, int]:
    total = sum(masses)
    lights = [_light(block) for block in reading.blocks]
    for kind, is_kind in enumerate(_kinds(phrases)):
        found = [reading.ranges[id(node)] for node in flat(body) if id(node) in reading.ranges and is_kind(node)]
        sums = [sum(masses[left:right]) for left, right in found]
        if sum(sums) and sum(sums) >= 0.5 * total and max(sums) < 0.5 * sum(sums):
            return min(left for left, _ in found), max(right for _, right in found), kind
        if sum(sums) and max(sums) >= (0.3 if total >= 600 else 0.5) * total:
            parts = [pair for pair, mass in zip(found, sums, strict=True) if 2 * mass >= max(sums)]
            return min(left for left, _ in parts), max(right for _, right in parts), kind
        lines = [(left, right) for left, right in found if sum(lights[left:right])]
        if kind <= 1 and lines:  # containers of short lines
            low, high = min(left for left, _ in lines), max(right for _, right in lines)
            mass = sum(lights[low:high])
            links = sum(block.links for block in reading.blocks[low:high])
            if mass > 2 * links and mass >= 0.3 * sum(lights):
                return low, high, kind
    return 0, len(masses), 4


def _once(blocks: list[Block], kept: list[bool]) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        if kept[place] and not block.is_(tags.TEXT) and block.size + block.dense >= 40:
            kept[place] = said(block) not in seen
            seen.add(said(block))


def _unlabelled(blocks: list[Block], kept: list[bool]) -> None:
    exact, heads, calls = _spoken(labels._LABELS), _spoken(labels._HEADS), _spoken(labels._CALLS)
    made, equal, makers = _spoken(labels._CREDITS), _spoken(labels._EQUAL_CREDITS), _spoken(labels._MAKERS)
    behind = False
    for place, block in enumerate(blocks):
        if behind and block.linked and not block.is_(tags.PRE):
            kept[place] = False
            continue
        behind = False
        if not kept[place] or block.size > 200:
            continue
        if block.size <= 40 and said(block) in exact:
            kept[place] = False
            behind = True
        elif not block.is_(tags.TEXT) or block.is_(tags.PARAGRAPH | tags.CAPTION):
            end, begins = head(block)
            called = (end == "closed" and begins in heads) or (end == "words" and begins in calls)
            credit = (
                end == "owned"
                or (end in ("closed", "equals") and begins in made)
                or (end == "equals" and begins in equal)
                or (end == "words" and begins in makers)
            )
            if (called and block.links) or (credit and block.size <= 80):
                kept[place] = False


def render(blocks: list[Block], kept: list[bool]) -> str:
    """The chosen blocks as text."""
    out = ""
    tight = True
    for block, chosen in zip(blocks, kept, strict=True):
        if not chosen:
            continue
        text = _code(block) if block.is_(tags.PRE) else _prose(block)
        close = block.item > 0 or block.node.tag in ("li", "tr", "dt", "dd")
        if not text:
            continue
        if block.item:
            mark = "- " if block.number is None else f"{block.number}. "
            twin = block.number is not None and re.match(re.escape(str(block.number)) + r"[.)]", text)
            text = "  " * (min(block.item, 8) - 1) + ("" if twin else mark) + text
        gap = "" if not out else "\n\n" if block.is_(tags.HEADING) or not (tight or close) else "\n"
        out += gap + text
        tight = close
    return out


def _prose(block: Block) -> str:
    """White space collapsed, at most two line breaks in a row, cells between bars."""
    written = "".join(
        part if isinstance(part, str) else "".join(" " if c.isspace() or c <= " " else c for c in part.text)
        for part in block.parts
    )
    written = re.sub(f"[ {LINE}]+(?={BORDER}|$)", "", re.sub(" +", " ", written))
    written = re.sub(f"^{BORDER}[ {LINE}]*", "", re.sub(f"^[ {LINE}]+", "", written))
    written = re.sub(f"{BORDER} *(?!{LINE})", " | ", re.sub(f"{BORDER} +(?={LINE})", BORDER, written))
    breaks = re.compile(f" *({LINE}[ {LINE}]*)")
    return breaks.sub(lambda run: "\n" * min(2, run[1].count(LINE)), written.replace(BORDER, " | ")).rstrip(" ")


def _code(block: Block) -> str:
    """As it stands, without empty lines at its ends."""
    text = "".join("\n" if isinstance(part, str) else part.text.replace("\xa0", " ") for part in block.parts)
    return re.sub(r"\A[\x00-\x20]*\n", "", re.sub(r"[\x00-\x20]+\Z", "", text))
