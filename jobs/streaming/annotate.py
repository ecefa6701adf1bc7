"""Documents files to attributes files by Hadoop Streaming: the function that Spark runs, map only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from jobs.stage import StageContext
from jobs.streaming.attempt import Attempt
from jobs.streaming.job import StreamingJob
from jobs.streaming.launch import launched
from jobs.streaming.rows import part_rows, promote
from jobs.tasks.annotate import AnnotateTask, annotate_part


class Annotate(StreamingJob):
    """Task: {name} and an AnnotateTask.  Row: what annotate_part answers."""

    def mapper(self, _: None, task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self.rows(task)

    def part(self, task: dict[str, Any]) -> dict[str, Any]:
        return annotate_part(replace(AnnotateTask(**task["task"]), folder=self.target()))


def attempt(context: StageContext, width: int) -> Attempt:
    """The job over ``width`` documents files."""
    return Attempt(context, "attributes", __file__, (), width)


def run_streaming(context: StageContext, tasks: Sequence[AnnotateTask]) -> list[dict[str, Any]]:
    """The answers of annotate_part, in the order of ``tasks``, their files below the run."""
    named = [{"name": task.part, "task": asdict(task)} for task in tasks]
    with launched(attempt(context, len(named)), named) as done:
        rows = part_rows(done, named)
        promote(done, [row["part"] for row in rows], context.run)
    return [{key: value for key, value in row.items() if key != "name"} for row in rows]


if __name__ == "__main__":
    Annotate.run()
