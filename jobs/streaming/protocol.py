"""How Streaming tasks speak: JSON in UTF-8 on a stream that nothing else can write to."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import IO, Any, cast

from corpus.errors import MalmoiError


class JsonPairs:
    """Key TAB value, both JSON in UTF-8; mrjob's own protocol would escape Hangul."""

    def read(self, line: bytes) -> tuple[Any, Any]:
        key, _, value = line.partition(b"\t")
        return json.loads(key), json.loads(value)

    def write(self, key: Any, value: Any) -> bytes:
        return f"{json.dumps(key, ensure_ascii=False)}\t{json.dumps(value, ensure_ascii=False)}".encode()


class TaskLines(JsonPairs):
    """A task description: one JSON object a line, no key."""

    def read(self, line: bytes) -> tuple[None, Any]:
        return None, json.loads(line)


def protected_stdout() -> IO[bytes]:
    """The protocol's own stream; whatever else prints, C libraries too, goes to stderr."""
    if not hasattr(sys.stdout, "buffer"):  # -r inline: mrjob's own file, in the driver's process
        own: Any = sys.stdout
        sys.stdout = sys.__stderr__
        return cast("IO[bytes]", own)
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stream


def job_property(name: str) -> str | None:
    """A property of the Hadoop job, which tasks find in their environment with ``_`` for every dot."""
    return os.environ.get(name.replace(".", "_"))


def last_attempt() -> bool:
    """Nobody will try again; always so where nothing retries: inline, local, LocalJobRunner."""
    most = job_property("mapreduce.map.maxattempts")
    if most is None or "local" in (job_property("mapreduce.job.id") or ""):
        return True
    return int((job_property("mapreduce.task.attempt.id") or "_0").rsplit("_", 1)[1]) + 1 >= int(most)


def described(name: str, error: Exception) -> list[str]:
    """Class, where, what and fix; of foreign errors class and place alone, for a message may hold text."""
    if isinstance(error, MalmoiError):
        return [type(error).__name__, error.where, error.what, error.fix]
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return ["MalmoiError", name, f"{type(error).__name__} at {frame.filename}:{frame.lineno}", ""]
