"""What a finished Streaming job wrote: its rows, and each task's answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import corpus.errors
from corpus import storage
from corpus.errors import GateError, MalmoiError
from corpus.manifest import Part
from jobs import faults
from jobs.streaming.attempt import Attempt

_OUTPUT = re.compile(r"^part-(m-|r-)?\d+$")  # Hadoop's and mrjob's names; the tasks' files have suffixes


def rows(attempt: Attempt) -> Iterator[tuple[Any, Any]]:
    """Every (key, value) that the job wrote."""
    for uri in storage.files(attempt.output):
        if _OUTPUT.match(storage.name(uri)):
            with storage.open_input(uri) as stream:
                for line in stream:
                    key, _, value = line.partition(b"\t")
                    yield json.loads(key), json.loads(value)


def part_rows(attempt: Attempt, tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a task, in the order of ``tasks``.  Raises a task's own error, or MalmoiError when a
    task answered twice or not at all."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _, row in rows(attempt):
        found.setdefault(row["name"], []).append(row)
    for name in sorted(found):
        if "error" in found[name][0]:
            kind, *arguments = found[name][0]["error"]
            raise getattr(corpus.errors, kind)(*arguments)
    wrong = sorted({task["name"] for task in tasks} ^ {name for name in found if len(found[name]) == 1})
    if wrong:
        raise MalmoiError(wrong[0], "the job answered twice or not at all", "Run the stage again")
    return [found[task["name"]][0] for task in tasks]


def promote(attempt: Attempt, files: Sequence[Mapping[str, Any]], run: str, folder: str) -> list[Part]:
    """Move the listed files of the attempt into ``folder`` of the run, once all are there whole.

    ``files``: rows of corpus.manifest.Part, names relative to ``folder``.  Raises GateError.
    """
    for file in files:
        staged = storage.join(attempt.files, file["name"])
        if not storage.exists(staged) or storage.size(staged) != file["bytes"]:
            raise GateError(staged, f"is not there with the {file['bytes']} bytes that were written")
    faults.reach(f"{folder.split('/')[0]}.promote")
    for file in files:
        storage.move(storage.join(attempt.files, file["name"]), storage.join(run, folder, file["name"]))
    return [Part.from_row({**file, "name": f"{folder}/{file['name']}"}) for file in files]
