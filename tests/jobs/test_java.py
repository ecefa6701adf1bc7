"""The class archive speeds Spark's start up, and never decides whether it starts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jobs import java
from jobs.commands import warm


def version_with(options: str) -> subprocess.CompletedProcess[str]:
    words = [java.java(), *options.split(), "-version"]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def test_an_archive_that_does_not_fit_is_passed_over_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java, "class_archive", lambda: tmp_path / "spark.jsa")
    without = version_with(java.options())
    (tmp_path / "spark.jsa").write_bytes(b"another Java's classes")
    options = java.options()
    assert f"-XX:SharedArchiveFile={tmp_path}/spark.jsa" in options
    done = version_with(options)
    assert (done.returncode, done.stdout) == (0, "")
    assert len(done.stderr.splitlines()) == len(without.stderr.splitlines())  # the version, and no warning


def test_an_archive_is_written_only_by_a_java_that_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    option = warm.leave(tmp_path / "classes")
    assert option in ("", f"-XX:ArchiveClassesAtExit={tmp_path}/classes")
    assert not (tmp_path / "classes").exists()
    refuses = tmp_path / "java"
    refuses.write_text("#!/bin/sh\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setattr(warm, "java", lambda: str(refuses))
    assert warm.leave(tmp_path / "classes") == ""


def test_an_archive_replaces_an_older_one_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written, kept = tmp_path / "classes", tmp_path / "share" / "spark.jsa"
    for content in (b"first", b"second"):
        written.write_bytes(content)
        warm.keep(written, kept)
        assert kept.read_bytes() == content
        assert [path.name for path in kept.parent.iterdir()] == ["spark.jsa"]
    warm.keep(written, kept)
    assert "no class archive" in capsys.readouterr().out
    assert kept.read_bytes() == b"second"
