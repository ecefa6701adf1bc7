"""The ledger: fates, closed reasons, decision rows, and the conservation law.

    read = kept + dropped(reason) + quarantined(class)

by count and by the sum mod 2^128 of ids, per source, at every stage border.  A reason, once
published, is never reworded: a changed rule gets a new version, a new fault gets a new reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.document import ORIGIN
from corpus.errors import GateError
from corpus.identity import MODULUS, hexadecimal

KEPT, DROPPED, QUARANTINED, JOINED = "kept", "dropped", "quarantined", "joined"
FATES = (KEPT, DROPPED, QUARANTINED, JOINED)

# Classes of quarantine: what could not be read or may not be read further.
QUARANTINE_CLASSES = {
    "record.malformed": "the record does not parse in its format",
    "record.not_utf8": "the bytes are not valid in the declared or detected encoding",
    "record.too_large": "the record exceeds the size limit",
    "record.missing_text": "the mapped text or HTML field is absent or not a string",
    "record.no_provenance": "the record names no source or origin, or lacks what its input requires",
    "record.no_thread": "the record names no thread, and its adapter joins records by thread",
    "record.unclear_permission": "what the record says of search_allowed is neither yes nor no",
    "record.unsupported": "the record is of a type that no reader handles",
    "record.timeout": "parsing took longer than the time limit",
    "file.truncated": "the file ends inside a record or a compressed member; the rest is one unit",
    "file.unreadable": "the file cannot be opened or is damaged from here on; the rest is one unit",
}

# Reasons that no scoring rule owns.  Those of rules are `<rule>.<fault>` in filters/catalog.py.
STAGE_REASONS = {
    "ingest.superseded": "another version of the same document is newer",
    "ingest.empty": "nothing is left of the text after cleaning",
    "rights.not_allowed": "the source or the record does not permit this use",
    "rights.not_searchable": "the service bars the document from search",
    "rights.reserved": "a notice in the text, or a mark of its page, bars its use for training",
    "answer.not_adopted": "the answer is neither adopted by the asker nor by a certified expert",
    "answer.author_level": "the answer's author ranks below the configured level",
    "comment.below_likes": "the comment has fewer likes than configured",
    "thread.no_answer": "no answer of the question is kept",
    "thread.no_question": "the question of the answer is not among the records",
    "thread.no_comment": "no comment of the thread is kept",
    "page.not_an_article": "a redirect, or a page outside the article namespaces",
    "area.excluded": "the configuration leaves its area out",
    "area.below_quantile": "its area is a normal one, and its quality is below the configured quantile of its source",
    "verdict.spam": "the service itself judges it spam",
    "verdict.promotion": "the service itself judges it promotion",
    "verdict.adult": "the service itself judges it adult",
    "verdict.abuse": "the service itself judges it abusive",
    "verdict.blocked": "the service itself took it down",
    "override.drop": "an entry of the overrides table names it",
    "quality.below_quantile": "its quality is below the configured quantile of its own source and kind",
    "dedup.exact": "the same text, or one that differs only in spacing or punctuation, is kept",
    "dedup.near": "a kept document is verified similar at the configured Jaccard threshold",
    "mixture.over_budget": "the recipe gives it no copy",
}

DECISION = pa.schema(
    [
        ("id", pa.binary()),
        ("source", pa.string()),
        ("kind", pa.string()),
        ("fate", pa.string()),
        ("stage", pa.string()),  # the stage whose rule decided
        ("reason", pa.string()),  # null when kept
        ("all_reasons", pa.list_(pa.string())),  # every failing rule, catalog order
        ("value", pa.float64()),  # the deciding score, null when kept
        ("threshold", pa.float64()),
        ("rule_version", pa.int32()),
        ("kept_id", pa.binary()),  # the kept twin of a duplicate
        ("cluster_size", pa.int32()),  # kept documents: 1 + documents that name it; else null
    ],
    metadata={"malmoi.schema": "decision 1"},
)

# A record that ingest dropped or joined into another: its decision and where it lies.  Of a joined record
# ``kept_id`` names the document that holds it.
RECORD = pa.schema([*DECISION, ("origin", ORIGIN)], metadata={"malmoi.schema": "record 1"})


class Entry(NamedTuple):
    """What a census counts under: source, kind, fate, and a reason or quarantine class ('' if kept)."""

    source: str
    kind: str
    fate: str
    reason: str


@dataclass
class Tally:
    """Documents, UTF-8 bytes of text, and the sum of ids mod 2^128."""

    documents: int = 0
    bytes: int = 0
    ids: int = 0

    def add(self, documents: int, size: int, ids: int) -> None:
        self.documents += documents
        self.bytes += size
        self.ids = (self.ids + ids) % MODULUS


@dataclass
class Census:
    """Counts of what a task, stage or run saw, addable in any order."""

    tallies: dict[Entry, Tally] = field(default_factory=dict)

    def add(self, entry: Entry, documents: int = 1, size: int = 0, ids: int = 0) -> None:
        self.tallies.setdefault(entry, Tally()).add(documents, size, ids)

    def merge(self, other: Census) -> None:
        for entry, tally in other.tallies.items():
            self.add(entry, tally.documents, tally.bytes, tally.ids)

    def total(self, **match: str) -> Tally:
        """The sum over entries whose fields equal ``match``, e.g. ``total(fate="kept", source="news")``."""
        total = Tally()
        for entry, tally in self.tallies.items():
            if all(getattr(entry, name) == value for name, value in match.items()):
                total.add(tally.documents, tally.bytes, tally.ids)
        return total

    def by(self, *names: str, **match: str) -> dict[tuple[str, ...], Tally]:
        """Totals grouped by the named fields, sorted by group."""
        groups: dict[tuple[str, ...], Tally] = {}
        for entry, tally in sorted(self.tallies.items()):
            if all(getattr(entry, name) == value for name, value in match.items()):
                group = tuple(str(getattr(entry, name)) for name in names)
                groups.setdefault(group, Tally()).add(tally.documents, tally.bytes, tally.ids)
        return groups

    def rows(self) -> list[dict[str, Any]]:
        """JSON form, sorted, so that equal censuses are equal text."""
        return [
            {**entry._asdict(), "documents": tally.documents, "bytes": tally.bytes, "ids": hexadecimal(tally.ids)}
            for entry, tally in sorted(self.tallies.items())
        ]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Census:
        census = cls()
        for row in rows:
            entry = Entry(row["source"], row["kind"], row["fate"], row["reason"])
            census.add(entry, row["documents"], row["bytes"], int(row["ids"], 16))
        return census


def check_conservation(stage: str, before: Census, after: Census) -> None:
    """Raise GateError unless what ``before`` calls kept is exactly what ``after`` accounts for.

    Compared per source: number of documents and sum of ids.  ``after`` counts every fate.
    """
    sources = {entry.source for entry in before.tallies} | {entry.source for entry in after.tallies}
    for source in sorted(sources):
        entered = before.total(source=source, fate=KEPT)
        left = after.total(source=source)
        if (entered.documents, entered.ids) != (left.documents, left.ids):
            raise GateError(
                stage,
                f"source {source!r} does not balance: {entered.documents} documents entered "
                f"(ids {hexadecimal(entered.ids)}), {left.documents} are accounted for "
                f"(ids {hexadecimal(left.ids)})",
                "Nothing of this stage was published; report this with the run's manifests",
            )
