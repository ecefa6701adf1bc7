"""Ingest of one part: raw records in; documents, quarantine, dropped and joined rows out.  No engine here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.document import DOCUMENT, SIGNALS
from corpus.errors import RecordError
from corpus.extract.html import Extract
from corpus.extract.isolated import Isolated, Page
from corpus.extract.join import fill
from corpus.identity import document_id, hexadecimal, utf8_digest
from corpus.ledger import DROPPED, FATES, JOINED, KEPT, QUARANTINED, Census, Entry, Tally
from corpus.rights import is_reserved
from corpus.sources import archive, html, jsonl, mediawiki, modu, parquet, text, warc
from corpus.sources.adapters.adapter import Adapter, merged
from corpus.sources.adapters.registry import adapter_of
from corpus.sources.batch import TABLES, DocumentRows, TableRows, dropped_row, joined_row, origin_of, quarantine_row
from corpus.sources.config import IngestConfig, InputConfig
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from corpus.sources.record import Draft, RecordMapper
from corpus.table import PartWriter
from filters.boilerplate.site import site_of
from jobs.tasks.clean import Cleaned, Cleaner, Dirty, Values

READERS: dict[str, Callable[[Slice, int], Iterator[RawRecord]]] = {
    "jsonl": jsonl.read,
    "parquet": parquet.read,
    "warc": warc.read,
    "html": html.read,
    "mediawiki": mediawiki.read,
    "modu": modu.read,
    "text": text.read,
    "archive": archive.read,
}
NATIVE = frozenset({"warc", "html", "mediawiki", "modu", "text"})  # formats whose reader names the fields

# A documents file is closed at this much text, so that one huge input file still makes many parts.
PART_BYTES = 64_000_000

# Documents wait for the editors until they are so many, or their records this long: what costs a call costs it
# once for all of them, and their text still lies in the cache of a core.
WAITING, WAITING_BYTES = 256, 1_000_000

SAID = tuple(field.name for field in SIGNALS if field.type == pa.string())  # signals that are words

# What the content digest of a table leaves out: text_digest stands for text, and a place tells where a
# record lay, which must not make two layouts of the same records differ.
PLACES = {
    "documents": ("text", "origin"),
    "dropped": ("origin",),
    "joined": ("origin",),
    "quarantine": ("file", "offset"),
}


@dataclass(frozen=True)
class IngestTask:
    """``index`` numbers the part files, whose names begin with ``stem``; ``slices`` are read in order."""

    run: str
    index: int
    item: InputConfig
    limits: IngestConfig
    slices: tuple[Slice, ...]
    stem: str = "part"


def ingest_part(task: IngestTask) -> dict[str, Any]:
    """Read, clean and write one part; answers ``Output.result``."""
    with Output(task) as output:
        # pages are extracted by batches of some records ahead; what becomes of a record is settled in their order
        for (raw, file, draft), found in output.pages.stream(_drafts(output)):
            output.settle(raw, file, draft, found)
    return output.result()


def _drafts(output: Output) -> Iterator[tuple[tuple[RawRecord, str, Draft | RecordError], Page | None, int]]:
    """Every record of the task with its draft, the page to extract if there is one, and its bytes."""
    for piece, raw in raw_records(output.task):
        if raw.fault == SKIPPED:
            output.skipped[f"{piece.format}.{raw.detail}"] += 1
            continue
        output.see(raw)
        draft = output.draft(raw, piece)
        yield (raw, raw.file or piece.file, draft), _page(draft), raw.size


def _page(draft: Draft | RecordError) -> Page | None:
    """What of a draft has to be extracted: nothing of one that has text or is dropped unread."""
    if isinstance(draft, RecordError) or draft.text is not None or _unread(draft) is not None:
        return None
    return draft.html or "", draft.url


def _unread(draft: Draft) -> str | None:
    """Why a draft is dropped before its text is looked at."""
    if draft.signals and draft.signals.get("search_allowed") is False:
        return "rights.not_searchable"
    return draft.drop


def raw_records(task: IngestTask) -> Iterator[tuple[Slice, RawRecord]]:
    """Every raw record of the task's slices, readable or not."""
    for piece in task.slices:
        for raw in READERS[piece.format](piece, task.limits.max_record_bytes):
            yield piece, raw


def is_native(piece: Slice, raw: RawRecord) -> bool:
    """Whether the reader named the record's fields, rather than the configuration."""
    return (raw.format or piece.format) in NATIVE


def _values(draft: Draft) -> Iterator[str]:
    """What a record says beside its title and text; source, key and URL tell documents apart and stay as they are."""
    yield draft.area
    if draft.license:
        yield draft.license
    if draft.signals:
        yield from (item for name in SAID if (item := draft.signals.get(name)))
    yield from draft.meta.values()


class Waiting(NamedTuple):
    """A record whose fate is known but for its text: ``reason`` drops it, an empty one cleans it."""

    raw: RawRecord
    file: str
    draft: Draft
    identity: bytes
    reason: str


class Output:
    """Open part files of one task and what was counted into them."""

    def __init__(self, task: IngestTask) -> None:
        self.task = task
        self.cleaner = Cleaner(task.limits)
        self.adapters: dict[bool, Adapter] = {}
        self.pages = Isolated()  # one child a task, started with its first page
        self.rows = DocumentRows(RecordMapper(task.item).rights, task.item.class_)
        self.tables: dict[str, TableRows] = {name: make() for name, make in TABLES.items()}
        self.writers: dict[str, PartWriter] = {}
        self.waiting: list[Waiting] = []
        self.waiting_bytes = 0
        self.documents: list[dict[str, Any]] = []
        self.written = 0  # bytes of text in the open documents file
        self.kept = Census()
        self.census = Census()
        self.seen = Tally()
        self.fates = {fate: Tally() for fate in FATES}  # records, by digest
        self.skipped: Counter[str] = Counter()

    def __enter__(self) -> Output:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pages.close()
        if kind is None:
            self._settle()
            self._close_documents()
            for name, table in self.tables.items():
                if table.rows:
                    self._writer(name, table.schema).write(table.take())
        for writer in self.writers.values():
            writer.__exit__(kind, error, trace)

    def adapter(self, native: bool = False) -> Adapter:
        if native not in self.adapters:
            self.adapters[native] = adapter_of(self.task.item, native)
            self.adapters[native].to_text = self.to_text
        return self.adapters[native]

    def to_text(self, draft: Draft) -> Draft:
        """The draft with its HTML extracted.  Raises RecordError when that cannot be read."""
        if draft.text is None:
            fill(draft, self.pages.page(draft.html or "", draft.url))
        return draft

    def see(self, raw: RawRecord) -> None:
        """Counts a record read, independently of what becomes of it."""
        self.seen.add(1, raw.size, int.from_bytes(raw.digest, "big"))

    def record(self, raw: RawRecord, piece: Slice) -> None:
        """One record that is a document by itself: written, dropped or quarantined."""
        self.settle(raw, raw.file or piece.file, self.draft(raw, piece))

    def draft(self, raw: RawRecord, piece: Slice) -> Draft | RecordError:
        """A record's draft, or why it has none."""
        if raw.fields is None:
            return RecordError(piece.file, raw.fault, raw.detail)
        try:
            return self.adapter(is_native(piece, raw)).draft(raw)
        except RecordError as error:
            return error

    def settle(
        self, raw: RawRecord, file: str, draft: Draft | RecordError, found: Extract | RecordError | None = None
    ) -> None:
        """Writes, drops or quarantines a record; ``found`` is what was extracted of its page, if it was."""
        try:
            if isinstance(draft, RecordError):
                raise draft
            if isinstance(found, RecordError):
                raise found
            if found is not None:
                fill(draft, found)
            self.document(raw, file, draft)
        except RecordError as error:
            self.quarantine(raw, file, error.what, error.fix)

    def document(self, raw: RawRecord, file: str, draft: Draft) -> bytes:
        """Takes one draft, to be cleaned and written, or dropped, with those that wait; its id.

        Raises RecordError when its HTML cannot be read.
        """
        identity = document_id(draft.source, draft.key)
        drop = _unread(draft)
        if drop is None:
            draft = self.to_text(draft)
            if self.task.limits.reserved and is_reserved(draft.meta, self.task.limits.reserving_marks):
                drop = "rights.reserved"
        self._wait(Waiting(raw, file, draft, identity, drop or ""))
        return identity

    def drop(self, raw: RawRecord, file: str, draft: Draft, reason: str) -> None:
        """A record that is no document, for ``reason``."""
        self._wait(Waiting(raw, file, draft, document_id(draft.source, draft.key), reason))

    def _wait(self, one: Waiting) -> None:
        self.waiting.append(one)
        self.waiting_bytes += one.raw.size
        if len(self.waiting) >= WAITING or self.waiting_bytes >= WAITING_BYTES:
            self._settle()

    def _settle(self) -> None:
        """Clean what waits, and write or drop it, in the order in which it came."""
        waiting, self.waiting, self.waiting_bytes = self.waiting, [], 0
        drafts = [one.draft for one in waiting if not one.reason]
        sited = self.cleaner.lines is not None
        dirty = [
            Dirty(
                draft.text or "",
                draft.title,
                draft.kind,
                site_of(draft.source, draft.url) if sited else None,
                draft.verbatim,
            )
            for draft in drafts
        ]
        cleaned = iter(self.cleaner.clean_all(dirty))
        values = self.cleaner.values(chain.from_iterable(map(_values, drafts)))
        for one in waiting:
            if one.reason:
                self._drop(one, one.reason)
                continue
            clean = next(cleaned)
            if clean.reserved and self.task.limits.reserved:
                self._drop(one, "rights.reserved", len(clean.data))
            elif not clean.data:
                self._drop(one, "ingest.empty")
            else:
                self._keep(one, clean, values)

    def _keep(self, one: Waiting, clean: Cleaned, values: Values) -> None:
        raw, draft = one.raw, one.draft
        counts = {**clean.counts, **draft.counts} if draft.counts else clean.counts
        if values.counts:
            masks = Counter(counts)
            for item in _values(draft):
                masks.update(values.counts.get(item, {}))
            counts = dict(masks)
        stored = values.stored
        draft.meta = {name: value for name, item in draft.meta.items() if (value := stored[item])}
        draft.area = stored[draft.area] or draft.area
        draft.license = stored[draft.license] or None if draft.license else draft.license
        if draft.signals and (told := {name: word for name in SAID if (word := draft.signals.get(name))}):
            draft.signals = {**draft.signals, **{name: stored[word] or None for name, word in told.items()}}
        self.rows.add(
            draft, raw, one.file, identity=one.identity, title=clean.title, text=clean.data,
            digest=utf8_digest(clean.data), counts=counts, contacts=clean.contacts,
        )  # fmt: skip
        size = len(clean.data)
        entry = (draft.source, draft.kind, KEPT, "")
        tally = self.kept.tallies.get(entry) or self.kept.tallies.setdefault(Entry(*entry), Tally())  # type: ignore[call-overload]
        tally.add(1, size, int.from_bytes(one.identity, "big"))
        self._count(KEPT, raw)
        self.written += size
        if self.rows.full:
            self._writer("documents", DOCUMENT).write(self.rows.take())
            if self.written >= PART_BYTES:
                self._close_documents()

    def _drop(self, one: Waiting, reason: str, size: int = 0) -> None:
        """``size``: bytes of the cleaned text, where it was cleaned."""
        draft = one.draft
        self._row("dropped", dropped_row(one.identity, draft.source, draft.kind, reason, origin_of(one.raw, one.file)))
        entry = Entry(draft.source, draft.kind, DROPPED, reason)
        self.census.add(entry, 1, size, int.from_bytes(one.identity, "big"))
        self._count(DROPPED, one.raw)

    def quarantine(self, raw: RawRecord, file: str, fault: str, detail: str) -> None:
        self._row("quarantine", quarantine_row(raw, self.task.item.name, file, fault, detail))
        self.census.add(Entry(self.task.item.name, self.task.item.kind, QUARANTINED, fault), 1, raw.size)
        self._count(QUARANTINED, raw)

    def join(self, raw: RawRecord, file: str, draft: Draft, into: bytes) -> None:
        """A record that became part of the document ``into``."""
        identity = document_id(draft.source, draft.key)
        self._row("joined", joined_row(identity, draft.source, draft.kind, into, origin_of(raw, file)))
        self.census.add(Entry(draft.source, draft.kind, JOINED, ""), 1, 0, int.from_bytes(identity, "big"))
        self._count(JOINED, raw)

    def _count(self, fate: str, raw: RawRecord) -> None:
        self.fates[fate].add(1, raw.size, int.from_bytes(raw.digest, "big"))

    def _row(self, name: str, row: dict[str, Any]) -> None:
        table = self.tables[name]
        table.rows.append(row)
        if table.full:
            self._writer(name, table.schema).write(table.take())

    def _writer(self, name: str, schema: pa.Schema) -> PartWriter:
        if name not in self.writers:
            stem = f"{self.task.stem}-{self.task.index:05d}"
            if name == "documents" and self.documents:
                stem += f"-{len(self.documents):03d}"
            self.writers[name] = PartWriter(self.task.run, f"{name}/{stem}.parquet", schema, PLACES[name]).__enter__()
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
        """{documents: [{part, census}], others: [part], census, read, records, skipped, rules}.

        ``census`` beside each documents file counts its rows, the outer one what was dropped, joined and
        quarantined.  ``read`` is what was read, independently of both: [records, sum of digests], and
        ``records`` the same by fate.  ``rules``: the adapter's, applied and not applicable.
        """
        return {
            "documents": self.documents,
            "others": [writer.done().row() for writer in self.writers.values()],
            "census": self.census.rows(),
            "read": [self.seen.documents, hexadecimal(self.seen.ids)],
            "records": {fate: [tally.documents, hexadecimal(tally.ids)] for fate, tally in self.fates.items()},
            "skipped": dict(sorted(self.skipped.items())),
            "rules": merged(adapter.rules.rows() for adapter in self.adapters.values()),
        }
