"""What a finished Streaming job wrote: its rows, and each task's answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import corpus.errors
from corpus import storage
from corpus.errors import GateError, MalmoiError
from corpus.manifest import Part
from jobs import faults
from jobs.streaming.attempt import Attempt
from jobs.streaming.protocol import JsonPairs

_OUTPUT = re.compile(r"^part-(m-|r-)?\d+$")  # Hadoop's and mrjob's names; the tasks' files have suffixes


def lines(attempt: Attempt) -> Iterator[bytes]:
    """Every line that the job wrote, in no order that means anything."""
    for uri in storage.files(attempt.output):
        if _OUTPUT.match(storage.name(uri)):
            with storage.open_input(uri) as stream:
                yield from stream


def part_rows(attempt: Attempt, tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a task, in the order of ``tasks``.  Raises a task's own error, or MalmoiError when a
    task answered twice or not at all."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines(attempt):
        row = JsonPairs().read(line)[1]
        found.setdefault(row["name"], []).append(row)
    for name in sorted(found):
        if "error" in found[name][0]:
            kind, *arguments = found[name][0]["error"]
            raise getattr(corpus.errors, kind)(*arguments)
    wrong = sorted({task["name"] for task in tasks} ^ {name for name in found if len(found[name]) == 1})
    if wrong:
        raise MalmoiError(wrong[0], "the job answered twice or not at all", "Run the stage again")
    return [found[task["name"]][0] for task in tasks]


def promote(attempt: Attempt, files: Sequence[Mapping[str, Any]], run: str, folder: str = "") -> list[Part]:
    """Move the listed files of the attempt into ``folder`` of the run, once all are there whole.

    ``files``: rows of corpus.manifest.Part, named within ``folder``.  The answer names them within the
    run.  Raises GateError.
    """
    for file in files:
        staged = storage.join(attempt.files, file["name"])
        if not storage.exists(staged) or storage.size(staged) != file["bytes"]:
            raise GateError(staged, f"is not there with the {file['bytes']} bytes that were written")
    faults.reach(f"{attempt.context.name}.promote")
    parts = [Part.from_row({**file, "name": storage.join(folder, file["name"])}) for file in files]
    for file, part in zip(files, parts, strict=True):
        storage.move(storage.join(attempt.files, file["name"]), storage.join(run, part.name))
    return parts
