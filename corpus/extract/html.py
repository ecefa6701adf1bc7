"""Main text of an HTML page: pruning and choice of a container on a lexbor tree.

Kept in reading order: headings, paragraphs, list items (``- ``), table rows (cells joined by `` | ``), code
with its line breaks.  Left out: navigation, comments, adverts, forms, scripts.  The rules and their
thresholds are those that a search over 811 pages of nine sites settled on; token F1 on the development
pages is in docs/ingest.md with the command that measures it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from corpus.errors import RecordError
from corpus.extract.blocks import Block, Walk, weight
from corpus.extract.guard_kernel import shape

VERSION = 1

MAX_DEPTH = 2_000  # real pages of the development data stay below 200
MAX_ATTRIBUTES = 2_000

_STRIPPED = [
    "script", "style", "template", "svg", "iframe", "object", "embed", "canvas", "video", "audio",
    "select", "input", "textarea", "datalist", "figcaption",
]  # fmt: skip
_LARGE = "nav, aside, footer"
_SMALL = (
    "header, button, dialog, noscript, form, [hidden], [style*='display:none'], [style*='display: none'], "
    "[role=navigation], [role=search], [role=banner], [role=contentinfo], [role=complementary], "
    "[role=dialog], [role=menu], [role=alert]"
)
_COMMENTS = re.compile(r"(?:^|[\s_-])(?:comments?|comment-?list|respond|replies|disqus)(?=$|[\s_-])")
_HARD = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu|footer|share\w*|social\w*|sns|cookie\w*|consent\w*|breadcrumbs?|login|search-?box|"
    r"subscribe\w*|newsletter|pager|toolbar|quick_links|skip-link|masthead|gnb|lnb|snb|headerlink|ads?|advert\w*)"
    r"(?=$|[\s_-])"
)
_SOFT = re.compile(
    r"(?:^|[\s_-])(?:sidebar|related|recommend\w*|sponsor\w*|promo\w*|banner\w*|widget\w*|modal\w*|copyright|"
    r"pagination|author-box|post-meta|most-read|popular\w*|trending\w*)(?=$|[\s_-])|(?:^|\s)(?:tags?|hidden)(?=$|\s)"
)
_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:article[-_]?body|entry-content|post-content|story-body|news-?body|view_content|tt_article\w*|"
    r"contents_style|se-main-container|dic_area|newsct_article|article_view)(?=$|[\s_-])"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TEXT_TAGS = frozenset({"p", "li", "pre", "td", "th", "tr", "dt", "dd", "blockquote", "caption"}) | _HEADINGS


class Extract(NamedTuple):
    """``title`` None where the page has none; ``text`` not normalised."""

    title: str | None
    text: str


def extract(html: str) -> Extract:
    """Raises RecordError for a page built to stall a parser (class record.unsupported)."""
    depth, attributes = shape(np.frombuffer(html.encode("utf-8", "surrogatepass"), np.uint8))
    if depth > MAX_DEPTH or attributes > MAX_ATTRIBUTES:
        raise RecordError("html", "record.unsupported", f"elements {depth} deep, {attributes} attributes on one")
    tree = LexborHTMLParser(html)
    heading = tree.css_first("title") or tree.css_first("h1")
    title = " ".join(heading.text().split()) if heading is not None else ""
    tree.strip_tags(_STRIPPED)
    if tree.body is None:
        return Extract(title or None, "")
    whole = len("".join(tree.body.text().split()))
    _prune(tree)
    text = _rendered(_chosen(tree))
    if len(text) < 250 and len(text) < whole // 10:
        # Some forum software keeps the thread where only chrome belongs: begin again, prune hardly at all.
        tree = LexborHTMLParser(html)
        tree.strip_tags([*_STRIPPED, "nav", "footer"])
        text = _rendered(Walk(tree.body).blocks) if tree.body is not None else ""
    return Extract(title or None, text)


def _outside(node: Any) -> tuple[int, int]:
    """(characters outside links, all characters) below a node, white space not counted."""
    every = len("".join(node.text().split()))
    links = sum(len("".join(link.text().split())) for link in node.css("a")) if every else 0
    return max(0, every - links), every


def _prune(tree: LexborHTMLParser) -> None:
    body: Any = tree.body
    total = max(1, _outside(body)[0])
    for selector, share in ((_LARGE, 0.5), (_SMALL, 0.3)):
        for node in reversed(body.css(selector)):
            outside, every = _outside(node)
            if node.tag == "header" and (
                (node.css_first("h1") is not None and outside < 0.3 * total) or (every > 150 and outside > 0.8 * every)
            ):
                continue
            if outside < (0.1 if node.tag == "form" else share) * total:
                node.decompose()
    for node in reversed(body.css("[class],[id]")):
        sort = _class_sort(_names(node))
        if not sort or node.tag in ("body", "html"):
            continue
        outside, every = _outside(node)
        if sort == "comments":
            if total - outside >= max(300, 0.1 * total):
                node.decompose()
        elif outside < 0.5 * total and not (sort == "soft" and outside > 200 and outside > 0.8 * every):
            node.decompose()


def _names(node: Any) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300].lower()


@lru_cache(maxsize=16_384)
def _class_sort(names: str) -> str:
    if _COMMENTS.search(names):
        return "comments"
    return "hard" if _HARD.search(names) else "soft" if _SOFT.search(names) else ""


@lru_cache(maxsize=16_384)
def _is_article(names: str) -> bool:
    return _ARTICLE.search(names) is not None


def _chosen(tree: LexborHTMLParser) -> list[Block]:
    """The blocks of the main container, without the chrome that is left in it."""
    walk = Walk(tree.body)
    blocks = walk.blocks
    masses = [weight(block) for block in blocks]
    total = sum(masses)
    if total < 600:  # index pages and short notes: nothing to choose from
        return blocks
    first, last = _container(tree, walk, masses, total)
    span = range(first, last)
    inside = sum(masses[first:last])
    by_parent: dict[int, int] = {}
    for index in span:
        by_parent[blocks[index].parent] = by_parent.get(blocks[index].parent, 0) + masses[index]
    parent, mass = max(by_parent.items(), key=lambda pair: pair[1], default=(0, 0))
    if parent in walk.ranges and mass >= 0.8 * inside:
        first, last = walk.ranges[parent]
        span = range(first, last)
    texts = sum(masses[index] for index in span if blocks[index].tag in _TEXT_TAGS)
    chosen = [blocks[index] for index in span]
    if texts >= 0.5 * inside:
        chosen = [b for b in chosen if b.tag in _TEXT_TAGS or (len(b.text) >= 40 and b.links < 0.5 * max(1, b.size))]
    return _lead(blocks, first) + chosen


def _container(tree: LexborHTMLParser, walk: Walk, masses: list[int], total: int) -> tuple[int, int]:
    body: Any = tree.body
    named = [node for node in body.css("[class],[id]") if _is_article(_names(node))]
    for nodes in (body.css("[itemprop=articleBody]"), named, body.css("article"), body.css("main, [role=main]")):
        ranges = [walk.ranges[node.mem_id] for node in nodes if node.mem_id in walk.ranges]
        sums = [sum(masses[first:last]) for first, last in ranges]
        if not sums:
            continue
        if sum(sums) >= 0.5 * total and max(sums) < 0.5 * sum(sums):  # posts of a thread side by side
            return min(first for first, _ in ranges), max(last for _, last in ranges)
        best = max(range(len(sums)), key=sums.__getitem__)
        if sums[best] >= 0.3 * total:
            return ranges[best]
    return 0, len(masses)


def _lead(blocks: list[Block], first: int) -> list[Block]:
    """Paragraphs between a heading just above the container and it."""
    for index in range(first - 1, max(-1, first - 16), -1):
        if blocks[index].tag == "h1":
            return [blocks[index]] + [
                b for b in blocks[index + 1 : first] if len(b.text) >= 100 and b.links < 0.2 * max(1, b.size)
            ]
    return []


def _rendered(blocks: list[Block]) -> str:
    return "\n".join(_lines(blocks)).strip("\n")


def _lines(blocks: list[Block]) -> Iterator[str]:
    """One line a block, with an empty line around headings and paragraphs but not between items."""
    tight = True
    for block in blocks:
        close = block.tag in ("li", "tr", "dt", "dd")
        if not (tight or close) or block.tag in _HEADINGS:
            yield ""
        yield ("- " + block.text) if block.tag == "li" else block.text
        tight = close
