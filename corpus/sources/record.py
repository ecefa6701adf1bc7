"""From a record's fields to a draft of a document: names, kinds, rights and dates, before any cleaning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from corpus.document import SIGNALS
from corpus.errors import ConfigError, RecordError
from corpus.identity import bytes_digest
from corpus.normalise import encodable
from corpus.rights import Rights, granted
from corpus.sources.charset import decode, undecodable
from corpus.sources.config import Fields, InputConfig
from corpus.sources.dates import microseconds
from corpus.sources.raw import RawRecord
from corpus.sources.signals import SEARCH_ALLOWED, permission, signal

# Readers of formats that have no field names of their own (WARC, HTML files) use these.
NATIVE = Fields(
    key="key",
    text="text",
    html="html",
    title="title",
    url="url",
    created_at="created_at",
    fetched_at="fetched_at",
    license=None,
)
# A longer value is no description but a second text (a gold text, a raw page): it is not carried along.
META_CHARACTERS = 1024
KEY_CHARACTERS = 4096

_PLAIN_URL = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|\Z)", re.ASCII)
_SIGNAL_TYPES = {field.name: str(field.type) for field in SIGNALS}


@dataclass(slots=True)
class Draft:
    """A document before extraction and cleaning: exactly one of ``text`` and ``html`` is set.

    ``drop``: the reason that an adapter drops it for; ``verbatim``: no line of it may go; ``counts``: what an
    adapter did, beside the editors' counts.
    """

    source: str
    kind: str
    area: str
    key: str
    url: str | None
    title: str | None
    text: str | None
    html: str | None
    created_at: int | None  # microseconds since 1970, UTC
    fetched_at: int | None
    license: str | None
    signals: dict[str, Any] | None
    meta: dict[str, str]
    drop: str | None = None
    verbatim: bool = False
    counts: dict[str, int] = field(default_factory=dict)


class RecordMapper:
    """Reads the records of one input as its configuration says.

    Raises ConfigError on a mapping that names no signal.
    """

    def __init__(self, item: InputConfig, native: bool = False) -> None:
        self.item = item
        self.fields = NATIVE if native else item.fields
        self.rights: Rights = granted(item.rights)
        for name in item.fields.signals:
            if name not in _SIGNAL_TYPES:
                raise ConfigError(
                    f"inputs.{item.name}.fields.signals",
                    f"unknown signal {name!r}",
                    f"Known: {', '.join(_SIGNAL_TYPES)}",
                )
        named = (self.fields.key, self.fields.text, self.fields.html, self.fields.title, self.fields.url)
        self.mapped = {name for name in (*named, self.fields.license, self.fields.source) if name}
        self.mapped |= set(self.fields.signals.values())
        asked = (*self.mapped, *(mapping.field for mapping in item.kind_by), self.fields.area)
        dated = (self.fields.created_at, self.fields.fetched_at)
        self.flat = not any("." in name for name in (*asked, *dated) if name)  # no name that may enter an object

    def draft(self, raw: RawRecord, text_needed: bool = True) -> Draft:
        """Raises RecordError(where, class, detail) for a record that cannot become a document.

        Without ``text_needed`` a record without text has an empty one.
        """
        record = raw.fields or {}
        names = self.fields
        look: Callable[[str | None], Any] = record.get if self.flat else partial(value, record)  # type: ignore[assignment]
        text = self._content(look(names.text), names.text)
        html = self._content(look(names.html), names.html) if text is None else None
        if text is None and html is None and not text_needed:
            text = ""
        if text is None and html is None:
            wanted = " or ".join(name for name in (names.text, names.html) if name)
            raise RecordError(self.item.name, "record.missing_text", f"no string in {wanted}")
        url = _string(look(names.url))
        own = _string(look(names.source))
        source = own or self.item.name
        meta = {
            name: written for name, item in record.items() if name not in self.mapped and (written := _scalar(item))
        }
        draft = Draft(
            source=encodable(source),
            kind=self._kind(look) if self.item.kind_by else self.item.kind,
            area=self._area(look(names.area), source, url),
            key=self._key(look(names.key)) or content_key(text if text is not None else html or ""),
            url=encodable(url) if url else None,
            title=_string(look(names.title)),
            text=text,
            html=html,
            created_at=_date(look(names.created_at), names.created_at, meta),
            fetched_at=_date(look(names.fetched_at), names.fetched_at, meta),
            license=_string(look(names.license)),
            signals=self._signals(record) if names.signals else None,
            meta=meta,
        )
        missing: list[str] = []
        if self.item.provenance:
            named = {
                "source": own,
                **{name: getattr(draft, name) for name in ("url", "title", "created_at", "license")},
            }
            missing += [name for name in self.item.provenance if named[name] is None]
        if native_url_is_blank(record, self.fields):
            missing.append("url")
        if missing:
            raise RecordError(self.item.name, "record.no_provenance", f"no {', '.join(missing)}")
        return draft

    def _content(self, found: Any, name: str | None) -> str | None:
        if isinstance(found, bytes):
            decoded = decode(found)
            if decoded is None:
                raise RecordError(self.item.name, "record.not_utf8", f"field {name}: {undecodable(found)}")
            return decoded[0]
        return found if isinstance(found, str) else None

    def _key(self, found: Any) -> str | None:
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            return None
        key = encodable(str(found))
        if len(key) > KEY_CHARACTERS:
            raise RecordError(self.item.name, "record.malformed", f"key above {KEY_CHARACTERS} characters")
        return key

    def _kind(self, look: Callable[[str | None], Any]) -> str:
        for mapping in self.item.kind_by:
            found = look(mapping.field)
            if isinstance(found, str) and found in mapping.values:
                return mapping.values[found]
        return self.item.kind

    def _area(self, found: Any, source: str, url: str | None) -> str:
        part = _string(found) or (host(url) if url else None)
        return encodable(f"{source}/{part}" if part else source)

    def _signals(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        found = {
            kind: permission(self.item.name, value(record, name))
            if kind == SEARCH_ALLOWED
            else signal(_SIGNAL_TYPES[kind], value(record, name))
            for kind, name in self.fields.signals.items()
        }
        return found if any(item is not None for item in found.values()) else None


def native_url_is_blank(record: Mapping[str, Any], fields: Fields) -> bool:
    """A WARC page without its address came from nowhere; a file of a folder has its name."""
    return fields is NATIVE and record.get("url") == ""


def content_key(content: str) -> str:
    """The key of a record without one: the digest of its text or HTML as it came, never its place."""
    return bytes_digest(content.encode("utf-8", "surrogatepass")).hex()


def value(record: Mapping[str, Any], name: str | None) -> Any:
    """A field; a dotted name that is no field itself enters objects."""
    if name is None:
        return None
    if name in record or "." not in name:
        return record.get(name)
    place: Any = record
    for part in name.split("."):
        if not isinstance(place, Mapping):
            return None
        place = place.get(part)
    return place


def host(url: str) -> str | None:
    """The lower-cased host of a URL, or None; of a plain one at a tenth of the cost of parsing it."""
    if plain := _PLAIN_URL.match(url):
        return plain[1]
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _date(found: Any, name: str | None, meta: dict[str, str]) -> int | None:
    """The moment; a value that is none stays in ``meta`` as it was written."""
    moment = microseconds(found) if found is not None else None
    if moment is not None:
        meta.pop(str(name), None)
    return moment


def _string(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None


def _scalar(item: Any) -> str | None:
    """A scalar as text for ``meta``; None for an empty, structured or very long value."""
    if isinstance(item, str):
        return item if 0 < len(item) <= META_CHARACTERS else None
    if isinstance(item, bool | int | float):
        return json.dumps(item)
    return str(item) if item is not None and not isinstance(item, bytes | list | dict | tuple) else None
