"""Writes a small run in every shard format; run by malmoi's own Python, read by the loaders' one."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from corpus.ledger import Census
from corpus.manifest import Manifest
from jobs.progress import Progress
from jobs.stage import StageContext
from jobs.streaming import serialize
from serializer.config import SerializeConfig
from serializer.tokenizer.write import tokenizer_config
from tests.serializer.samples import TEXTS, mixed_part, own


def main(run: Path) -> None:
    """Two mixed parts, the tokenizer as transformers opens it, and shards in the three formats."""
    tokenizer = own(run / "tokenizer" / "tokenizer.json")
    (tokenizer.parent / "tokenizer_config.json").write_bytes(tokenizer_config())
    parts = [
        mixed_part(str(run), f"mixed/part-{n:05d}.parquet", [f"{t} {n}" for t in TEXTS], tokenizer) for n in (0, 1)
    ]
    mix = Manifest("mix", "", tuple(parts), Census(), {"content": ""})
    for form in ("megatron", "parquet", "jsonl"):
        settings = SerializeConfig(runner="inline", format=cast(Any, form))
        config = cast(Any, SimpleNamespace(serialize=settings))
        serialize.run(StageContext("serialize", config, str(run), {"mix": mix}, Progress(live=False), cast(Any, None)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
