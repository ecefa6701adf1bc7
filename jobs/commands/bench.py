"""`malmoi bench`: MB/s of kernels and stages, and ratios to oracles and to other systems in the same run.

    malmoi bench [--input DIR] [--size MB] [--rounds N] [--only PART] [--peers PYTHON] [--strict]
    malmoi bench chain --input DIR [--config F] [--output RUN]

MB are 10^6 bytes of UTF-8 text, and seconds are CPU seconds of the whole process tree: wall time on a
shared machine says nothing, a ratio of CPU times in one run does.  Every part and every peer runs in a
process of its own, on the same texts.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import inspect
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import GateError, PreflightError
from jobs import load
from jobs.commands import bench_text

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ("ingest", "annotate", "spark", "language", "dedup", "tokenizer")
PEER_TASKS = {"measures": "datatrove", "near": "datatrove", "signatures": "rensa"}
# Work of ours that a peer has no counterpart of, and the peer's task that it is held against.
HELD_AGAINST = {"catalogue": "measures"}


@dataclass(frozen=True)
class Bar:
    """What a ratio must reach, and what it aims at; from the design, fixed on measured prototypes."""

    work: str
    against: str
    must: float
    aim: float


BARS = (
    Bar("measures", "datatrove", 20, 35),
    Bar("catalogue", "datatrove", 7, 12),
    Bar("near", "datatrove", 20, 35),
    Bar("signatures", "rensa", 8, 14),
    Bar("signatures", "datasketch", 20, 40),
    Bar("merges", "tokenizers", 5, 10),
    Bar("encode", "tokenizers", 5, 10),
)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 0, or with --strict 3 where a ratio is below its bar."""
    if arguments and arguments[0] == "chain":
        from jobs.commands import bench_chain

        return bench_chain.run(arguments[1:])
    if arguments and arguments[0] == "part":
        return part(arguments[1], arguments[2])
    asked = _parser().parse_args(arguments)
    name = "real" if asked.input else "demo"
    config = load.load(os.path.join(ROOT, "conf", f"{name}.yaml"), (), asked.input, {}).config
    texts = bench_text.texts(config, int(asked.size * 1e6))
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts):,} documents, {size / 1e6:.1f} MB of text{'' if asked.input else ' (synthetic)'}")
    with tempfile.TemporaryDirectory(prefix="malmoi-bench") as folder:
        path = os.path.join(folder, "texts.jsonl.gz")
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as stream:
            for number, text in enumerate(texts):
                stream.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        del texts
        rows = medians([row for _ in range(asked.rounds) for one in asked.only or PARTS for row in own(one, path)])
        print_rows(rows)
        peers = asked.peers or os.path.join(ROOT, ".venv-peers", "bin", "python")
        found = {}
        if os.path.exists(peers):
            wanted = {HELD_AGAINST.get(row["work"], row["work"]) for row in rows}
            found = {task: peer(peers, task, path, asked.rounds) for task in PEER_TASKS if task in wanted}
        elif asked.peers:
            raise PreflightError(peers, "no such interpreter", "Run `make bench-peers`")
        else:
            print("\ndatatrove and rensa are not installed here: `make bench-peers`")
    below = print_bars(rows, found)
    return GateError.exit_code if below and asked.strict else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="malmoi bench", description=__doc__)
    parser.add_argument("--input", metavar="DIR", help="your own files, read by conf/real.yaml (default: the sample)")
    parser.add_argument("--size", type=float, default=32.0, metavar="MB", help="text to measure on (default 32)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="times; the median is given (default 1)")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be repeated")
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter of `make bench-peers`, if not .venv-peers")
    parser.add_argument("--strict", action="store_true", help="exit 3 where a ratio is below its bar")
    return parser


# ------------------------------------------------------------------ running


def part(name: str, path: str) -> int:
    """In a child: measure one part on the texts of a file and print its rows as JSON."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        texts = [json.loads(line)["text"] for line in stream]
    bench: Callable[..., list[dict[str, Any]]] = importlib.import_module(f"jobs.commands.bench_{name}").bench
    rows = bench(texts) if inspect.signature(bench).parameters else bench()
    print(json.dumps(rows))
    return 0


def own(name: str, path: str) -> list[dict[str, Any]]:
    """Rows of one part, with the child's peak memory."""
    answer, _, peak = child([sys.executable, "-m", "jobs.commands.bench", "part", name, path])
    return [{"work": work_of(row), "peak_mb": peak / 1e6, **row} for row in answer]


def peer(python: str, task: str, path: str, rounds: int) -> dict[str, Any]:
    """One peer's figure: the median of its rounds.  Raises GateError when it kept nothing or too much."""
    script = os.path.join(ROOT, "tests", "oracles", "peers.py")
    runs = [child([python, script, task, path])[0] for _ in range(rounds)]
    for run in runs:
        if not 0 < run["kept"] <= run["documents"]:
            raise GateError(PEER_TASKS[task], f"kept {run['kept']} of {run['documents']} documents: not a measurement")
    seconds = statistics.median(run["cpu_seconds"] for run in runs)
    return {"mb_per_s": runs[0]["bytes"] / 1e6 / seconds, "kept": runs[0]["kept"], "documents": runs[0]["documents"]}


def child(command: Sequence[str]) -> tuple[Any, float, int]:
    """(JSON of the last line of stdout, CPU seconds of the tree, peak resident bytes) of a command.

    Raises GateError with the end of stderr when it fails.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            tail = err.read()[-2000:].decode("utf-8", "replace")
            raise GateError(" ".join(command[1:5]), f"ended with {process.returncode}:\n{tail}")
        answer = json.loads(out.read().decode().strip().splitlines()[-1])
    return answer, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


# ------------------------------------------------------------------ reading and printing


def work_of(row: Mapping[str, Any]) -> str | None:
    """Which bar a row answers: the row's own word, or the beginning of its name."""
    if row.get("work"):
        return str(row["work"])
    known = {"merges from text": "merges", "encode, empty memo": "encode"}
    return next((work for begin, work in known.items() if str(row["name"]).startswith(begin)), None)


def medians(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of several rounds as one each: median speed and ratio, highest memory."""
    merged: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        merged.setdefault(str(row["name"]), []).append(row)
    result = []
    for found in merged.values():
        ratios = [row["ratio"] for row in found if row.get("ratio") is not None]
        result.append(
            {
                **found[0],
                "mb_per_s": statistics.median(row["mb_per_s"] for row in found),
                "ratio": statistics.median(ratios) if ratios else None,
                "peak_mb": max(row["peak_mb"] for row in found),
            }
        )
    return result


def print_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Every figure of ours."""
    print(f"\n{'what':<52} {'MB/s':>9} {'ratio':>8}  {'against':<24} {'peak MB':>8}")
    for row in rows:
        ratio = f"{row['ratio']:.1f}x" if row.get("ratio") is not None else ""
        against = row.get("against") or ""
        print(f"{row['name']:<52} {row['mb_per_s']:>9.1f} {ratio:>8}  {against:<24} {row['peak_mb']:>8.0f}")


def print_bars(rows: Sequence[Mapping[str, Any]], peers: Mapping[str, Mapping[str, Any]]) -> int:
    """Every bar with what was reached; returns how many were missed."""
    below = 0
    print(f"\n{'bar':<12} {'against':<12} {'ours MB/s':>10} {'theirs':>9} {'ratio':>8} {'must':>6} {'aim':>6}")
    for bar in BARS:
        ratio, ours, theirs = reached(bar, rows, peers)
        if ratio is None:
            print(f"{bar.work:<12} {bar.against:<12} {'not measured':>29} {bar.must:>5g}x {bar.aim:>5g}x")
            continue
        verdict = "reaches the aim" if ratio >= bar.aim else "above the bar" if ratio >= bar.must else "BELOW THE BAR"
        below += ratio < bar.must
        print(
            f"{bar.work:<12} {bar.against:<12} {ours:>10.1f} {theirs:>9.2f} {ratio:>7.1f}x "
            f"{bar.must:>5g}x {bar.aim:>5g}x  {verdict}"
        )
    for task, found in peers.items():
        print(f"{PEER_TASKS[task]} on {task}: kept {found['kept']:,} of {found['documents']:,} documents")
    return below


def reached(
    bar: Bar, rows: Sequence[Mapping[str, Any]], peers: Mapping[str, Mapping[str, Any]]
) -> tuple[float | None, float, float]:
    """(ratio or None, our MB/s, theirs) for one bar."""
    for row in rows:
        if row["work"] != bar.work:
            continue
        ours = float(row["mb_per_s"])
        task = HELD_AGAINST.get(bar.work, bar.work)
        if PEER_TASKS.get(task) == bar.against and task in peers:
            theirs = float(peers[task]["mb_per_s"])
            return ours / theirs, ours, theirs
        if bar.against in str(row.get("against") or "") and row.get("ratio"):
            return float(row["ratio"]), ours, ours / float(row["ratio"])
    return None, 0.0, 0.0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
