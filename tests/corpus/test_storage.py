"""Files appear whole or not at all, on the local file system."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import manifest, storage
from corpus.errors import ConfigError, GateError, InputError
from corpus.ledger import Census, Entry
from corpus.manifest import Manifest, Part


def test_a_failed_write_leaves_neither_file_nor_temporary(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), storage.create(f"{tmp_path}/한글/자료.bin") as stream:
        stream.write(b"half")
        raise RuntimeError("stop")
    assert storage.all_files(f"{tmp_path}") == []


def test_a_write_replaces_what_was_there(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.bin"
    storage.write_bytes(uri, b"old")
    storage.write_bytes(uri, b"new")
    assert storage.read_bytes(f"{tmp_path}/a.bin") == b"new"
    assert storage.size(uri) == 3


def test_files_lists_sorted_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("나.jsonl", "가.jsonl", "_temporary/x.jsonl", ".hidden.jsonl", "아래/다.jsonl"):
        storage.write_bytes(f"{tmp_path}/{name}", b"")
    assert [storage.relative(uri, str(tmp_path)) for uri in storage.files(str(tmp_path))] == [
        "가.jsonl",
        "나.jsonl",
        "아래/다.jsonl",
    ]
    assert len(storage.files(f"{tmp_path}/*.jsonl")) == 2
    assert len(storage.files(f"{tmp_path}/**/*.jsonl")) == 3
    assert len(storage.all_files(str(tmp_path))) == 5


def test_missing_files_and_unknown_schemes_are_named() -> None:
    with pytest.raises(InputError, match="no such file"):
        storage.read_bytes("/nowhere/문서.jsonl")
    with pytest.raises(ConfigError, match="unknown URI scheme"):
        storage.split("ftp://host/file")


def test_claim_is_given_once(tmp_path: Path) -> None:
    assert storage.claim(f"{tmp_path}/_lock", b"1")
    assert not storage.claim(f"{tmp_path}/_lock", b"2")
    assert storage.read_bytes(f"{tmp_path}/_lock") == b"1"


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
