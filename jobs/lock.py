"""One writer per run directory: a lock file that names its owner and outlives only the living."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

from corpus import storage
from corpus.errors import TransientError

LOCK = "_lock"
EXPIRY_SECONDS = 24 * 3600  # an owner on another host cannot be asked whether it lives


@contextlib.contextmanager
def locked(run: str) -> Iterator[None]:
    """Hold the run's lock.  Raises TransientError while another living process holds it."""
    uri = storage.join(run, LOCK)
    mine = {"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid()), "taken": time.time()}
    if not storage.claim(uri, json.dumps(mine).encode()):
        owner = _owner(uri)
        if _alive(owner):
            raise TransientError(
                uri,
                f"the run is being written by process {owner.get('pid')} on {owner.get('host')}",
                "Wait for it, or remove the file if that process is gone",
            )
        storage.delete(uri)
        if not storage.claim(uri, json.dumps(mine).encode()):
            raise TransientError(uri, "another process took the lock first", "Try again")
    try:
        yield
    finally:
        storage.delete(uri)


def _owner(uri: str) -> dict[str, Any]:
    try:
        owner = json.loads(storage.read_bytes(uri))
    except ValueError:
        return {}  # torn by a crash while it was written: nobody holds it
    return owner if isinstance(owner, dict) else {}


def _alive(owner: dict[str, Any]) -> bool:
    if not owner:
        return False
    if owner.get("host") != socket.gethostname():
        return bool(time.time() - float(owner.get("taken", 0)) < EXPIRY_SECONDS)
    # The start time guards against a process id that was given to another process since.
    return bool(owner.get("started") and _started(int(owner["pid"])) == owner["started"])


def _started(pid: int) -> str | None:
    """The kernel's start time of a process in clock ticks, or None when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rsplit(")", 1)[1].split()[19]
    except FileNotFoundError:
        return None
