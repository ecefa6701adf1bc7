"""Evidence: what the rules of this folder read, found once per batch in one pass over text and one over titles.

Offers are points: in the best window of 400 characters, the smaller of what is offered and what asks the reader to act,
less what reports or forbids.  So a page about gambling offers nothing, however often it names it, and neither does a
notice that only asks for a call.  tests/oracles/evidence.py is the definition in plain Python.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.document import DocumentBatch, TextBuffers, text_buffers
from filters.rule import Array, quantised
from filters.spam import evidence_kernel as kernel
from filters.spam import lexicon

VERSION = 1
SHORT = 200
MEASURES = (
    *lexicon.OFFERS,
    "characters", "asks", "notices", "notice_first", "notice_last", "translated", "assistant", "leftover",
    "pairs", "regions", "urls", "url_characters", "hosts", "phones", "prices", "percents", "hashtags", "tail", "hidden",
    "glosses",
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """``values``: int32, documents x len(MEASURES)."""

    values: Array

    @classmethod
    def of(cls, batch: DocumentBatch, column: str = "text") -> Evidence:
        """The evidence in a batch's texts or titles, found on the first call."""
        key = f"evidence of {column}"
        found = batch.memo.get(key)
        if not isinstance(found, cls):
            buffers = batch.text if column == "text" else text_buffers(batch.column(column))
            found = batch.memo[key] = cls.measure(buffers)
        return found

    @classmethod
    def measure(cls, text: TextBuffers, trie: lexicon.Trie | None = None) -> Evidence:
        values = np.zeros((len(text), kernel.WIDTH), np.int32)
        kernel.measure(text.points.points, text.points.offsets, *(trie or lexicon.trie()), values)
        return cls(values)

    def __getitem__(self, measure: str) -> Array:
        column: Array = self.values[:, MEASURES.index(measure)]
        return column

    def per_1000(self, *measures: str) -> Array:
        """Their sum per 1,000 characters, as quantised float32; a text of less than SHORT counts as that long, since
        among few words anything is frequent."""
        total = np.sum([self[measure] for measure in measures], axis=0)
        return quantised(total * 1000.0 / np.maximum(self["characters"], SHORT))
