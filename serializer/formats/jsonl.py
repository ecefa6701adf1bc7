"""JSON lines: one document a line, UTF-8 as it is (Hangul is not escaped), for readers of text."""

from __future__ import annotations

import json
from types import TracebackType
from typing import ClassVar

import pyarrow as pa

from corpus.manifest import Part
from serializer.formats.output import HashedFile, TokenBatch

FIELDS = ("id", "copy", "kind", "source", "url", "title", "license", "text", "tokens")


class JsonlWriter:
    """Writes NAME.jsonl.  ``id`` is 32 hexadecimal digits; ``tokens`` counts what mix counted."""

    needs_ids: ClassVar[bool] = False

    def __init__(self, folder: str, name: str, vocabulary_size: int) -> None:
        self.file = HashedFile(folder, name + ".jsonl")
        self.rows = 0
        self.parts: list[Part] = []

    def __enter__(self) -> JsonlWriter:
        self.file.__enter__()
        return self

    def write(self, batch: pa.RecordBatch, tokens: TokenBatch | None) -> None:
        lines = []
        for row in batch.select(list(FIELDS)).to_pylist():
            row["id"] = row["id"].hex()
            lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        self.rows += len(lines)
        self.file.write("".join(line + "\n" for line in lines).encode("utf-8"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.__exit__(kind, error, trace)
        if kind is None:
            self.parts = [self.file.part(self.rows)]

    def done(self) -> list[Part]:
        if not self.parts:
            raise RuntimeError(f"{self.file.name} was not written")
        return self.parts
