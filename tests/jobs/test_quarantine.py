"""Quarantined units listed and read again: fates move, sums hold, and what results is what a clean run gives."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus import manifest as manifests
from corpus.errors import ConfigError
from corpus.sources.adapters.config import Comments
from corpus.sources.config import Fields, IngestConfig, InputConfig, RightsBasis
from jobs.cli import main
from jobs.commands import quarantine
from jobs.commands.verify import verify
from jobs.config import Config
from jobs.pipeline import Pipeline
from jobs.progress import Progress


def config(*folders: Path, limit: int = 200, **changes: Any) -> Config:
    basis = RightsBasis(basis="own")
    items = tuple(
        InputConfig(name=f"말뭉치 {n}", uri=str(folder), rights=basis, class_="open", **changes)
        for n, folder in enumerate(folders)
    )
    return Config(inputs=items, ingest=IngestConfig(max_record_bytes=limit))


def lines(*records: Any) -> bytes:
    return b"".join(
        (r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode()) + b"\n" for r in records
    )


def pipeline(spark: Any, run: Path, asked: Config) -> Pipeline:
    made = Pipeline(asked, str(run), Progress(live=False))
    made._session = spark
    return made


def ingest(spark: Any, run: Path, asked: Config) -> manifests.Manifest:
    pipeline(spark, run, asked).execute(["ingest"])
    return manifests.read(str(run), "ingest")


def table(run: Path, folder: str) -> list[dict[str, Any]]:
    listed = manifests.read(str(run), "ingest").files(folder)
    return [row for part in listed for row in pq.read_table(run / part.name).to_pylist(maps_as_pydicts="strict")]


def keys(run: Path) -> list[str]:
    return sorted(row["key"] for row in table(run, "documents"))


def check(run: Path) -> manifests.Manifest:
    """The manifest holds against the rows, and nothing else lies in the run."""
    assert [str(fault) for fault in verify(str(run), until="annotate")] == []
    return manifests.read(str(run), "ingest")


LONG = {"id": "긴 글", "text": "말과 글을 모은다. " * 20}
SHORT = {"id": "짧은 글", "text": "말과 글을 모은다."}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.jsonl").write_bytes(lines(SHORT, b'{"id": "bad",', LONG, {"id": "끝 글", "text": "끝이다."}))
    (made / "b.jsonl.gz").write_bytes(
        gzip.compress(lines({"id": "눌린 글", "text": "눌린 글이다."}, {"id": "빈 글", "body": "몸"}))
    )
    return made


def test_units_are_listed_by_class_source_and_file_without_content(folder: Path, spark: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    ingest(spark, run, config(folder))
    found = quarantine.groups(str(run))
    assert [(g["class"], g["source"], g["file"], g["units"]) for g in found] == [
        ("record.malformed", "말뭉치 0", "a.jsonl", 1),
        ("record.missing_text", "말뭉치 0", "b.jsonl.gz", 1),
        ("record.too_large", "말뭉치 0", "a.jsonl", 1),
    ]
    stream = io.StringIO()
    assert quarantine.run_list(str(run), False, stream) == 0
    assert stream.getvalue().splitlines()[1].split()[:2] == ["record.malformed", "말뭉치"]
    stream = io.StringIO()
    quarantine.run_list(str(run), True, stream)
    told = json.loads(stream.getvalue())
    assert told[0]["origins"][0]["offset"] == len(lines(SHORT)) and len(told[0]["origins"][0]["digest"]) == 32
    assert "말과 글" not in stream.getvalue()


def test_a_raised_limit_moves_fates_and_equals_a_clean_run(folder: Path, spark: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    before = ingest(spark, run, config(folder))
    assert keys(run) == ["끝 글", "눌린 글", "짧은 글"]
    raised = pipeline(spark, run, config(folder, limit=10_000))
    assert quarantine.retry(raised) == quarantine.Retried(3, 0, 1, 0, 2)
    after = check(run)
    clean = ingest(spark, tmp_path / "clean", config(folder, limit=10_000))
    assert after.census == clean.census and after.digests == clean.digests
    assert after.details["records"] == clean.details["records"]
    assert after.fingerprint == clean.fingerprint != before.fingerprint
    assert after.details["generation"] == 1 and after.details["generations"][0]["units"] == 3
    raised.execute(["ingest"])
    assert [outcome.state for outcome in raised.outcomes] == ["skipped"]
    assert manifests.read(str(run), "ingest").details["generation"] == 1


def test_a_repaired_file_and_a_corrected_mapping_are_read_in_further_generations(
    folder: Path, spark: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    ingest(spark, run, config(folder))
    (folder / "a.jsonl").write_bytes(
        lines(SHORT, {"id": "나은 글", "text": "나았다."}, LONG, {"id": "끝 글", "text": "끝이다."})
    )
    assert quarantine.retry(pipeline(spark, run, config(folder))) == quarantine.Retried(3, 0, 1, 0, 2)
    assert keys(run) == ["끝 글", "나은 글", "눌린 글", "짧은 글"]
    check(run)
    mapped = config(folder, fields=Fields(text="body"))
    assert quarantine.retry(pipeline(spark, run, mapped)).documents == 1
    assert check(run).details["generation"] == 2
    assert keys(run) == ["끝 글", "나은 글", "눌린 글", "빈 글", "짧은 글"]
    assert {row["class"] for row in table(run, "quarantine")} == {"record.too_large"}


def test_a_record_that_the_repair_of_another_moved_is_read(spark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(lines(SHORT, b'{"id": "x",', {"id": "끝 글", "text": "끝이다."}, b'{"id": "y",'))
    run = tmp_path / "run"
    ingest(spark, run, config(folder))
    mended = (
        {"id": "x", "text": "앞선 줄이 길어졌다. " * 3},
        {"id": "끝 글", "text": "끝이다."},
        {"id": "y", "text": "뒤"},
    )
    (folder / "a.jsonl").write_bytes(lines(SHORT, *mended))
    assert quarantine.retry(pipeline(spark, run, config(folder))) == quarantine.Retried(2, 0, 2, 0, 0)
    assert check(run).digests == ingest(spark, tmp_path / "clean", config(folder)).digests
    assert keys(run) == ["x", "y", "끝 글", "짧은 글"] and table(run, "quarantine") == []


def test_what_became_of_units_is_said_in_lines() -> None:
    assert quarantine.told(quarantine.Retried(3, 1, 1, 0, 1)) == (
        "units read again 3: documents 1, dropped 0, still quarantined 1, no longer there 1\n"
        "units left 1: their file is gone, or their input joins records by thread\n"
        "later stages follow: `malmoi run` brings them up to date\n"
    )


def test_a_line_that_was_deleted_is_no_record_any_more_and_others_are_not_read_twice(
    folder: Path, spark: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    before = ingest(spark, run, config(folder))
    (folder / "a.jsonl").write_bytes(lines(SHORT, {"id": "끝 글", "text": "끝이다."}))
    found = quarantine.retry(pipeline(spark, run, config(folder)))
    assert (found.units, found.documents, found.quarantined, found.vanished) == (3, 0, 1, 2)
    after = check(run)
    assert after.details["read"] == before.details["read"] - 2
    assert after.digests["content"] == before.digests["content"]


def test_the_rest_of_a_truncated_file_is_read_when_the_file_is_whole(spark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    whole = gzip.compress(
        lines(*({"id": f"글 {n}", "text": f"{n}째 글이다. " + "가나다라" * (n % 7)} for n in range(300)))
    )
    (folder / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    run = tmp_path / "run"
    ingest(spark, run, config(folder))
    some = len(keys(run))
    assert 0 < some < 300 and {row["class"] for row in table(run, "quarantine")} == {"file.truncated"}
    (folder / "a.jsonl.gz").write_bytes(whole)
    assert quarantine.retry(pipeline(spark, run, config(folder))).documents == 300 - some
    clean = ingest(spark, tmp_path / "clean", config(folder))
    assert check(run).digests == clean.digests and table(run, "quarantine") == []


def test_a_newer_version_that_a_retry_finds_supersedes_the_one_that_was_there(spark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    dated = Fields(fetched_at="fetched")
    old = {"id": "같은 글", "text": "옛 글이다.", "fetched": "2024-01-01"}
    new = {"id": "같은 글", "text": "새 글이다. " * 30, "fetched": "2024-02-01"}
    (folder / "a.jsonl").write_bytes(lines(old, new, SHORT))
    run = tmp_path / "run"
    ingest(spark, run, config(folder, fields=dated))
    quarantine.retry(pipeline(spark, run, config(folder, limit=10_000, fields=dated)))
    after = check(run)
    clean = ingest(spark, tmp_path / "clean", config(folder, limit=10_000, fields=dated))
    assert (after.census, after.digests, after.details["records"]) == (
        clean.census,
        clean.digests,
        clean.details["records"],
    )
    assert [row["reason"] for row in table(run, "dropped")] == ["ingest.superseded"]


def test_nothing_changes_when_nothing_can_be_read(folder: Path, spark: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    before = ingest(spark, run, config(folder))
    assert quarantine.retry(pipeline(spark, run, config(folder))) == quarantine.Retried(3, 0, 0, 0, 3)
    assert manifests.read(str(run), "ingest") == before


def test_what_would_alter_other_documents_is_refused(folder: Path, spark: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    before = ingest(spark, run, config(folder))
    unmasked = replace(config(folder), ingest=IngestConfig(identifiers=False))
    with pytest.raises(ConfigError, match=r"ingest\.identifiers: changed since"):
        quarantine.retry(pipeline(spark, run, unmasked))
    with pytest.raises(ConfigError, match=r"inputs\.말뭉치 0: changed since"):
        quarantine.retry(pipeline(spark, run, config(folder, kind="blog")))
    assert manifests.read(str(run), "ingest") == before


def test_units_of_joined_threads_and_of_files_that_are_gone_are_left(folder: Path, spark: Any, tmp_path: Path) -> None:
    run = tmp_path / "run"
    ingest(spark, run, config(folder))
    (folder / "b.jsonl.gz").unlink()
    found = quarantine.retry(pipeline(spark, run, config(folder, limit=10_000)))
    assert (found.units, found.left, found.documents) == (2, 1, 1)
    check(run)
    asked = config(folder, adapter="comments", comments=Comments(thread="id"))
    ingest(spark, tmp_path / "threads", asked)
    found = quarantine.retry(pipeline(spark, tmp_path / "threads", asked))
    assert (found.units, found.left) == (0, 2)


def test_a_kill_before_the_manifest_leaves_the_old_generation_whole(
    folder: Path, spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    before = ingest(spark, run, config(folder))
    raised = pipeline(spark, run, config(folder, limit=10_000))

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "republish", killed)
        with pytest.raises(KeyboardInterrupt):
            quarantine.retry(raised)
    assert manifests.read(str(run), "ingest") == before
    for part in before.parts:
        assert manifests.file_sha256(str(run / part.name))[1] == part.sha256
    assert quarantine.retry(raised).documents == 1
    check(run)


def test_the_commands_end_well_and_say_so(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quarantine", "list", str(tmp_path / "none")]) == 4
    assert "malmoi:" in capsys.readouterr().err
