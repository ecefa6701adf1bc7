"""Kernels compile and run where nothing can be written: read-only sources, no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import pyarrow as pa
import corpus.row_digest
assert corpus.row_digest.__file__.startswith({folder!r}), corpus.row_digest.__file__
batch = pa.RecordBatch.from_pydict({{"text": ["말모이"]}})
print(corpus.row_digest.rows_digest([batch]) > 0)
"""


def test_kernels_run_from_a_read_only_folder_without_a_home(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    shutil.copytree(ROOT / "corpus", folder / "corpus", ignore=shutil.ignore_patterns("__pycache__"))
    script = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && exec \"$@\""
    probe = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", "true"], capture_output=True, timeout=30)
    if probe.returncode != 0:
        pytest.skip("a read-only bind mount needs the right to unshare")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-I", "-c", PROGRAM.format(folder=str(folder))],
        env={"PATH": os.environ["PATH"], "HOME": "/proc/nowhere"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr[-2000:]
    assert not list(folder.rglob("*.nbi"))
