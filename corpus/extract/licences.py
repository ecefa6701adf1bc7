"""Licence marks of a page: KOGL (공공누리) types, Creative Commons by link, and what it asks of machines.

A Creative Commons link counts only where the page says that it is its own licence (rel=license, a licence field
of its metadata, or the licence box of a blog): articles also link to the licences of pictures that they show.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_CC = re.compile(
    r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)(?:/([a-z]{2})\b)?|publicdomain/(zero|mark)/(\d\.\d))",
    re.IGNORECASE,
)
_KOGL_LINKS = {"by": "1", "nc": "2", "nd": "3", "all": "4", "ncnd": "4", "zero": "0", "ai": "AI"}
_KOGL = re.compile(
    r"kogl\.or\.kr/[\w/.]{0,64}?license_info/(?P<link>by|nc|nd|ncnd|all|zero|ai)\.do"
    r"|(?:opentype|opencode|open_type|kogl_?type|codetype|img_?type)_?0?(?P<image>[0-4])(?!\d)"
    r"|공공누리[^<>]{0,24}?(?:제\s*)?(?P<type>[0-4]|AI)\s*(?:-\s*)?유형",
    re.IGNORECASE,
)
_WISHES = {"noai": "noai", "noimageai": "noimageai", "noindex": "noindex", "none": "noindex", "nosnippet": "nosnippet"}


def creative_commons(link: str) -> str | None:
    """CC-BY-NC-4.0, CC-BY-SA-2.0-KR, CC0-1.0 or PDM-1.0 of a licence's URL."""
    match = _CC.search(link)
    if match is None:
        return None
    kind, version, country, public, number = match.groups()
    if public:
        return f"{'CC0' if public.lower() == 'zero' else 'PDM'}-{number}"
    return f"CC-{kind.upper()}-{version}" + (f"-{country.upper()}" if country else "")


def kogl(pieces: Iterable[bytes]) -> list[str]:
    """KOGL-0 to KOGL-4 and KOGL-AI of tags and texts, each once, in the order in which the page shows them."""
    found = []
    for piece in pieces:
        for match in _KOGL.finditer(unicodedata.normalize("NFC", piece.decode("utf-8", "replace"))):
            link, image, sort = match.groups()
            found.append("KOGL-" + (_KOGL_LINKS[link.lower()] if link else image or sort.upper()))
    return list(dict.fromkeys(found))


def agreed(marks: Iterable[str]) -> str | None:
    """The one licence that the marks name; None where they differ: then only the evidence is kept."""
    distinct = set(marks)
    return distinct.pop() if len(distinct) == 1 else None


def wishes(meta: Mapping[str, str]) -> list[str]:
    """What the page's head asks of machines: noai, noimageai, noindex, nosnippet, tdm-reservation."""
    words = re.split(r"[\s,]+", f"{meta.get('robots', '')},{meta.get('googlebot', '')}".lower())
    found = [_WISHES[word] for word in words if word in _WISHES]
    if meta.get("tdm-reservation", "").strip() == "1":
        found.append("tdm-reservation")
    return list(dict.fromkeys(found))
