"""One documents file to its signatures file: what deduplication reads instead of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import DocumentBatch
from corpus.identity import digest_sum
from corpus.ledger import KEPT, Census, Entry
from corpus.table import PartWriter, read_batches
from filters.dedup.config import DedupConfig
from filters.dedup.signature import COLUMNS, SIGNATURE, signatures


@dataclass(frozen=True)
class SignatureTask:
    """``documents`` is the name of a documents file below ``run``."""

    run: str
    documents: str
    config: DedupConfig


def signature_part(task: SignatureTask) -> dict[str, Any]:
    """Write signatures/<same stem>, rows in document order; answers {part: Part.row(), census: rows}."""
    census = Census()
    name = storage.join("signatures", storage.name(task.documents))
    with PartWriter(task.run, name, SIGNATURE) as writer:
        for arrow in read_batches(storage.join(task.run, task.documents), COLUMNS):
            batch = DocumentBatch(arrow)
            signed = signatures(batch, task.config)
            count(census, signed, np.diff(batch.text.offsets))
            writer.write(signed)
    return {"part": writer.done().row(), "census": census.rows()}


def count(census: Census, batch: pa.RecordBatch, size: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Add the documents of a batch (id, source, kind) with their UTF-8 bytes, as kept."""
    joined = pc.binary_join_element_wise(batch.column("source"), batch.column("kind"), "\x1f").dictionary_encode()
    indices = joined.indices.to_numpy()
    for index, value in enumerate(joined.dictionary.to_pylist()):
        chosen = indices == index
        source, kind = value.split("\x1f")
        ids = digest_sum(batch.column("id").filter(pa.array(chosen)))
        census.add(Entry(source, kind, KEPT, ""), int(chosen.sum()), int(size[chosen].sum()), ids)
