"""What the tasks of ingest answered, as one result: files, census, and the law of its border.

    records read = documents + joined(into) + dropped + quarantined

by count and by the sum mod 2^128 of the records' digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import GateError
from corpus.identity import hexadecimal
from corpus.ledger import DROPPED, FATES, KEPT, Census, Tally
from corpus.manifest import Part
from corpus.sources.adapters.adapter import merged


@dataclass
class Account:
    """Sums over tasks; ``documents``: file name -> {part, census}."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    others: list[Part] = field(default_factory=list)
    census: Census = field(default_factory=Census)  # of all but documents
    read: Tally = field(default_factory=Tally)
    records: dict[str, Tally] = field(default_factory=lambda: {fate: Tally() for fate in FATES})
    skipped: Counter[str] = field(default_factory=Counter)
    rules: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)  # by input

    def add(self, name: str, results: Iterable[Mapping[str, Any]]) -> None:
        """Answers of the tasks of the input ``name``."""
        for result in results:
            self.documents |= {item["part"]["name"]: item for item in result["documents"]}
            self.others += [Part.from_row(row) for row in result["others"]]
            self.census.merge(Census.from_rows(result["census"]))
            self.read.add(result["read"][0], 0, int(result["read"][1], 16))
            for fate, (number, digests) in result["records"].items():
                self.records[fate].add(number, 0, int(digests, 16))
            self.skipped.update(result["skipped"])
            self.rules[name] = merged([self.rules.get(name, {}), result["rules"]])

    def supersede(self, answer: Mapping[str, Any]) -> None:
        """One documents file written anew without its superseded rows (jobs/tasks/superseded.py)."""
        gone = Census.from_rows(answer["census"])
        self.census.merge(gone)
        del self.documents[answer["old"]]
        self.documents[answer["documents"]["part"]["name"]] = answer["documents"]
        self.others.append(Part.from_row(answer["dropped"]))
        moved = Tally(gone.total().documents, 0, int(answer["records"], 16))
        self.records[KEPT].add(-moved.documents, 0, -moved.ids)
        self.records[DROPPED].add(moved.documents, 0, moved.ids)

    def total(self) -> Census:
        """Census of everything.  Raises GateError when the law does not hold."""
        census = Census()
        census.merge(self.census)
        for item in self.documents.values():
            census.merge(Census.from_rows(item["census"]))
        accounted = Tally()
        for tally in self.records.values():
            accounted.add(tally.documents, 0, tally.ids)
        found = (accounted.documents, census.total().documents, accounted.ids)
        if found != (self.read.documents, self.read.documents, self.read.ids):
            raise GateError(
                "ingest",
                f"{self.read.documents} records were read (digests {hexadecimal(self.read.ids)}), {found[0]} rows and "
                f"{found[1]} of the census are accounted for (digests {hexadecimal(found[2])})",
                "Nothing of this stage was published; report this with the configuration",
            )
        return census

    def details(self) -> dict[str, Any]:
        """What the manifest tells: counts and digests of records by fate, adapters' rules, what was no record."""
        return {
            "read": self.read.documents,
            "records": {
                "read": [self.read.documents, hexadecimal(self.read.ids)],
                **{fate: [tally.documents, hexadecimal(tally.ids)] for fate, tally in self.records.items()},
            },
            "adapters": {name: rules for name, rules in sorted(self.rules.items()) if rules},
            "skipped": dict(sorted(self.skipped.items())),
        }
