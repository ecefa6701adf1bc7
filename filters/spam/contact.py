"""Contacts: how many ways to get in touch a text holds, and whether the same ones stand all over the web.

Counted are phones, e-mail addresses, messenger ids and accounts: what ingest masked (edits, identifiers.*) or what
stands in the text, masks included, whichever is more, so that text that was never masked is measured alike.  With a
table of `malmoi study lines` (``contacts``) the most widespread contact counts as well: an advertiser's number is on
many sites, a footer's on one.  Weakness: a directory of offices has as many numbers as an advertisement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import PinnedFile
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised
from filters.spam.contacts import Contacts, frequencies, load_file
from filters.spam.edits import contact_hashes, edit_counts
from filters.spam.evidence import SHORT, Evidence

TYPES = ("mobile", "mobile_spelled", "landline", "email", "email_spelled", "messenger", "account")


class Contact:
    name = "contact"
    version = 1
    scores: tuple[Score, ...] = (
        Score("contacts", pa.int32(), "count", "phones, addresses, messenger ids and accounts"),
        Score("per_1000", pa.float32(), "per 1,000 characters", "the same; 0 below 3"),
        Score("documents", pa.int32(), "count", "documents that hold the most widespread of them, by the table"),
        Score("sites", pa.int32(), "count", "sites of those documents"),
    )

    def __init__(self, known: Contacts | None = None) -> None:
        self.known = known

    def configured(self, files: Mapping[str, PinnedFile]) -> Contact:
        """The rule with the table of contacts.  Raises ConfigError when it is not the pinned one."""
        return Contact(load_file(files["contacts"], f"filters.{self.name}.contacts"))

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        evidence = Evidence.of(batch)
        masked = edit_counts(batch, [f"identifiers.{name}" for name in TYPES])
        contacts = np.maximum(evidence["phones"], masked)
        enough = np.where(contacts >= 3, contacts, 0)
        documents, sites = np.zeros(len(batch), np.int32), np.zeros(len(batch), np.int32)
        if self.known is not None:
            hashes, rows = contact_hashes(batch)
            of_documents, of_sites = frequencies(self.known, hashes)
            np.maximum.at(documents, rows, of_documents)
            np.maximum.at(sites, rows, of_sites)
        return {
            "contacts": contacts.astype(np.int32),
            "per_1000": quantised(enough * 1000.0 / np.maximum(evidence["characters"], SHORT)),
            "documents": documents,
            "sites": sites,
        }

    def checks(self, thresholds: ContactThresholds) -> tuple[Check, ...]:
        return (
            Check("contact.too_many", "per_1000", "above", thresholds.maximum_per_1000),
            Check("contact.widespread", "sites", "above", thresholds.maximum_sites),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactThresholds:
    """None switches a check off.

    ``maximum_per_1000``: the most among 8,200 real documents is 1.2, and 12 is a page of numbers.
    ``contacts``: the contacts.parquet of `malmoi study lines`; without it ``documents`` and ``sites`` are 0.
    ``maximum_sites``: a company's number is on its own site and on a few that list it; no labelled set tells how many,
    so 20 is a choice.
    """

    RULE: ClassVar[Scorer] = Contact()

    maximum_per_1000: float | None = 12.0
    maximum_sites: float | None = 20.0
    contacts: PinnedFile | None = field(default=None, metadata={SCORING: True})
