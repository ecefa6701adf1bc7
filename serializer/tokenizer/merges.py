"""Byte-pair merges learned from counted pieces, equal to ``tokenizers``' BpeTrainer on the same counts.

The pair with the greatest count is merged next, of equals the one with the smaller ids; a pair's count
is the number of its windows, overlapping ones included (``aaa`` holds ``aa`` twice), weighted by the
piece's count.  Counts are 64-bit; the library's are 32-bit, so the two agree below 2^31.

The same bytes are never made by two merges: no merge has crossed the border of what is about to become
one token, so inside it all merges so far were made as in the same bytes alone, and those were one token
already after the first of the two.  So ids need no look-up of strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.document import TextBuffers
from corpus.errors import ConfigError, InputError
from serializer.tokenizer import alphabet
from serializer.tokenizer.merges_kernel import learn_pairs
from serializer.tokenizer.write import FIRST_BYTE_ID, FIRST_MERGE_ID

VERSION = 1

_POSITIONS = 2**31 - 1  # positions are 32-bit


@dataclass(frozen=True)
class Merges:
    """``pairs`` int32 (m, 2) of ids in rank order, and the count of each when it was merged, int64."""

    pairs: np.ndarray[Any, np.dtype[np.int32]]
    counts: np.ndarray[Any, np.dtype[np.int64]]


def learn(
    pieces: TextBuffers, counts: np.ndarray[Any, np.dtype[np.int64]], vocabulary_size: int, min_count: int
) -> Merges:
    """Merges of ``pieces`` (bytes) that occur ``counts`` times, until there are ``vocabulary_size`` ids
    or no pair occurs ``min_count`` times.

    Memory is about 20 bytes per byte of distinct pieces.  The order of pieces does not matter.
    Raises ConfigError for a vocabulary smaller than the bytes, InputError above 2^31 bytes of pieces.
    """
    if vocabulary_size < FIRST_MERGE_ID:
        raise ConfigError(
            "tokenizer.vocabulary_size",
            f"{vocabulary_size} is less than the {FIRST_MERGE_ID} ids that are always there",
        )
    if int(pieces.offsets[-1] - pieces.offsets[0]) + len(pieces) + 1 > _POSITIONS:
        raise InputError("tokenizer", "the sample has more than 2^31 bytes of distinct pieces", "Lower sample_share")
    table = np.zeros(256, np.int32)
    table[list(alphabet.ORDER)] = np.arange(FIRST_BYTE_ID, FIRST_MERGE_ID)
    pairs, sums, merged = learn_pairs(
        pieces.data, pieces.offsets, counts.astype(np.int64), table, FIRST_MERGE_ID, vocabulary_size, max(1, min_count)
    )
    return Merges(pairs[:merged], sums[:merged])
