"""What reruns and what is skipped, on the real chain."""

from __future__ import annotations

import io
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from corpus import manifest as manifests
from corpus.errors import ConfigError, InputError, TransientError
from jobs import load
from jobs.cli import main
from jobs.commands.verify import run_verify
from jobs.lock import locked
from jobs.pipeline import NAMES, Pipeline, chain
from jobs.progress import Progress
from tests.chain import products, records, run_chain, write_config, write_corpus


@pytest.fixture(scope="module")
def clean(clean_chain: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(config, run) of a copy of the clean run that the tests below go on from."""
    run = tmp_path_factory.mktemp("chain") / "run"
    shutil.copytree(clean_chain[1], run)
    return clean_chain[0], run


def states(pipeline: Pipeline) -> dict[str, str]:
    return {outcome.stage: outcome.state for outcome in pipeline.outcomes}


def changed(config: Path, folder: Path, rule: str, name: str, value: float) -> Path:
    """The configuration with another threshold."""
    tree = load.to_json(load.load(str(config), environment={}).config)
    tree["filters"][rule][name] = value
    other = folder / "config.json"
    other.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return other


def test_a_second_run_skips_every_stage_without_spark(clean: tuple[Path, Path]) -> None:
    config, run = clean
    before = products(run)
    pipeline = run_chain(config, run, None)
    assert states(pipeline) == dict.fromkeys(NAMES, "skipped")
    assert products(run) == before


def test_every_document_is_accounted_for(clean: tuple[Path, Path]) -> None:
    _, run = clean
    read = len(records()) + 2
    ingest = manifests.read(str(run), "ingest").census
    assert sum(ingest.total(fate=fate).documents for fate in ("kept", "dropped", "quarantined")) == read
    assert ingest.total(fate="quarantined").documents == 2
    select = manifests.read(str(run), "select").census
    assert select.total().documents == ingest.total(fate="kept").documents
    reasons = {reason: tally.documents for (reason,), tally in select.by("reason", fate="dropped").items()}
    assert reasons["dedup.exact"] >= 36  # 12 copies, 12 NFD copies, 12 spaced copies
    assert reasons["dedup.near"] >= 12
    assert reasons["length.too_short"] == 12


def test_a_changed_threshold_that_changes_no_fate_stops_at_select(
    clean: tuple[Path, Path], spark: Any, tmp_path: Path
) -> None:
    config, run = clean
    other = changed(config, tmp_path, "repetition", "duplicate_lines", 0.99)
    pipeline = run_chain(other, run, spark)
    assert states(pipeline) | {"verify": "", "report": ""} == {
        "ingest": "skipped",
        "annotate": "skipped",
        "dedup": "skipped",
        "select": "done",
        "audit": "skipped",
        "tokenizer": "skipped",
        "mix": "skipped",
        "serialize": "skipped",
        "verify": "",
        "report": "",
    }


def test_a_threshold_that_drops_more_reruns_mix_but_keeps_the_tokenizer(
    clean: tuple[Path, Path], spark: Any, tmp_path: Path
) -> None:
    config, run = clean
    other = changed(config, tmp_path, "length", "minimum_characters", 400)
    kept = manifests.read(str(run), "select").census.total(fate="kept").documents
    pipeline = run_chain(other, run, spark)
    assert states(pipeline)["tokenizer"] == "kept"
    later = ("select", "audit", "mix", "serialize", "verify", "report")
    assert [states(pipeline)[name] for name in later] == ["done"] * 6
    assert manifests.read(str(run), "select").census.total(fate="kept").documents < kept


def test_another_sample_for_the_audit_reruns_the_audit_alone(
    clean: tuple[Path, Path], spark: Any, tmp_path: Path
) -> None:
    config, run = clean
    run_chain(config, run, spark)
    tree = json.loads(config.read_text()) | {"audit": {"documents": 50}}
    other = tmp_path / "config.json"
    other.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    found = states(run_chain(other, run, spark))
    assert [name for name in NAMES if found[name] != "skipped"] == ["audit", "verify", "report"]
    assert manifests.read(str(run), "audit").details["sampled"] == 50


def test_an_alarm_about_duplicates_is_told_and_ends_the_command_only_where_asked(
    clean: tuple[Path, Path], spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One source of 240 originals and 48 copies loses a sixth of what passed every other rule."""
    config, run = clean
    run_chain(config, run, spark)
    codes, before = [], products(run)
    for losses in ({"share": 0.1}, {"share": 0.1, "stop": True}, {"share": 0.9, "stop": True}):
        tree = json.loads(config.read_text()) | {"select": {"losses": losses}}
        other = tmp_path / "config.json"
        other.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
        found = states(run_chain(other, run, spark))
        assert found["select"] == found["report"] == "done"
        assert found["mix"] == "skipped"
        capsys.readouterr()
        codes.append(main(["run", "--quiet", "--config", str(other), "--output", str(run)]))
        told = capsys.readouterr()
        verdict = json.loads((run / "report" / "metrics.json").read_text())["sources"][0]
        summary = json.loads((run / "summary.json").read_text())
        assert ("alarm: source '시험' lost " in told.err) is verdict["dedup_alarm"] is (losses["share"] == 0.1)
        assert "tokens mixed" in told.out  # the sums are printed whatever happens
        assert (summary["status"], summary["code"]) == (("failed", 3) if codes[-1] else ("ok", 0))
    assert codes == [0, 3, 0]
    assert {name: sha for name, sha in products(run).items() if "metrics" not in name} == {
        name: sha for name, sha in before.items() if "metrics" not in name
    }
    assert run_verify(str(run), io.StringIO()) == 0


def test_a_stage_without_its_inputs_says_which_is_missing(tmp_path: Path, spark: Any) -> None:
    config = write_config(tmp_path / "config.json", write_corpus(tmp_path / "docs", records(3)))
    with pytest.raises(InputError, match="annotate needs ingest"):
        run_chain(config, tmp_path / "run", spark, ("annotate",))


def test_two_writers_of_one_run_are_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.json", write_corpus(tmp_path / "docs", records(3)))
    pipeline = Pipeline(load.load(str(config), environment={}).config, str(tmp_path / "run"), Progress(live=False))
    with locked(str(tmp_path / "run")), pytest.raises(TransientError, match="is being written by process"):
        pipeline.execute(("ingest",))


def test_a_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "_lock").write_text('{"host": "' + socket.gethostname() + '", "pid": 1, "started": "-1"}')
    with locked(str(tmp_path)):
        pass
    assert not (tmp_path / "_lock").exists()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, NAMES),
        ({}, ("serialize",)),
        ({"engine": "streaming"}, ("annotate",)),
        ({"engine": "streaming"}, ("dedup",)),
    ],
)
def test_a_job_that_hadoop_would_commit_on_s3_is_refused_before_anything_starts(
    tmp_path: Path, changes: dict[str, Any], names: tuple[str, ...]
) -> None:
    config = write_config(tmp_path / "config.json", tmp_path / "docs", serialize={"runner": "hadoop"}, **changes)
    pipeline = Pipeline(load.load(str(config), environment={}).config, "s3a://bucket/run", Progress(live=False))
    with pytest.raises(ConfigError, match="promotes a task's files by renaming") as caught:
        pipeline.execute(names)
    assert caught.value.exit_code == 2 and caught.value.where == "s3a://bucket/run"


def test_chain_ranges() -> None:
    assert chain("select", "mix") == ("select", "audit", "tokenizer", "mix")
    assert chain(None, None) == NAMES
