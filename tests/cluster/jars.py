"""The jars of real Hadoop daemons, from Maven Central by the Ivy that pyspark brings along; no Maven."""

from __future__ import annotations

import glob
import importlib.util
import os
import subprocess
from pathlib import Path

from corpus.errors import PreflightError
from jobs.java import java_version
from jobs.streaming.hadoop_local import STREAMING

HADOOP = "3.5.0"  # of pyspark's own Hadoop client
ARTIFACTS = (
    "hadoop-common",
    "hadoop-hdfs",
    "hadoop-yarn-server-resourcemanager",
    "hadoop-yarn-server-nodemanager",
    "hadoop-yarn-server-timelineservice",  # the ResourceManager does not start without it
    "hadoop-mapreduce-client-jobclient",
    "hadoop-mapreduce-client-app",
    "hadoop-mapreduce-client-shuffle",
    "hadoop-mapreduce-client-hs",
)
_MAPPING = "default->default(runtime),runtime(default),master(default)"
FETCH_SECONDS = 1500  # 192 jars, 102 MB: 2 to 4 minutes seen


def install(home: Path) -> Path:
    """``home``/lib with every jar, fetched when it is not whole.  Raises PreflightError."""
    library, done = home / "lib", home / "jars.done"
    wanted = f"{HADOOP} {STREAMING[2]} {' '.join(ARTIFACTS)}"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return library
    java_version()
    spec = importlib.util.find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise PreflightError("pyspark", "is not installed, and Ivy comes with it")
    home.mkdir(parents=True, exist_ok=True)
    rows = [f'<dependency org="org.apache.hadoop" name="{name}" rev="{HADOOP}"/>' for name in ARTIFACTS]
    rows.append(f'<dependency org="{STREAMING[0]}" name="{STREAMING[1]}" rev="{STREAMING[2]}" transitive="false"/>')
    (home / "ivy.xml").write_text(
        '<ivy-module version="2.0"><info organisation="malmoi" module="cluster"/>'
        f'<configurations defaultconfmapping="{_MAPPING}"><conf name="default"/></configurations>'
        f"<dependencies>{''.join(rows)}</dependencies></ivy-module>",
        encoding="utf-8",
    )
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
    ivy = glob.glob(f"{spec.submodule_search_locations[0]}/jars/ivy-*.jar")[0]
    words = [java, "-jar", ivy, "-ivy", str(home / "ivy.xml"), "-types", "jar", "bundle", "-confs", "default"]
    words += ["-cache", str(home / "cache")]
    words += ["-retrieve", f"{library}/[artifact]-[revision](-[classifier]).[ext]"]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    found = {path.name for path in library.glob("*.jar")} if library.exists() else set()
    missing = [name for name in ARTIFACTS if f"{name}-{HADOOP}.jar" not in found]
    if f"{STREAMING[1]}-{STREAMING[2]}.jar" not in found or missing or ran.returncode:
        raise PreflightError("Hadoop's jars", f"could not be fetched: {(ran.stdout + ran.stderr).strip()[-500:]}")
    done.write_text(wanted, encoding="utf-8")
    return library
