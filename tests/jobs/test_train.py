"""`malmoi train`: from labelled files to a model that a configuration pins."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from corpus.document import DocumentBatch
from corpus.errors import InputError
from corpus.identity import document_id
from corpus.sources.config import PinnedFile
from filters.quality.model import Quality
from jobs import cli
from jobs.commands import train
from jobs.commands.training_records import HeldOut, Record, read, relabelled, trainable
from jobs.tasks import quality_training
from jobs.tasks.quality_contrast import LanguageModel, contrast
from tests import chain

pytest.importorskip("sklearn", reason="scikit-learn comes with the extra train")


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(zstandard.ZstdCompressor().compress(data) if path.suffix == ".zst" else data)
    return str(path)


def articles(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": f"a{n}", "text": f"{n}번째 글. {chain.text(n, 6)}"} for n in range(first, first + count)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("train")
    lists = [
        {
            "id": f"b{n}",
            "label": "bad",
            "text": ", ".join(f"{n}{w}{k}" for w in ("꽃집", "떡집", "찻집") for k in ("추천", "가격")),
        }
        for n in range(1000, 1120)
    ]
    labelled = [{**row, "label": "good"} for row in articles(0, 120)] + lists
    return {
        "input": write(folder / "labelled.jsonl.zst", labelled),
        "good": write(folder / "articles.jsonl", articles(500, 150)),
        "informal": write(folder / "chat.jsonl", [{"text": f"ㅋㅋ 나도 {n}번 봤는데 진짜 재밌더라 또 보고 싶다"} for n in range(60)]),
        "held": write(folder / "held.jsonl", [{"id": "h1", "text": f"{articles(7, 1)[0]['text']} !!"}]),
        "folder": str(folder),
    }  # fmt: skip


def test_the_command_writes_a_model_that_a_configuration_pins(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = []
    for name in ("one", "two"):
        output = f"{files['folder']}/{name}.linear"
        words = [
            "--input",
            files["input"],
            "--good",
            f"news={files['good']}",
            "--informal",
            files["informal"],
            "--output",
            output,
        ]
        assert cli.main(["train", "quality", *words]) == 0
        outputs.append(Path(output).read_bytes())
    assert outputs[0] == outputs[1]
    printed = capsys.readouterr().out
    assert "news" in printed and "chat" in printed and "all bad" in printed
    digest = printed.rsplit("digest: ", 1)[1].split("}")[0]
    rule = Quality().configured({"model": PinnedFile(file=f"{files['folder']}/one.linear", digest=digest)})
    texts = [articles(900, 1)[0]["text"], ", ".join(f"77{w}가격" for w in ("꽃집", "떡집", "찻집") * 5)]
    good, bad = rule.score(DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())})))["probability"]
    assert good > 0.8 and bad < 0.2


def test_comparing_prints_both_models_and_every_source_left_out(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "--input",
        files["input"],
        "--good",
        f"news={files['good']}",
        "--compare",
        "--output",
        f"{files['folder']}/c.linear",
    ]
    assert cli.main(["train", "quality", *words]) == 0
    printed = capsys.readouterr().out
    assert [
        name
        for name in ("linear: AUC", "contrast: AUC", "news, left out", "first 100 characters")
        if name not in printed
    ] == []


def test_a_labelled_text_of_a_held_out_set_is_refused_by_name(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--input", files["input"], "--held-out", files["held"], "--output", f"{files['folder']}/x.linear"]
    assert cli.main(["train", "quality", *words]) == 4
    error = capsys.readouterr().err
    assert "record 'a7' has a text of the held-out set" in error and "held.jsonl:1" in error
    assert articles(7, 1)[0]["text"] not in error
    assert not Path(f"{files['folder']}/x.linear").exists()


def test_a_whole_source_is_read_without_its_held_out_texts(files: dict[str, str]) -> None:
    everything = argparse.Namespace(
        input=[], labels=None, held_out=[files["held"]], good=[files["input"]], informal=[], bad=[], most=500, noise=0
    )
    texts = quality_training.gathered(everything)
    assert len(texts) == 239 and "a7" not in {text.id for text in texts}
    everything.held_out = []
    assert len(quality_training.gathered(everything)) == 240
    everything.most = 10
    assert len(quality_training.gathered(everything)) == 10


def test_records_of_a_test_split_are_not_trained_on_and_are_what_is_held_out(tmp_path: Path) -> None:
    rows = [
        {"id": str(n), "text": f"글 {n}번", "split": split}
        for n, split in enumerate(["train", "test", "dev", "validation"])
    ]
    file = write(tmp_path / "split.jsonl", [*rows, {"id": "4", "text": "나뉘지 않은 글"}])
    assert [record.id for record in trainable([file])] == ["0", "4"]
    held_out = HeldOut([file])
    assert "글2번!" in held_out and "나뉘지 않은 글" in held_out and "글 0번" not in held_out


def test_verdicts_of_a_sheet_become_labels(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    with open(sheet, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("id", "excerpt", "verdict"), ("1", "줄\n나눔", "keep"), ("2", "", "Drop"), ("3", "", "")])
    records = [Record(str(n), "글", "bad", "here") for n in range(1, 5)]
    names = {"keep": "good", "drop": "bad"}
    assert [record.label for record in relabelled(records, str(sheet), names)] == ["good", "bad", "bad", "bad"]
    sheet.write_bytes("id,excerpt,verdict\n1,긴 글,남김\n3,짧은 글,뺌\n".encode("cp949"))
    assert [record.label for record in relabelled(records, str(sheet), names)] == ["good", "bad", "bad", "bad"]
    sheet.write_text("id,verdict\n1,keep\n1,drop\n", encoding="utf-8")
    with pytest.raises(InputError, match="another row says the opposite"):
        list(relabelled(records, str(sheet), names))
    sheet.write_text("id,verdict\n9,keep\n", encoding="utf-8")
    with pytest.raises(InputError, match="none of its 1 verdicts is of a record"):
        list(relabelled(records, str(sheet), names))
    sheet.write_text("id,verdict\n1,maybe\n", encoding="utf-8")
    with pytest.raises(InputError, match="no such verdict"):
        list(relabelled(records, str(sheet), names))
    sheet.write_text("key,verdict\n1,keep\n", encoding="utf-8")
    with pytest.raises(InputError, match="no columns id and verdict"):
        list(relabelled(records, str(sheet), names))


def test_a_sheet_names_documents_by_the_ids_that_ingest_gave_them(tmp_path: Path) -> None:
    file = write(tmp_path / "in.jsonl", [{"id": key, "source": "카페", "text": f"글 {key}"} for key in ("ㄱ", "ㄴ")])
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"id,reason,verdict\n{document_id('카페', 'ㄴ').hex()},spam.model,keep\n", encoding="utf-8")
    found = relabelled(read([file]), str(sheet), {"keep": "good", "drop": "bad"})
    assert [(record.id, record.label) for record in found] == [("ㄱ", None), ("ㄴ", "good")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{\n", "no JSON"),
        (b"[1]\n", "no JSON object"),
        (b"\xff\xfe\n", "no JSON"),
        (b"\x28\xb5\x2f\xfdxx", "to its end"),
    ],
)
def test_unreadable_records_are_errors_that_name_the_line(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what):
        list(read([str(path)]))
    with pytest.raises(InputError, match="no such file"):
        list(read([str(tmp_path / "none.jsonl")]))


def test_a_record_without_text_is_passed_over_and_one_without_label_is_an_error(tmp_path: Path) -> None:
    file = write(tmp_path / "some.jsonl", [{"id": "1"}, {"id": "2", "text": " "}, {"id": "3", "text": "말모이"}])
    assert [record.id for record in read([file])] == ["3"]
    arguments = argparse.Namespace(
        input=[file], labels=None, held_out=[], good=[], informal=[], bad=[], most=5, noise=0
    )
    with pytest.raises(InputError, match="no label good or bad"):
        quality_training.gathered(arguments)


def test_every_subject_is_one_module_with_flags_and_run() -> None:
    for module, _ in train.SUBJECTS.values():
        import importlib

        found = importlib.import_module(module)
        assert callable(found.flags) and callable(found.run)


def test_the_contrast_of_two_language_models_prefers_what_the_first_has_read() -> None:
    good = LanguageModel([chain.text(n, 5) for n in range(50)])
    bad = LanguageModel([", ".join(["꽃집추천", "떡집가격", "찻집후기"] * 9)] * 50)
    found = contrast(good, bad, [chain.text(99, 5), "떡집추천, 찻집가격, 꽃집후기", ""])
    assert found[0] > 0 > found[1] and found[2] == 0.0
