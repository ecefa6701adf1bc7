"""Megatron's indexed dataset: NAME.bin holds the token ids, NAME.idx says where each document lies.

The layout, little-endian, is that of megatron-core's ``megatron/core/datasets/indexed_dataset.py``:

    magic ``MMIDIDX\\0\\0`` · version uint64 = 1 · dtype code uint8 (4 int32, 8 uint16)
    sequences uint64 · document boundaries uint64 = sequences + 1
    sequence lengths int32[] · byte offsets int64[] · document boundaries int64[]

One document is one sequence.  Only the lengths, four bytes a document, stay in memory.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from types import TracebackType
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.errors import GateError
from corpus.manifest import Part
from serializer.formats.output import HashedFile, TokenBatch

MAGIC = b"MMIDIDX\x00\x00"
VERSION = 1
DTYPES: dict[int, np.dtype[Any]] = {4: np.dtype("<i4"), 8: np.dtype("<u2")}
HEADER = struct.Struct("<9sQBQQ")


def dtype_code(vocabulary_size: int) -> int:
    """8 (uint16) where every id of the vocabulary fits 16 bits, else 4 (int32)."""
    return 8 if vocabulary_size <= 1 << 16 else 4


class MegatronWriter:
    """Writes NAME.bin as batches come, and NAME.idx after it."""

    needs_ids: ClassVar[bool] = True

    def __init__(self, folder: str, name: str, vocabulary_size: int) -> None:
        self.folder, self.name = folder, name
        self.code = dtype_code(vocabulary_size)
        self.lengths = array("i")
        self.parts: list[Part] = []

    def __enter__(self) -> MegatronWriter:
        self._bin = HashedFile(self.folder, self.name + ".bin").__enter__()
        return self

    def write(self, batch: pa.RecordBatch, tokens: TokenBatch | None) -> None:
        if tokens is None or len(tokens.lengths) != batch.num_rows:
            raise ValueError(f"{self.name}: {batch.num_rows} documents came without their tokens")
        self._bin.write(tokens.ids.astype(DTYPES[self.code]))
        self.lengths.frombytes(tokens.lengths.astype(np.intc).tobytes())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bin.__exit__(kind, error, trace)
        if kind is not None:
            return
        lengths = np.frombuffer(self.lengths, np.intc).astype("<i4") if self.lengths else np.zeros(0, "<i4")
        ends = np.cumsum(lengths, dtype="<i8")
        starts = (ends - lengths) * DTYPES[self.code].itemsize
        with HashedFile(self.folder, self.name + ".idx") as index:
            index.write(HEADER.pack(MAGIC, VERSION, self.code, len(lengths), len(lengths) + 1))
            index.write(lengths)
            index.write(starts.astype("<i8"))
            index.write(np.arange(len(lengths) + 1, dtype="<i8"))
        self.parts = [self._bin.part(len(lengths)), index.part(len(lengths))]

    def done(self) -> list[Part]:
        if not self.parts:
            raise RuntimeError(f"{self.name} was not written")
        return self.parts


class MegatronReader:
    """One shard as a sequence of documents: ``len(shard)``, ``shard[i]`` -> token ids (read-only array).

    ``folder`` may be any URI; only the index is held in memory.  Raises GateError when the index does
    not describe the data file.
    """

    def __init__(self, folder: str, name: str) -> None:
        self.bin_uri = storage.join(folder, name + ".bin")
        index_uri = storage.join(folder, name + ".idx")
        data = storage.read_bytes(index_uri)
        if len(data) < HEADER.size:
            raise GateError(index_uri, f"an index of {len(data)} bytes is cut short")
        magic, version, code, sequences, boundaries = HEADER.unpack_from(data)
        if magic != MAGIC or version != VERSION or code not in DTYPES:
            raise GateError(index_uri, "not an index of version 1 with int32 or uint16 ids")
        if len(data) != HEADER.size + 12 * sequences + 8 * boundaries:
            raise GateError(index_uri, f"{len(data)} bytes cannot hold {sequences} sequences")
        self.dtype = DTYPES[code]
        self.lengths = np.frombuffer(data, "<i4", sequences, HEADER.size)
        self.starts = np.frombuffer(data, "<i8", sequences, HEADER.size + 4 * sequences)
        self.boundaries = np.frombuffer(data, "<i8", boundaries, HEADER.size + 12 * sequences)
        ends = np.cumsum(self.lengths, dtype=np.int64)
        self.tokens = int(ends[-1]) if sequences else 0
        if not np.array_equal(self.starts, (ends - self.lengths) * self.dtype.itemsize):
            raise GateError(index_uri, "the offsets are not the running sum of the lengths")
        if not np.array_equal(self.boundaries, np.arange(sequences + 1)):
            raise GateError(index_uri, "the documents are not one sequence each")
        if storage.size(self.bin_uri) != self.tokens * self.dtype.itemsize:
            raise GateError(self.bin_uri, f"the file does not hold the index's {self.tokens} tokens")

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> np.ndarray[Any, Any]:
        if not -len(self) <= index < len(self):
            raise IndexError(f"{self.bin_uri} has {len(self)} documents, not {index}")
        with storage.open_input(self.bin_uri) as stream:
            stream.seek(int(self.starts[index]))
            return np.frombuffer(stream.read(int(self.lengths[index]) * self.dtype.itemsize), self.dtype)

    def __iter__(self) -> Iterator[np.ndarray[Any, Any]]:
        """All documents in order, in one pass over the file."""
        with storage.open_input(self.bin_uri) as stream:
            for length in self.lengths:
                yield np.frombuffer(stream.read(int(length) * self.dtype.itemsize), self.dtype)
