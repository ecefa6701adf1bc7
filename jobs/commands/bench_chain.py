"""`malmoi bench chain`: the whole chain over real files, wall seconds and MB/s of every stage, memory and CPU.

Runs `malmoi run` as a process of its own, with the Spark start included, and watches its tree in /proc: a
worker's peak is its resident size, pages that it shares with others counted in full.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from corpus import manifest as manifests
from corpus import storage
from corpus.errors import PreflightError
from corpus.ledger import KEPT
from jobs.pipeline import NAMES

SAMPLE_SECONDS = 0.2
BAR_MB, BAR_SECONDS = 290, 180  # a mixed corpus of 300 MB, less what ingest drops, on 2 cores
BAR_WORKER_MB = 600
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Tree:
    """CPU seconds and peak resident bytes of a process and everything below it, by role.

    ``python`` is the largest single Python process below the driver: a Spark worker or a Streaming task.
    """

    def __init__(self, root: int) -> None:
        self.root = root
        self.cpu: dict[int, float] = {}
        self.peaks: dict[str, int] = {}
        self._below = {root}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> Tree:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(timeout=5)

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())

    def _loop(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self.sample()

    def sample(self) -> None:
        """Read every process once.  A process that lives shorter than the interval is missed."""
        seen: dict[int, tuple[int, str, float, int]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                    with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as stream:
                        head, tail = stream.read().rsplit(")", 1)
                    fields = tail.split()
                    ticks = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                    size = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
                    seen[int(entry)] = (int(fields[1]), head.split("(", 1)[1], ticks, size)
        grown = True
        while grown:  # an orphan stays ours: it was seen below us before
            new = {pid for pid, item in seen.items() if item[0] in self._below} - self._below
            self._below |= new
            grown = bool(new)
        for pid in self._below & set(seen):
            _, name, ticks, size = seen[pid]
            self.cpu[pid] = max(self.cpu.get(pid, 0.0), ticks)
            role = "driver" if pid == self.root else "jvm" if name == "java" else "python"
            if role != "python" or name.startswith(("python", "malmoi")):
                self.peaks[role] = max(self.peaks.get(role, 0), size)


def run(arguments: Sequence[str]) -> int:
    """Run the chain and print its figures; the exit code is the chain's."""
    parser = argparse.ArgumentParser(prog="malmoi bench chain", description=__doc__)
    parser.add_argument("--input", metavar="DIR", help="files to run the chain on, for a configuration with {input}")
    parser.add_argument("--config", metavar="F", default=os.path.join(ROOT, "conf", "real.yaml"))
    parser.add_argument("--output", metavar="RUN", help="run directory to keep; must not hold a run yet")
    parser.add_argument("--set", dest="assignments", action="append", default=[], metavar="KEY=VALUE")
    asked = parser.parse_args(arguments)
    if not os.path.isdir("/proc/self"):
        raise PreflightError("/proc", "this system has none; memory and CPU cannot be watched", "Run it on Linux")
    with tempfile.TemporaryDirectory(prefix="malmoi-chain") as folder:
        output = asked.output or os.path.join(folder, "run")
        command = [sys.executable, "-c", "from jobs.cli import script; script()", "run", "--quiet"]
        command += ["--config", asked.config, "--output", output]
        if asked.input:
            command += ["--input", asked.input]
        for assignment in asked.assignments:
            command += ["--set", assignment]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))}
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment)
        with Tree(process.pid) as tree:
            code = process.wait()
        wall = time.monotonic() - started
        if code == 0:
            report(output, wall, tree)
    return code


def report(output: str, wall: float, tree: Tree) -> None:
    """Print the table: MB/s are of the text that ingest wrote."""
    timings: dict[str, Any] = json.loads(storage.read_bytes(storage.join(output, "timings.json")))
    ingested = manifests.read(output, "ingest").census
    entered = ingested.total(fate=KEPT)
    size = entered.bytes / 1e6
    print(f"\n{entered.documents:,} documents, {size:.1f} MB of text")
    print(f"{'stage':<12} {'wall s':>8} {'MB/s':>8}  {'largest process, MB'}")
    for stage in NAMES:
        if stage in timings:
            row = timings[stage]
            print(
                f"{stage:<12} {row['seconds']:>8.1f} {_rate(size, row['seconds'])}  {_peaks(row.get('peak_bytes', {}))}"
            )
    print(f"{'whole chain':<12} {wall:>8.1f} {_rate(size, wall)}  {_peaks(tree.peaks)}")
    print(f"{'CPU':<12} {tree.cpu_seconds:>8.1f} {_rate(size, tree.cpu_seconds)}  of the whole process tree")
    worker = tree.peaks.get("python", 0) / 1e6
    large = "within" if worker <= BAR_WORKER_MB else "ABOVE"
    print(f"one Python worker: {worker:.0f} MB, {large} the bar of {BAR_WORKER_MB} MB")
    if size >= BAR_MB:
        late = "within" if wall <= BAR_SECONDS else "ABOVE"
        print(f"whole chain: {wall:.0f} s, {late} the bar of {BAR_SECONDS} s for 300 MB on 2 cores")


def _rate(size: float, seconds: float) -> str:
    return f"{size / seconds:>8.1f}" if seconds else f"{'':>8}"


def _peaks(peaks: Mapping[str, int]) -> str:
    return ", ".join(f"{role} {size / 1e6:.0f}" for role, size in sorted(peaks.items()))
