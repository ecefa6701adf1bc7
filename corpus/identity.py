"""Identity: document ids, digests of text and rows, and keyed hashes that stand in for randomness.

All are pure functions of content with golden values in tests/corpus/test_identity.py; changing one
changes every id or every order downstream, so none may change without a new schema version.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.row_digest import MODULUS, rows_digest

__all__ = [
    "ID_BYTES",
    "MODULUS",
    "bytes_digest",
    "digest_sum",
    "document_id",
    "fixed_bytes",
    "hexadecimal",
    "id_column",
    "id_strings",
    "keyed_hash",
    "rows_digest",
    "text_digest",
]

ID_BYTES = 16


def document_id(source: str, key: str) -> bytes:
    """16 bytes: BLAKE2b-128 of source and the source's own key, stable across versions."""
    digest = hashlib.blake2b(digest_size=ID_BYTES, person=b"malmoi.id")
    digest.update(source.encode("utf-8") + b"\x00" + key.encode("utf-8"))
    return digest.digest()


def text_digest(text: str) -> bytes:
    """16 bytes: BLAKE2b-128 of the UTF-8 text."""
    return utf8_digest(text.encode("utf-8"))


def utf8_digest(data: bytes) -> bytes:
    """``text_digest`` of a text that is UTF-8 already."""
    return hashlib.blake2b(data, digest_size=16, person=b"malmoi.text").digest()


def bytes_digest(data: bytes) -> bytes:
    """16 bytes: BLAKE2b-128 of raw record bytes, kept in a document's origin and in the quarantine."""
    return hashlib.blake2b(data, digest_size=16, person=b"malmoi.record").digest()


def keyed_hash(seed: int, purpose: str, data: bytes) -> int:
    """A 64-bit integer below 2^64 drawn from content: malmoi's only randomness.

    ``purpose`` keeps the draws of different stages independent of each other.
    """
    key = hashlib.blake2b(purpose.encode(), digest_size=16, key=seed.to_bytes(8, "big")).digest()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=key).digest(), "big")


def digest_sum(digests: pa.Array | pa.ChunkedArray) -> int:
    """Sum mod 2^128 of 16-byte big-endian values: an order-free digest of a multiset of ids.

    A sum, not XOR: under XOR a pair of equal ids cancels.  Raises ValueError on a value that is
    null or not 16 bytes long.
    """
    if isinstance(digests, pa.ChunkedArray):
        return sum(digest_sum(chunk) for chunk in digests.chunks) % MODULUS
    if len(digests) == 0:
        return 0
    raw = fixed_bytes(digests, ID_BYTES).view(">u4").reshape(-1, 4).astype(np.uint64)
    columns = raw.sum(axis=0, dtype=np.uint64)  # exact up to 2^32 rows a batch
    total = 0
    for lane in columns:
        total = (total << 32) + int(lane)
    return total % MODULUS


def fixed_bytes(values: pa.Array, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A binary column whose values all have ``width`` bytes, as one uint8 array of n * width."""
    if values.null_count:
        raise ValueError(f"a {width}-byte column holds nulls")
    if pa.types.is_fixed_size_binary(values.type):
        if values.type.byte_width != width:
            raise ValueError(f"expected {width} bytes, the column has {values.type.byte_width}")
        buffer = values.buffers()[1]
        start = values.offset * width
    else:
        values = values.cast(pa.large_binary())
        offsets = np.frombuffer(values.buffers()[1], np.int64)[values.offset : values.offset + len(values) + 1]
        if len(values) and not bool((np.diff(offsets) == width).all()):
            raise ValueError(f"a value of the column is not {width} bytes long")
        buffer = values.buffers()[2]
        start = int(offsets[0])
    return np.frombuffer(buffer, np.uint8, len(values) * width, start)


def id_strings(column: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bytes_]]:
    """Ids as numpy byte strings of 16, to sort and compare; numpy pads with zero bytes, so both are of bytes.

    A zero byte at an id's end is lost by numpy's ``item`` and ``tolist``: go back by ``id_column``.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    width = f"S{ID_BYTES}"
    return fixed_bytes(column, ID_BYTES).view(width) if len(column) else np.empty(0, width)


def id_column(ids: np.ndarray[Any, np.dtype[np.bytes_]]) -> pa.Array:
    """The ids of ``id_strings`` as an Arrow column, every byte kept."""
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(ID_BYTES), len(ids), [None, pa.py_buffer(ids.tobytes())])


def hexadecimal(value: int) -> str:
    """A 128-bit sum as 32 hexadecimal digits, the form in manifests."""
    return f"{value % MODULUS:032x}"
