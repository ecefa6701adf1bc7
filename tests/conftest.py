"""Fixtures that every suite shares."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# No deadlines: performance lives in benchmarks.  Derandomised: a red run is red again.  PROPERTY_EXAMPLES=1000 looks
# longer (not a MALMOI_ name: those set keys of the configuration).
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "50"))
hypothesis.settings.register_profile("malmoi", deadline=None, derandomize=True, database=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("malmoi")

ROOT = Path(__file__).resolve().parents[1]

# Spark's Python workers and mrjob's subprocesses import our packages from the checkout.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One real Spark session, local[2], for the whole run."""
    from jobs.spark.session import start

    session = start("local[2]", {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "3"})
    yield session
    session.stop()


@pytest.fixture(scope="session")
def clean_chain(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """(config, run) of one whole, clean run, made once for all processes of this test run.

    Tests only read it: what changes a run works on a copy.
    """
    from tests.chain import make_clean

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    with (folder / "clean.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "clean" / "run" / "report").is_dir():
            make_clean(folder / "clean", request.getfixturevalue("spark"))
    return folder / "clean" / "config.json", folder / "clean" / "run"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real Korean development data; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "docs").is_dir():
        pytest.skip(f"the development data is not at {folder}")
    return folder
