"""Runs a Streaming job's driver as a process that ends with us, on the cluster too."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import IO

_APPLICATION = re.compile(rb"application_\d+_\d+")
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL


class Driver:
    """One run of ``command``; its stderr goes to ``log``.

    ``kill`` ends the YARN application that the log names: ending its driver leaves it running (seen).
    SIGTERM and SIGINT end the job and surface as KeyboardInterrupt.
    """

    def __init__(self, command: Sequence[str], folder: str, kill: Callable[[str], object] | None = None) -> None:
        self.command, self.folder, self.kill = list(command), folder, kill
        self.application: str | None = None
        self.expired = False

    def run(self, log: IO[bytes], environment: Mapping[str, str], limit: float) -> int:
        """The exit code.  Raises TimeoutError after ``limit`` seconds, KeyboardInterrupt on a signal."""
        main = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGTERM, _interrupt) if main else None
        process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        timer = threading.Timer(limit, self._expire, (process,))
        timer.start()
        try:
            for line in process.stderr or ():
                log.write(line)
                if found := _APPLICATION.search(line):
                    self.application = found.group().decode()
            code = process.wait()
        finally:
            timer.cancel()
            self.stop(process)
            if main:
                signal.signal(signal.SIGTERM, before)
        if self.expired:
            raise TimeoutError(f"not done after {limit:.0f} s")
        return code

    def _expire(self, process: subprocess.Popen[bytes]) -> None:
        self.expired = True
        self.stop(process)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End the driver, every task that it started here, and its application on the cluster."""
        if process.poll() is None and self.application and self.kill is not None:
            self.kill(self.application)
        with contextlib.suppress(ProcessLookupError):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(GRACE_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)  # tasks outlive a driver that failed
            process.wait(GRACE_SECONDS)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
