"""Configuration of the tokenizer and of the shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenizerConfig:
    """Byte-level BPE whose training pieces end at morpheme borders.

    ``sample_share`` of kept documents by id hash (1 %: the HyperCLOVA talk's sample), but at least
    ``sample_floor_bytes`` of text where there is that much.  ``path``: a finished tokenizer.json to
    use as it is, pinned by ``sha256``.
    """

    vocabulary_size: int = 32_000
    sample_share: float = 0.01
    sample_floor_bytes: int = 16_000_000
    min_count: int = 2  # pairs seen less often are not merged
    morphemes: Literal["mecab", "none"] = "mecab"
    path: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HadoopConfig:
    """Where Hadoop is, for ``runner: hadoop``; None: found through HADOOP_HOME and PATH.

    ``limit_seconds``: a Streaming job of any runner that takes longer is ended; on a cluster without
    free nodes it would wait for ever.
    """

    bin: str | None = None
    streaming_jar: str | None = None
    temporary: str | None = None  # mrjob's scratch URI
    python: str | None = None  # interpreter on the nodes
    jobconf: tuple[tuple[str, str], ...] = ()
    limit_seconds: int = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class SerializeConfig:
    """``runner``: mrjob's runner.  ``format``: what a shard is."""

    format: Literal["megatron", "parquet", "jsonl"] = "megatron"
    runner: Literal["inline", "local", "hadoop"] = "local"
    hadoop: HadoopConfig = HadoopConfig()
