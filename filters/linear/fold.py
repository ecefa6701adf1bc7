"""The folded digest: whether two texts are the same but for spacing, punctuation, case and stretched letters."""

from __future__ import annotations

import hashlib
from itertools import groupby

from corpus.hangul import character_class, nfc

_DROPPED = ("space", "symbol", "other")


def folded(text: str) -> str:
    """NFC, lower case, without white space, punctuation and symbols, runs of a character cut to two."""
    kept = [letter for letter in nfc(text).lower() if character_class(letter) not in _DROPPED]
    return "".join(letter * min(len(list(run)), 2) for letter, run in groupby(kept))


def folded_digest(text: str) -> bytes:
    """16 bytes of the folded text."""
    return hashlib.blake2b(folded(text).encode("utf-8"), digest_size=16, person=b"malmoi.folded").digest()
