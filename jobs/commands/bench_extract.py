"""Extraction against trafilatura on labelled pages: token F1 a site, required and forbidden strings, pages a second.

    python -m jobs.commands.bench_extract [--pages N] [--peers PYTHON] FILE.jsonl[.zst] ...

A file is a site: JSON lines with ``html`` and ``gold_text``, or ``must_contain`` and ``must_not_contain``.  Both
sides read the same pages, one process each, in turns; CPU seconds are user and system time without imports.
Exit code 1 when a bar does not hold.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import zstandard

from corpus.errors import InputError, PreflightError, RecordError
from corpus.extract.html import extract
from corpus.extract.isolated import BATCH_PAGES, Isolated
from corpus.extract.labelled import Match, match, mean, strings
from jobs.commands.columns import aligned

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SETTINGS = ("default", "favor_recall")
TURNS = 3  # of ours after each of theirs; the median counts, since clocks vary
FASTER = 8.0  # times the pages a CPU second of trafilatura's default
BELOW = 0.005  # F1 that a site of at least SITE pages may be below the better setting
SITE = 20
Site = tuple[str, list[dict[str, Any]]]


def main(arguments: Sequence[str]) -> int:
    """Prints the table; raises InputError for files without labelled pages, PreflightError without peers."""
    parser = argparse.ArgumentParser(prog="bench_extract", description=__doc__)
    parser.add_argument("--pages", type=int, default=150, help="labelled pages of a file, from its beginning")
    parser.add_argument("--peers", default=os.path.join(ROOT, ".venv-peers", "bin", "python"))
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args(arguments)
    if not os.path.exists(asked.peers):
        raise PreflightError(asked.peers, "no such interpreter", "Run `make bench-peers`")
    sites = [site for path in asked.files if (site := read(path, asked.pages))[1]]
    if not sites:
        raise InputError(" ".join(asked.files), "no labelled page", "A page has html and gold_text or must_contain")
    pages = [row["html"] for _, rows in sites for row in rows]
    speeds: dict[str, float] = {}
    texts: dict[str, list[str]] = {}
    costs: list[float] = []  # of a child, as shares of the work itself, turn by turn
    extract(pages[0])  # compiled, as trafilatura is imported
    speeds["malmoi, first pass"], texts["malmoi"] = measured(_in_process, pages)
    for setting in SETTINGS:
        seconds, texts[setting] = peer(asked.peers, setting, pages)
        speeds[setting] = len(pages) / seconds
        turns = [(measured(_in_process, pages)[0], measured(_isolated, pages)[0]) for _ in range(TURNS)]
        speeds[f"malmoi, after {setting}"] = median(own for own, _ in turns)
        speeds[f"malmoi in a child, after {setting}"] = median(child for _, child in turns)
        costs += [own / child - 1 for own, child in turns]
    return report(sites, texts, speeds, median(costs))


def read(path: str, limit: int) -> Site:
    """(name, labelled rows) of a file."""
    with open(path, "rb") as file:
        raw = zstandard.ZstdDecompressor().stream_reader(file).read() if path.endswith(".zst") else file.read()
    rows = [json.loads(line) for line in io.StringIO(raw.decode(), newline="\n") if line.strip()]
    labelled = [row for row in rows if row.get("html") and (row.get("gold_text") or row.get("must_contain"))]
    return os.path.basename(path).split(".")[0], labelled[:limit]


def measured(work: Callable[[list[str]], list[str]], pages: list[str]) -> tuple[float, list[str]]:
    """(pages per CPU second of this process and its ended children, texts)."""
    start = _cpu()
    texts = work(pages)
    return len(pages) / (_cpu() - start), texts


def _cpu() -> float:
    used = os.times()
    return time.process_time() + used.children_user + used.children_system


def _in_process(pages: list[str]) -> list[str]:
    texts = []
    for page in pages:
        try:
            texts.append(extract(page).text)
        except RecordError:
            texts.append("")
    return texts


def _isolated(pages: list[str]) -> list[str]:
    texts = []
    with Isolated() as child:
        for start in range(0, len(pages), BATCH_PAGES):
            found = child.extract([(page, None) for page in pages[start : start + BATCH_PAGES]])
            texts += ["" if isinstance(one, RecordError) else one.text for one in found]
    return texts


def peer(python: str, setting: str, pages: list[str]) -> tuple[float, list[str]]:
    """(CPU seconds, texts) of trafilatura."""
    script = os.path.join(ROOT, "tests", "oracles", "trafilatura_pages.py")
    with tempfile.TemporaryDirectory(prefix="malmoi-pages-") as folder:
        path = os.path.join(folder, "pages.jsonl")
        with open(path, "w", encoding="utf-8", errors="ignore") as file:
            file.writelines(json.dumps(page) + "\n" for page in pages)
        done = subprocess.run([python, script, setting, path], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PreflightError(python, "trafilatura did not run", done.stderr.strip()[-300:])
    found = json.loads(done.stdout)
    return float(found["cpu_seconds"]), found["texts"]


def report(sites: list[Site], texts: dict[str, list[str]], speeds: dict[str, float], cost: float) -> int:
    """Prints what was measured and says which bar does not hold."""
    rows = [["site", "pages", *("F1 " + name for name in texts), "malmoi precision", "recall"]]
    means: dict[str, list[float]] = {name: [] for name in texts}
    faults = []
    place = 0
    marks = []
    for site, labelled in sites:
        ours = {name: found[place : place + len(labelled)] for name, found in texts.items()}
        place += len(labelled)
        if labelled[0].get("must_contain"):
            marks.append([site, *("{:.3f} / {:.3f}".format(*strings(labelled, ours[name])) for name in texts)])
            continue
        scores = {name: _score(labelled, found) for name, found in ours.items()}
        for name, score in scores.items():
            means[name].append(score.f1)
        best = max(scores[setting].f1 for setting in SETTINGS)
        if len(labelled) >= SITE and scores["malmoi"].f1 < best - BELOW:
            faults.append(f"{site}: F1 {scores['malmoi'].f1:.4f}, trafilatura {best:.4f}")
        numbers = [*(scores[name].f1 for name in texts), *scores["malmoi"][1:]]
        rows.append([site, str(len(labelled)), *(f"{number:.3f}" for number in numbers)])
    average = {name: sum(found) / max(1, len(found)) for name, found in means.items()}
    rows.append(["mean of sites", "", *(f"{average[name]:.3f}" for name in texts)])
    print(aligned(rows, right=range(1, 7)))
    if marks:
        print(aligned([["required / forbidden strings held", *texts], *marks]))
    print(
        aligned([["pages per CPU second", ""], *([name, f"{speed:.0f}"] for name, speed in speeds.items())], right=[1])
    )
    ratio = speeds["malmoi, after default"] / speeds["default"]
    child = speeds["malmoi in a child, after default"] / speeds["default"]
    print(f"malmoi reads {ratio:.1f} times as many pages a CPU second as trafilatura's default, {child:.1f} in a child")
    print(f"a child costs {100 * cost:.0f} % more CPU, the median of {len(SETTINGS) * TURNS} turns")
    if average["malmoi"] <= max(average[setting] for setting in SETTINGS):
        faults.append("mean F1 is not above trafilatura's")
    if ratio < FASTER:
        faults.append(f"{ratio:.1f} times trafilatura's speed, {FASTER:g} wanted")
    for fault in faults:
        print(f"below the bar: {fault}")
    return 1 if faults else 0


def _score(labelled: list[dict[str, Any]], texts: list[str]) -> Match:
    return mean([match(text, row["gold_text"]) for row, text in zip(labelled, texts, strict=True)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
