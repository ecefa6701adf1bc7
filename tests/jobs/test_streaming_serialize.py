"""The serialize job on its three runners: the same bytes, and nothing published when anything fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import GateError, MalmoiError, PreflightError
from corpus.manifest import file_sha256
from jobs.stage import StageResult
from jobs.streaming import serialize
from jobs.streaming.commands import command
from tests.jobs.streaming_runs import PARTS
from tests.jobs.streaming_runs import serialize_context as context
from tests.serializer.samples import TEXTS

ON_HADOOP = pytest.param("hadoop", marks=pytest.mark.faults)


def published(run: Path) -> dict[str, str]:
    """Every file below shards/, those of attempts too."""
    shards = run / "shards"
    return {str(p.relative_to(run)): file_sha256(str(p))[1] for p in sorted(shards.rglob("*")) if p.is_file()}


def check_run(run: Path, result: StageResult, form: str = "megatron") -> dict[str, str]:
    """Every listed file is there as listed, nothing else is, and no attempt is left behind."""
    files = published(run)
    assert files == {part.name: part.sha256 for part in result.parts}
    assert sorted(path.name for path in run.iterdir()) == ["mixed", "shards", "tokenizer"]
    assert {name.split("/")[1] for name in files} == {form}
    return files


@pytest.mark.parametrize("form", ["megatron", "parquet", "jsonl"])
def test_one_part_becomes_one_shard_of_its_number(tmp_path: Path, form: str) -> None:
    result = serialize.run(context(tmp_path, "inline", form))
    suffixes = [".bin", ".idx"] if form == "megatron" else [f".{form}"]
    names = [f"shards/{form}/shard-{n:05d}{suffix}" for n in range(PARTS) for suffix in suffixes]
    names += [f"shards/{form}/provenance/shard-{n:05d}.parquet" for n in range(PARTS)]
    assert sorted(check_run(tmp_path, result, form)) == sorted(names)
    assert result.census.total(fate="kept").documents == PARTS * len(TEXTS)


def test_the_three_runners_publish_the_same_bytes(tmp_path: Path, hadoop: str) -> None:
    seen = []
    for runner in ("inline", "local", "hadoop"):
        result = serialize.run(context(tmp_path / runner, runner, bin=hadoop))
        seen.append((check_run(tmp_path / runner, result), result.digests, result.census))
    assert seen[0] == seen[1] == seen[2]


def damage(run: Path) -> Path:
    path = run / "mixed" / "part-00001.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("runner", ["inline", "local", ON_HADOOP])
def test_a_damaged_part_stops_the_stage_by_name_and_publishes_nothing(
    tmp_path: Path, runner: str, request: pytest.FixtureRequest
) -> None:
    where = {"bin": request.getfixturevalue("hadoop")} if runner == "hadoop" else {}
    stage = context(tmp_path, runner, **where)
    path = damage(tmp_path)
    with pytest.raises(GateError) as caught:
        serialize.run(stage)
    assert str(path) in caught.value.where and "not the file that mix published" in caught.value.what
    assert published(tmp_path) == {}


def test_a_part_that_came_through_with_other_rows_is_refused(tmp_path: Path) -> None:
    stage = context(tmp_path, "inline")
    parts = list(stage.inputs["mix"].parts)
    object.__setattr__(parts[2], "rows", parts[2].rows + 1)
    with pytest.raises(GateError, match="part-00002"):
        serialize.run(stage)
    assert published(tmp_path) == {}


PROGRAM = """
import sys
from pathlib import Path
from jobs.streaming import serialize
from tests.jobs.streaming_runs import serialize_context as context
stage = context(Path(sys.argv[1]), sys.argv[2], **({"bin": sys.argv[3]} if len(sys.argv) > 3 else {}))
try:
    serialize.run(stage)
except KeyboardInterrupt:
    sys.exit(130)
"""


def paused(run: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The stage in a process of its own, all map tasks that run at once waiting at the start of their work."""
    environment = os.environ | {"MALMOI_PAUSE_AT": "serialize.task"}
    words = [sys.executable, "-c", PROGRAM, str(run), *arguments]
    process = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE)
    width = min(PARTS, len(os.sched_getaffinity(0)))
    until(lambda: len(tasks(run)) == width, process)
    return process


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert process is None or process.poll() is None, "the stage ended by itself"
        assert time.monotonic() < deadline, "did not happen in 90 s"
        time.sleep(0.05)


def tasks(run: Path) -> list[int]:
    """Process ids of this run's map tasks that wait at the pause (their signal is caught by pause(2))."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "wchan").read_text()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if b"--mapper" in words and any(str(run).encode() in word for word in words) and "pause" in state:
                found.append(int(entry.name))
    return found


def test_a_killed_map_task_fails_the_stage_and_publishes_nothing(tmp_path: Path) -> None:
    process = paused(tmp_path, "local")
    waiting = tasks(tmp_path)
    for number in waiting:
        os.kill(number, signal.SIGKILL)
    said = process.communicate(timeout=90)[1].decode()
    assert process.returncode == 1 and published(tmp_path) == {}
    log = Path(said.rsplit("Its log: ", 1)[1].strip())
    assert "SIGKILL" in log.read_text()
    log.unlink()
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in waiting))


@pytest.mark.parametrize("runner", ["local", ON_HADOOP])
def test_sigterm_ends_the_job_with_its_tasks(tmp_path: Path, runner: str, request: pytest.FixtureRequest) -> None:
    where = [request.getfixturevalue("hadoop")] if runner == "hadoop" else []
    process = paused(tmp_path, runner, *where)
    waiting = tasks(tmp_path)
    process.send_signal(signal.SIGTERM)
    assert process.wait(90) == 130
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in waiting))
    assert published(tmp_path) == {}


@pytest.mark.faults
def test_a_run_after_a_killed_one_equals_a_clean_one(tmp_path: Path) -> None:
    process = paused(tmp_path / "killed", "local")
    process.kill()
    process.wait()
    for number in tasks(tmp_path / "killed"):
        os.kill(number, signal.SIGKILL)
    assert all("/_streaming/" in name for name in published(tmp_path / "killed"))
    again = serialize.run(context(tmp_path / "killed", "local"))
    clean = serialize.run(context(tmp_path / "clean", "inline"))
    assert check_run(tmp_path / "killed", again) == check_run(tmp_path / "clean", clean)


def test_a_job_that_outlives_its_limit_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALMOI_PAUSE_AT", "serialize.task")
    with pytest.raises(MalmoiError, match="not done after 5 s"):
        serialize.run(context(tmp_path, "local", limit_seconds=5))
    assert published(tmp_path) == {}


def test_no_hadoop_is_said_with_the_places_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = Path(subprocess.run(["which", "java"], capture_output=True, text=True, check=True).stdout.strip())
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(java)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HADOOP_HOME", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PreflightError) as caught:
        serialize.run(context(tmp_path / "run", "hadoop"))
    assert f"{tmp_path}/nowhere/bin/hadoop" in caught.value.what and caught.value.exit_code == 5


def test_the_command_is_known_without_running_it(tmp_path: Path, hadoop: str) -> None:
    stage = context(tmp_path, "hadoop", bin=hadoop, jobconf=(("mapreduce.map.maxattempts", "2"),))
    words = command(stage)
    assert words[1].endswith("jobs/streaming/serialize.py")
    assert words[words.index("-r") + 1] == "hadoop" and "--no-conf" in words
    assert words[words.index("--hadoop-bin") + 1] == hadoop
    assert words[words.index("--hadoop-streaming-jar") + 1].endswith("hadoop-streaming-3.4.2.jar")
    assert words[words.index("-D") + 1] == "mapreduce.map.maxattempts=2"
    assert words[-1].startswith("file:///")
