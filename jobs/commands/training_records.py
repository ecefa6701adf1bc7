"""Labelled texts for `malmoi train`: JSON lines with text, label and id, plain or compressed.

Records with ``split`` test, dev or validation are never trained on.  Held-out sets are read first, those splits of
them where they have splits: a labelled record whose text occurs there, but for spacing, punctuation and stretched
letters, is refused by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus import spreadsheet, storage
from corpus.errors import InputError, RecordError
from corpus.identity import document_id
from corpus.sources.decompress import decompressed
from corpus.sources.lines import lines
from filters.linear.fold import folded_digest
from jobs.tasks.labels import WORDS

MOST_BYTES = 10 * 1024 * 1024  # of one line, as ingest takes


@dataclass(frozen=True, slots=True)
class Record:
    """``label`` is None where the record has none; ``where`` is file and line, for errors.

    ``document``: the id, in hexadecimal, of the document that ingest makes of it, where it has a source.
    """

    id: str
    text: str
    label: str | None
    where: str
    split: str | None = None
    document: str | None = None


SPLITS = ("test", "dev", "validation")


def trainable(uris: Sequence[str]) -> Iterator[Record]:
    """Records that are not marked as held out."""
    return (record for record in read(uris) if record.split not in SPLITS)


def read(uris: Sequence[str]) -> Iterator[Record]:
    """Records of files, folders or globs, in the order of names and lines.  A record without ``text`` is passed
    over.  Raises InputError on a line that is no JSON object or is too large, and where nothing is found."""
    for data, where in numbered(uris):
        record = _record(data, where)
        if record is not None:
            yield record


def numbered(uris: Sequence[str]) -> Iterator[tuple[bytes | None, str]]:
    """Every line of files, folders or globs and its place, FILE:NUMBER, in the order of names and lines.

    Raises InputError where nothing is found, on a line that is too large, and on a file that is cut or broken.
    """
    for uri in uris:
        found = storage.files(uri) if storage.is_pattern(uri) or storage.exists(uri) else []
        if not found:
            raise InputError(uri, "no such file", "Name files of JSON lines")
        for file in found:
            with storage.open_input(file) as stream:
                try:
                    for number, line in enumerate(lines(decompressed(stream, file), 0, MOST_BYTES), 1):
                        if line.fault:
                            raise InputError(f"{file}:{number}", f"cannot be read to its end ({line.fault})")
                        yield line.data, f"{file}:{number}"
                except RecordError as error:
                    raise InputError(file, f"cannot be read to its end ({error.what})") from error


def _record(data: bytes | None, where: str) -> Record | None:
    if data is not None and not data.strip():
        return None
    try:
        row = json.loads(data or b"")
    except ValueError as error:
        raise InputError(where, "is no JSON, or is longer than 10 MiB", "One JSON object a line") from error
    if not isinstance(row, dict):
        raise InputError(where, "is no JSON object", "One JSON object a line")
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str) or not text.strip():
        return None
    name, split = row.get("id"), row.get("split")
    return Record(
        name if isinstance(name, str) else where,
        text,
        label if isinstance(label, str) else None,
        where,
        split if isinstance(split, str) else None,
        document_of(row),
    )


def document_of(row: Mapping[str, Any]) -> str | None:
    """The id, in hexadecimal, of the document that ingest makes of a record with ``source`` and ``id``."""
    source, key = row.get("source"), row.get("id")
    return document_id(source, key).hex() if isinstance(source, str) and isinstance(key, str) else None


def relabelled(records: Iterable[Record], uri: str, names: Mapping[str, str]) -> Iterator[Record]:
    """Records with the labels that a person gave: a CSV with columns id and verdict, as `malmoi sample --csv`
    writes it.  ``names`` gives the label for each verdict (in Korean as well, where it is keep or drop); an empty
    verdict changes nothing.  An id is a document's, or the record's own.

    Raises InputError where a verdict is none, two of one id disagree, or none is of a record that was read.
    """
    given: dict[str, str] = {}
    for line, row in spreadsheet.read(storage.read_bytes(uri), uri):
        if not {"id", "verdict"} <= set(row):
            raise InputError(uri, "has no columns id and verdict", "Write it by `malmoi sample RUN --reason R --csv F`")
        identity, verdict = row["id"].strip(), row["verdict"].strip().lower()
        word = WORDS.get(verdict, verdict)
        if word and word not in names:
            raise InputError(f"{uri}:{line}", "no such verdict", f"Known here: {', '.join(sorted(names))}")
        if word and given.setdefault(identity, names[word]) != names[word]:
            raise InputError(f"{uri}:{line}", "another row says the opposite of this document")
    used = 0
    for record in records:
        name = record.document if record.document in given else record.id
        used += name in given
        yield replace(record, label=given[name]) if name in given else record
    if given and not used:
        raise InputError(
            uri,
            f"none of its {len(given):,} verdicts is of a record that was read",
            "Give by --input the records that were ingested, with their fields id and source",
        )


class HeldOut:
    """Folded digests of the texts that no model may be trained on."""

    def __init__(self, uris: Sequence[str]) -> None:
        self.digests = {
            folded_digest(record.text): record.where for record in read(uris) if record.split in (None, *SPLITS)
        }

    def __contains__(self, text: str) -> bool:
        return bool(self.digests) and folded_digest(text) in self.digests

    def refuse(self, record: Record) -> Record:
        """The record itself.  Raises InputError when its text is held out."""
        found = self.digests.get(folded_digest(record.text)) if self.digests else None
        if found is not None:
            raise InputError(
                record.where,
                f"record {record.id!r} has a text of the held-out set ({found})",
                "Leave it out of the training set: figures on the held-out set would mean nothing",
            )
        return record
