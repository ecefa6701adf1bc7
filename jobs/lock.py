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
from corpus.errors import InputError, TransientError

LOCK = "_lock"
EXPIRY_SECONDS = 24 * 3600  # an owner on another host cannot be asked whether it lives


@contextlib.contextmanager
def locked(run: str) -> Iterator[None]:
    """Hold the run's lock.  Raises TransientError while another living process holds it."""
    uri = storage.join(run, LOCK)
    own = {"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid()), "taken": time.time()}
    mine = json.dumps(own).encode()
    if not storage.claim(uri, mine):
        held = _content(uri)
        owner = _owner(held)
        if _alive(owner):
            raise TransientError(
                uri,
                f"the run is being written by process {owner.get('pid')} on {owner.get('host')}",
                "Wait for it, or remove the file if that process is gone",
            )
        _remove(uri, held, mine)
        if not storage.claim(uri, mine):
            raise TransientError(uri, "another process took the lock first", "Try again")
    try:
        yield
    finally:
        if _content(uri) == mine:
            storage.delete(uri)


def _remove(uri: str, held: bytes, mine: bytes) -> None:
    """Remove a dead owner's lock: by one process at a time, and never the lock of a successor."""
    token = uri + ".takeover"
    if not storage.claim(token, mine):
        raise TransientError(token, "another process is taking the lock over", "Try again; remove the file if it stays")
    try:
        if _content(uri) == held:
            storage.delete(uri)
    finally:
        storage.delete(token)


def _content(uri: str) -> bytes:
    """Empty when nobody holds the lock."""
    try:
        return storage.read_bytes(uri)
    except InputError:
        return b""


def _owner(held: bytes) -> dict[str, Any]:
    try:
        owner = json.loads(held)
    except ValueError:
        return {}  # given back meanwhile, or torn by a crash: nobody holds it
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
