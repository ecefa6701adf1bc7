"""Kernels compile and run where nothing can be written: read-only sources, no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
import zipfile
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


KERNELS = {
    "rooms/__init__.py": "",
    "rooms/table.py": "import numpy as np\nLIMIT = {limit}\nWEIGHTS = np.array([{weight}, 2])\n",
    "rooms/called.py": "from corpus.kernel import kernel\n@kernel\ndef twice(x):\n    return x * {factor}\n",
    "rooms/caller.py": (
        "from corpus.kernel import kernel\nfrom rooms.called import twice\nfrom rooms.table import LIMIT, WEIGHTS\n"
        "@kernel\ndef total(x):\n    return twice(x) + LIMIT + WEIGHTS[0]\n"
    ),
}
SUM = "from rooms import caller; print(caller.total(1), sum(caller.total.stats.cache_hits.values()))"


def total(place: Path, cache: Path | None, archive: bool = False, home: Path | None = None, **values: int) -> list[int]:
    """What the kernel in a fresh process answers, and how often its machine code came from the cache."""
    folder = place / "rooms.zip" if archive else place
    texts = {name: text.format(**{"limit": 0, "weight": 0, "factor": 2} | values) for name, text in KERNELS.items()}
    if archive:
        place.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder, "w") as out:
            for name, text in texts.items():
                out.writestr(name, text)
    for name, text in {} if archive else texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    where = {"NUMBA_CACHE_DIR": str(cache)} if cache else {"HOME": str(home), "XDG_CACHE_HOME": ""}
    done = subprocess.run(
        [sys.executable, "-c", SUM],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **where},
        cwd=place,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [int(word) for word in done.stdout.split()]


def test_machine_code_is_made_anew_when_a_constant_a_table_or_a_called_kernel_of_another_file_changes(
    tmp_path: Path,
) -> None:
    cache = tmp_path / "cache"
    assert total(tmp_path, cache) == [2, 0]
    assert total(tmp_path, cache) == [2, 1]
    assert total(tmp_path, cache, limit=10) == [12, 0]
    assert total(tmp_path, cache, weight=100) == [102, 0]
    assert total(tmp_path, cache, factor=3) == [3, 0]
    assert total(tmp_path, cache, factor=3) == [3, 1]


def test_code_unpacked_elsewhere_finds_the_machine_code_of_the_same_source(tmp_path: Path) -> None:
    """spark-submit unpacks --py-files into a new folder for every application."""
    for home, cache in ((tmp_path / "home", None), (None, tmp_path / "cache")):
        assert total(tmp_path / "app-1", cache, True, home) == [2, 0]
        assert total(tmp_path / "app-2", cache, True, home) == [2, 1]
        assert total(tmp_path / "app-3", cache, True, home, limit=5) == [7, 0]


def test_a_checkout_and_an_archive_of_it_share_their_machine_code(tmp_path: Path) -> None:
    assert total(tmp_path / "checkout", None, home=tmp_path / "home") == [2, 0]
    assert total(tmp_path / "app", None, True, tmp_path / "home") == [2, 1]


def test_without_a_home_machine_code_lies_beside_its_source(tmp_path: Path) -> None:
    nowhere = Path("/proc/nowhere")
    assert total(tmp_path, None, home=nowhere) == [2, 0]
    assert total(tmp_path, None, home=nowhere) == [2, 1]
    assert list((tmp_path / "rooms" / "__pycache__").glob("caller.total*.nbi"))
