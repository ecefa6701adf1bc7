"""What an adapter is, which one an input has, and the count of its rules."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from corpus.errors import ConfigError
from corpus.identity import document_id
from corpus.sources.adapters.config import SECTIONS
from corpus.sources.charset import codec
from corpus.sources.config import InputConfig
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft, RecordMapper, host

APPLIED, NOT_APPLICABLE = "applied", "not_applicable"
ToText = Callable[[Draft], Draft]  # the draft with its HTML extracted; raises RecordError


class Rules:
    """How often each rule of an adapter was applied, and how often its field was missing."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, rule: str, known: bool, times: int = 1) -> bool:
        """Counts one case and answers ``known``."""
        self.counts[(rule, APPLIED if known else NOT_APPLICABLE)] += times
        return known

    def rows(self) -> dict[str, dict[str, int]]:
        """JSON form: rule -> {applied, not_applicable}."""
        rows: dict[str, dict[str, int]] = {}
        for (rule, how), number in sorted(self.counts.items()):
            rows.setdefault(rule, {APPLIED: 0, NOT_APPLICABLE: 0})[how] = number
        return rows


def merged(rows: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """Sum of several tasks' rows."""
    total = Rules()
    for row in rows:
        for rule, counts in row.items():
            for how, number in counts.items():
                total.counts[(rule, how)] += number
    return total.rows()


class Fragment(NamedTuple):
    """One record of a thread that lies in several.  ``fields``: what the adapter itself asks of the record."""

    draft: Draft
    raw: RawRecord
    file: str
    fields: Mapping[str, Any]

    @property
    def identity(self) -> bytes:
        return document_id(self.draft.source, self.draft.key)

    def order(self) -> tuple[Any, ...]:
        """Total but for records equal in every byte: time, key, digest, place."""
        moment = self.draft.created_at
        return (moment is None, moment or 0, self.draft.key, self.raw.digest, self.file, self.raw.offset)


@dataclass(slots=True)
class Thread:
    """What a thread becomes: at most one document, which holds ``primary`` and every record of ``joined``.

    ``dropped``: records with their reason.
    """

    document: Draft | None
    primary: Fragment | None
    joined: list[Fragment]
    dropped: list[tuple[Fragment, str]]


class Adapter(Protocol):
    """What reads a record."""

    rules: Rules
    to_text: ToText  # set by ingest; adapters that join texts need them as texts

    def draft(self, raw: RawRecord) -> Draft:
        """The document of one record.  Raises RecordError."""
        ...


def _as_it_is(draft: Draft) -> Draft:
    return draft


class Plain:
    """No adapter: a record is a document."""

    def __init__(self, item: InputConfig, native: bool = False) -> None:
        self.item = item
        self.mapper = RecordMapper(item, native)
        self.rules = Rules()
        self.to_text: ToText = _as_it_is

    def draft(self, raw: RawRecord) -> Draft:
        return self.mapper.draft(raw)


class Joining(Plain, ABC):
    """An adapter whose records of one thread may lie apart; ``joins`` says whether they do in this input."""

    joins: bool

    @abstractmethod
    def fragment(self, raw: RawRecord) -> tuple[str, Draft, dict[str, Any]]:
        """(thread, draft, fields) of one record.  Raises RecordError."""

    @abstractmethod
    def join(self, fragments: Sequence[Fragment]) -> Thread:
        """One thread, a function of its records whatever their order."""


def joining(adapter: Adapter) -> Joining:
    """The adapter as one that joins threads.  Raises ConfigError on one that does not."""
    if isinstance(adapter, Joining) and adapter.joins:
        return adapter
    raise ConfigError(type(adapter).__name__, "joins no threads", "Name the field that holds a record's thread")


def latest_versions(fragments: Sequence[Fragment]) -> tuple[list[Fragment], list[tuple[Fragment, str]]]:
    """Records by key in ``order``, the newest of each; the others are superseded.

    Newest by fetched_at, then by text, digest and place, as between documents (jobs/spark/superseded.py).
    """
    newest: dict[str, Fragment] = {}
    gone: list[tuple[Fragment, str]] = []
    for fragment in sorted(fragments, key=_version):
        if (older := newest.get(fragment.draft.key)) is not None:
            gone.append((older, "ingest.superseded"))
        newest[fragment.draft.key] = fragment
    return sorted(newest.values(), key=Fragment.order), gone


def _version(fragment: Fragment) -> tuple[Any, ...]:
    draft = fragment.draft
    moment = draft.fetched_at
    return (moment is not None, moment or 0, draft.text or "", fragment.raw.digest, fragment.file, fragment.raw.offset)


def area_of(draft: Draft, part: str | None) -> str:
    """Source and board or section, else what the draft has."""
    return f"{draft.source}/{part}" if part and host(draft.url or "") != part else draft.area


def check_config(inputs: Sequence[InputConfig]) -> None:
    """Raise ConfigError on a section of an adapter that the input does not use, and on contradictions."""
    for item in inputs:
        if item.encoding is not None:
            _check_encoding(item, item.encoding)
        for name, kind in SECTIONS.items():
            if name != item.adapter and getattr(item, name) != kind():
                raise ConfigError(
                    f"inputs.{item.name}.{name}",
                    f"is set, but the input's adapter is {item.adapter or 'none'}",
                    f"Write `adapter: {name}`, or take the section out",
                )
        if item.adapter == "comments" and item.comments.mode == "single" and item.comments.thread:
            raise ConfigError(
                f"inputs.{item.name}.comments.thread", "joins threads, but mode is single", "Set one of the two"
            )
        if (
            item.adapter is not None
            and item.format in ("warc", "html")
            and item.adapter in ("question_answer", "comments")
        ):
            raise ConfigError(
                f"inputs.{item.name}.adapter",
                f"{item.adapter} needs records with fields, which {item.format} has not",
                "Give JSON lines or Parquet",
            )


def _check_encoding(item: InputConfig, label: str) -> None:
    where, name = f"inputs.{item.name}.encoding", codec(label)
    if name is None:
        raise ConfigError(where, f"no encoding of the web {label[:40]!r}", "Write it as browsers do: euc-kr, utf-16le")
    if item.format not in ("auto", "archive", "html", "jsonl", "text"):
        raise ConfigError(where, f"is set, but {item.format} says its encoding itself", "Take it out")
    if item.format == "jsonl" and name.startswith(("utf-16", "utf-32", "iso2022")):
        raise ConfigError(where, f"{name} cannot be cut at line feeds", "Convert the file to UTF-8 first")


def merged_signals(own: Mapping[str, Any] | None, **more: Any) -> dict[str, Any] | None:
    """Signals of a draft with those of ``more`` that are known."""
    found = {**(own or {}), **{name: value for name, value in more.items() if value is not None}}
    return found if any(value is not None for value in found.values()) else None


def with_changes(draft: Draft, **changes: Any) -> Draft:
    return dataclasses.replace(draft, **changes)
