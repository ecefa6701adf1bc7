"""Prose: what a page says in sentences, by script, and a sample of it for a model of languages.

A page of Korean holds code, names, paths and English terms.  Of reference pages with 6 to 15 % Hangul among their
letters lid.176 calls a fifth English, given 600 characters of the page as it stands.  So lines are grouped by the
script they are written in, a Latin line counts only if it is made of words, and every group is sampled alone.
A line with a fifth of Hangul is Korean whatever else it holds, as notes on a language are; but runs of Japanese and of
simplified Chinese in such lines weigh for themselves where both occur, or where they have twice the bytes of the
Hangul (OUTWEIGHED).  Of 45,535 real documents 37 have Japanese runs there, a fifth of the letters at most, 3 Chinese
ones, and none both; notes on Japanese written for the tests have half.
Weights are bytes of UTF-8: a syllable has three, and stands for two or three Latin letters of the same sentence in
English.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from corpus.document import DocumentBatch, TextBuffers
from corpus.hangul import simplified_han
from filters.language import prose_kernel as kernel
from filters.quality.statistics import character_table
from filters.rule import Array

LETTERS = 100  # of fewer syllables of Hangul no sample is taken: the script tells the language better than a model


@dataclass(frozen=True)
class Prose:
    """``weights``: int64, documents x WEIGHTS.  Sample k is row k of ``samples``, of ``document[k]`` and
    ``group[k]``; short Hangul has none, and a line of links or names alone may have none."""

    weights: Array
    samples: TextBuffers
    document: Array
    group: Array

    @classmethod
    def of(cls, batch: DocumentBatch) -> Prose:
        """The prose of a batch's texts, read on the first call."""
        found = batch.memo.get("prose")
        if not isinstance(found, cls):
            found = batch.memo["prose"] = cls.read(batch.text)
        return found

    @classmethod
    def read(cls, text: TextBuffers, least: int = LETTERS) -> Prose:
        """``least``: syllables from which on Hangul is sampled."""
        rows = len(text)
        weights = np.zeros((rows, kernel.WEIGHTS), np.int64)
        ends = np.zeros(rows * kernel.GROUPS + 1, np.int64)
        owners = np.zeros_like(ends)
        out = np.empty(rows * (4 * kernel.SAMPLE + kernel.GROUPS), np.uint8)
        read = text.points
        found = kernel.sample(
            text.data, text.offsets, read.points, read.offsets, character_table(), sorts(), simplified(), least,
            weights, out, ends, owners,
        )  # fmt: skip
        document, group = np.divmod(owners[:found], kernel.GROUPS)
        return cls(weights, TextBuffers(out, ends[: found + 1]), document, group)


@cache
def sorts() -> Array:
    """uint16: of every code point its class, what it is to a Latin word, and its bytes."""
    found = np.zeros(len(character_table()), np.uint16)
    kernel.fill_sorts(character_table(), found)
    return found


@cache
def simplified() -> Array:
    """bool of the basic plane: what only simplified Chinese writes."""
    found = np.zeros(0x10000, np.bool_)
    found[[ord(one) for one in simplified_han()]] = True
    return found
