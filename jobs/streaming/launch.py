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
from jobs.memory import FRUGAL
from jobs.streaming.attempt import ROOT, Attempt
from jobs.streaming.process import Driver


@contextmanager
def launched(attempt: Attempt, tasks: Sequence[Mapping[str, Any]]) -> Iterator[Attempt]:
    """Run the job over ``tasks``; its files and rows can be read until the context ends.

    Raises MalmoiError that names the driver's log when the job fails, KeyboardInterrupt on a signal.
    """
    words = attempt.command()
    storage.delete(attempt.folder)  # of attempts that were killed
    shutil.rmtree(attempt.scratch, ignore_errors=True)
    os.makedirs(attempt.scratch, mode=0o700)
    try:
        attempt.write_tasks(tasks)
        _run(attempt, words)
        yield attempt
    finally:
        storage.delete(attempt.folder)
        shutil.rmtree(attempt.scratch, ignore_errors=True)


def _run(attempt: Attempt, words: list[str]) -> None:
    context, asked = attempt.context, attempt.settings.hadoop
    search = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
    environment = FRUGAL | os.environ | {"PYTHONPATH": search}
    path = os.path.join(attempt.scratch, "driver.log")
    kill = hadoop.find(asked).kill if attempt.cluster else None
    with open(path, "wb") as log, context.progress.watch(context.name, attempt.progress):
        try:
            code = Driver(words, attempt.scratch, kill).run(log, environment, asked.limit_seconds)
            what = f"ended with code {code}"
        except TimeoutError as error:
            code, what = 1, f"was ended: {error}"
    if code:
        kept = shutil.move(path, attempt.scratch + ".log")
        raise MalmoiError(context.name, f"the {attempt.settings.runner} job {what}", f"Its log: {kept}")
