"""Cleaning one document's text: the editors in their order, the same for ingest and the pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import is_
from typing import NamedTuple

from corpus import normalise
from corpus.mojibake import Mojibake
from corpus.normalise_kernel import RARE
from corpus.sources.config import IngestConfig
from filters.boilerplate.disclosure import Disclosure
from filters.boilerplate.lines import RepeatedLines, load
from filters.boilerplate.news import News
from filters.boilerplate.sharing import SharingLines
from filters.boilerplate.title import TitleInBody
from filters.privacy.identifiers import Identifiers, Masked
from filters.rule import Editor

# Short values of meta (formats, languages, categories) recur; this many are remembered.
VALUES, SHORT = 65_536, 64  # values; characters
VALUES_VERSION = 2  # 2: also area, license and what the signals say; masks in them are counted


_RESERVED = f"{News.name}.reserved"


class Dirty(NamedTuple):
    """A document before cleaning.

    ``site``: filters.boilerplate.site.site_of; without it no line is compared.  Of a ``verbatim`` text no line
    goes; its identifiers are masked all the same.
    """

    text: str
    title: str | None
    kind: str | None = None
    site: str | None = None
    verbatim: bool = False


class Cleaned(NamedTuple):
    """Final text and title, edits counted by editor and type, keyed hashes of the masked contacts.

    ``reserved``: a closing notice, which is gone from the text, bars its use for training.
    """

    data: bytes  # the text in UTF-8
    title: str | None
    counts: dict[str, int]
    contacts: list[int]
    reserved: bool = False

    @property
    def text(self) -> str:
        return self.data.decode()


class Values(NamedTuple):
    """Values beside the text as they are stored, and what was masked in those that held an identifier."""

    stored: dict[str, str]
    counts: dict[str, dict[str, int]]


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
        self.known: dict[str, str] = {}
        self.known_counts: dict[str, dict[str, int]] = {}
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
        """The text is empty when nothing visible is left.  Idempotent on text and title together."""
        return self.clean_all([Dirty(text, title, kind, site, verbatim)])[0]

    def clean_all(self, dirty: Sequence[Dirty]) -> list[Cleaned]:
        """Each document by itself, as UTF-8.  One pass over all of them says which need nothing of an editor; the
        others are decoded, and it is called for them."""
        counts: list[Counter[str]] = [Counter() for _ in dirty]
        titles = self._titles(dirty, counts)
        raw = normalise.utf8([one.text for one in dirty])
        texts = self._texts(dirty, raw, counts)
        raw = _side_by_side(texts, raw)
        texts = self._cut(dirty, texts, titles, raw, counts)
        contacts: list[tuple[str, ...]] = [()] * len(dirty)
        if self.identifiers is not None:
            for number, masked in self._masks(_side_by_side(texts, raw)):
                counts[number].update(self.identifiers.counts(masked))
                texts[number] = masked.text.encode()
                contacts[number] = masked.contacts
            for number, masked in self._masks(normalise.utf8([title or "" for title in titles])):
                counts[number].update(self.identifiers.counts(masked))
                titles[number] = masked.text
                contacts[number] += masked.contacts
        if self.lines is not None:
            for number, one in enumerate(dirty):
                if not one.verbatim and one.kind not in self.config.verbatim_kinds:
                    texts[number], more = self._without_lines(texts[number], one.site, counts[number])
                    contacts[number] += more
        return [
            Cleaned(
                data, title, dict(count), self.identifiers.hashes(found) if self.identifiers and found else [],
                count[_RESERVED] > 0 if count else False,
            )
            for data, title, count, found in zip(texts, titles, counts, contacts, strict=True)
        ]  # fmt: skip

    def _texts(self, dirty: Sequence[Dirty], raw: normalise.Utf8, counts: Sequence[Counter[str]]) -> list[bytes]:
        """The texts repaired and normalised."""
        found: list[bytes] = []
        for one, data, bits, count in zip(dirty, raw.texts, normalise.stored(raw, self.form), counts, strict=True):
            clean: bytes | None = data
            if bits:
                hidden = bits & RARE and self._suspects(data)
                clean = normalise.trimmed(data, bits) if not hidden else None
                if clean is not None and bits & RARE and self._suspects(clean):
                    clean = None
            found.append(self._stored(one.text, count).encode() if clean is None else clean)
        return found

    def _titles(self, dirty: Sequence[Dirty], counts: Sequence[Counter[str]]) -> list[str | None]:
        """The titles repaired and normalised, each one line."""
        raw = normalise.utf8([one.title or "" for one in dirty])
        found: list[str | None] = []
        for one, data, bits, count in zip(dirty, raw.texts, normalise.lines(raw, self.form), counts, strict=True):
            title = one.title or None
            if title and (bits & ~RARE or (bits and self._suspects(data))):
                title = " ".join(self._stored(title, count).split()) or None
            found.append(title)
        return found

    def _suspects(self, data: bytes) -> bool:
        return self.mojibake is not None and self.mojibake.suspects(data)

    def _cut(
        self,
        dirty: Sequence[Dirty],
        texts: list[bytes],
        titles: Sequence[str | None],
        raw: normalise.Utf8,
        counts: Sequence[Counter[str]],
    ) -> list[bytes]:
        """The texts without the lines that editors take, disclosures counted."""
        titled = [True] * len(dirty)
        if self.config.title_in_body:
            titled = TitleInBody().finds(raw, titles)
        for number, one in enumerate(dirty):
            cutting, marking = self.editors(one.kind)
            # What another editor takes may bare a title; by itself this one has nothing to do without a title.
            if cutting and not one.verbatim and (titled[number] or len(cutting) > 1):
                texts[number] = self._cut_by(cutting, texts[number], titles[number], counts[number])
            for editor in marking:
                counts[number].update(editor.edit(texts[number].decode(), titles[number], texts[number])[1])
        return texts

    def _cut_by(self, editors: Sequence[Editor], data: bytes, title: str | None, count: Counter[str]) -> bytes:
        text = data.decode()
        changed = True
        while changed:  # what one editor takes may bare what another looks for; each only shortens
            changed = False
            for editor in editors:
                left, edits = editor.edit(text, title, data)
                if edits:
                    count.update(edits)
                if left != text:
                    count[f"{editor.name}.characters"] += len(text) - len(left)
                    text, data = left, left.encode()
                    changed = len(editors) > 1
        return data

    def _masks(self, texts: normalise.Utf8) -> Iterator[tuple[int, Masked]]:
        """The texts that hold an identifier, by number, masked."""
        if self.identifiers is not None:
            for number, windows in self.identifiers.survey(texts.data, texts.offsets).items():
                masked = self.identifiers.mask(texts.texts[number].decode(), None, windows)
                if masked.spans:
                    yield number, masked

    def _without_lines(self, data: bytes, site: str | None, count: Counter[str]) -> tuple[bytes, tuple[str, ...]]:
        """The text without its site's repeated lines, and the contacts masked in what is left."""
        data, edits = self.lines.edit(data, site) if self.lines is not None else (data, {})
        if not edits:
            return data, ()
        count.update(edits)
        if self.identifiers is None:
            return data, ()
        masked = self.identifiers.mask(data.decode())  # lines that now meet could read as one number
        count.update(self.identifiers.counts(masked))
        return masked.text.encode(), masked.contacts

    def _stored(self, text: str, counts: Counter[str]) -> str:
        """Repaired and normalised; again where normalising dropped what hid a line from its proof."""
        if self.mojibake is None:
            return normalise.normalise(text, self.form)
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
            if repaired.rstrip().lstrip("\n") == stored:  # nothing that could hide a line went
                return stored
            text = stored

    def values(self, texts: Iterable[str]) -> Values:
        """What is written of a document beside its title and text, each as one line, masked.

        Counted as ``meta.identifiers.*``, apart from the text's: rules that judge a text by its contacts would else
        take an author's or a publisher's address, the same in every record, for the text's own.
        """
        if len(self.known) > VALUES:
            self.known.clear()
            self.known_counts.clear()
        found = {text: self.known.get(text, "") for text in texts}
        counts: dict[str, dict[str, int]] = {}
        if self.known_counts:
            counts = {text: self.known_counts[text] for text in found if text in self.known_counts}
        fresh = [text for text in found if text not in self.known]
        raw = normalise.utf8(fresh)
        for text, bits in zip(fresh, normalise.lines(raw), strict=True):
            found[text] = normalise.line(text) if bits & ~RARE else text
        if self.identifiers is not None:
            for number, masked in self._masks(normalise.utf8([found[text] for text in fresh])):
                text = fresh[number]
                found[text] = masked.text
                counts[text] = {f"meta.{name}": times for name, times in self.identifiers.counts(masked).items()}
                if len(text) <= SHORT:
                    self.known_counts[text] = counts[text]
        self.known.update((text, found[text]) for text in fresh if len(text) <= SHORT)
        return Values(found, counts)


def _side_by_side(texts: list[bytes], known: normalise.Utf8) -> normalise.Utf8:
    """The texts in one buffer: ``known`` where it is of these."""
    return known if all(map(is_, texts, known.texts)) else normalise.side_by_side(list(texts))


def versions() -> dict[str, int | str]:
    """What alters the output of cleaning."""
    return {
        **normalise.versions(),
        **{editor.name: editor.version for editor in (TitleInBody, News, SharingLines, Disclosure, RepeatedLines)},
        Mojibake.name: Mojibake.version,
        "values": VALUES_VERSION,
        Identifiers.name: Identifiers.version,
    }
