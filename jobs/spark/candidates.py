"""Candidate pairs on Spark: bucket entries shuffled in blocks, grouped inside partitions."""

from __future__ import annotations

from functools import partial

from corpus.manifest import Part
from filters.dedup.rank import priorities
from jobs.spark.shuffle import shuffle_parts
from jobs.stage import StageContext
from jobs.tasks.candidates import (
    BLOCK,
    BUCKETS_BESIDE_BANDS,
    ENTRIES_PER_PART,
    CandidateTask,
    entry_blocks,
    write_candidates,
)


def candidates(context: StageContext, signatures: list[Part]) -> list[Part]:
    """Candidates files (below the run) of these signatures files: pairs once per file, in any file.

    Measures ``buckets`` and ``skipped`` on the parts.  jobs.streaming.dedup answers the same.
    """
    config = context.config.dedup
    entries = sum(part.rows for part in signatures) * (config.bands + BUCKETS_BESIDE_BANDS)
    parts = max(context.session().sparkContext.defaultParallelism, -(-entries // ENTRIES_PER_PART))
    priority = tuple(sorted(priorities(context.config.inputs).items()))
    tasks = [CandidateTask(context.run, part.name, priority, parts) for part in signatures]
    write = partial(write_candidates, context.run, config.comparisons)
    return list(shuffle_parts(context, tasks, entry_blocks, BLOCK, ("rows",), write, parts).values())
