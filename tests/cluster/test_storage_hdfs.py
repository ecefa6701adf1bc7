"""Every promise of corpus.storage on a real NameNode and DataNode."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from corpus import storage
from corpus.errors import ConfigError, TransientError
from tests.cluster.daemons import Cluster, free_port
from tests.corpus.storage_contract import StorageContract

pytestmark = pytest.mark.cluster


class TestHdfs(StorageContract):
    @pytest.fixture
    def base(self, cluster: Cluster, request: pytest.FixtureRequest) -> str:
        return f"{cluster.hdfs}/시험/{re.sub(r'[^a-z0-9가-힣_]', '_', request.node.name)}-{id(request)}"


def test_hadoop_itself_reads_what_was_written_and_the_other_way_round(cluster: Cluster) -> None:
    uri = f"{cluster.hdfs}/오고감/가 나.txt"
    storage.write_bytes(uri, "말모이\n".encode())
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    words = [cluster.bin, "fs", "-cat", uri]
    read = subprocess.run(words, env=environment, capture_output=True, timeout=60, check=True)
    assert read.stdout == "말모이\n".encode()
    subprocess.run(
        [cluster.bin, "fs", "-put", "-", f"{cluster.hdfs}/오고감/다.txt"],
        input="사전\n".encode(), env=environment, timeout=60, check=True,
    )  # fmt: skip
    assert storage.read_bytes(f"{cluster.hdfs}/오고감/다.txt") == "사전\n".encode()


def test_a_uri_without_a_host_is_the_configured_file_system(cluster: Cluster) -> None:
    storage.write_bytes("hdfs:///기본/a.txt", b"1")
    assert storage.read_bytes(f"{cluster.hdfs}/기본/a.txt") == b"1"
    assert storage.files("hdfs:///기본") == ["hdfs:///기본/a.txt"]


def test_no_namenode_is_said_within_seconds() -> None:
    uri = f"hdfs://127.0.0.1:{free_port()}/a"
    with pytest.raises(TransientError, match="no NameNode answers") as caught:
        storage.exists(uri)
    assert caught.value.exit_code == 75


def test_an_unknown_nameservice_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="HDFS cannot be found"):
        storage.exists("hdfs://이름없는곳/a")
