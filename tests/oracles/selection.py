"""Areas, quantiles and counts of reasons as their definitions read: sorted lists and dictionaries, document by document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction


def cut(values: Sequence[float], quantile: str) -> float | None:
    """The value that floor(quantile n) others stand before; None where that is none of them."""
    ordered = sorted(values)
    before = Fraction(quantile) * len(ordered) // 1
    return ordered[int(before)] if before else None


def area_class(classes: Mapping[str, str], default: str, area: str | None) -> str:
    """An exact name, else the matching pattern with most letters, else the default."""
    name = unicodedata.normalize("NFC", area or "")
    given = {unicodedata.normalize("NFC", key): value for key, value in classes.items()}
    if not name:
        return default
    if name in given:
        return given[name]
    found = [
        (len(key.replace("*", "")), ("core", "normal", "excluded").index(value), value)
        for key, value in given.items()
        if "*" in key and re.fullmatch(".*".join(map(re.escape, key.split("*"))), name, re.DOTALL)
    ]
    return max(found)[2] if found else default


def failing(row: Mapping[str, object]) -> list[str]:
    """The reasons that would drop a document: none of one that a person kept, duplicates alone of one that passed."""
    reasons = list(row["all_reasons"])  # type: ignore[call-overload]
    if row["fate"] == "kept":
        return []
    return (
        [name for name in reasons if name.startswith("dedup.")] if str(row["reason"]).startswith("dedup.") else reasons
    )


def ablation(rows: Sequence[Mapping[str, object]]) -> dict[str, dict[str, int]]:
    """Reason -> what it alone would drop, what it adds as the last one, and what it named first."""
    told: dict[str, dict[str, int]] = {}
    for row in rows:
        reasons = failing(row)
        for name in reasons:
            counts = told.setdefault(name, {"alone": 0, "last": 0, "first": 0})
            counts["alone"] += 1
            counts["last"] += reasons == [name]
            counts["first"] += row["reason"] == name
    return told


def overlap(rows: Sequence[Mapping[str, object]], one: str, other: str) -> int:
    return sum(one in failing(row) and other in failing(row) for row in rows)
