"""A linear model as a file: one header in JSON, one int8 table; nothing in it can run.

    8 bytes   b"malmoi\\0L"
    4         version, uint32
    4         bytes of the header, uint32
    8         bytes of the packed table, uint64
    32        SHA-256 of the header and the unpacked table: ``digest``
    ...       the header: spec, heads, facts; JSON with sorted keys, UTF-8
    ...       the table, buckets x heads of int8 in C order, one zstd frame

Integers are little-endian.  The digest is of what the model says, not of how it is packed, so that it outlives a
new version of zstd.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict
from typing import Any

import numpy as np
import zstandard

from corpus.errors import ConfigError
from filters.linear.features import FeatureSpec
from filters.linear.model import Calibration, Head, LinearModel

MAGIC = b"malmoi\x00L"
VERSION = 1
PREFIX = struct.Struct("<8sIIQ32s")
MOST_HEADER = 64 * 1024  # bytes
MOST_TABLE = 64 * 1024 * 1024  # bytes, packed or not
MOST_HEADS = 16
MOST_CALIBRATION = 1000  # points of one head
LEVEL = 19  # of zstd: shipped tables lie in git, and are packed once


def to_bytes(model: LinearModel) -> bytes:
    """The file.  Equal models give equal bytes under one version of zstd."""
    table = np.ascontiguousarray(model.table, np.int8)
    if table.shape != (model.spec.buckets, len(model.heads)):
        raise ValueError(f"a table of {table.shape} for {model.spec.buckets} buckets and {len(model.heads)} heads")
    tree = {"facts": dict(model.facts), "heads": [_written(head) for head in model.heads], "spec": model.spec.to_json()}
    header = json.dumps(tree, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    raw = table.tobytes()
    packed = zstandard.ZstdCompressor(LEVEL, write_checksum=False).compress(raw)
    digest = hashlib.sha256(header + raw).digest()
    return PREFIX.pack(MAGIC, VERSION, len(header), len(packed), digest) + header + packed


def from_bytes(data: bytes, where: str) -> LinearModel:
    """Raises ConfigError, with ``where`` as its place, on anything but a whole and unaltered model."""
    try:
        return _parsed(data)
    except (ValueError, TypeError, KeyError, RecursionError, struct.error, zstandard.ZstdError) as error:
        reason = str(error) if isinstance(error, ValueError) else f"not as a model is written ({type(error).__name__})"
        raise ConfigError(where, f"no linear model: {reason}", "Make it by `malmoi train`") from error


def digest(data: bytes) -> str:
    """Of what the model says, as 64 hexadecimal digits."""
    return str(PREFIX.unpack_from(data)[4].hex())


def _parsed(data: bytes) -> LinearModel:
    if len(data) < PREFIX.size or len(data) > PREFIX.size + MOST_HEADER + MOST_TABLE:
        raise ValueError("size out of range")
    magic, version, header_bytes, packed_bytes, expected = PREFIX.unpack_from(data)
    if magic != MAGIC or version != VERSION:
        raise ValueError("another magic number or version")
    if header_bytes > MOST_HEADER or PREFIX.size + header_bytes + packed_bytes != len(data):
        raise ValueError("sizes do not add up")
    header = data[PREFIX.size : PREFIX.size + header_bytes]
    tree = json.loads(header.decode("utf-8"), parse_constant=_refused)
    spec = FeatureSpec.from_json(tree["spec"])
    if not 1 <= len(tree["heads"]) <= MOST_HEADS or spec.buckets * len(tree["heads"]) > MOST_TABLE:
        raise ValueError("too many heads or buckets")
    heads = tuple(_head(item) for item in tree["heads"])
    size = spec.buckets * len(heads)
    packed = data[PREFIX.size + header_bytes :]
    if zstandard.frame_content_size(packed) != size:
        raise ValueError("the table has another size than the header says")
    raw = zstandard.ZstdDecompressor(max_window_size=MOST_TABLE).decompress(packed, max_output_size=size)
    if len(raw) != size or hashlib.sha256(header + raw).digest() != expected:
        raise ValueError("the digest is another: the file is damaged")
    table = np.frombuffer(raw, np.int8).reshape(spec.buckets, len(heads))
    return LinearModel(spec, heads, table, tree["facts"])


def _written(head: Head) -> dict[str, Any]:
    tree = asdict(head)
    if head.gate is None:
        del tree["gate"]
    return tree


def _head(tree: dict[str, Any]) -> Head:
    curve = tree["calibration"]
    if len(curve["margins"]) > MOST_CALIBRATION:
        raise ValueError("too many points of calibration")
    calibration = Calibration(
        slope=curve["slope"],
        intercept=curve["intercept"],
        margins=tuple(curve["margins"]),
        probabilities=tuple(curve["probabilities"]),
    )
    gate = tree.get("gate")
    head = Head(name=tree["name"], scale=tree["scale"], bias=tree["bias"], calibration=calibration, gate=gate)
    if not isinstance(head.name, str) or not head.name.isidentifier() or len(head.name) > 64:
        raise ValueError("a head's name is no identifier")
    numbers = (head.scale, head.bias, *([] if gate is None else [gate]))
    if not all(isinstance(value, float) and abs(value) < 1e9 for value in numbers) or head.scale < 0:
        raise ValueError("scale, bias or gate out of range")
    return head


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
