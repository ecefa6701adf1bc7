"""What duplicate removal took of each source, and whether that is more than its set share."""

from __future__ import annotations

from typing import NamedTuple

from corpus.errors import ConfigError
from filters.dedup.config import LossConfig


class Loss(NamedTuple):
    """``eligible`` documents of a source passed every other rule, ``lost`` of them were duplicates.

    ``limit``: the share that may be lost, None where none is set.
    """

    eligible: int
    lost: int
    limit: float | None
    alarm: bool


def check(config: LossConfig) -> None:
    """Raises ConfigError on a limit that is no share."""
    limits = {"share": config.share, **{f"sources.{name}": limit for name, limit in config.sources.items()}}
    for key, limit in limits.items():
        if limit is not None and not 0 <= limit <= 1:
            raise ConfigError(f"select.losses.{key}", f"{limit} is not between 0 and 1")
    if config.documents < 1:
        raise ConfigError("select.losses.documents", f"{config.documents} is below 1")


def loss(source: str, eligible: int, lost: int, config: LossConfig) -> Loss:
    """More than the limit is an alarm; the limit itself is not."""
    limit = config.sources.get(source, config.share)
    alarm = limit is not None and eligible >= config.documents and lost > limit * eligible
    return Loss(eligible, lost, limit, alarm)
