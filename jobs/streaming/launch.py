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
from jobs.streaming.job import UTF8
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
    environment = FRUGAL | os.environ | {"PYTHONPATH": search, **_utf8()}
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


def _utf8() -> dict[str, str]:
    """Java takes the bytes of its arguments by the locale: a Hangul path turns into ``?`` under C or POSIX."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((value for value in names if value), "C")
    return {} if "utf" in locale.lower() else {"LC_ALL": UTF8}
