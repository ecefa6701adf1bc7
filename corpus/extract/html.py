from __future__ import annotations
from typing import NamedTuple
from selectolax.lexbor import LexborHTMLParser

VERSION = 1


class Extract(NamedTuple):
    title: str | None
    text: str


def extract(html: str) -> Extract:
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style"])
    title = tree.css_first("title")
    return Extract(title.text() if title else None, tree.body.text(separator="\n") if tree.body else "")
