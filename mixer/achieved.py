"""What the mixture became, against what the recipe asked: integers, and quotients of integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mixer.recipe import Amount, Plan


@dataclass(frozen=True)
class Mixed:
    """One kind in the mixture: ``rows`` counts every copy, as ``bytes`` and ``tokens`` do;
    ``documents`` counts those with at least one copy."""

    rows: int = 0
    documents: int = 0
    bytes: int = 0
    tokens: int = 0

    def __add__(self, other: Mixed) -> Mixed:
        return Mixed(
            self.rows + other.rows,
            self.documents + other.documents,
            self.bytes + other.bytes,
            self.tokens + other.tokens,
        )


def quotient(part: int, whole: int) -> float:
    """part / whole to six decimals, correctly rounded from the integers; 0 when the whole is 0."""
    return round(part / whole, 6) if whole else 0.0


def amount(value: Amount) -> dict[str, int]:
    return {"documents": value.documents, "bytes": value.bytes, "tokens": value.tokens}


def report(
    plan: Plan,
    mixed: Mapping[str, Mixed],
    validation: Mapping[str, Amount] | None = None,
    shares: Mapping[str, Fraction] | None = None,
) -> dict[str, Any]:
    """The JSON that the manifest and the report show, one entry per kind and the sums.

    ``validation``: what was set apart by ``shares`` of the documents; ``available`` is what is left to train
    on.  ``over_budget`` counts documents of it without a copy; ``epochs_exact`` is the fraction that drew
    the copies.  The other shares are of tokens.
    """
    apart, asked = validation or {}, shares or {}
    total = sum((mixed.get(item.kind, Mixed()) for item in plan.kinds), Mixed())
    kept = sum((item.available for item in plan.kinds), Amount())
    kinds = []
    for item in plan.kinds:
        got = mixed.get(item.kind, Mixed())
        kinds.append(
            {
                "kind": item.kind,
                "available": amount(item.available),
                "asked": {
                    "tokens": item.asked,
                    "share": quotient(item.asked, plan.total),
                    "epochs": round(float(item.epochs), 6),
                    "epochs_exact": str(item.epochs),
                },
                "mixed": {
                    "rows": got.rows,
                    "documents": got.documents,
                    "bytes": got.bytes,
                    "tokens": got.tokens,
                    "share": quotient(got.tokens, total.tokens),
                    "epochs": quotient(got.tokens, item.available.tokens),
                },
                "over_budget": item.available.documents - got.documents,
                "validation": {
                    "share": round(float(asked.get(item.kind, 0)), 6),
                    "share_exact": str(asked.get(item.kind, Fraction(0))),
                    **amount(apart.get(item.kind, Amount())),
                },
            }
        )
    return {
        "mode": plan.mode,
        "max_epochs": float(plan.max_epochs),
        "asked_tokens": plan.total,
        "available": amount(kept),
        "mixed": {
            "rows": total.rows,
            "documents": total.documents,
            "bytes": total.bytes,
            "tokens": total.tokens,
            "epochs": quotient(total.tokens, kept.tokens),
        },
        "over_budget": kept.documents - total.documents,
        "validation": amount(sum(apart.values(), Amount())),
        "kinds": kinds,
    }
