"""Permission: what a source or record allows, and the evidence that travels to the shards' provenance."""

from __future__ import annotations

from typing import NamedTuple

from corpus.sources.config import RightsBasis


class Rights(NamedTuple):
    """The ``rights`` struct of a document."""

    allowed: bool
    basis: str
    evidence: str | None


def granted(basis: RightsBasis) -> Rights:
    """The verdict for an input whose user states a basis; without one the configuration is refused."""
    return Rights(True, basis.basis, basis.evidence)
