"""The Streaming jobs on real YARN, with the stock jar: the bytes of -r local, and nothing left of what failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus import storage
from corpus.errors import GateError
from corpus.manifest import Part, file_sha256
from jobs.spark import annotate
from jobs.stage import StageContext
from jobs.streaming import dedup as streaming_dedup
from jobs.streaming import serialize
from jobs.tasks.signatures import SignatureTask, signature_part
from tests.cluster.daemons import Cluster
from tests.jobs.streaming_runs import PARTS, documents, serialize_context, stage_context

pytestmark = pytest.mark.cluster

WAIT_SECONDS = 400  # a job takes 25 s on idle cores; generous where they are not


@pytest.fixture(autouse=True)
def poor_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under cron or in a container: Java would make ``?`` of the Hangul in every path."""
    monkeypatch.setenv("LC_ALL", "C")


def upload(folder: Path, run: str) -> str:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            storage.put(str(path), storage.join(run, str(path.relative_to(folder))))
    return run


def below(run: str, product: str) -> dict[str, str]:
    """Every file of a product, those of attempts too."""
    uris = storage.all_files(storage.join(run, product))
    return {storage.relative(uri, run): file_sha256(uri)[1] for uri in uris}


def finished(cluster: Cluster, before: int) -> list[str]:
    """How the applications ended that were submitted since."""
    found = sorted(cluster.applications(), key=lambda item: item["id"])
    return [item["finalStatus"] for item in found][before:]


def on_hdfs(cluster: Cluster, tmp_path: Path, name: str, **jobconf: str) -> tuple[StageContext, str]:
    """serialize's context over the same parts as below tmp_path, on HDFS and YARN."""
    settings = tuple((key.replace("_", "."), value) for key, value in jobconf.items())
    context = serialize_context(tmp_path / "local", "hadoop", bin=str(cluster.bin), jobconf=settings)
    run = upload(tmp_path / "local", f"{cluster.hdfs}/야안/{name}")
    return replace(context, run=run), run


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    run = tmp_path_factory.mktemp("local")
    serialize.run(serialize_context(run, "local"))
    return below(str(run), "shards")


def test_serialize_on_yarn_gives_the_bytes_of_the_local_runner(
    cluster: Cluster, tmp_path: Path, shards: dict[str, str]
) -> None:
    before = len(cluster.applications())
    context, run = on_hdfs(cluster, tmp_path, "serialize")
    result = serialize.run(context)
    assert below(run, "shards") == shards == {part.name: part.sha256 for part in result.parts}
    assert finished(cluster, before) == ["SUCCEEDED"]


def test_annotate_on_yarn_gives_the_bytes_of_the_local_runner(cluster: Cluster, tmp_path: Path) -> None:
    ingest = documents(tmp_path)
    run = upload(tmp_path, f"{cluster.hdfs}/야안/annotate")
    local = annotate.run(stage_context("annotate", tmp_path, ingest, "streaming", "local", None))
    remote = annotate.run(
        stage_context("annotate", run, ingest, "streaming", "hadoop", None, bin=str(cluster.bin))  # type: ignore[arg-type]
    )
    assert remote == local and len(remote.parts) == PARTS
    assert below(run, "attributes") == below(str(tmp_path), "attributes") != {}


def test_the_candidates_of_dedup_on_yarn_are_those_of_the_local_runner(cluster: Cluster, tmp_path: Path) -> None:
    ingest = documents(tmp_path)
    config = stage_context("dedup", tmp_path, ingest, "streaming", "local", None).config.dedup
    rows = [signature_part(SignatureTask(str(tmp_path), part.name, config)) for part in ingest.files("documents")]
    signed = [Part.from_row(row["part"]) for row in rows]
    run = upload(tmp_path, f"{cluster.hdfs}/야안/dedup")

    def candidates(where: Any, runner: str, **hadoop: Any) -> list[Part]:
        context = stage_context("dedup", where, ingest, "streaming", runner, None, **hadoop)
        return streaming_dedup.run_streaming(context, signed)

    local = candidates(tmp_path, "local")
    remote = candidates(run, "hadoop", bin=str(cluster.bin))
    assert sum(part.rows for part in local) > 20
    assert below(run, "candidates") == below(str(tmp_path), "candidates") != {}
    assert remote == local


def test_a_damaged_part_stops_the_stage_by_name_and_publishes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    context, run = on_hdfs(cluster, tmp_path, "damaged", mapreduce_map_maxattempts="2")
    uri = storage.join(run, "mixed/part-00001.parquet")
    data = storage.read_bytes(uri)
    storage.write_bytes(uri, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(GateError, match="not the file that mix published") as caught:
        serialize.run(context)
    assert caught.value.where == uri and below(run, "shards") == {}


# ------------------------------------------------------------------ killed


def until(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not happen in {seconds:.0f} s"
        time.sleep(0.1)


PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from jobs.streaming import serialize
from tests.jobs.streaming_runs import serialize_context
folder, run, command, *jobconf = sys.argv[1:]
settings = tuple(tuple(item.split("=", 1)) for item in jobconf)
context = replace(serialize_context(Path(folder), "hadoop", bin=command, jobconf=settings), run=run)
try:
    serialize.run(context)
except KeyboardInterrupt:
    sys.exit(130)
"""


@contextmanager
def paused(
    cluster: Cluster, tmp_path: Path, name: str, point: str, *jobconf: str
) -> Iterator[tuple[subprocess.Popen[bytes], str, int]]:
    """The stage in a process of its own, its run, and the one map task that waits at ``point``."""
    _, run = on_hdfs(cluster, tmp_path, name)
    mark = tmp_path / "paused"
    variables = f"mapreduce.map.env=MALMOI_PAUSE_AT={point},MALMOI_PAUSE_ONCE={mark}"
    jobconf = (variables, "mapreduce.map.speculative=false", *jobconf)  # nobody but the test ends the attempt
    words = [sys.executable, "-c", PROGRAM, str(tmp_path / "local"), run, str(cluster.bin), *jobconf]
    process = subprocess.Popen(words, stderr=subprocess.PIPE)
    try:
        until(lambda: (mark.exists() and mark.read_text() != "") or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1].decode()[-3000:]
        yield process, run, int(mark.read_text())
    finally:
        if process.poll() is None:
            process.terminate()  # ends the application too
            process.wait(60)


def test_a_task_attempt_killed_after_it_wrote_its_shard_leaves_nothing_behind(
    cluster: Cluster, tmp_path: Path, shards: dict[str, str]
) -> None:
    with paused(cluster, tmp_path, "killed", "streaming.written") as (process, run, task):
        written = [name for name in below(run, "shards") if name.endswith(".bin")]
        assert written and all("/_temporary/attempt_" in name for name in written)
        os.kill(task, signal.SIGKILL)
        said = process.communicate(timeout=WAIT_SECONDS)[1].decode()
    assert process.returncode == 0, said[-3000:]
    assert below(run, "shards") == shards


def test_a_job_whose_only_attempt_was_killed_publishes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    before = len(cluster.applications())
    with paused(cluster, tmp_path, "failed", "streaming.written", "mapreduce.map.maxattempts=1") as (
        process,
        run,
        task,
    ):
        os.kill(task, signal.SIGKILL)
        said = process.communicate(timeout=WAIT_SECONDS)[1].decode()
    assert process.returncode == 1 and "the hadoop job ended with code" in said
    assert below(run, "shards") == {} and finished(cluster, before) == ["FAILED"]
    log = Path(said.rsplit("Its log: ", 1)[1].strip())
    assert "application_" in log.read_text()
    log.unlink()


def test_sigterm_ends_the_application_on_the_cluster_too(cluster: Cluster, tmp_path: Path) -> None:
    before = len(cluster.applications())
    with paused(cluster, tmp_path, "ended", "serialize.task") as (process, run, task):
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 130
        until(lambda: finished(cluster, before) == ["KILLED"])
        until(lambda: not Path(f"/proc/{task}").exists())
    assert below(run, "shards") == {}
