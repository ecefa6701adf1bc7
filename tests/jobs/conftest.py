"""Fixtures of the jobs' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import PreflightError
from jobs.streaming import hadoop_local


@pytest.fixture(scope="session")
def hadoop() -> str:
    """The stock Streaming jar over pyspark's own Hadoop client, without daemons (LocalJobRunner)."""
    try:
        return str(hadoop_local.install(Path(__file__).resolve().parents[2] / ".hadoop"))
    except PreflightError as error:
        pytest.skip(str(error))
