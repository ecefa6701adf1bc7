"""NameNode, DataNode, ResourceManager and NodeManager as four plain processes on 127.0.0.1.

Everything they need is written below one folder; they are stopped by the process ids that were started.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.cluster.jars import install

HOST = "127.0.0.1"
START_SECONDS = 180
JVM = (
    "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.net.preferIPv4Stack=true "
    "--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED"
).split()
CLASSES = {
    "namenode": "org.apache.hadoop.hdfs.server.namenode.NameNode",
    "datanode": "org.apache.hadoop.hdfs.server.datanode.DataNode",
    "resourcemanager": "org.apache.hadoop.yarn.server.resourcemanager.ResourceManager",
    "nodemanager": "org.apache.hadoop.yarn.server.nodemanager.NodeManager",
}
COMMANDS = {
    "version": "org.apache.hadoop.util.VersionInfo",
    "fs": "org.apache.hadoop.fs.FsShell",
    "jar": "org.apache.hadoop.util.RunJar",
    "application": "org.apache.hadoop.yarn.client.cli.ApplicationCLI application",
    "logs": "org.apache.hadoop.yarn.client.cli.LogsCLI",
}
# The daemons' web servers exit when their folders of pages are not on the class path.
PAGES = ("hdfs", "datanode", "static", "secondary", "cluster", "node")
LOGGING = """rootLogger.level = info
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.target = SYSTEM_ERR
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{2}: %m%n
"""
# Hadoop 3 logs through reload4j, which reads this form.
LOGGING_RELOAD4J = """log4j.rootLogger=INFO,out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.target=System.err
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{yy/MM/dd HH:mm:ss} %p %c{2}: %m%n
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def java() -> str:
    return os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"


class Cluster:
    """``hdfs``: URI of the file system's root; ``bin``: the hadoop command, with yarn beside it;
    ``conf``: the clients' configuration folder."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        self.conf, self.bin, self.logs = folder / "etc", folder / "bin" / "hadoop", folder / "logs"
        self.library = install(home)
        self.ports = {name: free_port() for name in ("namenode", "namenode-web", "rm", "rm-web", "node")}
        self.hdfs = f"hdfs://{HOST}:{self.ports['namenode']}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # The poorest locale: what is Hangul must get through all the same.
        poor = {"LC_ALL": "C", "LANG": "C"}
        self.environment = {**os.environ, "HADOOP_CONF_DIR": str(self.conf), "HADOOP_USER_NAME": "malmoi", **poor}
        self.path = f"{self.conf}:{folder}:{self.library}/*"

    # -------------------------------------------------------------- configuration

    def _sites(self) -> dict[str, dict[str, Any]]:
        web, scheduler = f"{HOST}:{self.ports['rm-web']}", "org.apache.hadoop.yarn.server.resourcemanager.scheduler"
        anywhere = f"{HOST}:0"
        return {
            "core-site.xml": {"fs.defaultFS": self.hdfs, "hadoop.tmp.dir": self.folder / "tmp"},
            "hdfs-site.xml": {
                "dfs.replication": 1,
                "dfs.permissions.enabled": "false",
                "dfs.namenode.rpc-bind-host": HOST,
                "dfs.namenode.http-address": f"{HOST}:{self.ports['namenode-web']}",
                "dfs.namenode.name.dir": f"file://{self.folder}/name",
                "dfs.datanode.data.dir": f"file://{self.folder}/data",
                "dfs.datanode.address": anywhere,
                "dfs.datanode.http.address": anywhere,
                "dfs.datanode.ipc.address": anywhere,
                "dfs.namenode.secondary.http-address": anywhere,
                "dfs.blocksize": 1 << 20,  # a small file spans blocks, as a large one does elsewhere
                "dfs.namenode.fs-limits.min-block-size": 1 << 20,
                "dfs.namenode.safemode.extension": 0,
            },
            "yarn-site.xml": {
                "yarn.resourcemanager.hostname": HOST,
                "yarn.resourcemanager.bind-host": HOST,
                "yarn.resourcemanager.address": f"{HOST}:{self.ports['rm']}",
                "yarn.resourcemanager.scheduler.address": f"{HOST}:{free_port()}",
                "yarn.resourcemanager.resource-tracker.address": f"{HOST}:{free_port()}",
                "yarn.resourcemanager.admin.address": f"{HOST}:{free_port()}",
                "yarn.resourcemanager.webapp.address": web,
                "yarn.resourcemanager.scheduler.class": f"{scheduler}.capacity.CapacityScheduler",
                "yarn.nodemanager.hostname": HOST,
                "yarn.nodemanager.bind-host": HOST,
                "yarn.nodemanager.address": f"{HOST}:{self.ports['node']}",
                "yarn.nodemanager.localizer.address": f"{HOST}:{free_port()}",
                "yarn.nodemanager.webapp.address": f"{HOST}:{free_port()}",
                "yarn.nodemanager.aux-services": "mapreduce_shuffle",
                "yarn.nodemanager.local-dirs": self.folder / "local",
                "yarn.nodemanager.log-dirs": self.logs / "containers",
                "yarn.nodemanager.resource.memory-mb": 8192,
                "yarn.nodemanager.resource.cpu-vcores": 8,
                "yarn.nodemanager.vmem-check-enabled": "false",
                "yarn.nodemanager.pmem-check-enabled": "false",
                "yarn.nodemanager.delete.debug-delay-sec": 600,
                "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage": 99,
                "yarn.scheduler.minimum-allocation-mb": 128,
                "yarn.application.classpath": f"{self.conf},{self.library}/*",
            },
            "capacity-scheduler.xml": {
                "yarn.scheduler.capacity.root.queues": "default",
                "yarn.scheduler.capacity.root.default.capacity": 100,
                "yarn.scheduler.capacity.maximum-am-resource-percent": 0.5,
            },
            "mapred-site.xml": {
                "mapreduce.framework.name": "yarn",
                "mapreduce.application.classpath": f"{self.conf},{self.library}/*",
                "mapreduce.shuffle.port": free_port(),
                "yarn.app.mapreduce.am.resource.mb": 512,
                "yarn.app.mapreduce.am.command-opts": "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                "yarn.app.mapreduce.am.staging-dir": "/staging",
                "mapreduce.map.memory.mb": 512,
                "mapreduce.reduce.memory.mb": 512,
                "mapreduce.map.java.opts": "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                "mapreduce.reduce.java.opts": "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                "mapreduce.task.io.sort.mb": 64,
                # Two tasks beside one another are as many as the tests' machine has cores.
                "mapreduce.job.running.map.limit": 2,
            },
        }

    def write(self) -> None:
        for page in PAGES:
            (self.folder / "webapps" / page).mkdir(parents=True, exist_ok=True)
        for folder in (self.conf, self.bin.parent, self.logs / "containers", self.folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "lib").symlink_to(self.library)  # where the Streaming jar is looked for
        for name, values in self._sites().items():
            rows = "".join(f"<property><name>{k}</name><value>{v}</value></property>" for k, v in values.items())
            (self.conf / name).write_text(f"<configuration>{rows}</configuration>\n", encoding="utf-8")
        (self.conf / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        (self.conf / "log4j.properties").write_text(LOGGING_RELOAD4J, encoding="utf-8")
        cases = "".join(f"  {word}) class='{name}' ;;\n" for word, name in COMMANDS.items())
        for command in ("hadoop", "yarn"):
            path = self.bin.parent / command
            path.write_text(
                f'#!/bin/bash\ncase "${{1:-}}" in\n{cases}  *) echo "unknown: $1" >&2; exit 1 ;;\nesac\nshift\n'
                f"export HADOOP_CONF_DIR='{self.conf}' HADOOP_USER_NAME=malmoi\n"
                f"exec {java()} -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '{self.path}' $class \"$@\"\n",
                encoding="utf-8",
            )
            path.chmod(0o755)

    # -------------------------------------------------------------- life

    def _java(self, name: str, *arguments: str) -> list[str]:
        logs = [f"-Dhadoop.log.dir={self.logs}", f"-Dyarn.log.dir={self.logs}"]  # absolute, or no container starts
        return [java(), *JVM, *logs, "-cp", self.path, CLASSES[name], *arguments]

    def start(self) -> None:
        self.write()
        formatted = subprocess.run(
            self._java("namenode", "-format", "-nonInteractive"),
            env=self.environment, capture_output=True, text=True, timeout=START_SECONDS, check=False,
        )  # fmt: skip
        assert formatted.returncode == 0, formatted.stderr[-3000:]
        for name in CLASSES:
            with open(self.logs / f"{name}.log", "wb") as log:
                self.processes[name] = subprocess.Popen(
                    self._java(name), cwd=self.folder, env=self.environment, stdout=log, stderr=log,
                    stdin=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
        self.until(lambda: self._live_datanodes() == 1, "a live DataNode out of safe mode")
        # With no node a job waits in ACCEPTED for ever.
        self.until(lambda: self._metrics()["activeNodes"] == 1, "an active NodeManager")

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=20)

    def until(self, condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while True:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    tail = (self.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]
                    raise AssertionError(f"{name} ended with {process.returncode}: {tail}")
            try:
                if condition():
                    return
            except (OSError, LookupError, ValueError):
                pass  # not listening yet
            assert time.monotonic() < deadline, f"no {what} in {seconds:.0f} s; logs: {self.logs}"
            time.sleep(0.3)

    # -------------------------------------------------------------- questions

    def _get(self, address: str) -> Any:
        with urllib.request.urlopen(f"http://{address}", timeout=10) as answer:
            return json.loads(answer.read())

    def _bean(self, name: str) -> Mapping[str, Any]:
        beans = self._get(f"{HOST}:{self.ports['namenode-web']}/jmx?qry=Hadoop:service=NameNode,name={name}")["beans"]
        return dict(beans[0])

    def _live_datanodes(self) -> int:
        return (
            int(self._bean("FSNamesystemState")["NumLiveDataNodes"])
            if not self._bean("NameNodeInfo")["Safemode"]
            else 0
        )

    def _metrics(self) -> Mapping[str, Any]:
        return dict(self._get(f"{HOST}:{self.ports['rm-web']}/ws/v1/cluster/metrics")["clusterMetrics"])

    def applications(self) -> list[dict[str, Any]]:
        """Everything that was ever submitted, as the ResourceManager tells it."""
        found = self._get(f"{HOST}:{self.ports['rm-web']}/ws/v1/cluster/apps")["apps"]
        return list(found["app"]) if found else []
