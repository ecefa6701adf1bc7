"""Stage ingest: files in every format to documents, quarantine and dropped rows.

Spark hands out (URI, range); every task opens its own files and writes its own parts.
"""

from __future__ import annotations

from collections import Counter

from corpus.errors import GateError, InputError
from corpus.extract.html import VERSION as EXTRACT_VERSION
from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from corpus.sources.listing import plan
from jobs.spark import superseded
from jobs.spark.parts import map_parts
from jobs.stage import StageContext, StageResult
from jobs.tasks import clean
from jobs.tasks.ingest import IngestTask, ingest_part


def run(context: StageContext) -> StageResult:
    """Raises InputError when an input has no file or all of them hold no record."""
    limits = context.config.ingest
    clean.Cleaner(limits)  # a table that is not the pinned one stops here, before any work
    planned = [(item, slices) for item in context.config.inputs for slices in plan(item, limits)]
    tasks = [IngestTask(context.run, index, item, limits, slices) for index, (item, slices) in enumerate(planned)]
    results = map_parts(context, tasks, ingest_part)
    read = sum(result["read"] for result in results)
    if read == 0:
        raise InputError(", ".join(item.uri for item in context.config.inputs), "the inputs hold no record")
    files = {item["part"]["name"]: item for result in results for item in result["documents"]}
    others = [Part.from_row(row) for result in results for row in result["others"]]
    census = Census()
    skipped: Counter[str] = Counter()
    for result in results:
        census.merge(Census.from_rows(result["census"]))
        skipped.update(result["skipped"])
    for answer in superseded.rewrite(context, sorted(files)):
        census.merge(Census.from_rows(answer["census"]))
        del files[answer["old"]]
        files[answer["documents"]["part"]["name"]] = answer["documents"]
        others.append(Part.from_row(answer["dropped"]))
    for item in files.values():
        census.merge(Census.from_rows(item["census"]))
    accounted = census.total().documents
    if accounted != read:
        raise GateError(context.name, f"{read} records were read, {accounted} are accounted for")
    documents = [Part.from_row(item["part"]) for item in files.values()]
    details = {
        "read": read,
        "skipped": dict(sorted(skipped.items())),
        "rights": {item.name: [item.rights.basis, item.rights.evidence] for item in context.config.inputs},
    }
    digests = {"content": content_digest(documents), "losses": content_digest(others)}
    return StageResult((*documents, *others), census, digests, details)


def versions() -> dict[str, int | str]:
    """Versions of the editors, the extraction, and what the text's form depends on."""
    return {**clean.versions(), "extract": EXTRACT_VERSION}


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("ingest")
