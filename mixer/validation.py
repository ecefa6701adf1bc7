"""Which kept documents are set apart for validation: drawn from their id, the seed and their kind's share alone.

Only kept documents are drawn, and no two of them are verified near-duplicates, so no near twin of a validation
document is trained on.  A larger share under one seed never gives a document back to training.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from mixer.config import MixConfig
from mixer.copies import Words, draw
from mixer.recipe import decimal

PURPOSE = "mix.validation"
VERSION = 1

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def share(config: MixConfig, kind: str) -> Fraction:
    """The share of a kind's kept documents that is set apart; 0 for a kind that a fixed recipe leaves out."""
    asked = config.kinds.get(kind)
    if config.mode == "fixed" and not (asked and (asked.weight or asked.tokens)):
        return Fraction(0)
    if asked is not None and asked.validation is not None:
        return decimal(asked.validation, f"mix.kinds.{kind}.validation")
    return decimal(config.validation, "mix.validation")


def drawn(high: Words, low: Words, part: Fraction, seed: int) -> Mask:
    """[draw < share * 2^64] for ids of one kind."""
    bound = min(math.ceil(part * 2**64), 2**64 - 1)
    result: Mask = draw(high, low, seed, PURPOSE) < np.uint64(bound)
    return result


def set_apart(high: Words, low: Words, kinds: pa.Array, config: MixConfig, seed: int) -> Mask:
    """Which documents are set apart, each by its kind's share."""
    result = np.zeros(len(kinds), np.bool_)
    encoded = kinds.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    for code, kind in enumerate(encoded.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        if part := share(config, kind):
            result[rows] = drawn(high[rows], low[rows], part, seed)
    return result


def part_count(config: MixConfig, size: int) -> int:
    """Number of validation parts for ``size`` bytes of text, none for none; ``parts`` is the mixture's."""
    return -(-size // config.part_bytes)
