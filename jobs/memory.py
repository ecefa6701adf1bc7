"""Peak memory of a run's processes, sampled from /proc: for timings.json, never compared."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from functools import _lru_cache_wrapper

SAMPLE_SECONDS = 0.5

# Python workers give freed buffers back at once.  Arrow's own allocator keeps them: a worker that went
# from the tokenizer to mix peaked at 630 MB with it and at 440 MB with these (300 MB of text).
FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_ARENA_MAX": "2"}


def release(room: str) -> None:
    """Forgets what the modules of a room keep in caches of functions, models above all; the next call loads it anew.

    A Python worker goes from stage to stage: 45 MB of the filters' models went along to mix.
    """
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == room:
            for value in list(vars(module).values()):
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()


class PeakMemory:
    """Peak resident bytes of the driver's Python, its JVM, and the largest Python worker below them.

    Shared pages count in every process, so the worker figure is what one worker alone would show.
    """

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(timeout=5)

    def _loop(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        if not os.path.isdir("/proc/self"):
            return
        parents: dict[int, int] = {}
        resident: dict[int, tuple[str, int]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                    pid = int(entry)
                    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
                        head, tail = stream.read().rsplit(")", 1)
                    fields = tail.split()
                    parents[pid] = int(fields[1])
                    resident[pid] = (head.split("(", 1)[1], int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))
        own = os.getpid()
        for pid, (name, size) in resident.items():
            if pid == own:
                role = "driver"
            elif self._below(pid, own, parents):
                role = "jvm" if name == "java" else "worker" if name.startswith("python") else "other"
            else:
                continue
            self.peaks[role] = max(self.peaks.get(role, 0), size)

    @staticmethod
    def _below(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
        for _ in range(32):
            pid = parents.get(pid, 0)
            if pid == ancestor:
                return True
            if pid <= 1:
                return False
        return False
