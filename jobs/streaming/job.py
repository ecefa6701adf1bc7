"""What every Streaming job shares: files beside the output, signs of life, errors as rows.

A map task writes its files into the folder that the framework's committer promotes, and answers one
row that lists them.  On its last attempt an error becomes a row too, so that the driver can name it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from mrjob.job import MRJob

from corpus import storage
from corpus.errors import TransientError
from jobs import faults
from jobs.streaming.protocol import JsonPairs, TaskLines, described, job_property, last_attempt, protected_stdout

KEY = "parts"  # one key, so that one reducer sees all rows
UTF8 = "C.UTF-8"
BEAT_SECONDS = 10.0  # Hadoop kills a task that says nothing for 600 s (mapreduce.task.timeout)


class StreamingJob(MRJob):  # type: ignore[misc]
    """``--folder``: where files go when no committer gives a folder; ``--lease``: a file whose
    disappearance tells orphaned tasks that their run was given up."""

    INPUT_PROTOCOL = TaskLines
    INTERNAL_PROTOCOL = OUTPUT_PROTOCOL = JsonPairs
    HADOOP_INPUT_FORMAT = "org.apache.hadoop.mapred.lib.NLineInputFormat"
    JOBCONF = {
        "stream.map.input.ignoreKey": "true",  # else the line comes with its byte offset
        "mapreduce.fileoutputcommitter.algorithm.version": "1",  # 2 leaves files of failed jobs
        "mapreduce.job.reduce.slowstart.completedmaps": "1.0",  # no container held idle
        # The task's JVM starts us with Hangul paths, and a NodeManager's locale may be C.
        "mapreduce.map.env.LC_ALL": UTF8,
        "mapreduce.reduce.env.LC_ALL": UTF8,
    }

    def configure_args(self) -> None:
        super().configure_args()
        self.add_passthru_arg("--folder", default="")
        self.add_passthru_arg("--lease", default="")

    def execute(self) -> None:
        if self.is_task():
            self._stdout = protected_stdout()
            self.beaten = -BEAT_SECONDS
        super().execute()
        self.stdout.flush()

    def beat(self, done: int = 0) -> None:
        """Sign of life, to be called often.  Raises TransientError when the run was given up."""
        if time.monotonic() - self.beaten >= BEAT_SECONDS:
            self.beaten = time.monotonic()
            self.set_status(f"{done} done")
            if self.options.lease and not storage.exists(self.options.lease):
                raise TransientError(self.options.lease, "the run was given up", "Run the stage again")

    def target(self) -> str:
        """The folder for this task's files."""
        return str(self.options.folder or job_property("mapreduce.task.output.dir"))

    def rows(self, task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """One row for a task that has a ``name``: what ``self.part(task)`` answers, or its error."""
        try:
            self.beat()
            answer = self.part(task)
            faults.reach("streaming.written")
            yield KEY, {"name": task["name"], **answer}
        except Exception as error:
            if not last_attempt():
                raise
            yield KEY, {"name": task["name"], "error": described(task["name"], error)}
