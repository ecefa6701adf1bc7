"""`malmoi study lines` on Spark: lines and contacts counted per task, merged inside parts, cut to two tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from corpus import storage
from corpus.manifest import Part
from jobs.spark.shuffle import shuffle_parts
from jobs.stage import StageContext
from jobs.tasks import lines
from jobs.tasks.lines import BLOCK, LINES_PER_PART, LinesTask

FOLDER = "counts"  # below the output, removed when the tables are written
_TEXT_PER_LINE = 60  # bytes; 61 over 45,000 documents of the development data


@dataclass(frozen=True)
class Studied:
    """The files of the two tables, and what was counted on the way."""

    lines: Part
    contacts: Part
    measures: Mapping[str, int]


def study(context: StageContext, run: str) -> Studied:
    """lines.parquet and contacts.parquet below ``context.run``, of the documents of ``run``.

    Their bytes depend on the documents alone, not on files, tasks or order.
    """
    config = context.config
    documents = context.inputs["ingest"].files("documents")
    least = int(context.session().sparkContext.defaultParallelism)
    size = context.inputs["ingest"].census.total().bytes
    parts = max(least, -(-size // (_TEXT_PER_LINE * LINES_PER_PART)))
    tasks = [LinesTask(run, part.name, parts) for part in documents]
    write = partial(lines.write_lines, context.run, FOLDER, config.study.lines.minimum_documents)
    counted = shuffle_parts(context, tasks, lines.line_blocks, BLOCK, ("part",), write, parts)
    tasks = [LinesTask(run, part.name, least) for part in documents]
    write = partial(lines.write_contacts, context.run, FOLDER)
    told = shuffle_parts(context, tasks, lines.contact_blocks, BLOCK, ("part",), write, least)
    table, of_lines = lines.write_lines_table(context.run, counted.values(), config.study.lines)
    contacts, of_contacts = lines.write_contacts_table(context.run, told.values(), config.ingest.contact_key)
    storage.delete(context.uri(FOLDER))
    return Studied(table, contacts, {**of_lines, **of_contacts})
