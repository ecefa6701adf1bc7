"""HTML by functions: what is not Html is escaped, so that no text of a document becomes markup.

Tag and attribute names are ours alone; attribute values are escaped too, and only numbers and our own
words are ever given as such.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from typing import Any

from corpus.report.words import Words, label

VOID = frozenset({"meta", "input"})
SHAPES = frozenset({"rect", "line", "polygon", "path", "circle"})  # of SVG, which closes them itself


class Html(str):
    """Markup that is finished: it is put in as it is."""

    __slots__ = ()


Content = Html | str | int | None | Iterable[Any]


def tag(name: str, /, *children: Content, **attributes: object) -> Html:
    """``<name …>children</name>``.  ``_`` at the end of an attribute's name is dropped and others
    become ``-``; None and False leave an attribute out."""
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        words.append(shown if value is True else f'{shown}="{html.escape(str(value))}"')
    if name in SHAPES:
        return Html("<" + " ".join(words) + "/>")
    opening = "<" + " ".join(words) + ">"
    if name in VOID:
        return Html(opening)
    return Html(opening + join(children) + f"</{name}>")


def join(children: Iterable[Content]) -> Html:
    """Children one after the other; text is escaped, None is nothing, lists are flattened."""
    parts = []
    for child in children:
        if isinstance(child, Html):
            parts.append(str(child))
        elif isinstance(child, str):
            parts.append(html.escape(child))
        elif isinstance(child, int):
            parts.append(number(child))
        elif child is not None:
            parts.append(str(join(child)))
    return Html("".join(parts))


def both(words: Words | str) -> Html:
    """A label in both languages; style hides one of them when the reader asks for the other."""
    pair = label(words) if isinstance(words, str) else words
    if pair.ko == pair.en:
        return tag("span", pair.ko)
    return Html(
        str(tag("span", pair.ko, class_="ko", lang="ko")) + " " + str(tag("span", pair.en, class_="en", lang="en"))
    )


def number(value: int | float) -> str:
    """With thousands separators; a float to at most two decimals."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}"
    return f"{int(value):,}"


def percent(value: float, places: int = 1) -> str:
    smallest = 10**-places
    if 0 < 100 * value < smallest / 2:
        return f"<\u202f{smallest:.{places}f}\u202f%"  # some, and not none
    return f"{100 * value:.{places}f}\u202f%"


def korean_number(value: int) -> str:
    """The same in 만 and 억, as people read it: 207065 is 20.7만."""
    for size, name in ((10**12, "조"), (10**8, "억"), (10**4, "만")):
        if value >= size:
            return f"{value / size:,.1f}".removesuffix(".0") + name
    return ""


def shown(text: str | None, limit: int | None = None) -> str:
    """Text from data as a reader may safely see it: characters that have no shape or that turn the
    line around are shown as their code points, and at most ``limit`` characters are."""
    if not text:
        return ""
    cut = text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"
    return "".join(_visible(character) for character in cut)


def _visible(character: str) -> str:
    if character in "\n\t":
        return " " if character == "\t" else " ↵ "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"[U+{ord(character):04X}]"
    return character


def table(
    head: Iterable[Content], rows: Iterable[Iterable[Content]], texts: int = 1, total: Iterable[Content] | None = None
) -> Html:
    """A table whose first ``texts`` columns are text and whose others are numbers, to the right;
    ``total`` is a last row of sums."""

    def line(row: Iterable[Content], kind: str | None = None) -> Html:
        cells = [
            tag("th", cell, scope="row") if place == 0 else tag("td", cell, class_=None if place < texts else "n")
            for place, cell in enumerate(row)
        ]
        return tag("tr", cells, class_=kind)

    names = [tag("th", name, scope="col", class_=None if place < texts else "n") for place, name in enumerate(head)]
    body = [*(line(row) for row in rows), line(total, "sum") if total is not None else None]
    inner = tag("table", tag("thead", tag("tr", names)), tag("tbody", body))
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label="table")


def folded(summary: Content, content: Content, is_open: bool = False) -> Html:
    """Content that unfolds at a click, without a script."""
    return tag("details", tag("summary", summary), content, open=is_open)
