"""verify finds every fault of a run and none where there is none."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import manifest as manifests
from corpus.errors import GateError, InputError
from corpus.identity import hexadecimal, keyed_hash
from corpus.ledger import Census, Entry
from corpus.manifest import Manifest, Part
from corpus.table import PartWriter
from jobs.commands import closing
from jobs.commands.verify import run_verify, verify
from tests.jobs.small_run import build, finish

# What no manifest covers: seconds and hosts, which are never compared.
UNCOVERED = {"timings.json"}

FOLDERS = (
    *("documents", "quarantine", "dropped", "attributes", "signatures", "pairs", "decisions", "audit"),
    *("tokenizer", "lengths", "mixed", "shards/megatron", "shards/megatron/provenance"),
)
STAGES = ("ingest", "annotate", "dedup", "select", "audit", "tokenizer", "mix", "serialize")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "run"
    build(str(folder))
    return folder


@pytest.fixture
def run(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "run"))


def files(run: Path) -> list[Path]:
    return sorted(path for path in run.rglob("*") if path.is_file() and path.name not in UNCOVERED)


def pick(paths: list[Path], *key: object) -> Path:
    return paths[keyed_hash(1, "pick", repr(key).encode()) % len(paths)]


def found(run: Path) -> list[str]:
    """Names of the files with faults, as the command prints them."""
    stream = io.StringIO()
    code = run_verify(str(run), stream)
    lines = stream.getvalue().splitlines()
    assert code == (3 if len(lines) > 1 else 0)
    return [line.split(": ")[0] for line in lines[:-1]]


def test_a_clean_run_has_no_fault(clean: Path) -> None:
    assert verify(str(clean)) == []
    stream = io.StringIO()
    assert run_verify(str(clean), stream) == 0
    assert stream.getvalue().startswith("verified: 8 stages, 29 files, ")


def test_a_run_seen_before_its_summary_is_written_has_no_fault(run: Path) -> None:
    (run / "summary.json").unlink()
    assert verify(str(run), until="verify") == []
    assert found(run) == ["summary.json"]


def test_an_empty_folder_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        verify(str(tmp_path))


# ------------------------------------------------------------------ one mutation of one file


@pytest.mark.parametrize("seed", range(48))
def test_a_flipped_bit_is_found_in_the_file_that_holds_it(run: Path, seed: int) -> None:
    every = files(run)
    path = every[seed % len(every)]
    data = bytearray(path.read_bytes())
    place = keyed_hash(seed, "flip", path.name.encode()) % (8 * len(data))
    data[place // 8] ^= 1 << place % 8
    path.write_bytes(bytes(data))
    assert str(path.relative_to(run)) in found(run)


def test_every_file_of_the_run_was_flipped_at_least_once(clean: Path) -> None:
    assert len(files(clean)) <= 48


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("left", ["half", "all but one byte"])
def test_a_truncated_file_is_found(run: Path, folder: str, left: str) -> None:
    path = pick([p for p in files(run / folder) if p.parent == run / folder and p.name[0] != "_"], folder, left)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 if left == "half" else -1])
    assert str(path.relative_to(run)) in found(run)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_missing_file_is_found(run: Path, folder: str) -> None:
    path = pick([p for p in files(run / folder) if p.name[0] != "_"], folder)
    path.unlink()
    assert f"{path.relative_to(run)}" in found(run)


@pytest.mark.parametrize("stage", STAGES)
def test_a_missing_manifest_is_found(run: Path, stage: str) -> None:
    (run / stage / "_manifest.json").unlink()
    assert f"{stage}/_manifest.json" in found(run)


@pytest.mark.parametrize("folder", (*FOLDERS, "report", "ingest", "."))
def test_extra_files_are_found(run: Path, folder: str) -> None:
    names = ["part-99999.parquet", "_part-00000.parquet.77.tmp", ".숨은파일", "_SUCCESS"]
    (run / folder).mkdir(exist_ok=True)
    for name in names:
        (run / folder / name).write_bytes("남은 조각".encode())
    assert found(run) == sorted(str(Path(folder) / name) for name in names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_renamed_file_is_found_under_both_names(run: Path, folder: str) -> None:
    path = pick([p for p in files(run / folder) if p.name[0] != "_"], folder)
    path.rename(path.with_name("moved" + path.suffix))
    names = found(run)
    assert str(path.relative_to(run)) in names
    assert str(path.with_name("moved" + path.suffix).relative_to(run)) in names
    assert "under another name" in str([fault.what for fault in verify(str(run))])


@pytest.mark.parametrize(
    "folder, suffix",
    [
        *((folder, "") for folder in ("documents", "attributes", "signatures", "decisions", "lengths", "mixed")),
        *(("shards/megatron", suffix) for suffix in (".bin", ".idx")),
        ("shards/megatron/provenance", ""),
    ],
)
def test_swapped_files_are_found_both(run: Path, folder: str, suffix: str) -> None:
    one, other = [p for p in sorted((run / folder).glob(f"*{suffix}")) if p.is_file() and p.name[0] != "_"][:2]
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    names = found(run)
    assert str(one.relative_to(run)) in names
    assert str(other.relative_to(run)) in names


# ------------------------------------------------------------------ edited manifests

Tree = dict[str, Any]


def edit_rows(tree: Tree) -> None:
    tree["files"][0]["rows"] += 1


def edit_bytes(tree: Tree) -> None:
    tree["files"][0]["bytes"] += 1


def edit_name(tree: Tree) -> None:
    tree["files"][0]["name"] += "x"


def edit_folder(tree: Tree) -> None:
    tree["files"][0]["name"] = "../" + tree["files"][0]["name"]


def edit_digest(tree: Tree) -> None:
    digit = tree["digests"]["content"][0]
    tree["digests"]["content"] = ("1" if digit == "0" else "0") + tree["digests"]["content"][1:]


def edit_fingerprint(tree: Tree) -> None:
    tree["fingerprint"] = "0" * 32


def edit_inputs(tree: Tree) -> None:
    tree["details"]["inputs"] = {}


def edit_versions(tree: Tree) -> None:
    tree["details"]["versions"] = {"other": 2}


def edit_stage(tree: Tree) -> None:
    tree["stage"] = "other"


def forget_file(tree: Tree) -> None:
    del tree["files"][-1]


def list_twice(tree: Tree) -> None:
    tree["files"].append(tree["files"][0])


EDITS = (
    *(edit_rows, edit_bytes, edit_name, edit_folder, edit_digest, edit_fingerprint, edit_inputs),
    *(edit_versions, edit_stage, forget_file, list_twice),
)


def rewrite(run: Path, stage: str, edit: Callable[[Tree], None]) -> None:
    path = run / stage / "_manifest.json"
    tree = json.loads(path.read_text())
    edit(tree)
    path.write_text(json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_manifest_is_found(run: Path, stage: str, edit: Callable[[Tree], None]) -> None:
    rewrite(run, stage, edit)
    assert f"{stage}/_manifest.json" in found(run)


@pytest.mark.parametrize("stage", ["ingest", "annotate", "dedup", "select", "mix"])
@pytest.mark.parametrize("key", ["documents", "ids", "reason", "fate"])
def test_an_edited_census_is_found_even_when_the_summary_is_edited_too(run: Path, stage: str, key: str) -> None:
    def edit(tree: Tree) -> None:
        row = tree["census"][0]
        row[key] = row[key] + 1 if key == "documents" else hexadecimal(7) if key == "ids" else "joined"

    rewrite(run, stage, edit)
    closing.write_summary(str(run), "ok", 0, "")
    assert found(run)


@pytest.mark.parametrize("text", ["", "{}", "[]", "말모이", '{"version": 1}', "\x00" * 100])
def test_a_manifest_that_does_not_parse_is_a_fault_and_no_crash(run: Path, text: str) -> None:
    (run / "select" / "_manifest.json").write_text(text)
    assert "select/_manifest.json" in found(run)


@pytest.mark.parametrize("key, value", [("status", "failed"), ("code", 3), ("tokens", 1), ("shards", 9)])
def test_an_edited_summary_is_found(run: Path, key: str, value: Any) -> None:
    path = run / "summary.json"
    path.write_text(path.read_text().replace(f'"{key}": {json.dumps(json.loads(path.read_text())[key])}', "", 1))
    assert "summary.json" in found(run)


def test_another_configuration_is_found(run: Path) -> None:
    path = run / "config.json"
    tree = json.loads(path.read_text())
    tree["mix"]["max_epochs"] = 2.0
    path.write_text(json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    closing.write_summary(str(run), "ok", 0, "")
    assert found(run) == ["mix/_manifest.json"]


# ------------------------------------------------------------------ rows that do not balance
# Here file, manifest and summary agree, as after a fault of malmoi itself: only the sums can tell.


def forge(run: Path, stage: str, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    path = run / name
    table = change(pq.read_table(path))
    path.unlink()
    with PartWriter(str(run), name, table.schema) as writer:
        for batch in table.combine_chunks().to_batches():
            writer.write(batch)
    manifest = manifests.read(str(run), stage)
    old = next(part for part in manifest.parts if part.name == name)
    part: Part = replace(writer.done(), content=old.content, measures=old.measures)
    parts = tuple(part if item.name == name else item for item in manifest.parts)
    manifests.write(str(run), replace(manifest, parts=parts))
    closing.write_summary(str(run), "ok", 0, "")


def without_last(table: pa.Table) -> pa.Table:
    return table.slice(0, table.num_rows - 1)


def twice_first(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table.slice(0, 1), table])


def reversed_rows(table: pa.Table) -> pa.Table:
    return table.take(list(range(table.num_rows))[::-1])


def column(name: str, change: Callable[[list[Any]], list[Any]]) -> Callable[[pa.Table], pa.Table]:
    def replaced(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(name)
        values = change(table.column(name).to_pylist())
        return table.set_column(place, table.schema.field(name), pa.array(values, table.schema.field(name).type))

    return replaced


def first_kept_dropped(values: list[Any]) -> list[Any]:
    place = values.index("kept")
    return [*values[:place], "dropped", *values[place + 1 :]]


def first_one_more(values: list[Any]) -> list[Any]:
    place = next(index for index, value in enumerate(values) if value is not None)
    return [*values[:place], values[place] + 1, *values[place + 1 :]]


def first_other_bytes(values: list[Any]) -> list[Any]:
    place = next(index for index, value in enumerate(values) if value is not None)
    return [*values[:place], b"\x01" * 16, *values[place + 1 :]]


def with_a_stranger(table: pa.Table) -> pa.Table:
    row = {"id": b"\x01" * 16, "twin": b"\x02" * 16, "jaccard": 0.9, "source": "han-daily", "twin_source": "han-daily"}
    return pa.Table.from_pylist([row], schema=table.schema)


FORGERIES = [
    ("ingest", "documents/part-00001.parquet", without_last),
    ("ingest", "documents/part-00001.parquet", twice_first),
    ("ingest", "documents/part-00000.parquet", column("id", first_other_bytes)),
    ("ingest", "documents/part-00000.parquet", column("text", lambda values: [values[0] + "가", *values[1:]])),
    ("ingest", "documents/part-00000.parquet", column("kind", lambda values: ["kin", *values[1:]])),
    ("ingest", "dropped/part-00000.parquet", without_last),
    ("ingest", "quarantine/part-00000.parquet", without_last),
    ("ingest", "quarantine/part-00000.parquet", column("class", lambda v: ["record.timeout", *v[1:]])),
    ("annotate", "attributes/part-00002.parquet", without_last),
    ("annotate", "attributes/part-00002.parquet", reversed_rows),
    ("annotate", "attributes/part-00002.parquet", column("bytes", first_one_more)),
    ("dedup", "signatures/part-00000.parquet", reversed_rows),
    ("dedup", "pairs/part-00000.parquet", reversed_rows),
    ("dedup", "pairs/part-00000.parquet", column("b", first_other_bytes)),
    ("dedup", "pairs/part-00000.parquet", column("jaccard", first_one_more)),
    ("select", "decisions/part-00000.parquet", without_last),
    ("select", "decisions/part-00000.parquet", reversed_rows),
    ("select", "decisions/part-00001.parquet", column("fate", first_kept_dropped)),
    ("select", "decisions/part-00001.parquet", column("kept_id", first_other_bytes)),
    ("select", "decisions/part-00001.parquet", column("cluster_size", first_one_more)),
    ("audit", "audit/sample.parquet", without_last),
    ("audit", "audit/sample.parquet", column("id", first_other_bytes)),
    ("audit", "audit/sample.parquet", column("twins", first_one_more)),
    ("audit", "audit/twins.parquet", with_a_stranger),
    ("mix", "lengths/part-00000.parquet", without_last),
    ("mix", "lengths/part-00000.parquet", column("tokens", first_one_more)),
    ("mix", "mixed/part-00000.parquet", without_last),
    ("mix", "mixed/part-00000.parquet", twice_first),
    ("mix", "mixed/part-00000.parquet", reversed_rows),
    ("mix", "mixed/part-00000.parquet", column("tokens", first_one_more)),
    ("mix", "mixed/part-00000.parquet", column("copy", first_one_more)),
    ("mix", "mixed/part-00000.parquet", column("text", lambda values: [values[0] + "가", *values[1:]])),
    ("serialize", "shards/megatron/provenance/shard-00001.parquet", without_last),
    ("serialize", "shards/megatron/provenance/shard-00001.parquet", column("id", first_other_bytes)),
    ("serialize", "shards/megatron/provenance/shard-00001.parquet", column("first_token", first_one_more)),
]


@pytest.mark.parametrize("stage, name, change", FORGERIES)
def test_rows_that_do_not_balance_are_found_though_every_digest_agrees(
    run: Path, stage: str, name: str, change: Callable[[pa.Table], pa.Table]
) -> None:
    forge(run, stage, name, change)
    assert found(run)


# ------------------------------------------------------------------ validation

MIXED, APART = "mixed/part-00000.parquet", "validation/part-00000.parquet"


@pytest.fixture(scope="module")
def with_validation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validation") / "run"
    build(str(folder), validation=0.2)
    return folder


def test_a_run_with_a_validation_set_has_no_fault(with_validation: Path) -> None:
    names = [str(path.relative_to(with_validation)) for path in files(with_validation)]
    assert {APART, "shards/megatron/validation/validation-00000.bin"} <= {*names}
    assert verify(str(with_validation)) == []
    mixed = manifests.read(str(with_validation), "mix").details
    assert 20 < mixed["validation"]["documents"] < 80
    assert json.loads((with_validation / "summary.json").read_text())["validation_tokens"] > 0


def moved(run: Path, stage: str, source: str, target: str) -> None:
    """The first row of one part stands in another one, at its place in the order."""
    row = pq.read_table(run / source).slice(0, 1)
    forge(run, stage, source, lambda table: table.slice(1))
    forge(run, stage, target, lambda table: pa.concat_tables([table, row]).sort_by("order"))


@pytest.mark.parametrize(("source", "target"), [(MIXED, APART), (APART, MIXED)])
def test_a_document_on_the_wrong_side_is_found(with_validation: Path, tmp_path: Path, source: str, target: str) -> None:
    run = Path(shutil.copytree(with_validation, tmp_path / "run"))
    moved(run, "mix", source, target)
    where = "trained on" if target == MIXED else "set apart"
    assert f"{target}: sum: a document is {where} against its draw" in [str(fault) for fault in verify(str(run))]


def test_a_document_on_both_sides_is_found(with_validation: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(with_validation, tmp_path / "run"))
    row = pq.read_table(run / APART).slice(0, 1)
    forge(run, "mix", MIXED, lambda table: pa.concat_tables([table, row]).sort_by("order"))
    assert "validation: sum: a document is trained on as well" in [str(fault) for fault in verify(str(run))]


@pytest.mark.parametrize("change", [without_last, twice_first, column("tokens", first_one_more)])
def test_a_validation_set_that_does_not_balance_is_found(
    with_validation: Path, tmp_path: Path, change: Callable[[pa.Table], pa.Table]
) -> None:
    run = Path(shutil.copytree(with_validation, tmp_path / "run"))
    forge(run, "mix", APART, change)
    assert verify(str(run))


@pytest.mark.parametrize("name", ["validation/validation-00000.bin", "provenance/validation/validation-00000.parquet"])
def test_a_damaged_validation_shard_is_found(with_validation: Path, tmp_path: Path, name: str) -> None:
    run = Path(shutil.copytree(with_validation, tmp_path / "run"))
    path = run / "shards" / "megatron" / name
    path.write_bytes(path.read_bytes()[:-1])
    assert f"shards/megatron/{name}" in found(run)


def test_the_closing_sums_tell_what_is_set_apart(with_validation: Path) -> None:
    stream = io.StringIO()
    closing.print_sums(str(with_validation), stream)
    lines = stream.getvalue().splitlines()
    assert lines[1].split()[-2:] == ["tokens", "apart"]
    apart = manifests.read(str(with_validation), "mix").details["validation"]["tokens"]
    assert next(line for line in lines if line.startswith("all")).split()[-1] == f"{apart:,}"


def test_tokens_that_are_another_text_are_found_though_every_digest_agrees(run: Path) -> None:
    name = "shards/megatron/shard-00000.bin"
    data = (run / name).read_bytes()
    (run / name).write_bytes(data[2:4] + data[:2] + data[4:])
    manifest: Manifest = manifests.read(str(run), "serialize")
    _, digest = manifests.file_sha256(str(run / name))
    parts = tuple(replace(part, sha256=digest) if part.name == name else part for part in manifest.parts)
    manifests.write(str(run), replace(manifest, parts=parts))
    closing.write_summary(str(run), "ok", 0, "")
    assert found(run) == [name]


@pytest.mark.parametrize("shard_format, suffix", [("parquet", "parquet"), ("jsonl", "jsonl")])
def test_shards_of_other_formats_are_compared_with_their_mixed_part(
    tmp_path: Path, shard_format: str, suffix: str
) -> None:
    run = tmp_path / "run"
    build(str(run), shard_format=shard_format)
    assert verify(str(run)) == []
    name = f"shards/{shard_format}/shard-00000.{suffix}"
    if suffix == "jsonl":
        lines = (run / name).read_bytes().splitlines(keepends=True)
        (run / name).write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    else:
        table = reversed_rows(pq.read_table(run / name))
        pq.write_table(table, run / name)
    manifest = manifests.read(str(run), "serialize")
    size, digest = manifests.file_sha256(str(run / name))
    parts = tuple(replace(p, bytes=size, sha256=digest) if p.name == name else p for p in manifest.parts)
    manifests.write(str(run), replace(manifest, parts=parts))
    closing.write_summary(str(run), "ok", 0, "")
    assert name in found(run)


def test_the_chain_sweeps_what_a_killed_writer_left_and_the_command_does_not(run: Path) -> None:
    left = [run / "_summary.json.123.tmp", run / "select" / "__manifest.json.9.tmp"]
    for path in left:
        path.write_bytes(b"{")
    assert found(run) == ["_summary.json.123.tmp", "select/__manifest.json.9.tmp"]
    finish(str(run))
    assert not any(path.exists() for path in left)
    assert found(run) == []


def test_the_chain_stops_at_a_fault_and_names_the_file(run: Path) -> None:
    path = run / "pairs" / "part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(GateError, match=r"pairs/part-00000\.parquet.*malmoi verify"):
        finish(str(run))
    assert not (run / "verify" / "_manifest.json").exists()
    assert not (run / "report").exists()


def test_only_a_sticky_stage_may_be_older_than_its_inputs(run: Path) -> None:
    """select keeps other documents: the tokenizer stays by design, audit and mix are stale and must be named."""

    def edit(tree: Tree) -> None:
        tree["digests"]["kept"] = "f" * 32

    rewrite(run, "select", edit)
    closing.write_summary(str(run), "ok", 0, "")
    assert found(run) == ["audit/_manifest.json", "mix/_manifest.json"]


def test_summary_and_closing_sums_say_what_the_run_holds(clean: Path) -> None:
    summary = json.loads((clean / "summary.json").read_text())
    assert (summary["status"], summary["code"], summary["retryable"]) == ("ok", 0, False)
    documents = summary["documents"]
    assert documents["read"] == documents["kept"] + documents["dropped"] + documents["quarantined"] == 281
    assert sum(documents["reasons"].values()) == documents["dropped"] + documents["quarantined"]
    assert documents["reasons"]["record.not_utf8"] == 4
    assert summary["shards"] == 2
    stream = io.StringIO()
    closing.print_sums(str(clean), stream)
    text = stream.getvalue()
    assert "dedup.near" in text
    assert "비슷한 글이 이미 있음" in text
    assert text.splitlines()[1].split() == [
        "kind",
        "read",
        "quarantined",
        "dropped",
        "kept",
        "tokens",
        "once",
        "tokens",
        "mixed",
    ]
    assert next(line for line in text.splitlines() if line.startswith("all")).split()[1:5] == ["281", "11", "45", "225"]
    assert f"{clean}/shards/megatron" in text


def test_a_failed_run_says_why_in_its_summary(run: Path) -> None:
    closing.write_summary(str(run), "failed", 75, "TransientError: the lock is held")
    summary = json.loads((run / "summary.json").read_text())
    assert (summary["status"], summary["code"], summary["retryable"]) == ("failed", 75, True)
    assert summary["reason"] == "TransientError: the lock is held"


def test_the_report_of_fates_counts_every_record_once(clean: Path) -> None:
    from corpus.report.metrics import fates

    census = fates(closing.read_manifests(str(clean)))
    assert isinstance(census, Census)
    assert census.total().documents == 281
    assert census.total(**Entry("kin-answers", "kin", "quarantined", "record.malformed")._asdict()).documents == 4
