"""The pipe's step extract: one page in, its text and what it says of itself out.

The page is read by ingest's own functions, in a child process, so that a page built to stall or crash a parser is
answered as an error and the next one is read.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from corpus.errors import RecordError
from corpus.extract.html import Extract
from corpus.extract.isolated import Isolated
from corpus.sources.charset import decode, undecodable

Record = dict[str, Any]

HTML, ENCODED = "html", "html_base64"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


class Pages:
    """Answers records with ``html`` (a string) or ``html_base64`` (bytes as the server sent them, decoded by proof
    with ``content_type``'s charset as the declared one)."""

    def __init__(self) -> None:
        self.isolated = Isolated()

    def run(self, records: list[Record]) -> list[Record | RecordError]:
        """{id, title, text, charset, license?, rights?} of every record, or its RecordError(id, class, detail).

        ``charset`` is null for a string, which has been decoded before; ``license`` and ``rights`` (the page's
        noindex, noai and text-mining reservations) are there only where the page states them.
        """
        read = [_decoded(item) for item in records]
        pages = [
            (page[0], item.get("url"))
            for item, page in zip(records, read, strict=True)
            if not isinstance(page, RecordError)
        ]
        found = iter(self.isolated.extract(pages))
        return [
            page if isinstance(page, RecordError) else _answer(item["id"], next(found), page[1])
            for item, page in zip(records, read, strict=True)
        ]


def _decoded(record: Record) -> tuple[str, str | None] | RecordError:
    if isinstance(record.get(HTML), str):
        return record[HTML], None
    try:
        data = base64.b64decode(record[ENCODED], validate=True)
    except (binascii.Error, ValueError):
        return RecordError(record["id"], "record.malformed", f"field {ENCODED} is not base64")
    named = _CHARSET.search(record.get("content_type") or "")
    found = decode(data, named[1] if named else None)
    if found is None:
        return RecordError(record["id"], "record.not_utf8", undecodable(data))
    return found


def _answer(key: Any, found: Extract | RecordError, charset: str | None) -> Record | RecordError:
    if isinstance(found, RecordError):
        return RecordError(key, found.what, found.fix)
    stated = found.metadata
    answer: Record = {"id": key, "title": found.title, "text": found.text, "charset": charset}
    if stated.license:
        answer["license"] = stated.license
    if stated.rights:
        answer["rights"] = list(stated.rights)
    return answer
