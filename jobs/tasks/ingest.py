"""Ingest of one part: raw records in, documents, quarantine and dropped rows out.  No engine here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pyarrow as pa

from corpus.document import DOCUMENT
from corpus.errors import RecordError
from corpus.extract.isolated import Isolated
from corpus.extract.join import fill
from corpus.identity import document_id, utf8_digest
from corpus.ledger import DROPPED, KEPT, QUARANTINED, Census, Entry
from corpus.sources import html, jsonl, parquet, warc
from corpus.sources.batch import TABLES, DocumentRows, TableRows, dropped_row, quarantine_row
from corpus.sources.config import IngestConfig, InputConfig
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from corpus.sources.record import Draft, RecordMapper
from corpus.table import PartWriter
from jobs.tasks.clean import Cleaner

READERS: dict[str, Callable[[Slice, int], Iterator[RawRecord]]] = {
    "jsonl": jsonl.read,
    "parquet": parquet.read,
    "warc": warc.read,
    "html": html.read,
}
NATIVE = frozenset({"warc", "html"})  # formats whose reader names the fields

# A documents file is closed at this much text, so that one huge input file still makes many parts.
PART_BYTES = 64_000_000

# What the content digest leaves out: text_digest stands for text, and origin tells where a record lay,
# which must not make two layouts of the same records differ.
WITHOUT = ("text", "origin")


@dataclass(frozen=True)
class IngestTask:
    """``index`` numbers the part files; ``slices`` are read in order."""

    run: str
    index: int
    item: InputConfig
    limits: IngestConfig
    slices: tuple[Slice, ...]


def ingest_part(task: IngestTask) -> dict[str, Any]:
    """Read, clean and write one part.

    Returns {documents: [{part, census}], others: [part], census, read, skipped}: ``census`` beside each
    documents file counts its rows, the outer one what was dropped and quarantined; ``read`` counts the raw
    records independently of both.
    """
    with _Output(task) as output:
        for piece in task.slices:
            mapper = RecordMapper(task.item, piece.format in NATIVE)
            for raw in READERS[piece.format](piece, task.limits.max_record_bytes):
                if raw.fault == SKIPPED:
                    output.skipped[f"{piece.format}.{raw.detail}"] += 1
                    continue
                output.read += 1
                if raw.fields is None:
                    output.quarantine(raw, piece, raw.fault, raw.detail)
                    continue
                try:
                    output.document(raw, piece, mapper.draft(raw))
                except RecordError as error:
                    output.quarantine(raw, piece, error.what, error.fix)
    return output.result()


class _Output:
    """Open part files of one task and what was counted into them."""

    def __init__(self, task: IngestTask) -> None:
        self.task = task
        self.cleaner = Cleaner(task.limits)
        self.pages = Isolated()  # one child a task, started with its first page
        self.rows = DocumentRows(RecordMapper(task.item).rights, task.item.class_)
        self.tables: dict[str, TableRows] = {name: make() for name, make in TABLES.items()}
        self.writers: dict[str, PartWriter] = {}
        self.documents: list[dict[str, Any]] = []
        self.written = 0  # bytes of text in the open documents file
        self.kept = Census()
        self.census = Census()
        self.read = 0
        self.skipped: Counter[str] = Counter()

    def __enter__(self) -> _Output:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pages.close()
        if kind is None:
            self._close_documents()
            for name, table in self.tables.items():
                if table.rows:
                    self._writer(name, table.schema).write(table.take())
        for writer in self.writers.values():
            writer.__exit__(kind, error, trace)

    def document(self, raw: RawRecord, piece: Slice, draft: Draft) -> None:
        """Clean one draft; write it, or drop it.  Raises RecordError when its HTML cannot be read."""
        text, title = draft.text, draft.title
        if text is None:
            fill(draft, self.pages.page(draft.html or "", draft.url))
            text, title = draft.text or "", draft.title
        cleaned = self.cleaner.clean(text, title)
        identity = document_id(draft.source, draft.key)
        if draft.signals and draft.signals.get("search_allowed") is False:
            self._drop(identity, draft, "rights.not_searchable", cleaned.text)
            return
        if not cleaned.text:
            self._drop(identity, draft, "ingest.empty", "")
            return
        draft.meta = {name: clean for name, item in draft.meta.items() if (clean := self.cleaner.value(item))}
        data = cleaned.text.encode("utf-8")
        self.rows.add(
            draft, raw, piece.file, identity=identity, title=cleaned.title, text=data,
            digest=utf8_digest(data), counts=cleaned.counts, contacts=cleaned.contacts,
        )  # fmt: skip
        self.kept.add(Entry(draft.source, draft.kind, KEPT, ""), 1, len(data), int.from_bytes(identity, "big"))
        self.written += len(data)
        if self.rows.full:
            self._writer("documents", DOCUMENT).write(self.rows.take())
            if self.written >= PART_BYTES:
                self._close_documents()

    def quarantine(self, raw: RawRecord, piece: Slice, fault: str, detail: str) -> None:
        self._row("quarantine", quarantine_row(raw, self.task.item.name, piece.file, fault, detail))
        self.census.add(Entry(self.task.item.name, self.task.item.kind, QUARANTINED, fault), 1, raw.size)

    def _drop(self, identity: bytes, draft: Draft, reason: str, text: str) -> None:
        self._row("dropped", dropped_row(identity, draft.source, draft.kind, reason))
        size = len(text.encode("utf-8"))
        self.census.add(Entry(draft.source, draft.kind, DROPPED, reason), 1, size, int.from_bytes(identity, "big"))

    def _row(self, name: str, row: dict[str, Any]) -> None:
        table = self.tables[name]
        table.rows.append(row)
        if table.full:
            self._writer(name, table.schema).write(table.take())

    def _writer(self, name: str, schema: pa.Schema) -> PartWriter:
        if name not in self.writers:
            stem = f"part-{self.task.index:05d}"
            if name == "documents" and self.documents:
                stem += f"-{len(self.documents):03d}"
            without = WITHOUT if name == "documents" else ("file", "offset") if name == "quarantine" else ()
            self.writers[name] = PartWriter(self.task.run, f"{name}/{stem}.parquet", schema, without).__enter__()
        return self.writers[name]

    def _close_documents(self) -> None:
        if len(self.rows):
            self._writer("documents", DOCUMENT).write(self.rows.take())
        writer = self.writers.pop("documents", None)
        if writer is None:
            return
        writer.__exit__(None, None, None)
        self.documents.append({"part": writer.done().row(), "census": self.kept.rows()})
        self.kept, self.written = Census(), 0

    def result(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "others": [writer.done().row() for writer in self.writers.values()],
            "census": self.census.rows(),
            "read": self.read,
            "skipped": dict(sorted(self.skipped.items())),
        }
