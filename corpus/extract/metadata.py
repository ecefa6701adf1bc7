"""What a page says of itself: title, date, author, canonical URL, language, licence, wishes of its owner.

Every value is a claim of the page and no more.  Where several places state one thing, the order is that of how
rarely they are wrong: structured data, then metadata for sharing, then what is shown.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import numpy as np

from corpus.extract import surroundings, tags
from corpus.extract.evidence_kernel import evidence
from corpus.extract.licences import (
    agreed,
    commons_named,
    commons_stated,
    creative_commons,
    distinct,
    grants,
    kogl_marked,
    kogl_stated,
    wishes,
)
from corpus.extract.prune_kernel import LICENCE
from corpus.extract.scan_kernel import Ints, Longs
from corpus.sources.dates import microseconds

LONGEST = 1024  # characters of a value; longer ones are no titles, names or addresses
JSON_BYTES = 500_000
_OBJECTS = 200  # of structured data that are looked at

_ATTRIBUTE = re.compile(rb' ([^\s=>]+)="([^"]*)"')
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*\Z")
_SEPARATORS = "-|–—:·«»<>•ㅣ│"
_DATES = ("article:published_time", "og:article:published_time", "datepublished", "article:published", "pubdate",
          "publishdate", "publish-date", "dc.date.issued", "dcterms.created", "dc.date", "date", "sailthru.date",
          "parsely-pub-date", "regdate")  # fmt: skip
_AUTHORS = ("author", "article:author", "dable:author", "byl", "dc.creator", "dcterms.creator", "og:article:author")
_RIGHTS = ("dcterms.license", "dc.rights", "copyright")
_META = frozenset(
    name.encode()
    for name in (
        *_DATES, *_AUTHORS, *_RIGHTS, "og:title", "og:site_name", "application-name", "og:url", "og:locale",
        "content-language", "robots", "googlebot", "tdm-reservation",
    )
)  # fmt: skip
_STAMPS = re.compile("입력|등록|승인|작성|게시|발행|송고|게재|날짜|일자|일시")
_STAMP = re.compile(
    r"(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})\s?[.일]?\s*"
    r"(?:\([월화수목금토일]\))?\s*(?:(오전|오후|AM|PM)?\s?(\d{1,2})\s?[:시]\s?(\d{2}))?"
)
_DATED = re.compile(r"=\"[^\"<>]*(?:date|time)[^\"<>]*\"[^<>]*>\s*\Z", re.IGNORECASE)
_STAMP_BEFORE, _STAMP_AFTER = 96, 96  # bytes around a date in which its word and its hour must stand
_MARKUP = re.compile(r"<[^>]*>?")

_WANTED = np.zeros(len(tags.NAMES), np.bool_)
for _element in ("meta", "link", "html", "title", "h1", "time", "script"):
    _WANTED[tags.NUMBERS[_element]] = True
_LINKING = np.array([name in ("a", "area", "img", "link") for name in tags.NAMES], np.uint8)
_A, _SCRIPT, _LINK, _TITLE = (tags.NUMBERS[name] for name in ("a", "script", "link", "title"))
_BOXES = 8  # licence boxes of a page that are read


class Metadata(NamedTuple):
    """None where the page does not say; ``created_at`` in microseconds since 1970."""

    title: str | None = None
    created_at: int | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    license: str | None = None
    rights: tuple[str, ...] = ()


def read(page: bytes, nodes: Ints, sorts: Longs, base: str | None = None) -> Metadata:
    """Of a serialised page, its scan, the sorts of its names; ``base`` is the page's own URL, for relative links."""
    head = _Head(page, nodes, sorts)
    data = list(_structured(head.data))
    meta = head.meta
    linked = [mark for link in head.licences if (mark := creative_commons(link))]
    linked += [mark for item in data if (mark := creative_commons(_name(item.get("license"), "@id", "url")))]
    linked += [mark for key in _RIGHTS if (mark := creative_commons(meta.get(key, "")))]
    marks = distinct([*linked, *head.commons, *head.kogl])
    return Metadata(
        _title(head, data),
        _date(head, data, page),
        _author(head, data),
        _canonical(head, base),
        _language(head, data),
        agreed(marks),
        (*wishes(meta), *(marks if len(marks) > 1 else ())),
    )


class _Head:
    """The elements that carry metadata, each read once."""

    def __init__(self, page: bytes, nodes: Ints, sorts: Longs) -> None:
        self.page = page
        self.nodes = nodes
        marked, commons, self.dates = evidence(np.frombuffer(page, np.uint8), nodes, _LINKING)
        self.boxes = sorts & LICENCE
        self.kogl = self._kogl(marked.tolist())
        self.commons: list[str] = []
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.licences: list[str] = []
        self.data: list[bytes] = []
        self.times: list[str] = []
        self.language = ""
        self.shown: dict[str, str] = {}
        rows = np.flatnonzero(_WANTED[nodes[:, tags.N_TAG]])
        for row, number, left, right in zip(
            rows.tolist(), nodes[rows, tags.N_TAG].tolist(), nodes[rows, tags.N_FROM].tolist(),
            nodes[rows, tags.N_TO].tolist(), strict=True,
        ):  # fmt: skip
            if number == _SCRIPT:
                if b"ld+json" in page[left:right]:
                    self.data.append(page[right : page.find(b"</script", right)])
                continue
            piece = page[left : min(right, left + 8192)]
            if number != _LINK or b"canonical" in piece or b"license" in piece:
                self._element(tags.NAMES[number], row, piece)

        for row in commons.tolist():
            if nodes[row, tags.N_TAG] == _A:
                self._licence(row)
            elif nodes[row, tags.N_BITS] & tags.CHARACTERS and not self._is_heading(row):
                self.commons += commons_stated(surroundings.line(page, nodes, row))
        if self.boxes.any() and not self.licences:
            shown = np.flatnonzero((nodes[:, tags.N_NAME] >= 0) & (self.boxes[nodes[:, tags.N_NAME]] != 0))
            # of a row of signs, of which each may be called a box, all are read together
            small = (nodes[shown, tags.N_BITS] & (tags.INLINE | tags.ITEM)) != 0
            whole = np.unique(np.where(small, nodes[shown, tags.N_PARENT], shown))[:_BOXES]
            named = commons_named(" ".join(surroundings.below(page, nodes, row) for row in whole.tolist()))
            self.commons += [named] if named else []

    def _element(self, name: str, row: int, tag: bytes) -> None:
        if name in ("title", "h1"):
            if not self.shown.get(name):
                self.shown[name] = self._text(row)
            return
        found = dict(_ATTRIBUTE.findall(tag))  # the parser writes names in small letters
        if name == "meta":
            key = found.get(b"property") or found.get(b"name") or found.get(b"itemprop") or found.get(b"http-equiv")
            if key and (known := key.lower()) in _META and (value := _value(found.get(b"content", b""))):
                self.meta.setdefault(known.decode(), value)
        elif name == "link":
            relation = found.get(b"rel", b"").lower().split()
            for word in (b"canonical", b"license"):
                if word in relation:
                    self.links.setdefault(word.decode(), _value(found.get(b"href", b"")))
            if b"license" in relation:
                self.licences.append(_value(found.get(b"href", b"")))
        elif name == "html":
            self.language = _value(found.get(b"lang") or found.get(b"xml:lang") or b"")
        elif b"datetime" in found and len(self.times) < 8:
            self.times.append(_value(found[b"datetime"]))

    def _piece(self, row: int) -> bytes:
        return self.page[
            self.nodes[row, tags.N_FROM] : min(self.nodes[row, tags.N_TO], self.nodes[row, tags.N_FROM] + 8192)
        ]

    def _licence(self, row: int) -> None:
        found = dict(_ATTRIBUTE.findall(self._piece(row)))
        names = found.get(b"class", b"").lower() + b" " + found.get(b"id", b"").lower()
        if (
            b"license" in found.get(b"rel", b"").lower().split()
            or b"ccl" in names
            or b"license" in names
            or self._is_boxed(row)
            or grants(surroundings.line(self.page, self.nodes, row))
        ):
            self.licences.append(_value(found.get(b"href", b"")))

    def _is_boxed(self, row: int) -> bool:
        """Whether a licence box stands around a node."""
        for _ in range(surroundings.DEEP):
            if row < 0:
                break
            name = int(self.nodes[row, tags.N_NAME])
            if name >= 0 and self.boxes[name]:
                return True
            row = int(self.nodes[row, tags.N_PARENT])
        return False

    def _is_heading(self, row: int) -> bool:
        """Whether a node stands in a heading or in the page's title: these name what a text is about."""
        around = surroundings.block(self.nodes, row)
        return bool(self.nodes[around, tags.N_BITS] & tags.HEADING) or self.nodes[around, tags.N_TAG] == _TITLE

    def _kogl(self, rows: list[int]) -> list[str]:
        found: list[str] = []
        for row in rows:
            if self._is_heading(row):
                continue
            around = surroundings.line(self.page, self.nodes, row)
            types, denied = kogl_stated(around)
            if denied:
                return []
            if not self.nodes[row, tags.N_BITS] & tags.CHARACTERS:
                types = kogl_marked(self._piece(row), around)
            found += types
        return [f"KOGL-{kind}" for kind in dict.fromkeys(found)]

    def _text(self, row: int) -> str:
        below = self.nodes[row + 1 : self.nodes[row, tags.N_END]]
        texts = below[below[:, tags.N_TAG] == 0][:64]
        pieces = [
            self.page[left:right].decode("utf-8", "replace")
            for left, right, bits in texts[:, [tags.N_FROM, tags.N_TO, tags.N_BITS]].tolist()
            if bits & tags.CHARACTERS
        ]
        return " ".join(unescape("".join(pieces)).split())[:LONGEST]


def _value(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    if len(text) > 4 * LONGEST:
        return ""
    text = " ".join(unescape(text).split())
    return text if len(text) <= LONGEST else ""


def _structured(scripts: list[bytes]) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD that describe a work, in the order written.  What is no JSON says nothing."""
    for script in scripts[:16]:
        if len(script) > JSON_BYTES:
            continue
        try:
            waiting = [json.loads(script.decode("utf-8", "replace"), strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_OBJECTS):
            if not waiting:
                break
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting[:0] = item[:_OBJECTS]
            elif isinstance(item, dict):
                kind = item.get("@type")
                kinds = kind if isinstance(kind, list) else [kind]
                if any(
                    isinstance(k, str) and k.endswith(("Article", "Posting", "Page", "CreativeWork")) for k in kinds
                ):
                    yield item
                waiting += [item[key] for key in ("@graph", "mainEntity") if key in item]


def _name(item: Any, *keys: str) -> str:
    """A string, or the first string among ``keys`` of an object or of a list's objects."""
    if isinstance(item, list):
        names = [name for one in item[:16] if (name := _name(one, *keys))]
        return ", ".join(dict.fromkeys(names))[:LONGEST]
    if isinstance(item, dict):
        item = next((item[key] for key in keys if isinstance(item.get(key), str)), "")
    return " ".join(item.split()) if isinstance(item, str) and len(item) <= LONGEST else ""


def _title(head: _Head, data: list[dict[str, Any]]) -> str | None:
    named = head.meta.get("og:title") or next((t for item in data if (t := _name(item.get("headline")))), "")
    shown = head.shown.get("title", "")
    heading = head.shown.get("h1", "")
    site = head.meta.get("og:site_name") or head.meta.get("application-name") or ""
    title = _unsuffixed(unescape(named) or shown, site, heading)
    return title or heading or None


def _unsuffixed(title: str, site: str, heading: str) -> str:
    """A title without the site's name at its end, where the page proves it: by og:site_name or by its heading."""
    for other in (site, ""):
        if other and title.endswith(other) and (rest := title[: -len(other)].rstrip()) and rest[-1] in _SEPARATORS:
            return rest.rstrip(_SEPARATORS + " ") or title
    if heading and len(heading) >= 4 and title.startswith(heading):
        rest = title[len(heading) :].lstrip()
        if rest and rest[0] in _SEPARATORS:
            return heading
    return title


def _date(head: _Head, data: list[dict[str, Any]], page: bytes) -> int | None:
    for item in data:
        for key in ("datePublished", "dateCreated", "uploadDate"):
            if (moment := microseconds(_name(item.get(key)))) is not None:
                return moment
    for value in [*(head.meta.get(name, "") for name in _DATES), *head.times]:
        if (moment := microseconds(value)) is not None:
            return moment
    return _stamp(page, head.dates.tolist())


def _stamp(page: bytes, places: list[int]) -> int | None:
    """The first date behind 입력, 등록, 작성일 …, or in an element named date: 입력 2024.01.31. 오전 10:12."""
    for place in places:
        before = _composed(page[max(0, place - _STAMP_BEFORE) : place])
        if not (_STAMPS.search(_MARKUP.sub(" ", before)[-24:]) or _DATED.search(before)):
            continue
        match = _STAMP.match(_MARKUP.sub(" ", _composed(page[place : place + _STAMP_AFTER])))
        if match is None:
            continue
        year, month, day, half, hour, minute = match.groups()
        time = ""
        if hour:
            number = int(hour) % 12 + (12 if half in ("오후", "PM") else 0) if half else int(hour)
            time = f" {number:02}:{minute}"
        if (moment := microseconds(f"{year}-{month}-{day}{time}")) is not None:
            return moment
    return None


def _composed(piece: bytes) -> str:
    return unicodedata.normalize("NFC", piece.decode("utf-8", "ignore"))


def _author(head: _Head, data: list[dict[str, Any]]) -> str | None:
    stated = [_name(item.get("author"), "name") for item in data] + [head.meta.get(name, "") for name in _AUTHORS]
    return next((name for name in stated if name and "://" not in name), None)


def _canonical(head: _Head, base: str | None) -> str | None:
    for link in (head.links.get("canonical", ""), head.meta.get("og:url", "")):
        try:
            whole = urljoin(base, link) if base and link else link
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return whole
    return None


def _language(head: _Head, data: list[dict[str, Any]]) -> str | None:
    stated = [head.language, head.meta.get("og:locale", ""), *(_name(item.get("inLanguage")) for item in data)]
    for value in [*stated, head.meta.get("content-language", "")]:
        if match := _LANGUAGE.match(value.strip()):
            return match.group(1).lower()
    return None
