"""Editor: masks what names a person and keeps what does not.

Mask forms are the kept part and one mark (filters.privacy.identifier): ``010-****-****`` (prefix of a phone),
``****@`` before a domain, ``80-1-****-****`` (decade of birth, century and sex), ``11-****-****`` (region of a
licence), ``****-****`` where nothing is kept.  No form holds what a detector matches, so masking twice is
masking once, and nothing after ingest holds a matched string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from corpus.identity import keyed_hash
from filters.privacy.masking import Array, Masked, Span, Windows, mask, survey

__all__ = ["Identifiers", "Masked", "Span", "mask"]


class Identifiers:
    """The editor.  ``key`` keys the hashes of contacts: whoever knows it can test a guessed number.
    ``addresses`` asks for IPv4 addresses of persons, too."""

    name = "identifiers"
    version = 5

    def __init__(self, key: int = 0, addresses: bool = False) -> None:
        self.key = key
        self.addresses = addresses

    def mask(self, text: str, data: bytes | None = None, windows: Windows | None = None) -> Masked:
        """``data`` is the text in UTF-8 where the caller has it, ``windows`` what ``survey`` says of it."""
        return mask(text, data, self.addresses, windows)

    def survey(self, data: Array, offsets: Array) -> dict[int, Windows]:
        """``masking.survey``: which of many texts hold what may be an identifier, and where."""
        return survey(data, offsets, self.addresses)

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        masked = self.mask(text)
        return masked.text, self.counts(masked)

    def counts(self, masked: Masked) -> dict[str, int]:
        """``identifiers.<type>`` -> number masked."""
        if not masked.spans:
            return {}
        return dict(Counter(f"{self.name}.{span.type}" for span in masked.spans))

    def hashes(self, contacts: tuple[str, ...]) -> list[int]:
        """Distinct keyed hashes, signed 64 bits, ascending."""
        drawn = {keyed_hash(self.key, "contact", contact.encode()) for contact in contacts}
        return sorted(value - (1 << 64) if value >> 63 else value for value in drawn)
