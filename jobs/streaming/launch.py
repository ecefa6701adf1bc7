"""Runs a Streaming job to its end and answers its rows; nothing of it outlives the answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from corpus import storage
from corpus.errors import MalmoiError
from jobs import hadoop
from jobs.stage import StageContext
from jobs.streaming.attempt import ROOT, Attempt
from jobs.streaming.process import Driver

LOG = "logs/{stage}.log"  # below the run: the driver's last words, kept only when it failed


def command(context: StageContext, script: str, flags: Sequence[str] = (), width: int = 1) -> list[str]:
    """The exact command, for --dry-run; nothing is started or written."""
    return Attempt(context, script, flags, width).command()


@contextmanager
def launched(
    context: StageContext, script: str, tasks: Sequence[Mapping[str, Any]], flags: Sequence[str] = ()
) -> Iterator[Attempt]:
    """Run the job over ``tasks``; its files and rows can be read until the context ends.

    Raises MalmoiError when the job fails, with the log's URI; KeyboardInterrupt on a signal.
    """
    attempt = Attempt(context, script, flags, len(tasks))
    words = attempt.command()
    storage.delete(attempt.folder)  # of attempts that were killed
    shutil.rmtree(attempt.scratch, ignore_errors=True)
    os.makedirs(attempt.scratch, mode=0o700)
    try:
        attempt.write_tasks(tasks)
        _run(context, attempt, words)
        yield attempt
    finally:
        storage.delete(attempt.folder)
        shutil.rmtree(attempt.scratch, ignore_errors=True)


def _run(context: StageContext, attempt: Attempt, words: list[str]) -> None:
    path = os.path.join(attempt.scratch, "driver.log")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))}
    kill = hadoop.find(attempt.settings.hadoop).kill if attempt.cluster else None
    limit = attempt.settings.hadoop.limit_seconds
    with open(path, "wb") as log, context.progress.watch(context.name, attempt.progress):
        try:
            code = Driver(words, attempt.scratch, kill).run(log, environment, limit)
            what = f"ended with code {code}"
        except TimeoutError as error:
            code, what = 1, f"was ended: {error}"
    if code:
        kept = storage.join(context.run, LOG.format(stage=context.name))
        storage.put(path, kept)
        raise MalmoiError(context.name, f"the {attempt.settings.runner} job {what}", f"Its log: {kept}")
