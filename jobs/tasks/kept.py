"""Which rows of a documents file select kept, by id: the join that tokenizer and mix share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import table
from corpus.errors import GateError
from corpus.ledger import KEPT

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def kept_rows(documents: str, decisions: Sequence[str]) -> Mask:
    """True for every row of the Parquet file ``documents`` whose fate is kept: bool of n rows.

    ``decisions`` are the URIs of all decision parts; they are read one at a time (id and fate, about
    20 bytes a document), so memory is one part and the ids of this file.
    Raises GateError when a document has no decision: nothing is kept by omission.
    """
    ids = table.read_table(documents, ["id"]).column("id").combine_chunks()
    kept = np.zeros(len(ids), bool)
    decided = 0
    for uri in decisions:
        part = table.read_table(uri, ["id", "fate"])
        decided += int(pc.sum(pc.is_in(ids, value_set=part.column("id"))).as_py() or 0)
        keeping = part.filter(pc.equal(part.column("fate"), KEPT)).column("id")
        kept |= pc.is_in(ids, value_set=keeping).to_numpy(zero_copy_only=False)
    if decided != len(ids):
        raise GateError(documents, f"{len(ids) - decided} of {len(ids)} documents have no decision", "Run select again")
    return kept


def kept_batches(
    documents: str, decisions: Sequence[str], columns: Sequence[str], size: int = table.BATCH_BYTES
) -> Iterator[pa.RecordBatch]:
    """The kept documents of one file in file order, ``columns`` only, in batches of about ``size`` bytes."""
    yield from masked_batches(documents, kept_rows(documents, decisions), columns, size)


def masked_batches(
    documents: str, mask: Mask, columns: Sequence[str], size: int = table.BATCH_BYTES
) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file where ``mask`` (bool, one per row) is true, in file order."""
    row = 0
    for batch in table.read_batches(documents, columns, size=size):
        chosen = mask[row : row + batch.num_rows]
        row += batch.num_rows
        if chosen.all():
            yield batch
        elif chosen.any():
            yield batch.filter(pa.array(chosen))
