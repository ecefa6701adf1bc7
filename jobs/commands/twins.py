"""Does the audit say what its files and the ledger say?"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus import storage
from corpus.identity import id_column, id_strings
from corpus.manifest import Manifest
from corpus.table import read_table
from jobs.commands.fault import Fault
from jobs.tasks.audit import PURPOSE, SAMPLED, TWIN, content
from mixer.copies import draw, id_words

Array = np.ndarray[Any, np.dtype[Any]]

SAMPLE, TWINS, OWN = "audit/sample.parquet", "audit/twins.parquet", "audit/_manifest.json"


def check_audit(run: str, manifest: Manifest, kept: Array) -> list[Fault]:
    """Faults of the audit; ``kept``: the ids of all kept documents, ascending, as numpy bytes."""
    faults = []
    details = manifest.details
    if content(details, manifest.parts) != manifest.digests.get("content"):
        faults.append(Fault(OWN, "sum", "its content digest is not that of its figures and files"))
    if not details["sampled"]:
        return faults
    sample = read_table(storage.join(run, SAMPLE), SAMPLED.names)
    twins = read_table(storage.join(run, TWINS), TWIN.names)
    ids, counts = id_strings(sample.column("id")), np.asarray(sample.column("twins"))
    draws = draw(*id_words(id_column(kept)), details["seed"], PURPOSE)
    lowest = np.sort(kept[np.argsort(draws, kind="stable")[: details["sampled"]]])
    if not np.array_equal(ids, lowest):
        faults.append(Fault(SAMPLE, "sum", "does not hold the kept ids that are drawn lowest"))
    said = details["documents"], details["twins"], details["documents_with_twins"]
    if (len(kept), int(counts.sum()), int((counts > 0).sum())) != said:
        faults.append(Fault(OWN, "sum", "its figures are not those of its sample and of decisions"))
    one, other = id_strings(twins.column("id")), id_strings(twins.column("twin"))
    if not (np.isin(one, ids[counts > 0]).all() and np.isin(other, kept).all()) or (one == other).any():
        faults.append(Fault(TWINS, "sum", "a pair is not of a sampled document with another kept one"))
    if (np.asarray(twins.column("jaccard")) < details["threshold"] - 1 / 8192).any():  # rounded to 1/4096
        faults.append(Fault(TWINS, "sum", "a pair is below the threshold"))
    return faults
