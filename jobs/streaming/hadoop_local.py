"""A hadoop command without a cluster: pyspark's own client jars, the stock Streaming jar, LocalJobRunner.

    python -m jobs.streaming.hadoop_local .hadoop

The Streaming jar comes from Maven Central through Ivy, which pyspark brings along; all else is here.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from corpus import storage
from corpus.errors import PreflightError
from jobs.java import java_version

STREAMING = ("org.apache.hadoop", "hadoop-streaming", "3.4.2")  # runs on pyspark's Hadoop 3.5.0 client
# What Hadoop's client and Streaming need; commons-cli unshaded, for Streaming alone.
_NAMES = r"hadoop-client-(api|runtime)|slf4j-api|log4j-(api|core|1.2-api|slf4j2-impl)|jcl-over-slf4j"
JARS = re.compile(rf"({_NAMES}|commons-(cli|codec|io|lang3))-[0-9].*jar")

WRAPPER = """#!/bin/bash
case "${{1:-}}" in
  version) class=org.apache.hadoop.util.VersionInfo ;;
  fs) class=org.apache.hadoop.fs.FsShell ;;
  jar) class=org.apache.hadoop.util.RunJar ;;
  *) echo "usage: hadoop version|fs|jar" >&2; exit 1 ;;
esac
shift
exec "${{JAVA_HOME:+$JAVA_HOME/bin/}}java" -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\
  -cp "{conf}:{jars}" "$class" "$@"
"""
SITE = "<configuration>{}</configuration>\n"
ROW = "<property><name>{}</name><value>{}</value></property>"
CORE = ROW.format("fs.defaultFS", "file:///") + ROW.format("hadoop.tmp.dir", "{home}/tmp")
MAPRED = ROW.format("mapreduce.framework.name", "local") + ROW.format("mapreduce.local.map.tasks.maximum", "{cores}")
_STDERR = {"type": "Console", "name": "stderr", "target": "SYSTEM_ERR", "layout.type": "PatternLayout"}
_STDERR |= {"layout.pattern": "%d{yy/MM/dd HH:mm:ss} %p %c{2}: %m%n"}
LOGGING = "rootLogger.level = info\nrootLogger.appenderRef.stderr.ref = stderr\n"
LOGGING += "".join(f"appender.stderr.{key} = {value}\n" for key, value in _STDERR.items())


def install(home: Path) -> Path:
    """Set ``home`` up and return the hadoop command in it.  What is there already is not fetched again.

    Raises PreflightError when there is no Java or pyspark, or the jar cannot be fetched.
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise PreflightError("pyspark", "is not installed, and its jars are Hadoop's client here", "pip install malmoi")
    jars = os.path.join(spec.submodule_search_locations[0], "jars")
    jar = home / "lib" / f"{STREAMING[1]}-{STREAMING[2]}.jar"
    if not jar.exists():
        java_version()  # raises when there is none
        java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
        words = [java, "-jar", glob.glob(f"{jars}/ivy-*.jar")[0], "-dependency", *STREAMING]
        target = f"{jar.parent}/[artifact]-[revision].[ext]"
        words += ["-retrieve", target, "-confs", "master", "-cache", str(home / "cache")]
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
        if not jar.exists():
            raise PreflightError(jar.name, f"could not be fetched: {(done.stdout + done.stderr).strip()[-300:]}")
    path = ":".join(os.path.join(jars, name) for name in sorted(os.listdir(jars)) if JARS.match(name))
    for name, text in {
        "conf/core-site.xml": SITE.format(CORE.format(home=home)),
        "conf/mapred-site.xml": SITE.format(MAPRED.format(cores=os.cpu_count() or 1)),
        "conf/log4j2.properties": LOGGING,
        "bin/hadoop": WRAPPER.format(conf=home / "conf", jars=path),
    }.items():
        storage.write_bytes(str(home / name), text.encode())
    (home / "bin" / "hadoop").chmod(0o755)
    return home / "bin" / "hadoop"


if __name__ == "__main__":
    sys.stdout.write(f"{install(Path(sys.argv[1]).resolve())}\n")
