"""Every Spark job under spark-submit with the code in a zip: local[2], and a standalone master with a worker."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

from corpus import manifest as manifests
from jobs.commands.dist import build
from jobs.pipeline import BY_NAME, NAMES
from tests.chain import CLEAN_MIX, write_config

ROOT = Path(__file__).resolve().parents[2]
SPARK_HOME = Path(pyspark.__file__).parent
FEW = ("select",)  # the rest of the matrix is in make test-faults
STAGES = ("ingest", "annotate", "dedup", "select", "audit", "tokenizer", "mix")


def environment(folder: Path) -> dict[str, str]:
    """The rooms come from the zip alone: no checkout on the path, and another working folder."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    return {
        **kept,
        "SPARK_HOME": str(SPARK_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOG_DIR": str(folder / "logs"),
    }


def submit(folder: Path, master: str, stage: str, config: Path, run: Path) -> None:
    done = subprocess.run(
        [
            str(SPARK_HOME / "bin" / "spark-submit"),
            "--master",
            master,
            *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.executor.memory=1g"),
            "--py-files",
            str(folder / "malmoi.zip"),
            str(ROOT / f"{BY_NAME[stage].module.replace('.', '/')}.py"),
            *("--config", str(config), "--output", str(run), "--quiet"),
        ],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{stage}: {done.stderr[-3000:]}"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, clean_chain: tuple[Path, Path]) -> tuple[Path, Path]:
    """(folder, config) of a finished reference run and the zip."""
    folder = tmp_path_factory.mktemp("submit")
    build(folder / "malmoi.zip", ROOT)
    docs = clean_chain[0].parent / "docs"
    config = write_config(folder / "config.json", docs, spark={"master": None}, mix=CLEAN_MIX)
    shutil.copytree(clean_chain[1], folder / "reference")
    return folder, config


def check_stage(prepared: tuple[Path, Path], run: Path, master: str, stage: str) -> None:
    """The stage alone, over the reference's earlier stages, publishes what the reference published."""
    folder, config = prepared
    shutil.copytree(folder / "reference", run)
    for name in NAMES[NAMES.index(stage) :]:
        (run / name / manifests.MANIFEST).unlink(missing_ok=True)
    submit(folder, master, stage, config, run)
    ours, theirs = (manifests.read(str(where), stage) for where in (run, folder / "reference"))
    assert ours.digests == theirs.digests
    assert ours.census.rows() == theirs.census.rows()
    fixed = ("pairs/", "decisions/", "audit/", "tokenizer/", "mixed/")  # byte for byte whatever the layout
    assert [part for part in ours.parts if part.name.startswith(fixed)] == [
        part for part in theirs.parts if part.name.startswith(fixed)
    ]


@pytest.mark.faults
@pytest.mark.parametrize("stage", STAGES)
def test_a_spark_job_runs_under_spark_submit_from_a_zip(
    prepared: tuple[Path, Path], tmp_path: Path, stage: str
) -> None:
    check_stage(prepared, tmp_path / "run", "local[2]", stage)


@pytest.fixture(scope="module")
def master(prepared: tuple[Path, Path]) -> Iterator[str]:
    """A standalone master and one worker on 127.0.0.1, ended by their process ids."""
    folder = prepared[0]
    program = str(SPARK_HOME / "bin" / "spark-class")
    processes: list[subprocess.Popen[str]] = []

    def daemon(words: list[str], pattern: str) -> str:
        process = subprocess.Popen(
            [program, *words],
            cwd=folder,
            env=environment(folder),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        processes.append(process)
        assert process.stderr is not None
        deadline = time.monotonic() + 60
        seen = ""
        while time.monotonic() < deadline:
            if select.select([process.stderr], [], [], 1.0)[0]:
                line = process.stderr.readline()
                seen += line
                if found := re.search(pattern, line):
                    return found.group(0)
        raise AssertionError(seen[-2000:])

    try:
        url = daemon(
            ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"],
            r"spark://127\.0\.0\.1:\d+",
        )
        daemon(
            [
                *("org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0"),
                *("--cores", "2", "--memory", "2g", url),
            ],
            r"Successfully registered with master",
        )
        yield url
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.parametrize(
    "stage", [stage if stage in FEW else pytest.param(stage, marks=pytest.mark.faults) for stage in STAGES]
)
def test_a_spark_job_runs_on_a_standalone_master_with_a_worker(
    prepared: tuple[Path, Path], master: str, tmp_path: Path, stage: str
) -> None:
    check_stage(prepared, tmp_path / "run", master, stage)
