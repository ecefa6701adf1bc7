"""The Spark session: settings that malmoi's results or its survival depend on, and nothing else.

Each setting's reason stands beside it.  A session that spark-submit prepared keeps its own master
and resources; ``spark.conf`` of the configuration is applied over all of this.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping

from pyspark.sql import SparkSession

from jobs.java import java_version, options
from jobs.memory import FRUGAL

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.speculation": "false",  # tasks write files; a second attempt doubles the work
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # A TCP loopback stall once hung a job for good; sockets are also 10-20 % cheaper.
    "spark.python.unix.domain.socket.enabled": "true",
    # Their paths may have about 100 bytes; the default, a YARN container's own folder, has more: "AF_UNIX
    # path too long" ended every task there.
    "spark.python.unix.domain.socket.dir": "/tmp",  # noqa: S108 - a folder that every node has
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    "spark.sql.execution.arrow.maxBytesPerBatch": "16777216",
    # Otherwise rows are lost without a word.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
}

LOGGING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "log4j2.properties")
LOCAL_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "3g",
    "spark.sql.shuffle.partitions": "8",
    "spark.python.daemon.module": "jobs.spark.daemon",  # quiet about sockets that a stopping session closed
}


def start(master: str | None, extra: Mapping[str, str]) -> SparkSession:
    """The running session, or a new one.  ``master`` None leaves it to spark-submit."""
    java_version()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYTHONHASHSEED", "0")
    for key, value in FRUGAL.items():
        os.environ.setdefault(key, value)  # local workers inherit it
    builder = SparkSession.builder.appName("malmoi")
    settings = SETTINGS | {f"spark.executorEnv.{key}": value for key, value in FRUGAL.items()}
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # set by spark-submit for its Python child
    if not submitted:
        master = master or "local[*]"
    if master and not submitted:
        builder = builder.master(master)
        if master.startswith("local"):
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            settings |= LOCAL_SETTINGS
            settings["spark.driver.extraJavaOptions"] = f"{options()} -Dlog4j.configurationFile={LOGGING}"
            settings["spark.python.unix.domain.socket.dir"] = tempfile.gettempdir()
    settings |= dict(extra)
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
