"""A Spark stage submitted to real YARN, its run on HDFS and its code in a zip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from corpus import manifest as manifests
from corpus import storage
from jobs.commands.dist import build
from jobs.pipeline import BY_NAME
from tests.chain import records, run_chain, write_config, write_corpus
from tests.cluster.daemons import Cluster

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).resolve().parents[2]
SPARK_HOME = Path(pyspark.__file__).parent
STAGES = ("ingest", "annotate", "dedup", "select", "tokenizer", "mix")


@pytest.mark.parametrize("stage", ["annotate", "mix"])
def test_a_stage_on_yarn_publishes_what_it_publishes_here(
    cluster: Cluster, tmp_path: Path, spark: object, stage: str
) -> None:
    build(tmp_path / "malmoi.zip", ROOT)
    config = write_config(
        tmp_path / "config.json", write_corpus(tmp_path / "docs", records(60), 2), spark={"master": None}
    )
    run_chain(config, tmp_path / "run", spark, STAGES)
    run = f"{cluster.hdfs}/스파크/{stage}"
    for path in sorted((tmp_path / "run").rglob("*")):
        if path.is_file() and path.name != "_lock":
            storage.put(str(path), storage.join(run, str(path.relative_to(tmp_path / "run"))))
    for name in STAGES[STAGES.index(stage) :]:
        storage.delete(manifests.manifest_uri(run, name))
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    done = subprocess.run(
        [
            str(SPARK_HOME / "bin" / "spark-submit"),
            *("--master", "yarn", "--deploy-mode", "client"),
            *("--num-executors", "1", "--executor-memory", "512m", "--executor-cores", "2"),
            *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.yarn.am.memory=512m"),
            *("--conf", f"spark.yarn.jars=local:{SPARK_HOME}/jars/*"),  # they are on every node already
            *("--conf", f"spark.executorEnv.NUMBA_CACHE_DIR={tmp_path}/numba"),
            *("--py-files", str(tmp_path / "malmoi.zip")),
            str(ROOT / f"{BY_NAME[stage].module.replace('.', '/')}.py"),
            *("--config", str(config), "--output", run, "--quiet"),
        ],
        cwd=tmp_path,
        env={
            **kept,
            "SPARK_HOME": str(SPARK_HOME),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "HADOOP_CONF_DIR": str(cluster.conf),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        timeout=900,  # the kernels of a zip are compiled anew
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    ours, theirs = manifests.read(run, stage), manifests.read(str(tmp_path / "run"), stage)
    assert ours.digests == theirs.digests and ours.census.rows() == theirs.census.rows()
    assert ours.parts == theirs.parts
    submitted = max(cluster.applications(), key=lambda item: item["id"])
    assert (submitted["applicationType"], submitted["finalStatus"]) == ("SPARK", "SUCCEEDED")
