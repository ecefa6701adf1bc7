"""Provenance: one row for every document of a shard, so that any token leads to a URL and a permission."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.errors import InputError
from corpus.table import PartWriter, read_batches

FOLDER = "provenance"

PROVENANCE = pa.schema(
    [
        ("shard", pa.string()),  # the shard's name, without suffix
        ("document", pa.int64()),  # its place in the shard, from 0
        ("first_token", pa.int64()),  # its place in the shard, from 0
        ("tokens", pa.int32()),  # the end-of-document token included
        ("id", pa.binary()),
        ("copy", pa.int32()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("license", pa.string()),
        ("rights_basis", pa.string()),
        ("rights_evidence", pa.string()),
    ],
    metadata={"malmoi.schema": "provenance 1"},
)


class ProvenanceWriter:
    """Writes ``provenance/NAME.parquet`` below ``folder`` while the shard NAME is written."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        self.documents = self.tokens = 0
        self.part = PartWriter(folder, f"{FOLDER}/{name}.parquet", PROVENANCE, level=3)

    def write(self, batch: pa.RecordBatch, lengths: np.ndarray[Any, np.dtype[np.int32]]) -> None:
        """The next documents: a batch of the mixed part, and the number of tokens of each."""
        rows = batch.num_rows
        ends = np.cumsum(lengths, dtype=np.int64)
        arrays = [
            pa.array([self.name]).take(pa.array(np.zeros(rows, np.int32))),
            pa.array(np.arange(self.documents, self.documents + rows)),
            pa.array(self.tokens + ends - lengths),
            pa.array(lengths, pa.int32()),
            *(batch.column(field.name).cast(field.type) for field in list(PROVENANCE)[4:]),
        ]
        self.part.write(pa.RecordBatch.from_arrays(arrays, schema=PROVENANCE))
        self.documents += rows
        self.tokens += int(ends[-1]) if rows else 0


def trace(folder: str, shard: str, token: int) -> dict[str, Any]:
    """The provenance row of the document that token number ``token`` of a shard belongs to.

    Raises InputError when the shard has no such token.
    """
    uri = storage.join(folder, FOLDER, f"{shard}.parquet")
    for batch in read_batches(uri) if token >= 0 else ():
        starts = batch.column("first_token").to_numpy()
        if token < int(starts[-1]) + batch.column("tokens")[-1].as_py():
            row: dict[str, Any] = batch.slice(int(np.searchsorted(starts, token, "right")) - 1, 1).to_pylist()[0]
            return row
    raise InputError(uri, f"the shard has no token {token}")
