"""What every shard format shares: token batches, files hashed as they are written, the interface."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.manifest import Part

Ids = np.ndarray[Any, np.dtype[Any]]  # any integer type that holds the vocabulary
Lengths = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class TokenBatch:
    """Token ids of a batch of documents, one after the other.

    ``ids`` int32 of all documents, each ending with the end-of-document id; ``lengths`` int32 of one
    document each, that id included.
    """

    ids: Ids
    lengths: Lengths

    @classmethod
    def of(cls, ids: Ids, starts: np.ndarray[Any, np.dtype[np.int64]], end_of_document: int) -> TokenBatch:
        """From ids without ends, document i being ``ids[starts[i]:starts[i + 1]]``."""
        ended = np.insert(ids.astype(np.int32, copy=False), starts[1:], end_of_document)
        return cls(ended, (np.diff(starts) + 1).astype(np.int32))


class ShardWriter(Protocol):
    """Writes one shard into ``folder`` under ``name`` (no suffix); its files appear when it ends well.

    ``needs_ids`` False: ``write`` is given no tokens, and nobody has to encode.
    """

    needs_ids: ClassVar[bool]

    def __init__(self, folder: str, name: str, vocabulary_size: int) -> None: ...

    def __enter__(self) -> ShardWriter: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, batch: pa.RecordBatch, tokens: TokenBatch | None) -> None:
        """Append the documents of a batch of a mixed part."""
        ...

    def done(self) -> list[Part]:
        """The published files, named relative to ``folder``, the one that holds the documents first."""
        ...


class HashedFile:
    """A file that appears under its name when the context ends well, counted and hashed on the way."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        self.length = 0
        self.sha256 = hashlib.sha256()
        self._creating = storage.create(storage.join(folder, name))

    def __enter__(self) -> HashedFile:
        self._stream = self._creating.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._creating.__exit__(kind, error, trace)

    def write(self, data: bytes | np.ndarray[Any, Any]) -> None:
        raw = data if isinstance(data, bytes) else data.tobytes()
        self.sha256.update(raw)
        self.length += len(raw)
        self._stream.write(raw)

    def part(self, rows: int, measures: Mapping[str, int] | None = None) -> Part:
        return Part(self.name, rows, self.length, self.sha256.hexdigest(), measures=dict(measures or {}))
