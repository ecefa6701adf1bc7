"""Shard formats, by the name that ``serialize.format`` gives them."""

from __future__ import annotations

from serializer.formats.jsonl import JsonlWriter
from serializer.formats.megatron import MegatronWriter
from serializer.formats.output import ShardWriter
from serializer.formats.parquet import ParquetWriter

WRITERS: dict[str, type[ShardWriter]] = {
    "megatron": MegatronWriter,
    "parquet": ParquetWriter,
    "jsonl": JsonlWriter,
}
