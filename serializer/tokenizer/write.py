"""tokenizer.json from learned merges: canonical, so that equal merges are equal bytes.

Ids: 0 is ``<|endoftext|>``, then the marks of masks, the 256 bytes in the order of their written
characters, and one id per merge in rank order, without gaps.  ``vocabulary_size`` counts all of them.
The marks are added tokens that are not special: text that holds one yields its id, in every library, and
decoding gives it back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.errors import MalmoiError
from serializer.tokenizer import alphabet
from serializer.tokenizer.marks import FIRST_MARK_ID, OWN
from serializer.tokenizer.pretokenizer import PATTERN

VERSION = 2

END_OF_DOCUMENT = "<|endoftext|>"
FIRST_BYTE_ID = FIRST_MARK_ID + len(OWN)
FIRST_MERGE_ID = FIRST_BYTE_ID + 256

PIPELINE: dict[str, Any] = {
    "normalizer": {"type": "NFC"},
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        ],
    },
    "post_processor": None,
    "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
}
"""What surrounds the model in every tokenizer.json of ours; equal to it, our kernel may run the file."""


def token_bytes(pairs: Sequence[tuple[int, int]] | np.ndarray[Any, Any]) -> list[bytes]:
    """The bytes of every id from 0: the special token's are empty.  ``pairs`` are merges in rank order."""
    tokens = [b"", *(mark.encode() for mark in OWN), *(bytes([byte]) for byte in alphabet.ORDER)]
    for left, right in pairs:
        tokens.append(tokens[left] + tokens[right])
    return tokens


def tokenizer_json(pairs: Sequence[tuple[int, int]] | np.ndarray[Any, Any]) -> bytes:
    """The file's bytes, ASCII.  Raises MalmoiError when two merges give one token."""
    written = (alphabet.written(token) for token in token_bytes(pairs)[FIRST_BYTE_ID:])
    tokens = [END_OF_DOCUMENT, *OWN, *written]
    if len(set(tokens)) != len(tokens):
        raise MalmoiError(
            "tokenizer.json", "two ids stand for the same bytes", "Report this with tokenizer/training.json"
        )
    tree = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            _added(0, END_OF_DOCUMENT, True),
            *(_added(number, mark, False) for mark, number in OWN.items()),
        ],
        **PIPELINE,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [[tokens[left], tokens[right]] for left, right in pairs],
        },
    }
    return (json.dumps(tree, ensure_ascii=True, indent=1) + "\n").encode()


def _added(number: int, content: str, special: bool) -> dict[str, Any]:
    """Found in text as it stands, inside words too, and without the space around it."""
    alone = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": content, **alone, "special": special}


def tokenizer_config(end_of_document: str = END_OF_DOCUMENT) -> bytes:
    """tokenizer_config.json, by which ``transformers.AutoTokenizer`` opens the folder."""
    tree = {
        "add_prefix_space": False,
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "eos_token": end_of_document,
        "model_max_length": 1_000_000_000_000,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    return (json.dumps(tree, indent=1, sort_keys=True) + "\n").encode()
