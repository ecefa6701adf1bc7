"""What the kernels of corpus.extract compute, said slowly: trees of Python objects, regular expressions, strings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from corpus.extract import tags
from corpus.extract.names_kernel import LONGEST
from corpus.extract.prune_kernel import ALWAYS, COMMENTS, HARD, OVERLAY, SOFT

_SPACE = re.compile(r"\s")
_INITIALS, _MEDIALS = range(0x1100, 0x1160), range(0x1160, 0x1200)


@dataclass
class Node:
    """``text`` of a text node; children of an element, what it is called in ``names``, the ``number`` that its
    list or item begins with."""

    tag: str
    bits: int
    text: str = ""
    names: tuple[str, str] = ("", "")
    linked: bool = False
    number: int | None = None
    children: list[Node] = field(default_factory=list)
    gone: bool = False


def tree(node: Any, linked: bool = False) -> Node:
    """Of a selectolax node, as scan reads it back."""
    name = node.tag
    number = tags.NUMBERS.get(name, 0)
    found = node.attributes
    bits = int(tags.BITS[number])
    if "hidden" in found or "display:none" in (found.get("style") or "").replace(" ", "").lower():
        bits |= tags.HIDDEN
    role = found.get("role") or ""
    bits |= tags.MAIN if role == "main" else 0
    chrome = ("navigation", "search", "banner", "contentinfo", "complementary", "dialog", "menu", "alert")
    bits |= tags.CHROME if role in chrome else 0
    bits |= tags.ARTICLE_BODY if (found.get("itemprop") or "").endswith("cleBody") else 0
    bits |= tags.REVERSED if name == "ol" and "reversed" in found else 0
    made = Node(name, bits, names=(found.get("class") or "", found.get("id") or ""), linked=linked)
    stated = re.fullmatch("-?[0-9]{1,8}", found.get({"ol": "start", "li": "value"}.get(name, "")) or "")
    made.number = int(stated[0]) if stated else None
    below = linked or bool(bits & tags.LINK)
    child = node.first_child
    while child is not None:
        if child.tag == "-text":
            text = child.text_content or ""
            if text and not bits & tags.RAW:
                # a comment parts a text in two
                if made.children and made.children[-1].bits & tags.CHARACTERS and child.prev.tag == "-text":
                    made.children[-1].text += text
                else:
                    made.children.append(Node("", tags.CHARACTERS, text, linked=below))
        elif not child.tag.startswith(("-", "!", "_")):
            made.children.append(tree(child, below))
        child = child.next
    return made


def flat(node: Node) -> list[Node]:
    return [node, *(one for child in node.children for one in flat(child))]


def measured(text: str) -> tuple[int, int]:
    """(characters that are no white space, those that carry a syllable); conjoining jamo count as syllables."""
    seen = [c for c in text if not _SPACE.match(c) and not ord(c) <= 0x20 and ord(c) not in _MEDIALS]
    dense = [
        c
        for c in seen
        if ord(c) in _INITIALS
        or 0xAC00 <= ord(c) <= 0xD7A3
        or 0x3041 <= ord(c) <= 0x30FF
        or 0x3400 <= ord(c) <= 0x9FFF
        or 0xF900 <= ord(c) <= 0xFAFF
        or 0x20000 <= ord(c) < 0x34000
    ]
    return len(seen), len(dense)


def sort(value: str, phrases: dict[int, str]) -> int:
    """The masks of all phrases in one class or id."""
    value = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", value.encode()[:LONGEST].decode("utf-8", "ignore")).lower()
    found = 0
    for mask, listed in phrases.items():
        for phrase in listed.split():
            words = r"[-_]+".join(map(re.escape, phrase.strip("*=").split("-")))
            if phrase.startswith("="):
                pattern = rf"(?:^|[\t-\r ]){words}(?=$|[\t-\r ])"
            else:
                pattern = rf"(?:^|[\t-\r _-]){words}" + ("" if phrase.endswith("*") else r"(?=$|[\t-\r _-])")
            if re.search(pattern, value):
                found |= mask
    return found


def prune(root: Node, phrases: dict[int, str]) -> None:
    """Marks what is chrome below ``root``, in four passes from the last element to the first."""
    total = left = 0
    for stage in range(4):
        for node in reversed(flat(root)):
            if node.gone or node.bits & tags.CHARACTERS:
                continue
            outside, every, headings = _live(node)
            if stage == 0:
                node.gone = bool(node.bits & tags.STRIP)
                if node.bits & tags.BODY:
                    total = max(total, outside)
            elif stage == 1:
                node.gone = bool(node.bits & tags.LARGE) and outside < 0.5 * total
            elif stage == 2:
                if node.bits & tags.BODY:
                    left = max(left, outside)
                if node.bits & (tags.SMALL | tags.HIDDEN | tags.CHROME):
                    own = (headings and outside < 0.3 * total) or (every > 150 and outside > 0.8 * every)
                    share = 0.1 if node.bits & tags.FORM else 0.3
                    node.gone = not (node.bits & tags.HEADER and own) and outside < share * total
            elif any(node.names) and not node.bits & tags.BODY and node is not root:
                mask = sort(node.names[0], phrases) | sort(node.names[1], phrases)
                own = outside > 200 and outside > 0.8 * every
                if mask & ALWAYS:
                    node.gone = True
                elif mask & COMMENTS:
                    node.gone = total - outside >= max(150, 0.1 * total)
                elif mask & OVERLAY and outside < 0.5 * total:
                    node.gone = True
                elif mask & (HARD | SOFT) and outside < 0.5 * left:
                    node.gone = bool(mask & HARD) or not own


def _live(node: Node) -> tuple[int, int, int]:
    """(characters outside links, all characters, h1 elements below) of what is not gone."""
    outside = every = headings = 0
    for child in node.children:
        if child.bits & tags.CHARACTERS:
            size = measured(child.text)[0]
            every += size
            outside += 0 if child.linked else size
        elif not child.gone:
            below = _live(child)
            outside, every, headings = outside + below[0], every + below[1], headings + below[2]
            headings += bool(child.bits & tags.H1)
    return outside, every, headings


def evidence(root: Node) -> tuple[list[int], list[int], list[int]]:
    """(nodes, by their place in reading order, whose own text says 공공누리; those that name Creative Commons; of each
    node the years before a separator, outside links), in NFC or NFD."""
    nuri: list[int] = []
    commons: list[int] = []
    years: list[int] = []
    stripped: set[int] = set()
    for place, node in enumerate(flat(root)):
        if id(node) in stripped or (node.bits & tags.STRIP and not node.bits & tags.CHARACTERS):
            stripped |= {id(child) for child in node.children}
            continue
        if node.bits & tags.CHARACTERS:
            if "공공누리" in unicodedata.normalize("NFC", node.text):
                nuri.append(place)
            if re.search("CC[ -]?BY|크리에이티브", unicodedata.normalize("NFC", node.text)):
                commons.append(place)
            if not node.linked:
                found = re.findall("(?=(?:199|20[0-9])[0-9] ?[-./년ᄂ])", node.text)
                years += [place] * len(found)
    return nuri, commons, years
