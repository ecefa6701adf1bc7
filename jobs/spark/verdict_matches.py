"""How many rows of the services' verdict tables are of no document, told by select where it is asked for verdicts."""

from __future__ import annotations

from corpus import storage
from jobs.spark.parts import map_parts
from jobs.stage import StageContext
from jobs.tasks.service_verdicts import read_verdicts
from jobs.tasks.verdict_matches import MatchTask, matched, told


def matches_of(context: StageContext) -> dict[str, dict[str, int]]:
    """Details of the manifest; nothing where there are no tables.  Reads ids and, for tables that name them, URLs."""
    tables = context.config.select.verdicts
    if not tables:
        return {}
    documents = context.inputs["ingest"].files("documents")
    tasks = [MatchTask(context.run, storage.name(part.name), tables) for part in documents]
    found = told(read_verdicts(tables), map_parts(context, tasks, matched, "verdict rows"))
    if found["unmatched"]:
        context.progress.event("verdicts", **found)
    return {"verdict_rows": found}
