"""The linters that hold the floor plan are seen to fail on a planted breach, in a copy of the tree."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("corpus", "filters", "mixer", "serializer", "jobs")

needs_linters = pytest.mark.skipif(
    importlib.util.find_spec("importlinter") is None
    or shutil.which("ruff", path=str(Path(sys.executable).parent)) is None,
    reason="the check extra is not installed (make check installs it)",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"},
        timeout=120,
    )


def ruff(tree: Path, *files: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "ruff"
    return subprocess.run([str(program), "check", *files], cwd=tree, capture_output=True, text=True, timeout=60)


@needs_linters
def test_the_floor_plan_holds(tree: Path) -> None:
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@needs_linters
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("corpus/identity.py", "import filters.rule", "corpus imports nothing of ours"),
        ("mixer/config.py", "import serializer.config", "corpus imports nothing of ours"),
        ("filters/rule.py", "import pyspark", "Engines and their configuration readers"),
        ("serializer/config.py", "import yaml", "Engines and their configuration readers"),
    ],
)
def test_a_planted_import_breaks_its_contract(tree: Path, file: str, line: str, contract: str) -> None:
    path = tree / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint_imports(tree)
    assert done.returncode != 0
    assert contract in done.stdout and "BROKEN" in done.stdout


@needs_linters
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("import pickle\n\nprint(pickle)\n", "TID251"),
        ("import random\n\nprint(random)\n", "TID251"),
        ("from pyspark.sql.functions import first\n\nfirst()\n", "TID251"),
        ("import yaml\n\nyaml.load('')\n", "TID251"),
        ("try:\n    x = 1\nexcept Exception:\n    pass\n", "BLE001"),
        ("import subprocess\n\nsubprocess.run('ls', shell=True)\n", "S602"),
        ("eval('1')\n", "S307"),
    ],
)
def test_a_banned_construct_is_found(tree: Path, line: str, code: str) -> None:
    (tree / "mixer" / "planted.py").write_text(line, encoding="utf-8")
    done = ruff(tree, "mixer/planted.py")
    assert done.returncode != 0 and code in done.stdout


def test_every_package_is_listed_and_nothing_generic_is() -> None:
    listed = set(_setup()["options"]["packages"].split())
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")
    }
    assert listed == folders


def test_every_folder_with_code_is_a_package() -> None:
    bare = [
        str(path.parent.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    ]
    assert bare == []


def test_no_job_has_the_name_of_a_standard_module() -> None:
    """spark-submit and mrjob put the job's own folder first on the path: a select.py there breaks sockets."""
    jobs = [path.stem for folder in ("spark", "streaming") for path in (ROOT / "jobs" / folder).glob("*.py")]
    assert sorted(set(jobs) & sys.stdlib_module_names) == []


def test_every_dependency_is_pinned_and_has_its_line_of_reason() -> None:
    options = _setup()
    pins = options["options"]["install_requires"].split()
    for extra in options["options.extras_require"].values():
        pins += extra.split()
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for pin in pins:
        name, mark, version = pin.partition("==")
        assert mark and version, f"{pin} is not pinned"
        assert f"| {name} |" in reasons, f"docs/dependencies.md says nothing of {name}"


@pytest.mark.parametrize(("pattern", "limit"), [("jobs/spark/*.py", 80), ("jobs/streaming/*.py", 80), ("**/*.py", 400)])
def test_modules_keep_their_size(pattern: str, limit: int) -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for room in ROOMS
        for path in ROOT.glob(pattern if pattern.startswith("jobs") else f"{room}/{pattern}")
    }
    assert {name: count for name, count in long.items() if count > limit} == {}


def _setup() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser
