"""MediaWiki XML export: articles of a pages-articles dump, whole or by ranges of a plain or multistream file.

Pages are framed by their tags, which cannot occur in escaped text, and parsed one by one: damage costs one
page, and a document type declaration never reaches a parser, so that no entity can expand.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.parsers import expat

from corpus import storage
from corpus.errors import RecordError
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.sources.listing import Slice
from corpus.sources.pages import Framer, Piece
from corpus.sources.raw import SKIPPED, RawRecord
from corpus.sources.streams import blocks
from corpus.sources.wikitext import CATEGORIES, FILES, Names, plain

ARTICLES = 0
FILE_NAMESPACE, CATEGORY_NAMESPACE = "6", "14"
_BASE = re.compile(r"<base>([^<]{1,2000})</base>")
_SITE = re.compile(r"<dbname>([^<]{1,100})</dbname>")
_NAMESPACE = re.compile(r'<namespace key="(-?[0-9]{1,6})"[^<>]{0,200}>([^<]{1,200})</namespace>')
CATEGORY_CHARACTERS = 1000
# Exports of before 2009 and those of other programs have no <redirect>; the words are MediaWiki's for these languages.
_REDIRECT = re.compile(
    r"\s{0,100}[#＃](?:redirect|넘겨주기|転送|リダイレクト|重定向)\s{0,100}:?\s{0,100}\[\[", re.IGNORECASE
)
_REDIRECT_CHARACTERS = 1000
DEPTH = 16  # elements inside each other; an export has five


@dataclass
class Site:
    """What the dump's head says: the URL that titles are appended to, and the names of namespaces."""

    base: str | None = None
    name: str | None = None
    names: Names = field(default_factory=Names)


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record per page; ``offset`` as ``corpus.sources.streams.Block`` has it."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit, piece.start, piece.end)


def records(stream: Any, file: str, limit: int, start: int = 0, end: int | None = None) -> Iterator[RawRecord]:
    """Records of the pages that begin in the range; see ``read``."""
    site = Site()
    if start:
        head = next(Framer(limit, 0, 1).frames(blocks(stream, 0, file)), None)
        if isinstance(head, Piece) and head.head:
            site = _site(head.data or b"")
    for found in Framer(limit, start, end).frames(blocks(stream, start, file)):
        if isinstance(found, RawRecord):
            yield found
        elif not found.head:
            yield _record(found, site)
        elif b"<!DOCTYPE" in (found.data or b"") or b"<!ENTITY" in (found.data or b""):
            yield _fault(found, "record.unsupported", "document type declaration")
            return
        else:
            site = _site(found.data or b"")


def _site(head: bytes) -> Site:
    text = head.decode("utf-8", "replace")  # names for links alone; nothing of it becomes a document
    base, name = _BASE.search(text), _SITE.search(text)
    spaces = {key: html.unescape(label).lower() for key, label in _NAMESPACE.findall(text)}
    names = Names(
        FILES | {spaces[key] for key in (FILE_NAMESPACE, "-2") if key in spaces},
        CATEGORIES | {spaces[key] for key in (CATEGORY_NAMESPACE,) if key in spaces},
    )
    url = html.unescape(base[1]).rpartition("/")[0] + "/" if base else None
    return Site(url, name[1] if name else None, names)


def _fault(piece: Piece, fault: str, detail: str) -> RawRecord:
    return RawRecord(piece.offset, piece.size, bytes_digest(piece.data or b""), None, fault, detail)


def _record(piece: Piece, site: Site) -> RawRecord:
    try:
        fields = _article(_Page(piece.data or b"").found, site)
    except RecordError as error:
        return _fault(piece, error.what, error.fix)
    except expat.ExpatError as error:
        return _fault(piece, "record.malformed", f"XML: {expat.ErrorString(error.code)}")
    except UnicodeDecodeError:
        return _fault(piece, "record.not_utf8", "XML is UTF-8")
    return RawRecord(piece.offset, piece.size, bytes_digest(piece.data or b""), fields)


class _Page:
    """The first value of each element of a page by its path; of several revisions those of the latest."""

    def __init__(self, data: bytes) -> None:
        data.decode("utf-8")
        self.path: list[str] = []
        self.parts: list[str] = []
        self.found: dict[str, str] = {}
        self.revision: dict[str, str] = {}
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text, parser.buffer_size = True, 1 << 16
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.parts.append
        parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= DEPTH:
            raise RecordError("", "record.malformed", f"elements inside each other above {DEPTH}")
        self.path.append(name)
        self.parts.clear()
        if self.path == ["page", "redirect"]:
            self.found["redirect"] = "yes"

    def _end(self, name: str) -> None:
        path = "/".join(self.path[1:])
        self.path.pop()
        if path == "revision":
            if self.revision.get("timestamp", "") >= self.found.get("timestamp", ""):
                self.found |= self.revision
            self.revision = {}
        elif path.startswith("revision/"):
            self.revision.setdefault(path.removeprefix("revision/").replace("id", "revision"), "".join(self.parts))
        elif path:
            self.found.setdefault(path, "".join(self.parts))
        self.parts.clear()


def _article(found: dict[str, str], site: Site) -> dict[str, Any]:
    """Fields of an article.  Raises RecordError with a quarantine class, or SKIPPED."""
    space = found.get("ns", str(ARTICLES))
    if space != str(ARTICLES):
        # Numbers of the standard's sixteen namespaces and of extensions; nothing else is repeated.
        raise RecordError(
            "", SKIPPED, f"namespace {int(space)}" if re.fullmatch(r"-?[0-9]{1,4}", space) else "namespace"
        )
    head = unicodedata.normalize("NFC", found.get("text", "")[:_REDIRECT_CHARACTERS])
    if "redirect" in found or _REDIRECT.match(head):
        raise RecordError("", SKIPPED, "redirects")
    if found.get("model", "wikitext") != "wikitext":
        raise RecordError("", SKIPPED, "other content models")
    key, title = found.get("id", "").strip(), found.get("title", "").strip()
    if not key or not title:
        raise RecordError("", "record.no_provenance", "no page id" if not key else "no title")
    if "text" not in found:
        raise RecordError("", "record.missing_text", "no revision with a text")
    text, categories = plain(found["text"], site.names)
    moment = found.get("timestamp")
    fields = {
        "key": key, "title": title, "text": text,
        "url": encodable(site.base + quote(title.replace(" ", "_"), safe="/:@!$&'()*+,;=~-._")) if site.base else None,
        "created_at": moment, "fetched_at": moment, "revision": found.get("revision"), "site": site.name,
        "categories": "|".join(categories)[:CATEGORY_CHARACTERS] or None,
    }  # fmt: skip
    return {name: item for name, item in fields.items() if item is not None}
