"""`make fuzz SECONDS=60`: coverage-guided search over every target, in a process of its own each.

A find is written to finds/TARGET under its digest; the ordinary tests then fail until it is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
# numba compiles the bytecode that it finds: modules that hold kernels must not be instrumented.
KERNELS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for room in ("corpus", "filters")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "@kernel" in path.read_text(encoding="utf-8") or path.name == "kernel.py"
]
# Only the process that searches is instrumented: it says so module by module.
searching = "--within" in sys.argv
with atheris.instrument_imports(include=["corpus", "filters"], exclude=KERNELS) if searching else nullcontext():
    from tests.fuzz.targets import FINDS, TARGETS, seeds


def search(name: str, seconds: int, corpus: str) -> None:
    """Never returns: the search ends the process, with an exit code above 0 where it found a fault."""
    words = [sys.argv[0], f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048"]
    atheris.Setup(
        [*words, "-seed=1", f"-artifact_prefix={corpus}/find-", "-print_final_stats=1", corpus], TARGETS[name]
    )
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    parser.add_argument("--within", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.within:
        search(arguments.target[0], arguments.seconds, arguments.within)
    failed = []
    for name in arguments.target or sorted(TARGETS):
        with tempfile.TemporaryDirectory(prefix="malmoi-fuzz-") as corpus:
            for index, data in enumerate(seeds(name)):
                Path(corpus, f"seed-{index}").write_bytes(data)
            words = [sys.executable, "-m", "tests.fuzz.run", "--seconds", str(arguments.seconds), "--target", name]
            done = subprocess.run(
                [*words, "--within", corpus], capture_output=True, timeout=arguments.seconds * 3 + 300
            )
            finds = sorted(Path(corpus).glob("find-*"))
            for find in finds:
                kept = FINDS / name / hashlib.sha256(find.read_bytes()).hexdigest()[:16]
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(find.read_bytes())
                print(f"{name}: a fault; its input is kept as {kept}")
            log = done.stderr.decode(errors="replace")
            runs = [line for line in log.splitlines() if "number_of_executed_units" in line]
            print(f"{name}: {runs[0].split()[-1] if runs else '?'} inputs, {len(finds)} faults")
            if done.returncode:
                failed.append(name)
                print("\n".join(log.splitlines()[-25:]))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
