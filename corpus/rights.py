"""Permission: what a source or record allows, and the evidence that travels to the shards' provenance."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from corpus.sources.config import RightsBasis

RESERVED_VERSION = 1
_MARKS = re.compile(r"[\s,;]+")
_SAYING = ("page_rights", "x_robots_tag", "tdm_reservation")


class Rights(NamedTuple):
    """The ``rights`` struct of a document."""

    allowed: bool
    basis: str
    evidence: str | None


def granted(basis: RightsBasis) -> Rights:
    """The verdict for an input whose user states a basis; without one the configuration is refused."""
    return Rights(True, basis.basis, basis.evidence)


def is_reserved(meta: Mapping[str, str], marks: Collection[str]) -> bool:
    """Whether a page, or the server that sent it, reserves its text by one of ``marks``.

    ``page_rights`` is what the page's head says, ``x_robots_tag`` and ``tdm_reservation`` are headers of the answer
    (TDM Reservation Protocol, W3C community group report of 2024-02-02, section 5: 1 reserves).  A robots rule for
    one named crawler (``somebot: noai``) is addressed to that crawler.
    """
    if meta.keys().isdisjoint(_SAYING):
        return False
    said = {mark.lower() for mark in _MARKS.split(meta.get("page_rights", ""))}
    named = False  # what follows a crawler's name is said to it alone
    for mark in _MARKS.split(meta.get("x_robots_tag", "").lower()):
        named = named or mark.endswith(":")
        if not named:
            said.add(mark)
    if meta.get("tdm_reservation", "").strip() == "1":
        said.add("tdm-reservation")
    return not said.isdisjoint(marks)
