"""Cleaning one document's text: the editors in their order, the same for ingest and the pipe."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from corpus import normalise
from corpus.mojibake import Mojibake
from corpus.sources.config import IngestConfig
from filters.boilerplate.disclosure import Disclosure
from filters.boilerplate.lines import RepeatedLines, load
from filters.boilerplate.news import News
from filters.boilerplate.sharing import SharingLines
from filters.boilerplate.title import TitleInBody
from filters.privacy.identifiers import Identifiers
from filters.rule import Editor

# Short values of meta (formats, languages, categories) recur; this many are remembered.
VALUES = 65_536


class Cleaned(NamedTuple):
    """Final text and title, edits counted by editor and type, keyed hashes of the masked contacts.

    ``reserved``: a closing notice, which is gone from the text, bars its use for training.
    """

    text: str
    title: str | None
    counts: dict[str, int]
    contacts: list[int]
    data: bytes  # the text in UTF-8
    reserved: bool = False


class Cleaner:
    """Repairs encodings, normalises, drops boilerplate as the kind has it, masks identifiers in text and title,
    takes out the site's repeated lines.

    Raises ConfigError when a pinned table is another than was pinned.
    """

    def __init__(self, config: IngestConfig) -> None:
        self.config = config
        self.identifiers = Identifiers(config.contact_key, config.ip_addresses) if config.identifiers else None
        self.mojibake = Mojibake() if config.mojibake else None
        self.form = config.normalise
        self.lines = RepeatedLines(*load(config.lines)) if config.lines else None
        self.values: dict[str, str] = {}
        self.by_kind: dict[str | None, tuple[tuple[Editor, ...], tuple[Editor, ...]]] = {}

    def editors(self, kind: str | None) -> tuple[tuple[Editor, ...], tuple[Editor, ...]]:
        """Editors that take lines, repeated until none finds anything more; and markers, which only count."""
        if kind not in self.by_kind:
            config = self.config
            cutting: list[Editor] = []
            marking: list[Editor] = []
            if kind not in config.verbatim_kinds:
                cutting += [TitleInBody()] if config.title_in_body else []
                cutting += [News()] if kind in config.news_kinds else []
                cutting += [SharingLines()] if kind in config.sharing_kinds else []
            marking += [Disclosure()] if kind in config.sharing_kinds else []
            self.by_kind[kind] = tuple(cutting), tuple(marking)
        return self.by_kind[kind]

    def clean(
        self, text: str, title: str | None, kind: str | None = None, site: str | None = None, verbatim: bool = False
    ) -> Cleaned:
        """The text is empty when nothing visible is left.  Idempotent on text and title together.

        ``site``: filters.boilerplate.site.site_of; without it no line is compared.  Of a ``verbatim`` text no line
        goes; its identifiers are masked all the same.
        """
        counts: Counter[str] = Counter()
        text, data = self._stored(text, counts)
        title = (" ".join(self._stored(title, counts)[0].split()) or None) if title else None
        contacts: tuple[str, ...] = ()
        cutting, marking = self.editors(kind)
        cutting = () if verbatim else cutting
        changed = bool(cutting)
        while changed:  # what one editor takes may bare what another looks for; each only shortens
            changed = False
            for editor in cutting:
                left, edits = editor.edit(text, title, data)
                if edits:
                    counts.update(edits)
                if left != text:
                    text, data = left, left.encode()
                    changed = len(cutting) > 1
        for editor in marking:
            counts.update(editor.edit(text, title, data)[1])
        if self.identifiers is not None:
            masked = self.identifiers.mask(text, data)
            if masked.spans:
                counts.update(self.identifiers.counts(masked))
                text, contacts, data = masked.text, masked.contacts, masked.text.encode()
            if title is not None:
                named = self.identifiers.mask(title)
                title, contacts = named.text, contacts + named.contacts
                counts.update(self.identifiers.counts(named))
        if self.lines is not None and not verbatim and kind not in self.config.verbatim_kinds:
            data, edits = self.lines.edit(data, site)
            counts.update(edits)
            text = data.decode() if edits else text
            if edits and self.identifiers is not None:  # lines that now meet could read as one number
                masked = self.identifiers.mask(text)
                counts.update(self.identifiers.counts(masked))
                text, contacts, data = masked.text, contacts + masked.contacts, masked.text.encode()
        hashes = self.identifiers.hashes(contacts) if self.identifiers is not None and contacts else []
        return Cleaned(text, title, dict(counts), hashes, data, counts[f"{News.name}.reserved"] > 0)

    def _stored(self, text: str, counts: Counter[str]) -> tuple[str, bytes]:
        """Repaired and normalised, with its UTF-8; again where normalising dropped what hid a line from its proof."""
        if self.mojibake is None:
            stored = normalise.normalise(text, self.form)
            return stored, stored.encode()
        while True:
            try:
                encoded = text.encode("utf-8")
            except UnicodeEncodeError:  # lone surrogates
                encoded = None
            repaired, edits = self.mojibake.edit(text, encoded)
            if edits:
                counts.update(edits)
                encoded = None
            stored = normalise.normalise(repaired, self.form, encoded)
            if encoded is not None and len(stored) == len(repaired) and stored == repaired:
                return stored, encoded
            if repaired.rstrip().lstrip("\n") == stored:  # nothing that could hide a line went
                return stored, stored.encode()
            text = stored

    def value(self, text: str) -> str:
        """A value of ``meta``: one line, masked."""
        if len(text) > 64:
            return self._value(text)
        if len(self.values) > VALUES:
            self.values.clear()
        known = self.values.get(text)
        if known is None:
            known = self.values[text] = self._value(text)
        return known

    def _value(self, text: str) -> str:
        text = normalise.line(text)
        return self.identifiers.mask(text).text if self.identifiers is not None else text


def versions() -> dict[str, int | str]:
    """What alters the output of cleaning."""
    return {
        **normalise.versions(),
        **{editor.name: editor.version for editor in (TitleInBody, News, SharingLines, Disclosure, RepeatedLines)},
        Mojibake.name: Mojibake.version,
        TitleInBody.name: TitleInBody.version,
        Identifiers.name: Identifiers.version,
    }
