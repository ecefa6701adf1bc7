"""One attempt at a Streaming job: its folders, its input, its exact command for each runner."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import storage
from jobs import hadoop
from jobs.stage import StageContext

ROOT = str(Path(__file__).resolve().parents[2])  # of the rooms, for tasks that run on this machine
FOLDER = "_streaming"  # below a product of the stage, whose unlisted files the pipeline removes


class Attempt:
    """``product``: folder of the run that the job fills; ``script``: the job's file; ``flags``: its own
    flags; ``width``: number of tasks.

    ``files`` is where the tasks' files lie when the job has ended, ``output`` where its rows do;
    ``tasks`` is the cluster's input, and the lease of every runner's tasks.
    """

    def __init__(self, context: StageContext, product: str, script: str, flags: Sequence[str], width: int) -> None:
        self.context, self.settings = context, context.config.serialize
        self.script, self.flags, self.width = script, tuple(flags), width
        scheme, path = storage.split(context.run)
        hadoop.check_run(context.run, self.settings.runner)
        self.folder = storage.join("file://" + path if scheme == "file" else path, product, FOLDER)
        self.base = storage.join(self.folder, f"{context.name}-{os.getpid()}")
        self.scratch = os.path.join(tempfile.gettempdir(), f"malmoi-{context.name}-{os.getpid()}")
        self.workers = max(1, min(width, len(os.sched_getaffinity(0))))
        self.cluster = self.settings.runner == "hadoop"
        self.files = storage.join(self.base, "output")
        self.output = self.files if self.cluster else storage.join(self.scratch, "output")
        self.tasks = storage.join(self.base, "tasks.jsonl")
        # mrjob's local runner splits plain files but never a compressed one: one list, one process.
        lists = [storage.join(self.scratch, f"tasks-{number}.jsonl.gz") for number in range(self.workers)]
        self.inputs = [self.tasks] if self.cluster else lists

    def command(self) -> list[str]:
        """What is run.  Raises PreflightError when the runner is Hadoop and there is none."""
        words = [sys.executable, self.script, "-r", self.settings.runner, "--no-conf", "--no-cat-output"]
        words += ["--no-bootstrap-mrjob"]  # it is installed wherever we are
        words += ["--output-dir", self.output, "--local-tmp-dir", self.scratch, "--lease", self.tasks, *self.flags]
        if not self.cluster:
            return [*words, "--num-cores", str(self.workers), "--folder", self.files, *self.inputs]
        asked = self.settings.hadoop
        found = hadoop.find(asked)
        words += ["--hadoop-bin", found.bin, "--hadoop-streaming-jar", found.jar, "--no-read-logs"]
        words += ["--hadoop-tmp-dir", asked.temporary or storage.join(self.base, "mrjob")]
        words += ["--no-check-input-paths"]  # it would start a JVM
        words += ["--python-bin", asked.python or sys.executable]
        if asked.python is None:  # the tasks run where this machine's files are
            words += ["--cmdenv", f"PYTHONPATH={ROOT}"]
        for key, value in asked.jobconf:
            words += ["-D", f"{key}={value}"]
        return [*words, *self.inputs]

    def write_tasks(self, tasks: Sequence[Mapping[str, Any]]) -> None:
        """One JSON object a line; on this machine dealt out to as many lists as there are workers."""
        lines = [json.dumps(task, ensure_ascii=False) + "\n" for task in tasks]
        storage.write_bytes(self.tasks, "".join(lines).encode())
        for number, uri in enumerate(self.inputs if not self.cluster else ()):
            storage.write_bytes(uri, gzip.compress("".join(lines[number :: self.workers]).encode()))

    def progress(self) -> tuple[int, int, str]:
        """(tasks whose files are there, all tasks, unit), for Progress.watch."""
        found = storage.all_files(self.files) if storage.exists(self.files) else []
        names = {storage.name(uri) for uri in found}
        return len({n.split(".")[0] for n in names if "." in n and n[0] not in "._"}), self.width, "tasks"
