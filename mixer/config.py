"""Configuration of the mixture: the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class KindShare:
    """What the recipe asks of one kind: a weight (any unit, relative) or a budget in tokens.

    ``validation``: this kind's share for validation; None: ``mix.validation``.
    """

    weight: float | None = None
    tokens: int | None = None
    validation: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MixConfig:
    """``fixed``: shares by ``kinds``, scaled to ``total_tokens`` where weights are given (None: the
    largest total that no kind exceeds under ``max_epochs``).  ``proportional``: every kept document
    once, whatever ``kinds`` says of weights.  ``max_epochs`` is a hard cap: 4 repetitions keep 93 % of the value
    of fresh tokens (Muennighoff et al. 2023, data-constrained scaling, R*_D = 15.39).
    ``parts``: number of mixed parts and so of shards; None: one per ``part_bytes`` of text.
    ``validation``: share of each kind's kept documents that is set apart, once each, in parts and shards of
    its own, and never trained on; 0: none.
    """

    mode: Literal["fixed", "proportional"] = "proportional"
    kinds: Mapping[str, KindShare] = field(default_factory=dict)
    total_tokens: int | None = None
    max_epochs: float = 4.0
    parts: int | None = None
    part_bytes: int = 128 * 1024 * 1024
    validation: float = 0.0
