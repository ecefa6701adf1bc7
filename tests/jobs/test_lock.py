"""One writer per run, also in the moments between one owner and the next."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from corpus import storage
from corpus.errors import TransientError
from jobs import lock
from jobs.lock import locked

DEAD = json.dumps({"host": socket.gethostname(), "pid": 1, "started": "-1"}).encode()


def test_a_living_owner_on_another_host_is_believed_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for taken, message in ((1_000_000.0, "process 7 on 다른곳"), (1_000_000.0 - 25 * 3600, "")):
        path = tmp_path / "_lock"
        path.write_text(json.dumps({"host": "다른곳", "pid": 7, "started": "1", "taken": taken}))
        monkeypatch.setattr(lock.time, "time", lambda: 1_000_100.0)
        if message:
            with pytest.raises(TransientError, match=message), locked(str(tmp_path)):
                pass
            assert path.exists()
        else:
            with locked(str(tmp_path)):
                assert json.loads(path.read_text())["pid"] == os.getpid()
            assert list(tmp_path.iterdir()) == []


def test_of_two_that_find_a_dead_owner_the_slower_does_not_remove_the_faster_ones_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The faster one takes the lock over between the slower one's look at the owner and its next step."""
    (tmp_path / "_lock").write_bytes(DEAD)
    faster = locked(str(tmp_path))
    alive = lock._alive
    seen: list[Any] = []

    def overtaken(owner: dict[str, Any]) -> bool:
        if not seen:
            seen.append(owner)
            faster.__enter__()
        return alive(owner)

    monkeypatch.setattr(lock, "_alive", overtaken)
    with pytest.raises(TransientError, match="took the lock first"), locked(str(tmp_path)):
        pytest.fail("two hold one lock")
    assert json.loads((tmp_path / "_lock").read_text())["pid"] == os.getpid()
    faster.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_an_owner_that_ends_between_two_looks_is_no_missing_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_lock").write_bytes(DEAD)
    claim = storage.claim

    def late(uri: str, data: bytes) -> bool:
        given = claim(uri, data)
        if not given:
            storage.delete(uri)  # the owner ends at this moment
        return given

    monkeypatch.setattr(storage, "claim", late)
    with locked(str(tmp_path)):
        assert (tmp_path / "_lock").exists()


def test_a_lock_that_somebody_else_took_meanwhile_is_left_to_them(tmp_path: Path) -> None:
    with locked(str(tmp_path)):
        (tmp_path / "_lock").write_bytes(b'{"host": "x", "pid": 2}')
    assert (tmp_path / "_lock").read_bytes() == b'{"host": "x", "pid": 2}'


def test_a_lock_torn_by_a_crash_is_held_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "_lock").write_bytes(b'{"host": ')
    with locked(str(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []
