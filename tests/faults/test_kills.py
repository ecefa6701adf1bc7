"""kill -9 at named and at drawn points of every stage, then a rerun: equal to a run that nobody killed."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus import manifest as manifests
from corpus.identity import keyed_hash
from jobs.pipeline import NAMES
from tests.chain import products

WAIT_SECONDS = 180


def start(config: Path, run: Path, point: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if point:
        environment["MALMOI_PAUSE_AT"] = point
    return subprocess.Popen(
        [sys.executable, "-m", "jobs.cli", "run", "--config", str(config), "--output", str(run), "--quiet"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def wait_for(process: subprocess.Popen[bytes], words: bytes) -> None:
    """Read stderr until ``words`` stand in it: proof that the stage was running."""
    assert process.stderr is not None
    seen = b""
    deadline = time.monotonic() + WAIT_SECONDS
    while words not in seen:
        ready, _, _ = select.select([process.stderr], [], [], 1.0)
        if ready:
            block = os.read(process.stderr.fileno(), 65536)
            assert block, f"ended before {words!r}: {seen[-2000:]!r}"
            seen += block
        assert time.monotonic() < deadline, f"{words!r} never came: {seen[-2000:]!r}"


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def unfinished(clean_run: Path, run: Path, stage: str) -> None:
    """A copy of the clean run as it was before ``stage``: manifests of it and of all later ones are gone."""
    shutil.copytree(clean_run, run)
    for name in NAMES[NAMES.index(stage) :]:
        manifests_path = run / name / manifests.MANIFEST
        if manifests_path.exists():
            manifests_path.unlink()


def check_rerun(clean_run: Path, config: Path, run: Path) -> None:
    process = start(config, run)
    said = process.communicate(timeout=WAIT_SECONDS)[1].decode()
    assert process.returncode == 0 and "Traceback" not in said, said[-2000:]
    assert products(run) == products(clean_run)


def kill_at(point: str, clean_chain: tuple[Path, Path], tmp_path: Path) -> None:
    config, clean_run = clean_chain
    stage = point.split(".")[0]
    run = tmp_path / "run"
    unfinished(clean_run, run, stage)
    process = start(config, run, point)
    try:
        wait_for(process, f"paused at {point}".encode())
    finally:
        kill(process)
    happened = manifests.find(str(run), stage) is not None
    assert happened == point.endswith(".published")
    check_rerun(clean_run, config, run)


@pytest.mark.parametrize("point", ["mix.publish"])
def test_a_killed_stage_is_invisible_and_a_rerun_equals_a_clean_run(
    clean_chain: tuple[Path, Path], tmp_path: Path, point: str
) -> None:
    kill_at(point, clean_chain, tmp_path)


@pytest.mark.faults
@pytest.mark.parametrize("stage", NAMES)
@pytest.mark.parametrize("where", ["start", "publish", "published"])
def test_kill_at_every_border_of_every_stage(
    clean_chain: tuple[Path, Path], tmp_path: Path, stage: str, where: str
) -> None:
    kill_at(f"{stage}.{where}", clean_chain, tmp_path)


@pytest.mark.faults
@pytest.mark.parametrize("stage", ["ingest", "annotate", "dedup", "select", "audit", "tokenizer", "mix"])
def test_kill_inside_a_task(clean_chain: tuple[Path, Path], tmp_path: Path, stage: str) -> None:
    kill_at(f"{stage}.task.0", clean_chain, tmp_path)


@pytest.mark.faults
@pytest.mark.parametrize("stage", NAMES)
@pytest.mark.parametrize("draw", range(2))
def test_kill_at_a_drawn_moment(clean_chain: tuple[Path, Path], tmp_path: Path, stage: str, draw: int) -> None:
    config, clean_run = clean_chain
    run = tmp_path / "run"
    unfinished(clean_run, run, stage)
    process = start(config, run)
    try:
        wait_for(process, f'"stage": "{stage}", "state": "started"'.encode())
        moment = keyed_hash(draw, "moment", stage.encode()) % 4000 / 1000  # seconds, below the shortest stage's end
        if process.poll() is None:
            select.select([], [], [], moment)
    finally:
        kill(process)
    check_rerun(clean_run, config, run)
