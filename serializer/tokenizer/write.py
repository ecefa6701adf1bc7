"""tokenizer.json from learned merges: canonical, so that equal merges are equal bytes.

Ids: 0 is ``<|endoftext|>``, 1 to 256 are the bytes in the order of their written characters, then one
id per merge in rank order, without gaps.  ``vocabulary_size`` counts all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.errors import MalmoiError
from serializer.tokenizer import alphabet
from serializer.tokenizer.pretokenizer import PATTERN

VERSION = 1

END_OF_DOCUMENT = "<|endoftext|>"
FIRST_BYTE_ID = 1
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
    tokens = [b"", *(bytes([byte]) for byte in alphabet.ORDER)]
    for left, right in pairs:
        tokens.append(tokens[left] + tokens[right])
    return tokens


def tokenizer_json(pairs: Sequence[tuple[int, int]] | np.ndarray[Any, Any]) -> bytes:
    """The file's bytes, ASCII.  Raises MalmoiError when two merges give one token."""
    tokens = [END_OF_DOCUMENT, *(alphabet.written(token) for token in token_bytes(pairs)[1:])]
    if len(set(tokens)) != len(tokens):
        raise MalmoiError(
            "tokenizer.json", "two ids stand for the same bytes", "Report this with tokenizer/training.json"
        )
    tree = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": 0,
                "content": END_OF_DOCUMENT,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
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
