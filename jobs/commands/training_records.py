"""Labelled texts for `malmoi train`: JSON lines with text, label and id, plain or compressed.

Records with ``split`` test, dev or validation are never trained on.  Held-out sets are read first, those splits of
them where they have splits: a labelled record whose text occurs there, but for spacing, punctuation and stretched
letters, is refused by name.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus import storage
from corpus.errors import InputError, RecordError
from corpus.sources.decompress import decompressed
from corpus.sources.lines import lines
from filters.linear.fold import folded_digest

MOST_BYTES = 10 * 1024 * 1024  # of one line, as ingest takes


@dataclass(frozen=True, slots=True)
class Record:
    """``label`` is None where the record has none; ``where`` is file and line, for errors."""

    id: str
    text: str
    label: str | None
    where: str
    split: str | None = None


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
    )


def relabelled(records: Iterable[Record], uri: str, names: Mapping[str, str]) -> Iterator[Record]:
    """Records with the labels that a person gave: a CSV with columns id and verdict, as `malmoi sample --csv`
    writes it.  ``names`` gives the label for each verdict; an empty verdict changes nothing."""
    reader = csv.DictReader(io.StringIO(storage.read_bytes(uri).decode("utf-8-sig"), newline=""))
    if not {"id", "verdict"} <= set(reader.fieldnames or ()):
        raise InputError(uri, "has no columns id and verdict", "Write it by `malmoi sample RUN --reason R --csv F`")
    given: dict[str, str] = {}
    for row in reader:
        verdict = (row["verdict"] or "").strip().lower()
        if verdict and verdict not in names:
            raise InputError(uri, f"line {reader.line_num}: no such verdict", f"Known here: {', '.join(sorted(names))}")
        if verdict:
            given[row["id"]] = names[verdict]
    for record in records:
        yield replace(record, label=given[record.id]) if record.id in given else record


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
