"""Storage on the local file system, and the manifests kept on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import manifest, storage
from corpus.errors import ConfigError, GateError, InputError
from corpus.ledger import Census, Entry
from corpus.manifest import Manifest, Part
from tests.corpus.storage_contract import StorageContract


class TestLocal(StorageContract):
    @pytest.fixture
    def base(self, tmp_path: Path) -> str:
        return str(tmp_path / "바탕")


def test_a_uri_and_a_path_name_the_same_file(tmp_path: Path) -> None:
    for form in (
        f"file://{tmp_path}/가#나?.bin",
        f"file:{tmp_path}/가#나?.bin",
        f"file://localhost{tmp_path}/가#나?.bin",
    ):
        storage.write_bytes(form, form.encode())
        assert storage.read_bytes(f"{tmp_path}/가#나?.bin") == form.encode()
        assert storage.files(form) == [f"{tmp_path}/가#나?.bin"]
    assert storage.relative(f"file://{tmp_path}/가/나", str(tmp_path)) == "가/나"


def test_missing_files_and_unknown_schemes_are_named() -> None:
    with pytest.raises(InputError, match="no such file"):
        storage.read_bytes("/nowhere/문서.jsonl")
    with pytest.raises(ConfigError, match="unknown URI scheme"):
        storage.split("ftp://host/file")


def test_a_manifest_reads_back_and_equal_facts_are_equal_bytes(tmp_path: Path) -> None:
    parts = (Part("documents/b.parquet", 2, 10, "00", 3, 4, {"tokens": 5}), Part("documents/a.parquet", 1, 9, "11"))
    census = Census()
    census.add(Entry("블로그", "blog", "kept", ""), 3, 20, 9)
    one = Manifest("ingest", "f" * 32, parts, census, {"content": "00"}, {"표": 1})
    manifest.write(str(tmp_path), one)
    assert manifest.read(str(tmp_path), "ingest").to_json() == one.to_json()
    assert Manifest("ingest", "f" * 32, parts[::-1], census, {"content": "00"}, {"표": 1}).to_json() == one.to_json()
    assert one.measure("tokens") == 5
    assert [part.name for part in one.files("documents")] == ["documents/a.parquet", "documents/b.parquet"]


def test_a_damaged_manifest_and_a_missing_one_are_told_apart(tmp_path: Path) -> None:
    assert manifest.find(str(tmp_path), "ingest") is None
    storage.write_bytes(manifest.manifest_uri(str(tmp_path), "ingest"), b'{"stage": "ingest"')
    with pytest.raises(GateError, match="damaged"):
        manifest.find(str(tmp_path), "ingest")


def test_fingerprints_do_not_depend_on_key_order() -> None:
    assert manifest.fingerprint({"가": 1, "b": [1, 2]}) == manifest.fingerprint({"b": [1, 2], "가": 1})
    assert manifest.fingerprint({"b": [1, 2]}) != manifest.fingerprint({"b": [2, 1]})
