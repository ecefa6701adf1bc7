"""Configuration of inputs: where records lie, what their fields mean, who permits their use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpus.normalise import NormaliseConfig
from corpus.sources.adapters.config import (
    Adapter,
    Comments,
    Encyclopedia,
    News,
    Posts,
    QuestionAnswer,
    Statutes,
)

Format = Literal["auto", "archive", "html", "jsonl", "mediawiki", "modu", "parquet", "text", "warc"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """Names of a record's fields; None where the input has none.  A dotted name enters an object.

    The defaults are the fields of most published Korean sets.  ``html`` is used where ``text`` is
    absent or null.
    """

    key: str | None = "id"
    text: str | None = "text"
    html: str | None = "html"
    title: str | None = "title"
    url: str | None = "url"
    created_at: str | None = "date"
    fetched_at: str | None = None
    license: str | None = "license"
    source: str | None = None  # None: every record's source is the input's name
    area: str | None = None
    # What the service itself says: name of a signal (DOCUMENT.signals) -> name of the field.
    signals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class RightsBasis:
    """Why these documents may be used; printed by every run and carried to the shards' provenance.

    ``basis``: own (the user states that they may use them), license, contract, public-domain or
    statute.  ``evidence`` names the text behind it: a URL, a contract number, a licence file.
    """

    basis: Literal["own", "license", "contract", "public-domain", "statute"]
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KindMapping:
    """Which kind a record is, found from fields of the record; the first that matches decides."""

    field: str
    values: Mapping[str, str]  # value of the field -> kind


@dataclass(frozen=True, kw_only=True, slots=True)
class InputConfig:
    """One input.  ``uri`` is a file, folder or glob; ``{input}`` in it is the command line's --input.

    ``adapter`` applies a service's own rules, set in the section of the same name.  ``provenance`` lists what every
    document must name; a record that does not is quarantined as record.no_provenance.
    """

    name: str
    uri: str
    rights: RightsBasis
    class_: Literal["permitted", "open", "expert", "base"]
    format: Format = "auto"  # auto: by file name, one reader per suffix
    encoding: str | None = None  # of HTML, text and JSON lines; a label as browsers read it.  None: by proof alone
    kind: str = "others"
    kind_by: tuple[KindMapping, ...] = ()
    fields: Fields = field(default_factory=Fields)
    priority: int = 0  # between near-duplicates the lower priority number is kept
    provenance: tuple[Literal["source", "url", "title", "created_at", "license"], ...] = ()
    adapter: Adapter | None = None
    question_answer: QuestionAnswer = QuestionAnswer()
    comments: Comments = Comments()
    news: News = News()
    blog: Posts = Posts()
    cafe: Posts = Posts()
    statutes: Statutes = Statutes()
    encyclopedia: Encyclopedia = Encyclopedia()


@dataclass(frozen=True, kw_only=True, slots=True)
class KindConfig:
    """What is expected of a kind of text."""

    languages: tuple[str, ...] = ("ko",)


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedTable:
    """A table that depends on a whole corpus, made by `malmoi study`: where it lies and what it must be."""

    table: str
    digest: str  # sha256 of the file, as the study prints it


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedFile:
    """A file that scores depend on, a model for instance: where it lies and what it must be."""

    file: str
    digest: str  # its sha256


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestConfig:
    """Limits of reading.

    ``max_record_bytes`` bounds one record before parsing (10 MiB: the largest real document of the
    development data has 2.1 MB).  ``split_bytes`` is the size of one task's share of plain files;
    compressed files are one task each.  ``identifiers``, ``title_in_body`` and ``mojibake`` switch editors
    on.  ``*_kinds``: the kinds of text that an editor takes; of ``verbatim_kinds`` no editor takes a line.
    ``reserved`` drops an article whose closing notice bars training, and a page that reserves its text by one of
    ``reserving_marks``.
    """

    max_record_bytes: int = 10 * 1024 * 1024
    split_bytes: int = 32 * 1024 * 1024
    identifiers: bool = True
    ip_addresses: bool = False  # with identifiers: IPv4 addresses of persons, too; technical documents hold machines'
    contact_key: int = 0  # below 2^64; keys the hashes of masked contacts: who knows it can test a guess
    title_in_body: bool = True
    mojibake: bool = True
    normalise: NormaliseConfig = NormaliseConfig()
    news_kinds: tuple[str, ...] = ("news",)
    sharing_kinds: tuple[str, ...] = ("blog", "cafe")
    verbatim_kinds: tuple[str, ...] = ("statutes", "poetry", "code")
    reserved: bool = True
    # Both are addressed to those who train models; noindex and nosnippet are to search, noimageai is of pictures.
    reserving_marks: tuple[str, ...] = ("noai", "tdm-reservation")
    lines: PinnedTable | None = None  # repeated lines of sites; None: no line is compared
