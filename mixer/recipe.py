"""From what is kept to what is mixed: asked tokens and epochs per kind, in exact arithmetic.

A weight is the decimal number that the configuration shows (273.6 is 2736/10), never its binary
neighbour, and epochs stay fractions until a document's copies are drawn; so equal counts and an
equal recipe give an equal plan on any machine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from corpus.errors import ConfigError, InputError
from mixer.config import MixConfig


@dataclass(frozen=True)
class Amount:
    """Documents, UTF-8 bytes of their text, and tokens with every end-of-document."""

    documents: int = 0
    bytes: int = 0
    tokens: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.documents + other.documents, self.bytes + other.bytes, self.tokens + other.tokens)


@dataclass(frozen=True)
class KindPlan:
    """One kind: what is kept of it, the tokens that the recipe asks, and the epochs that give them.

    ``asked`` is whole tokens, apportioned so that the kinds' sum is the plan's total; ``epochs`` is
    exact: asked share of the total over available tokens, 0 for a kind that a fixed recipe leaves out.
    """

    kind: str
    available: Amount
    asked: int
    epochs: Fraction


@dataclass(frozen=True)
class Plan:
    """The kinds in order of name; ``total`` is the sum of their asked tokens."""

    mode: str
    max_epochs: Fraction
    total: int
    kinds: tuple[KindPlan, ...]

    def epochs(self) -> dict[str, Fraction]:
        return {item.kind: item.epochs for item in self.kinds}


def decimal(value: float, where: str) -> Fraction:
    """The decimal number that a float prints as.  Raises ConfigError unless finite and not negative."""
    if not math.isfinite(value) or value < 0:
        raise ConfigError(where, f"{value} is not a number of at least 0")
    return Fraction(repr(value))


def check_config(config: MixConfig) -> None:
    """Raises ConfigError on a recipe that no corpus could follow."""
    if decimal(config.max_epochs, "mix.max_epochs") < 1:
        raise ConfigError("mix.max_epochs", f"{config.max_epochs} is below 1", "1 uses every document at most once")
    if config.parts is not None and not 1 <= config.parts <= 1_000_000:
        raise ConfigError("mix.parts", f"{config.parts} is not between 1 and 1000000")
    if config.part_bytes < 1:
        raise ConfigError("mix.part_bytes", f"{config.part_bytes} is below 1")
    _check_validation(config)
    if config.mode == "proportional":
        if config.total_tokens is not None:
            raise ConfigError(
                "mix.total_tokens",
                "proportional mode takes every kept document once and has no total of its own",
                "Remove it, or set mix.mode: fixed with weights",
            )
        return
    if not config.kinds:
        raise ConfigError("mix.kinds", "a fixed recipe names no kind", "Give each kind a weight or a number of tokens")
    for kind, share in config.kinds.items():
        where = f"mix.kinds.{kind}"
        if (share.weight is None) == (share.tokens is None):
            raise ConfigError(where, "needs either weight or tokens, and not both")
        if share.weight is not None:
            decimal(share.weight, f"{where}.weight")
        if share.tokens is not None and share.tokens < 0:
            raise ConfigError(f"{where}.tokens", f"{share.tokens} is below 0")
    if len({share.weight is None for share in config.kinds.values()}) == 2:
        raise ConfigError("mix.kinds", "some kinds have a weight and others a number of tokens", "Use one of the two")
    if not any(share.weight or share.tokens for share in config.kinds.values()):
        raise ConfigError("mix.kinds", "every share is 0")
    if config.total_tokens is not None:
        _check_total(config, config.total_tokens)


def _check_validation(config: MixConfig) -> None:
    shares = {"mix.validation": config.validation}
    shares |= {f"mix.kinds.{kind}.validation": share.validation or 0.0 for kind, share in config.kinds.items()}
    for where, share in shares.items():
        if decimal(share, where) >= 1:
            raise ConfigError(where, f"{share} leaves nothing to train on", "It is a share: .001 is one in a thousand")


def _check_total(config: MixConfig, total: int) -> None:
    if total < 1:
        raise ConfigError("mix.total_tokens", f"{total} is below 1")
    budgets = [share.tokens for share in config.kinds.values() if share.tokens is not None]
    if budgets and sum(budgets) != total:
        raise ConfigError(
            "mix.total_tokens", f"{total} is not the sum of the kinds' tokens, {sum(budgets)}", "Remove it"
        )


def plan(config: MixConfig, available: Mapping[str, Amount]) -> Plan:
    """Asked tokens and epochs of every kind that is kept or that the recipe names.

    Raises ConfigError on a faulty recipe, and InputError naming each kind that cannot fill its share
    under the epoch cap and the tokens it lacks; shares are never renormalised.
    """
    check_config(config)
    cap = decimal(config.max_epochs, "mix.max_epochs")
    if config.mode == "proportional":
        shares = {kind: Fraction(amount.tokens) for kind, amount in available.items()}
    else:
        shares = _fixed(config, available, cap)
        _check_supply(shares, available, cap)
    asked = apportion(shares)
    kinds = tuple(
        KindPlan(
            kind,
            available.get(kind, Amount()),
            asked.get(kind, 0),
            _epochs(shares.get(kind, Fraction(0)), available.get(kind, Amount())),
        )
        for kind in sorted({*available, *config.kinds} if config.mode == "fixed" else available)
    )
    return Plan(config.mode, cap, sum(asked.values()), kinds)


def _epochs(share: Fraction, amount: Amount) -> Fraction:
    return share / amount.tokens if amount.tokens else Fraction(0)


def _fixed(config: MixConfig, available: Mapping[str, Amount], cap: Fraction) -> dict[str, Fraction]:
    """Exact asked tokens per kind of the recipe, before any check against the supply."""
    budgets = {kind: share.tokens for kind, share in config.kinds.items() if share.tokens is not None}
    if budgets:
        return {kind: Fraction(tokens) for kind, tokens in budgets.items()}
    weights = {
        kind: decimal(share.weight, f"mix.kinds.{kind}.weight")
        for kind, share in config.kinds.items()
        if share.weight is not None
    }
    whole = sum(weights.values(), Fraction(0))
    total = config.total_tokens
    if total is None:
        # A kind with nothing at all would make every total 0; it is left to the check of the supply.
        bounds = [
            cap * available[kind].tokens * whole / weight
            for kind, weight in weights.items()
            if weight and kind in available and available[kind].tokens
        ]
        if not bounds:
            raise InputError("mix", f"no document of any kind of the recipe is kept ({', '.join(sorted(weights))})")
        total = math.floor(min(bounds))
    return {kind: total * weight / whole for kind, weight in weights.items()}


def _check_supply(shares: Mapping[str, Fraction], available: Mapping[str, Amount], cap: Fraction) -> None:
    short = []
    for kind, share in sorted(shares.items()):
        tokens = available.get(kind, Amount()).tokens
        if share > cap * tokens:
            short.append(
                f"kind {kind!r} lacks {math.ceil(share - cap * tokens)} tokens: the recipe asks "
                f"{math.ceil(share)}, {tokens} are kept and may be used {float(cap):g} times"
            )
    if short:
        raise InputError(
            "mix",
            "; ".join(short),
            "Lower its share or mix.total_tokens, raise mix.max_epochs, or add documents of this kind",
        )


def apportion(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole tokens whose sum is the shares' sum rounded down: each share rounded down, what is left
    one by one to the largest remainders (Hamilton's method), ties by name."""
    whole = {kind: math.floor(share) for kind, share in shares.items()}
    left = math.floor(sum(shares.values(), Fraction(0))) - sum(whole.values())
    by_remainder = sorted(shares, key=lambda kind: (whole[kind] - shares[kind], kind))
    for kind in by_remainder[:left]:
        whole[kind] += 1
    return whole


def part_count(config: MixConfig, size: int) -> int:
    """Number of mixed parts for ``size`` bytes of mixed text."""
    return config.parts if config.parts is not None else max(1, -(-size // config.part_bytes))
