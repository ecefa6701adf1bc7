"""Exact token counts of the kept documents of one file: what mix plans by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.document import text_buffers
from corpus.table import PartWriter
from jobs.memory import release
from jobs.tasks.kept import kept_batches
from serializer.bpe import Encoder
from serializer.tokenizer import morphemes

LENGTHS = pa.schema(
    [
        ("id", pa.binary()),
        ("tokens", pa.int32()),  # one end-of-document token included
        ("bytes", pa.int64()),  # UTF-8 bytes of the text
    ],
    metadata={"malmoi.schema": "lengths 1"},
)


BATCH_BYTES = 4_000_000  # text at once: ids and pieces of it take several times as much


@dataclass(frozen=True)
class LengthsTask:
    """``documents`` and ``decisions`` are names below ``run``; ``tokenizer`` is tokenizer.json's URI.

    ``decisions`` lists every decision part, since ids are spread over all of them.
    """

    run: str
    documents: str
    decisions: tuple[str, ...]
    tokenizer: str


def lengths_part(task: LengthsTask) -> dict[str, Any]:
    """Write lengths/<stem>.parquet, rows in document order; answers Part.row() with the measures
    ``documents``, ``tokens`` and ``bytes``."""
    morphemes.release()  # a worker may come from earlier stages, and no later one parses or scores
    release("filters")
    stem = storage.name(task.documents)
    encoder = loaded(task.tokenizer)
    decisions = [storage.join(task.run, name) for name in task.decisions]
    with PartWriter(task.run, storage.join("lengths", stem), LENGTHS) as writer:
        for batch in kept_batches(storage.join(task.run, task.documents), decisions, ["id", "text"], BATCH_BYTES):
            text = text_buffers(batch.column("text"))
            tokens = encoder.count_tokens(text) + 1
            size = np.diff(text.offsets)
            writer.write(
                pa.RecordBatch.from_arrays(
                    [batch.column("id"), pa.array(tokens.astype(np.int32)), pa.array(size)], schema=LENGTHS
                )
            )
            writer.count("documents", batch.num_rows)
            writer.count("tokens", int(tokens.sum()))
            writer.count("bytes", int(size.sum()))
    return writer.done().row()


def loaded(uri: str) -> Encoder:
    """The encoder of a tokenizer.json, one per worker process: its memo of pieces stays warm."""
    return _loaded(uri, storage.stamp(uri))


@lru_cache(maxsize=1)
def _loaded(uri: str, stamp: str) -> Encoder:
    return Encoder(uri)
