"""Parquet shards: the text and its token ids side by side, for readers that load columns."""

from __future__ import annotations

from types import TracebackType
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.manifest import Part
from corpus.table import PartWriter
from serializer.formats.output import TokenBatch

SCHEMA = pa.schema(
    [
        ("id", pa.binary()),  # 16 bytes, corpus.identity.document_id
        ("copy", pa.int32()),  # 0 for the first time that a document appears in the mixture
        ("kind", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("title", pa.string()),
        ("license", pa.string()),
        ("text", pa.string()),
        ("input_ids", pa.list_(pa.int32())),  # ends with the end-of-document id
    ],
    metadata={"malmoi.schema": "shard 1"},
)


class ParquetWriter:
    """Writes NAME.parquet, zstd level 3."""

    needs_ids: ClassVar[bool] = True

    def __init__(self, folder: str, name: str, vocabulary_size: int) -> None:
        # The content digest leaves the ids out: they are a function of text and tokenizer.
        self.writer = PartWriter(folder, name + ".parquet", SCHEMA, without=("input_ids",), level=3)

    def __enter__(self) -> ParquetWriter:
        self.writer.__enter__()
        return self

    def write(self, batch: pa.RecordBatch, tokens: TokenBatch | None) -> None:
        if tokens is None or len(tokens.lengths) != batch.num_rows:
            raise ValueError(f"{self.writer.name}: {batch.num_rows} documents came without their tokens")
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(tokens.lengths, dtype=np.int64)])
        ids = pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(tokens.ids))
        columns = [batch.column(name) for name in SCHEMA.names[:-1]]
        self.writer.write(pa.RecordBatch.from_arrays([*columns, ids], schema=SCHEMA))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.__exit__(kind, error, trace)

    def done(self) -> list[Part]:
        return [self.writer.done()]
