"""Depth and width of a page's tags by expressions: the twin of corpus.extract.guard_kernel."""

from __future__ import annotations

import re

# Elements that the parser closes by itself, and void ones.
CLOSED = set(
    "p li td th tr dt dd br hr img col wbr meta link area base html head body tbody thead tfoot input param embed "
    "track option source".split()
)
# A quoted value begins behind an equals sign and may hold anything; the tag ends at the first > outside one.
_TAG = re.compile(
    rb"<!--(?P<comment>)|<(?P<end>/?)(?P<name>[A-Za-z]+)(?P<inside>(?>=[\t-\r ]*(?:\"[^\"]*\"?|'[^']*'?)|[^>])*+)"
)
_QUOTED = re.compile(rb"(=[\t-\r ]*)(?:\"[^\"]*\"?|'[^']*'?)")


def shape(page: bytes) -> tuple[int, int]:
    """(depth, attributes)."""
    depth = deepest = widest = place = 0
    while (tag := _TAG.search(page, place)) is not None:
        place = tag.end()
        if tag["comment"] is not None:
            place = _behind(page, place, b"-->")
            continue
        inside = _QUOTED.sub(rb"\1q", tag["inside"])
        # an attribute begins behind a space or slash
        widest = max(widest, len(re.findall(rb"(?<=[\t-\r /])[^\t-\r /]", inside)))
        name = tag["name"].decode().lower()
        if name in CLOSED:
            continue
        if tag["end"]:
            depth = max(0, depth - 1)
        elif not inside.rstrip(b"\t\n\v\f\r ").endswith(b"/"):
            if name in ("script", "style"):
                place = _behind(page, place, b"</s")
            else:
                depth += 1
                deepest = max(deepest, depth)
    return deepest, widest


def _behind(page: bytes, place: int, mark: bytes) -> int:
    found = page.lower().find(mark, place)
    return len(page) if found < 0 else found + len(mark)
