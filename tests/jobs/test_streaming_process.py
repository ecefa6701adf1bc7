"""The driver's process: on a signal or its limit, the application on the cluster is ended too."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from jobs.hadoop import Hadoop
from jobs.streaming.process import Driver

# A driver that has submitted its application and waits for it, as mrjob's log shows it.
SUBMITTED = ["bash", "-c", "echo ' Submitted application application_1760000000000_0042' >&2; exec sleep 60"]


def yarn(folder: Path) -> Hadoop:
    """A hadoop command whose yarn writes down what it was asked."""
    (folder / "bin").mkdir()
    (folder / "bin" / "hadoop").touch()
    (folder / "bin" / "yarn").write_text(f'#!/bin/bash\necho "$@" > {folder}/asked\n')
    (folder / "bin" / "yarn").chmod(0o755)
    return Hadoop(str(folder / "bin" / "hadoop"), "")


def test_a_signal_kills_the_application(tmp_path: Path) -> None:
    driver = Driver(SUBMITTED, str(tmp_path), yarn(tmp_path).kill)

    def interrupt() -> None:
        while driver.application is None:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=interrupt)
    thread.start()
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        driver.run(io.BytesIO(), os.environ, 60)
    thread.join()
    assert (tmp_path / "asked").read_text() == "application -kill application_1760000000000_0042\n"
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_limit_kills_the_application(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="not done after 1 s"):
        Driver(SUBMITTED, str(tmp_path), yarn(tmp_path).kill).run(io.BytesIO(), os.environ, 1)
    assert (tmp_path / "asked").exists()


def test_a_finished_job_is_not_killed(tmp_path: Path) -> None:
    log = io.BytesIO()
    driver = Driver(["bash", "-c", "echo application_1_0001 >&2; exit 3"], str(tmp_path), yarn(tmp_path).kill)
    assert driver.run(log, os.environ, 60) == 3
    assert log.getvalue() == b"application_1_0001\n" and not (tmp_path / "asked").exists()


def test_no_yarn_command_is_no_second_fault(tmp_path: Path) -> None:
    assert Hadoop(str(tmp_path / "hadoop"), "").kill("application_1_0001") is False
