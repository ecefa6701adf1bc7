"""Training pieces and their counts: the stated split, cut further where morphemes end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.document import TextBuffers
from serializer.tokenizer.marks import OWN
from serializer.tokenizer.morphemes import morpheme_ends
from serializer.tokenizer.pretokenizer import hangul_ends, piece_ends

Ends = np.ndarray[Any, np.dtype[np.int64]]

NO_ENDS: Ends = np.zeros(0, np.int64)

COUNTS = pa.schema([("piece", pa.binary()), ("count", pa.int64())])

_MARKS = pa.array([mark.encode() for mark in OWN], pa.binary())


def borders(text: TextBuffers) -> Ends:
    """Morpheme ends inside Hangul pieces of all texts, ascending offsets into ``text.data`` (int64).

    Other classes are left to byte pairs, as the paper's analyzer skips most that is not Korean.
    """
    found = [
        start + morpheme_ends(bytes(text.data[start:stop]).decode()) for start, stop in pairwise(text.offsets.tolist())
    ]
    return hangul_ends(text, np.concatenate([NO_ENDS, *found]))


def training_ends(text: TextBuffers, within: Ends) -> Ends:
    """Ends of all training pieces in order: those of the split, and the borders ``within`` its pieces."""
    ends = piece_ends(text)[0]
    return np.sort(np.concatenate([ends, within]), kind="stable") if len(within) else ends


def count_pieces(text: TextBuffers, ends: Ends) -> pa.Table:
    """(piece, count) of one batch below 2^31 bytes, in order of first occurrence, without the marks: they
    are tokens already, and no merge may make their parts.

    Raises ValueError when the pieces do not cover the batch.
    """
    start, stop = int(text.offsets[0]), int(text.offsets[-1])
    if start == stop:
        return COUNTS.empty_table()
    if not len(ends) or ends[-1] != stop:
        raise ValueError("the pieces do not cover the texts")
    offsets = np.concatenate([[start], ends]).astype(np.int32)
    pieces = pa.Array.from_buffers(
        pa.binary(), len(ends), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.data)]
    )
    counted = pieces.value_counts()
    found = pa.Table.from_arrays([counted.field("values"), counted.field("counts").cast(pa.int64())], schema=COUNTS)
    return found.filter(pc.invert(pc.is_in(found.column("piece"), _MARKS)))


def summed(tables: list[pa.Table]) -> pa.Table:
    """One (piece, count) table in byte order of pieces, equal pieces added up in 64 bits."""
    table = pa.concat_tables(tables) if tables else COUNTS.empty_table()
    added = table.group_by("piece").aggregate([("count", "sum")])
    return added.rename_columns({"count_sum": "count"}).select(COUNTS.names).cast(COUNTS).sort_by("piece")
