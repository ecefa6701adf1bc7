"""Where Hadoop is on this machine: the command and the Streaming jar, found before anything starts."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import storage
from corpus.errors import ConfigError, PreflightError
from jobs.java import java_version
from serializer.config import HadoopConfig

# Below Hadoop's home: the archive's layout, that of `make hadoop`, and those of packaged clusters.
JAR_PLACES = ("share/hadoop/tools/lib", "lib", "hadoop-mapreduce", ".")
JAR_NAME = "hadoop-streaming*.jar"
SYSTEM_PLACES = ("/usr/lib/hadoop-mapreduce", "/usr/hdp/current/hadoop-mapreduce-client")
LOCAL_HOME = ".hadoop"  # what `make hadoop` sets up, below the working directory


@dataclass(frozen=True)
class Hadoop:
    """``bin``: the hadoop command; ``jar``: the stock Streaming jar.  Absolute paths."""

    bin: str
    jar: str

    def kill(self, application: str) -> bool:
        """End a YARN application: ending the process that submitted it does not.  True when told so."""
        yarn = os.path.join(os.path.dirname(self.bin), "yarn")
        command = [yarn if os.path.exists(yarn) else shutil.which("yarn") or yarn, "application", "-kill", application]
        try:
            return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


def check_run(run: str, runner: str) -> None:
    """Raises ConfigError for a run on s3a whose Streaming jobs Hadoop would commit."""
    if runner == "hadoop" and storage.split(run)[0] == "s3a":
        raise ConfigError(
            run,
            "Hadoop's committer promotes a task's files by renaming, which s3a lacks",
            "Set serialize.runner to local, or take a run directory on hdfs",
        )


def find(config: HadoopConfig) -> Hadoop:
    """The configured Hadoop, or that of HADOOP_HOME, PATH or ``make hadoop``, in this order.

    Raises PreflightError that lists the places where nothing was found.
    """
    java_version()
    places = [place for place in _commands(config) if place]
    command = next((place for place in places if os.access(place, os.X_OK) and os.path.isfile(place)), None)
    if command is None:
        raise PreflightError(
            "hadoop",
            f"no hadoop command found; tried {', '.join(places)} and PATH",
            "Set serialize.hadoop.bin or HADOOP_HOME, or run `make hadoop` for a local one",
        )
    command = os.path.abspath(command)
    jars = list(_jars(config, command))
    jar = next((found for place in jars for found in sorted(glob.glob(place)) if "sources" not in found), None)
    if jar is None:
        raise PreflightError(
            "hadoop",
            f"no Streaming jar found; tried {', '.join(jars)}",
            "Set serialize.hadoop.streaming_jar to the cluster's hadoop-streaming jar",
        )
    return Hadoop(command, os.path.abspath(jar))


def _commands(config: HadoopConfig) -> Iterator[str | None]:
    if config.bin:
        yield config.bin
        return
    if home := os.environ.get("HADOOP_HOME"):
        yield os.path.join(home, "bin", "hadoop")
    yield shutil.which("hadoop")
    yield os.path.abspath(os.path.join(LOCAL_HOME, "bin", "hadoop"))


def _jars(config: HadoopConfig, command: str) -> Iterator[str]:
    if config.streaming_jar:
        yield config.streaming_jar
        return
    homes = [os.environ.get("HADOOP_HOME"), os.environ.get("HADOOP_MAPRED_HOME")]
    homes.append(os.path.dirname(os.path.dirname(os.path.realpath(command))))
    for home in dict.fromkeys(home for home in homes if home):
        for place in JAR_PLACES:
            yield os.path.normpath(os.path.join(home, place, JAR_NAME))
    for place in SYSTEM_PLACES:
        yield os.path.join(place, JAR_NAME)
