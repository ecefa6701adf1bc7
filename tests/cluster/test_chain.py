"""The whole chain on HDFS and on S3 gives the bytes that it gives on disk."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from corpus import manifest as manifests
from corpus import storage
from jobs.pipeline import NAMES
from tests import s3_server
from tests.chain import products, records, write_config, write_corpus
from tests.cluster.daemons import Cluster

pytestmark = pytest.mark.cluster

LIMIT_SECONDS = 600


def malmoi(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jobs.cli", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """(folder with docs/ and run/, products) of the chain on the local file system."""
    folder = tmp_path_factory.mktemp("reference")
    rows = [*records(150), *changed(records(30))]
    config = write_config(folder / "config.json", write_corpus(folder / "docs", rows, 3), serialize={"runner": "local"})
    done = malmoi("run", "--config", str(config), "--output", str(folder / "run"), "--quiet")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, products(folder / "run")


def changed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Later versions of documents, so that the older ones are superseded."""
    return [{**row, "text": row["text"] + "\n덧붙인 줄이다."} for row in rows[:3]]


def upload(folder: Path, base: str) -> None:
    for path in sorted(folder.iterdir()):
        storage.put(str(path), storage.join(base, path.name))


def check_chain(
    reference: tuple[Path, dict[str, str]], tmp_path: Path, inputs: str, run: str, **environment: str
) -> None:
    """malmoi run, then again, then malmoi verify; nothing but what manifests list is left."""
    config = write_config(tmp_path / "config.json", Path("x"), serialize={"runner": "local"})
    tree = json.loads(config.read_text(encoding="utf-8"))
    tree["inputs"][0]["uri"] = inputs
    config.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    words = ("run", "--config", str(config), "--output", run, "--quiet")
    done = malmoi(*words, **environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert products(run) == reference[1]  # type: ignore[arg-type]
    listed = {part.name for stage in NAMES for part in manifests.read(run, stage).parts}
    listed |= {f"{stage}/{manifests.MANIFEST}" for stage in NAMES}
    there = {storage.relative(uri, run) for uri in storage.all_files(run)}
    assert there - listed == {"config.json", "inputs.json", "summary.json", "timings.json"} and listed <= there
    again = malmoi(*words, **environment)
    assert again.returncode == 0 and again.stderr.count('"state": "skipped"') == len(NAMES), again.stderr[-3000:]
    verified = malmoi("verify", run, **environment)
    assert verified.returncode == 0 and verified.stdout.startswith("verified: "), verified.stdout
    part = manifests.read(run, "serialize").parts[0]
    storage.write_bytes(storage.join(run, part.name), flipped(storage.read_bytes(storage.join(run, part.name))))
    found = malmoi("verify", run, **environment)
    assert found.returncode == 3 and part.name in found.stdout


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_the_chain_on_hdfs_gives_the_bytes_of_the_chain_on_disk(
    cluster: Cluster, reference: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    inputs, run = f"{cluster.hdfs}/말뭉치/원본", f"{cluster.hdfs}/말뭉치/차례 1"
    upload(reference[0] / "docs", inputs)
    check_chain(reference, tmp_path, f"{inputs}/*.jsonl", run)


@pytest.fixture(scope="module")
def s3() -> Iterator[Mapping[str, str]]:
    with s3_server.serving("malmoi") as environment, pytest.MonkeyPatch.context() as patch:
        for key, value in environment.items():
            patch.setenv(key, value)
        storage._remote.cache_clear()
        yield environment
    storage._remote.cache_clear()


def test_the_chain_on_s3_gives_the_bytes_of_the_chain_on_disk(
    s3: Mapping[str, str], reference: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    upload(reference[0] / "docs", "s3a://malmoi/원본")
    check_chain(reference, tmp_path, "s3a://malmoi/원본", "s3a://malmoi/차례 1")
    assert not s3_server.client(s3).list_multipart_uploads(Bucket="malmoi").get("Uploads", ())


@pytest.mark.parametrize("point", ["serialize.promote", "serialize.publish"])
def test_a_run_on_s3_that_was_killed_is_invisible_and_a_rerun_equals_a_clean_one(
    s3: Mapping[str, str], reference: tuple[Path, dict[str, str]], tmp_path: Path, point: str
) -> None:
    """The committer here is malmoi's own: files count when a manifest lists them, and it is written last."""
    stage, run = point.split(".")[0], f"s3a://malmoi/{re.sub('[^a-z]', '-', point)}"
    for path in sorted((reference[0] / "run").rglob("*")):
        if path.is_file():
            storage.put(str(path), storage.join(run, str(path.relative_to(reference[0] / "run"))))
    for name in NAMES[NAMES.index(stage) :]:
        storage.delete(manifests.manifest_uri(run, name))
    words = ("run", "--config", str(reference[0] / "config.json"), "--output", run, "--quiet")
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs.cli", *words],
        env={**os.environ, "MALMOI_PAUSE_AT": point, "PYTHONUNBUFFERED": "1"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        assert any(f"paused at {point}".encode() in line for line in process.stderr)
    finally:
        os.killpg(process.pid, 9)
        process.wait(30)
    assert manifests.find(run, stage) is None
    done = malmoi(*words)
    assert done.returncode == 0, done.stderr[-3000:]
    assert products(run) == reference[1]  # type: ignore[arg-type]
    assert malmoi("verify", run).returncode == 0
