"""Every Spark job under spark-submit with the code in a zip: local[2], and a standalone master with a worker."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyspark
import pytest

from corpus import manifest as manifests
from jobs.commands.dist import build
from tests.chain import records, run_chain, write_config, write_corpus

ROOT = Path(__file__).resolve().parents[2]
SPARK_HOME = Path(pyspark.__file__).parent
STAGES = ("ingest", "annotate", "dedup", "select", "tokenizer", "mix")


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
        "NUMBA_CACHE_DIR": str(folder / "numba"),
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
            str(ROOT / "jobs" / "spark" / f"{stage}.py"),
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
def prepared(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> tuple[Path, Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("submit")
    build(folder / "malmoi.zip", ROOT)
    config = write_config(folder / "config.json", write_corpus(folder / "docs", records(90), 2), spark={"master": None})
    run_chain(config, folder / "reference", spark, (*STAGES, "serialize"))
    return (
        folder,
        config,
        {
            part.name: part.sha256
            for stage in STAGES
            for part in manifests.read(str(folder / "reference"), stage).parts
            if part.name.startswith(("pairs/", "decisions/", "tokenizer/", "mixed/"))
        },
    )


def published(run: Path) -> dict[str, str]:
    return {
        part.name: part.sha256
        for stage in STAGES
        for part in manifests.read(str(run), stage).parts
        if part.name.startswith(("pairs/", "decisions/", "tokenizer/", "mixed/"))
    }


def test_every_spark_job_runs_under_spark_submit_from_a_zip(prepared: tuple[Path, Path, dict[str, str]]) -> None:
    folder, config, reference = prepared
    for stage in STAGES:
        submit(folder, "local[2]", stage, config, folder / "local-run")
    assert published(folder / "local-run") == reference


@pytest.fixture
def master(prepared: tuple[Path, Path, dict[str, str]]) -> Iterator[str]:
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


def test_the_jobs_run_on_a_standalone_master_with_a_worker(
    prepared: tuple[Path, Path, dict[str, str]], master: str
) -> None:
    folder, config, reference = prepared
    for stage in STAGES:
        submit(folder, master, stage, config, folder / "standalone-run")
    assert published(folder / "standalone-run") == reference
