"""Annotate: scores of every rule for every document, one task per part, no text in the JVM."""

from __future__ import annotations

from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from filters import catalog
from filters.spam import contacts
from jobs.spark.parts import map_parts
from jobs.stage import StageContext, StageResult
from jobs.tasks.annotate import AnnotateTask, annotate_part


def versions() -> dict[str, int | str]:
    """Rules and the Unicode data that their classes come from."""
    return catalog.versions()


def run(context: StageContext) -> StageResult:
    """attributes/<stem>.parquet for every documents/<stem>.parquet, by the engine of the configuration."""
    pinned = catalog.pinned(context.config.filters)
    catalog.scorers(pinned)  # a file that is not the pinned one stops here, not in a task
    contacts.check(context.config.filters.contact.contacts, context.config.ingest.contact_key)
    documents = context.inputs["ingest"].files("documents")
    tasks = [AnnotateTask(context.run, part.name, pinned=pinned) for part in documents]
    if context.config.engine == "streaming":
        from jobs.streaming.annotate import run_streaming  # mrjob is imported only where it runs

        results = run_streaming(context, tasks)
    else:
        results = map_parts(context, tasks, annotate_part)
    census = Census()
    for result in results:
        census.merge(Census.from_rows(result["census"]))
    parts = tuple(Part.from_row(result["part"]) for result in results)
    return StageResult(parts, census, {"content": content_digest(parts)}, {"rules": catalog.versions()})


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("annotate")
