"""The Modu corpus of the National Institute of Korean Language (모두의 말뭉치), as its JSON files are delivered.

One file holds {id, metadata, document: [{id, metadata, …}]}; a document's text is in paragraph (newspaper,
written, web), utterance (spoken, messenger) or sentence (annotated layers), each a list of {id, form, …}.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corpus import storage
from corpus.identity import bytes_digest
from corpus.sources.decompress import decompressed
from corpus.sources.json_elements import Element, Elements
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord

# Where the text is, in the order in which a layer is preferred, and what separates its units.
LAYERS = {"paragraph": "\n\n", "utterance": "\n", "sentence": "\n"}
# Of a document and, where it has none, of its file.  Speakers are never read: their ids, ages and birthplaces
# describe persons.
METADATA = ("author", "publisher", "category", "topic", "original_topic", "year")


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    """One raw record per document; ``offset`` is its byte in the decompressed file."""
    with storage.open_input(piece.uri) as stream:
        yield from records(stream, piece.file, limit)


def records(stream: Any, file: str, limit: int) -> Iterator[RawRecord]:
    """Records of an open file; see ``read``."""
    yield from documents(decompressed(stream, file), limit)


def documents(blocks: Iterable[bytes], limit: int) -> Iterator[RawRecord]:
    """Records of a file's decoded bytes."""
    corpus: Mapping[str, Any] = {}
    for found in Elements("document", limit).read(blocks):
        if isinstance(found, RawRecord):
            yield found._replace(detail=found.detail.replace("such array", "list named document"))
        elif found.head:
            corpus = _envelope(found.data)
        else:
            yield _document(found, corpus)


def _envelope(head: bytes) -> Mapping[str, Any]:
    """The file's own members: those in front of its documents."""
    try:
        found = json.loads(head.removeprefix(codecs.BOM_UTF8).decode("utf-8") + "]}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _document(element: Element, corpus: Mapping[str, Any]) -> RawRecord:
    data = element.data
    digest = bytes_digest(data)

    def fault(name: str, detail: str) -> RawRecord:
        return RawRecord(element.offset, len(data), digest, None, name, detail)

    try:
        document = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return fault("record.not_utf8", f"byte {error.start}: {error.reason}")
    except json.JSONDecodeError as error:
        return fault("record.malformed", f"JSON character {error.pos}: {error.msg}")
    except (RecursionError, ValueError) as error:
        return fault("record.malformed", f"JSON: {type(error).__name__}")
    if not isinstance(document, dict):
        return fault("record.malformed", f"JSON: {type(document).__name__} instead of an object")
    text = _text(document)
    if text is None:
        return fault("record.missing_text", "no form in paragraph, utterance or sentence")
    return RawRecord(element.offset, len(data), digest, _fields(document, corpus, text))


def _text(document: Mapping[str, Any]) -> str | None:
    for layer, between in LAYERS.items():
        units = document.get(layer)
        if isinstance(units, list):
            forms = [form for unit in units if (form := _form(unit))]
            if forms:
                return between.join(forms)
    return None


def _form(unit: Any) -> str | None:
    """``form`` is the standard spelling; ``original_form``, as it was heard or typed, stands in for it."""
    if not isinstance(unit, dict):
        return None
    form = unit.get("form")
    form = form if isinstance(form, str) and form.strip() else unit.get("original_form")
    return form.strip() if isinstance(form, str) and form.strip() else None


def _fields(document: Mapping[str, Any], corpus: Mapping[str, Any], text: str) -> dict[str, Any]:
    own = document.get("metadata")
    own = own if isinstance(own, dict) else {}
    shared = corpus.get("metadata")
    shared = shared if isinstance(shared, dict) else {}
    fields: dict[str, Any] = {
        "key": document.get("id"), "text": text, "title": own.get("title"), "created_at": own.get("date"),
        "corpus": corpus.get("id"),
    }  # fmt: skip
    for name in METADATA:
        fields[name] = own.get(name) or shared.get(name)
    return {name: item for name, item in fields.items() if isinstance(item, str | int) and item != ""}
