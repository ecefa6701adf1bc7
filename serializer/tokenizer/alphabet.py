"""The byte alphabet of byte-level BPE: every byte has a printable character (GPT-2's mapping).

Printable bytes stand for themselves; the 68 others take U+0100 onwards in byte order.  Ids of single
bytes follow the order of these characters, as in ``tokenizers``, because ties between equally
frequent pairs are broken by ids.
"""

from __future__ import annotations

_PRINTABLE = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]

CHARACTERS = tuple(chr(byte) if byte in _PRINTABLE else chr(0x100 + _OTHERS.index(byte)) for byte in range(256))
"""The character of byte b is ``CHARACTERS[b]``."""

ORDER = tuple(sorted(range(256), key=lambda byte: CHARACTERS[byte]))
"""Bytes in the order of their ids."""

_BYTES = {character: byte for byte, character in enumerate(CHARACTERS)}


def written(token: bytes) -> str:
    """A token as it stands in tokenizer.json."""
    return "".join(CHARACTERS[byte] for byte in token)


def parsed(token: str) -> bytes:
    """The bytes of a token of tokenizer.json.  Raises KeyError on a character outside the alphabet."""
    return bytes(_BYTES[character] for character in token)
