"""Points of an offer (filters.spam.evidence), as far as the model of spam does not contradict them.

A window of 400 characters offers by what words stand in it, so among the two hundred windows of a long text one may do
so by chance: a statute whose annex holds an odd compound, a manual of replicas.  The model reads the whole text, and
its log odds fall the further the longer text is that does not advertise.

Figures: of 45,535 documents (petitions, statutes, manuals, blogs) 20 have points above the built-in thresholds; their
log odds are -18.8 or less.  Of 348 texts of spam written by hand 115 have such points; their log odds are -5.7 or more.
"""

from __future__ import annotations

import numpy as np

from corpus.document import DocumentBatch
from filters.linear import shipped
from filters.rule import Array
from filters.spam.evidence import Evidence

CONTRADICTED = -8.0  # log odds of the whole text below which no window of it is an offer


def offered(batch: DocumentBatch, family: str) -> Array:
    """int32: points of one family of lexicon.OFFERS; none where the model that is shipped contradicts."""
    points = Evidence.of(batch)[family]
    advertises = shipped.margins(batch, "spam").log_odds("spam") >= CONTRADICTED
    found: Array = np.where(advertises, points, np.minimum(points, 0)).astype(np.int32)
    return found
