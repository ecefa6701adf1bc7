"""The folded digest: whether two texts are the same but for spacing, punctuation, case and stretched letters."""

from __future__ import annotations

import hashlib
import re

from corpus.hangul import character_class, nfc

_RUN = re.compile(r"(.)\1{2,}")


class _Written(dict[int, int | None]):
    """Table of str.translate that drops white space, punctuation, symbols and controls; filled as letters come."""

    def __missing__(self, point: int) -> int | None:
        dropped = character_class(chr(point)) in ("space", "symbol", "other")
        found = self[point] = None if dropped else point
        return found


_WRITTEN = _Written()


def folded(text: str) -> str:
    """NFC, lower case, without white space, punctuation and symbols, runs of a character cut to two."""
    return _RUN.sub(r"\1\1", nfc(text).lower().translate(_WRITTEN))


def folded_digest(text: str) -> bytes:
    """16 bytes of the folded text."""
    data = folded(text).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16, person=b"malmoi.folded").digest()
