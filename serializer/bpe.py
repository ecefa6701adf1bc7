"""Text to token ids and back: what mix counts with and serialize writes.

A tokenizer.json that malmoi wrote is run by our kernel; any other is run by ``tokenizers``.  Both give
the ids that ``tokenizers`` gives with special tokens read as plain text, so no document text ever
yields a special id.  The marks of masks, which are added tokens but not special, are one id each.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import tokenizers

from corpus import storage
from corpus.document import TextBuffers
from corpus.errors import ConfigError
from serializer.bpe_kernel import doubtful_texts, encode_pieces, pair_table
from serializer.tokenizer import alphabet
from serializer.tokenizer.marks import mark_table
from serializer.tokenizer.marks_kernel import cut_buffers
from serializer.tokenizer.pretokenizer import class_table
from serializer.tokenizer.write import END_OF_DOCUMENT, PIPELINE

Ids = np.ndarray[Any, np.dtype[np.uint32]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]

# Names of the end-of-document token in other makers' files, in the order they are looked for.
END_NAMES = (END_OF_DOCUMENT, "<|end_of_text|>", "</s>", "<eos>", "[EOS]")

# The memo of pieces: 786,432 pieces; 1.35 million were distinct in 256 MB of mixed Korean text.
_SLOTS = 1 << 20
_PIECE_POOL = 16_000_000
_ID_POOL = 8_000_000

_LIBRARY_BATCH_BYTES = 1_000_000  # the library keeps about 100 bytes a token while it works


class Encoder:
    """The encoder of one tokenizer.json (any URI).

    Not safe for use by two threads at once; memory is about 110 MB when the memo is full.
    Raises ConfigError when the file is not a tokenizer or has no end-of-document token.
    """

    def __init__(self, uri: str) -> None:
        data = storage.read_bytes(uri)
        try:
            self._library = tokenizers.Tokenizer.from_str(data.decode())
            tree = json.loads(data)
        except Exception as error:  # the library raises bare Exception
            raise ConfigError(uri, f"not a tokenizer.json ({type(error).__name__})") from error
        self._library.encode_special_tokens = True
        self.vocabulary_size: int = self._library.get_vocab_size(with_added_tokens=True)
        added = self._library.get_added_tokens_decoder()
        special = {token.content: number for number, token in added.items() if token.special}
        ends = [name for name in END_NAMES if name in special]
        if not ends:
            raise ConfigError(uri, "no end-of-document token", f"One of {', '.join(END_NAMES)} must be a special token")
        self.end_name: str = ends[0]
        self.end_of_document: int = special[self.end_name]
        marks = {token.content: number for number, token in added.items() if not token.special}
        ours = all(tree.get(key) == value for key, value in PIPELINE.items())
        exact = not any(_loose(token) for token in added.values() if not token.special)
        apart = not set("".join(special)) & set("".join(marks))  # where they meet, one may hide the other
        self._kernel = _Kernel(tree, marks) if ours and exact and apart else None

    def encode_buffers(self, text: TextBuffers) -> tuple[Ids, Offsets]:
        """Ids of all texts one after the other (uint32), and where each text's begin (int64 of n + 1)."""
        if self._kernel is not None:
            return self._kernel.encode(composed(text))
        rows = [bytes(text.data[low:high]).decode() for low, high in pairwise(text.offsets)]
        return _joined(self._by_library(rows))

    def encode_batch(self, texts: Sequence[str], end: bool = False) -> list[Ids]:
        """Ids of each text (uint32), with the end-of-document id after them when ``end``.

        Raises UnicodeEncodeError on a lone surrogate, which no Arrow text can hold.
        """
        if self._kernel is None:
            found = self._by_library(texts)
        else:
            ids, starts = self.encode_buffers(_buffers(texts))
            found = [ids[low:high] for low, high in pairwise(starts)]
        if end:
            tail = np.array([self.end_of_document], np.uint32)
            return [np.concatenate([ids, tail]) for ids in found]
        return found

    def count_tokens(self, text: TextBuffers) -> Offsets:
        """Number of ids of each text (int64), without an end-of-document id."""
        return np.diff(self.encode_buffers(text)[1])

    def token_ends(self, text: TextBuffers) -> Offsets:
        """Where each id's bytes end in ``text.data`` (int64), for texts in NFC and a file of ours.

        Raises ConfigError for a tokenizer.json that malmoi did not write, as its tokens may not be bytes,
        and ValueError for texts not in NFC, whose ids are those of other bytes.
        """
        if self._kernel is None:
            raise ConfigError("tokenizer", "the spans of tokens are known for malmoi's own tokenizers only")
        if composed(text) is not text:
            raise ValueError("a text is not in NFC: give composed(text)")
        ids, _ = self.encode_buffers(text)
        ends: Offsets = int(text.offsets[0]) + np.cumsum(self._kernel.sizes[ids])
        return ends

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Number of ids of each text, without an end-of-document id."""
        return [len(ids) for ids in self.encode_batch(texts)]

    def decode(self, ids: Sequence[int] | Ids) -> str:
        """Text of ids; special ids are left out, and bytes that are no UTF-8 become U+FFFD."""
        text: str = self._library.decode([int(number) for number in ids], skip_special_tokens=True)
        return text

    def _by_library(self, texts: Sequence[str]) -> list[Ids]:
        """Ids by ``tokenizers``, in batches of bounded size."""
        found: list[Ids] = []
        waiting: list[str] = []
        size = 0
        for text in texts:
            waiting.append(unicodedata.normalize("NFC", text))
            size += len(text)
            if size >= _LIBRARY_BATCH_BYTES:
                found += self._library_batch(waiting)
                waiting, size = [], 0
        return found + self._library_batch(waiting)

    def _library_batch(self, texts: list[str]) -> list[Ids]:
        encoded = self._library.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(item.ids, np.uint32) for item in encoded]


def _loose(token: tokenizers.AddedToken) -> bool:
    """Is it found otherwise than byte for byte?"""
    return bool(token.single_word or token.lstrip or token.rstrip or token.normalized)


class _Kernel:
    """Tables and memo of the compiled encoder."""

    def __init__(self, tree: dict[str, Any], marks: Mapping[str, int]) -> None:
        vocabulary: dict[str, int] = tree["model"]["vocab"]
        pairs = [merge if isinstance(merge, list) else merge.split(" ") for merge in tree["model"]["merges"]]
        left = np.array([vocabulary[a] for a, _ in pairs], np.int64)
        right = np.array([vocabulary[b] for _, b in pairs], np.int64)
        merged = np.array([vocabulary[a + b] for a, b in pairs], np.int64)
        self.keys, self.values = pair_table(left, right, merged)
        self.alphabet = np.array([vocabulary[character] for character in alphabet.CHARACTERS], np.int64)
        self.marks = mark_table(marks)
        self.sizes = np.zeros(max([*vocabulary.values(), *marks.values()]) + 1, np.int64)
        for token, number in vocabulary.items():
            self.sizes[number] = len(token)  # one character a byte
        self.sizes[self.marks.ids] = np.diff(self.marks.borders)
        self.slots = np.zeros((_SLOTS, 4), np.int64)
        self.pieces = np.zeros(_PIECE_POOL, np.uint8)
        self.ids = np.zeros(_ID_POOL, np.uint32)
        self.state = np.zeros(3, np.int64)

    def encode(self, text: TextBuffers) -> tuple[Ids, Offsets]:
        edges, tokens, firsts = cut_buffers(text.data, text.offsets, *self.marks)
        ids, starts = encode_pieces(
            text.data,
            edges,
            tokens,
            class_table(),
            self.alphabet,
            self.keys,
            self.values,
            self.slots,
            self.pieces,
            self.ids,
            self.state,
        )
        return ids[: starts[-1]].copy(), starts[firsts]  # the room behind them is several times as large


def _buffers(texts: Sequence[str]) -> TextBuffers:
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(item) for item in encoded], out=offsets[1:])
    return TextBuffers(np.frombuffer(b"".join(encoded) or b"\0", np.uint8), offsets)


def _joined(rows: Sequence[Ids]) -> tuple[Ids, Offsets]:
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return (np.concatenate(rows) if rows else np.zeros(0, np.uint32)), starts


def composed(text: TextBuffers) -> TextBuffers:
    """The same texts in NFC, which is what is encoded; those of ingest are already, and cost one scan."""
    changed: dict[int, str] = {}
    found, count = doubtful_texts(text.data, text.offsets, _doubtful_points())
    for row in found[:count].tolist():
        old = bytes(text.data[text.offsets[row] : text.offsets[row + 1]]).decode()
        if not unicodedata.is_normalized("NFC", old):
            changed[row] = unicodedata.normalize("NFC", old)
    if not changed:
        return text
    rows = [bytes(text.data[low:high]).decode() for low, high in pairwise(text.offsets)]
    return _buffers([changed.get(number, row) for number, row in enumerate(rows)])


# Where characters with canonical decompositions or combining classes are, and around them none of the
# great blocks that have neither: Han of planes 0, 2 and 3, Hangul syllables, surrogates, private use.
_COMPOSING_BLOCKS = ((0x80, 0x3400), (0xA000, 0xAC00), (0xF900, 0x1FFFF), (0x2F800, 0x2FA20), (0xE0000, 0xE0200))


@lru_cache(maxsize=1)
def _doubtful_points() -> np.ndarray[Any, np.dtype[np.bool_]]:
    """True for code points that NFC changes, reorders or may compose with what precedes them.

    A text without any is in NFC (UAX 15, quick check: every character Yes and of combining class 0).
    """
    table = np.zeros(0x110000, bool)
    for low, high in _COMPOSING_BLOCKS:
        for point in range(low, high):
            character = chr(point)
            decomposition = unicodedata.decomposition(character)
            if decomposition and decomposition[0] != "<":
                if unicodedata.normalize("NFC", character) != character:
                    table[point] = True
                for part in decomposition.split()[1:]:
                    table[int(part, 16)] = True
            if unicodedata.combining(character):
                table[point] = True
    table[0x1161:0x1176] = True  # vowels and finals of Hangul compose by rule, without a table
    table[0x11A8:0x11C3] = True
    return table
