"""Content decides, never layout: the same bytes for any partitioning, order, split, hash seed and AQE."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chain import CLEAN_MIX, products, records, run_chain, write_config, write_corpus

ROWS = records()
REVERSED = ROWS[::-1]
SHUFFLED = sorted(ROWS, key=lambda row: json.dumps(row)[::-1])


def run_layout(
    folder: Path, spark: Any, rows: list[dict[str, Any]], files: int, partitions: int, aqe: bool
) -> dict[str, str]:
    corpus = write_corpus(folder / "docs", rows, files)
    config = write_config(folder / "config.json", corpus, mix=CLEAN_MIX)
    old = {key: spark.conf.get(key) for key in ("spark.sql.shuffle.partitions", "spark.sql.adaptive.enabled")}
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    spark.conf.set("spark.sql.adaptive.enabled", str(aqe).lower())
    try:
        run_chain(config, folder / "run", spark)
    finally:
        for key, value in old.items():
            spark.conf.set(key, value)
    return products(folder / "run")


@pytest.fixture(scope="module")
def reference(clean_chain: tuple[Path, Path]) -> dict[str, str]:
    """Of the same rows, sorted, in 3 files and 3 partitions."""
    return products(clean_chain[1])


@pytest.mark.parametrize(
    ("rows", "files", "partitions", "aqe"),
    [(REVERSED, 7, 7, True)],
    ids=["reversed-7-files-7-partitions-aqe"],
)
def test_another_layout_gives_the_same_bytes(
    tmp_path: Path, spark: Any, reference: dict[str, str], rows: list, files: int, partitions: int, aqe: bool
) -> None:
    assert run_layout(tmp_path, spark, rows, files, partitions, aqe) == reference


@pytest.mark.faults
@pytest.mark.parametrize("rows", [ROWS, REVERSED, SHUFFLED], ids=["sorted", "reversed", "shuffled"])
@pytest.mark.parametrize(("files", "partitions"), [(1, 1), (1, 64), (7, 1), (7, 7), (64, 64)])
@pytest.mark.parametrize("aqe", [False, True], ids=["plain", "aqe"])
def test_every_layout_gives_the_same_bytes(
    tmp_path: Path, spark: Any, reference: dict[str, str], rows: list, files: int, partitions: int, aqe: bool
) -> None:
    assert run_layout(tmp_path, spark, rows, files, partitions, aqe) == reference


@pytest.mark.faults
@pytest.mark.parametrize("seed", ["0", "4242"])
def test_the_hash_seed_of_python_changes_nothing(tmp_path: Path, reference: dict[str, str], seed: str) -> None:
    config = write_config(tmp_path / "config.json", write_corpus(tmp_path / "docs", ROWS), mix=CLEAN_MIX)
    done = subprocess.run(
        [sys.executable, "-m", "jobs.cli", "run", "--config", str(config), "--output", str(tmp_path / "run")],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert products(tmp_path / "run") == reference
