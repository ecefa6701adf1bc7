"""Fixtures of make test-cluster: real HDFS and YARN."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.daemons import Cluster

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """HDFS and YARN of one node each; clients in this process find them by HADOOP_CONF_DIR."""
    daemons = Cluster(ROOT / ".hadoop-cluster", tmp_path_factory.mktemp("cluster"))
    try:
        daemons.start()
        os.environ["HADOOP_CONF_DIR"] = str(daemons.conf)
        os.environ["HADOOP_USER_NAME"] = "malmoi"
        yield daemons
    finally:
        daemons.stop()
