"""One Spark task per part: the driver hands out small task descriptions, each task opens its own
files and answers one JSON line.  No text enters the JVM.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pyarrow as pa

import corpus.errors
from corpus.errors import MalmoiError
from jobs import faults
from jobs.stage import StageContext

T = TypeVar("T")

_RESULT = pa.schema([("result", pa.string())])


def map_parts(
    context: StageContext, tasks: Sequence[T], function: Callable[[T], dict[str, Any]], what: str = "parts"
) -> list[dict[str, Any]]:
    """``function`` over every task on the executors; results in the order of the tasks.

    ``function`` must be importable on the executors, and what it returns must be JSON.  An error of
    malmoi's tree crosses back as itself; any other fails the Spark job after its retries.
    """
    if not tasks:
        return []
    session = context.session()
    described = list(tasks)
    name = context.name

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                faults.reach(f"{name}.task.{index}")
                try:
                    answer: dict[str, Any] = {"index": index, "result": function(described[index])}
                except MalmoiError as error:
                    answer = {"index": index, "error": [type(error).__name__, error.where, error.what, error.fix]}
                pa.default_memory_pool().release_unused()  # or the worker keeps a part's buffers through later stages
                yield pa.RecordBatch.from_pydict({"result": [json.dumps(answer)]}, schema=_RESULT)

    frame = session.range(0, len(described), 1, len(described)).mapInArrow(run, "result string")
    with context.progress.watch(context.name, tracker(session, len(described), what)):
        answers = [json.loads(row.result) for row in frame.collect()]
    for answer in answers:
        if "error" in answer:
            name, *arguments = answer["error"]
            raise getattr(corpus.errors, name)(*arguments)
    answers.sort(key=lambda answer: int(answer["index"]))
    if [answer["index"] for answer in answers] != list(range(len(described))):
        raise MalmoiError(context.name, "Spark answered a task twice or not at all", "Run the stage again")
    return [answer["result"] for answer in answers]


def tracker(session: Any, total: int, what: str) -> Callable[[], tuple[int, int, str]]:
    """Finished tasks of the session's active jobs, for Progress.watch."""
    status = session.sparkContext.statusTracker()

    def measure() -> tuple[int, int, str]:
        done = 0
        for stage in status.getActiveStageIds():
            information = status.getStageInfo(stage)
            if information is not None:
                done += int(information.numCompletedTasks)
        return min(done, total), total, what

    return measure
