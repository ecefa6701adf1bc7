"""The whole configuration: one frozen dataclass per component, composed here and read strictly.

The reader is in jobs/load.py; this module imports neither yaml nor pydantic, so that executors can
unpickle a Config without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpus.areas import AreasConfig
from corpus.sources.config import IngestConfig, InputConfig, KindConfig
from filters.boilerplate.repeated import LinesThresholds
from filters.catalog import FilterConfig
from filters.dedup.config import AuditConfig, DedupConfig, LossConfig
from jobs.tasks.area_study import AreaLimits
from jobs.tasks.quantiles import QualityConfig
from jobs.tasks.service_verdicts import VerdictLimits
from mixer.config import MixConfig
from serializer.config import HadoopConfig, SerializeConfig, TokenizerConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class SparkConfig:
    """``master`` None: spark-submit's, or local[*].  ``conf``: Spark's own keys, and only those."""

    master: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SelectConfig:
    """``overrides``: a CSV or Parquet table (match, value, fate, who, why, until) that wins over rules.

    ``verdicts``: tables of the services' own verdicts (source and key, or url; type, score, time), with the limit of
    each type in ``verdict_limits``.  ``areas``: which areas are core, normal or excluded; ``quality``: what goes by
    quantile inside a source.  ``losses``: the alarm about a source that duplicate removal empties.
    """

    overrides: str | None = None
    verdicts: tuple[str, ...] = ()
    verdict_limits: VerdictLimits = VerdictLimits()
    areas: AreasConfig = AreasConfig()
    quality: QualityConfig = QualityConfig()
    losses: LossConfig = LossConfig()


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyConfig:
    """What `malmoi study` asks of the tables that it builds; no stage reads it."""

    lines: LinesThresholds = LinesThresholds()
    areas: AreaLimits = AreaLimits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """``seed`` keys every draw; ``engine`` runs annotate and dedup's candidates on Spark or on Hadoop
    Streaming (with ``hadoop.runner``)."""

    inputs: tuple[InputConfig, ...]
    kinds: Mapping[str, KindConfig] = field(default_factory=dict)
    seed: int = 0
    engine: Literal["spark", "streaming"] = "spark"
    ingest: IngestConfig = IngestConfig()
    filters: FilterConfig = field(default_factory=FilterConfig)
    dedup: DedupConfig = DedupConfig()
    select: SelectConfig = SelectConfig()
    audit: AuditConfig = AuditConfig()
    tokenizer: TokenizerConfig = TokenizerConfig()
    mix: MixConfig = MixConfig()
    serialize: SerializeConfig = SerializeConfig()
    spark: SparkConfig = SparkConfig()
    study: StudyConfig = StudyConfig()


__all__ = ["Config", "HadoopConfig", "SelectConfig", "SparkConfig", "StudyConfig"]
