"""Composition: what rules read of a text whose syllables are spelled in conjoining jamo.

Rules count syllables, look words up and ask models, all of which know a syllable as one character.  A block of
conjoining jamo is such a syllable: decomposed Hangul (NFD) composes by NFC, and a block with letters that are no
longer written, which has no character of its own, is read as the syllable that it became (``hangul.modern``).  Jamo
without their initial or vowel stay loose.  The document itself is not changed, and no rule sees the difference:
without this each would need its own idea of a syllable.  Text that ingest wrote holds none of the first kind.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.document import DocumentBatch, TextBuffers, text_buffers
from corpus.hangul import modern
from filters import composition_kernel as kernel
from filters.rule import Array

VERSION = 1

READ = ("title", "text")  # columns that rules read as language


def composed(batch: DocumentBatch) -> DocumentBatch:
    """The batch as rules read it: itself where no text needs composing."""
    arrow = batch.arrow
    for name in READ:
        place = arrow.schema.get_field_index(name)
        if place < 0 or not pa.types.is_string(arrow.schema.types[place]) | pa.types.is_large_string(
            arrow.schema.types[place]
        ):
            continue
        column = arrow.column(place)
        mask = found(batch.text if name == "text" else text_buffers(column))
        if not mask.any():
            continue
        rows = pa.array(mask)
        texts = pa.array([modern(text) for text in column.filter(rows).to_pylist()], column.type)
        arrow = arrow.set_column(place, arrow.schema.field(place), pc.replace_with_mask(column, rows, texts))
    return batch if arrow is batch.arrow else DocumentBatch(arrow)


def found(text: TextBuffers) -> Array:
    """bool per text: does a block of conjoining jamo stand in it, or a syllable with an old final or tone mark?"""
    result = np.zeros(len(text), np.bool_)
    kernel.find(text.points.points, text.points.offsets, result)
    return result
