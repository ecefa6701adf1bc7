"""Area selection: which areas are core, which normal, and which are left out.

An area is a source's board, category or host (``blog/요리``).  Classes are given by name, or by a pattern in which
``*`` stands for any characters.  A name wins over every pattern, and of the patterns that match the one with most
letters of its own; of two with equally many the stricter class.  So the order of a mapping never decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

AreaClass = Literal["core", "normal", "excluded"]
CLASSES: tuple[AreaClass, ...] = ("core", "normal", "excluded")  # from the mildest to the strictest
VERSION = 1
EXCLUDED, BELOW_QUANTILE = "area.excluded", "area.below_quantile"
REASONS = (EXCLUDED, BELOW_QUANTILE)


@dataclass(frozen=True, kw_only=True, slots=True)
class AreasConfig:
    """``classes``: area name or pattern -> class; ``default``: of every other area.

    Core areas are kept, excluded ones dropped; of a normal area those documents stay that are not below
    ``quantile`` of the quality of their source and kind, or below the value in ``kinds`` for theirs.
    """

    classes: Mapping[str, AreaClass] = field(default_factory=dict)
    default: AreaClass = "normal"
    quantile: float = 0.0
    kinds: Mapping[str, float] = field(default_factory=dict)


def classes_of(config: AreasConfig, areas: Iterable[str | None]) -> list[AreaClass]:
    """The class of every area, in their order.  Names are compared in NFC; a document without an area has the
    default class."""
    exact = {_folded(name): found for name, found in config.classes.items()}
    patterns = [(name.split("*"), found) for name, found in exact.items() if "*" in name]
    patterns.sort(key=lambda item: (-sum(map(len, item[0])), -CLASSES.index(item[1]), item[0]))
    told: list[AreaClass] = []
    for area in areas:
        name = _folded(area or "")
        if name and name in exact:
            told.append(exact[name])
            continue
        found = next((found for pieces, found in patterns if _matches(name, pieces)), None) if name else None
        told.append(found or config.default)
    return told


def unused(config: AreasConfig, areas: Iterable[str | None]) -> list[str]:
    """Names and patterns of the configuration that name none of these areas: most often a typing error."""
    names = {_folded(area or "") for area in areas}
    return sorted(
        given
        for given in config.classes
        if _folded(given) not in names
        and not ("*" in given and any(_matches(name, _folded(given).split("*")) for name in names))
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _matches(name: str, pieces: list[str]) -> bool:
    """Whether the pieces stand in the name in their order, the first at its beginning and the last at its end.

    Taking each piece at its first place is enough, so the time is that of one search a piece.
    """
    first, last = pieces[0], pieces[-1]
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    place, end = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        found = name.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True
