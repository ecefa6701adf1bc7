"""Cleaning one document's text: the editors in their order, the same for ingest and the pipe."""

from __future__ import annotations

from typing import NamedTuple

from corpus import normalise
from corpus.mojibake import Mojibake
from corpus.sources.config import IngestConfig
from filters.boilerplate.title import TitleInBody
from filters.privacy.identifiers import Identifiers, mask

# Short values of meta (formats, languages, categories) recur; this many are remembered.
VALUES = 65_536


class Cleaned(NamedTuple):
    """Final text and title, edits counted by editor and type, keyed hashes of the masked contacts."""

    text: str
    title: str | None
    counts: dict[str, int]
    contacts: list[int]


class Cleaner:
    """Repairs encodings, normalises, drops the title's repetitions from the body, masks identifiers."""

    def __init__(self, config: IngestConfig) -> None:
        self.title = TitleInBody() if config.title_in_body else None
        self.identifiers = Identifiers(config.contact_key) if config.identifiers else None
        self.mojibake = Mojibake() if config.mojibake else None
        self.form = config.normalise
        self.values: dict[str, str] = {}

    def clean(self, text: str, title: str | None) -> Cleaned:
        """The text is empty when nothing visible is left.  Idempotent on text and title together."""
        counts: dict[str, int] = {}
        text = self._stored(text, counts)
        title = (" ".join(self._stored(title, counts).split()) or None) if title else None
        contacts: tuple[str, ...] = ()
        if self.title is not None and title is not None:
            text, edits = self.title.edit(text, title)
            counts.update(edits)
        if self.identifiers is not None:
            masked = mask(text)
            counts.update(self.identifiers.counts(masked))
            text, contacts = masked.text, masked.contacts
            if title is not None:
                named = mask(title)
                title, contacts = named.text, contacts + named.contacts
                for name, number in self.identifiers.counts(named).items():
                    counts[name] = counts.get(name, 0) + number
        hashes = self.identifiers.hashes(contacts) if self.identifiers is not None and contacts else []
        return Cleaned(text, title, counts, hashes)

    def _stored(self, text: str, counts: dict[str, int]) -> str:
        """Repaired and normalised; again where normalising dropped what hid a line from its proof."""
        if self.mojibake is None:
            return normalise.normalise(text, self.form)
        while True:
            try:
                encoded = text.encode("utf-8")
            except UnicodeEncodeError:  # lone surrogates
                encoded = None
            repaired, edits = self.mojibake.edit(text, encoded)
            for name, number in edits.items():
                counts[name] = counts.get(name, 0) + number
            stored = normalise.normalise(repaired, self.form, None if edits else encoded)
            if repaired.lstrip("\n").startswith(stored):  # nothing but spaces at the end went
                return stored
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
        return mask(text).text if self.identifiers is not None else text


def versions() -> dict[str, int | str]:
    """What alters the output of cleaning."""
    return {
        **normalise.versions(),
        Mojibake.name: Mojibake.version,
        TitleInBody.name: TitleInBody.version,
        Identifiers.name: Identifiers.version,
    }
