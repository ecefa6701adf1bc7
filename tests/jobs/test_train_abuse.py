"""`malmoi train abuse`: labelled sets and clean documents in, one model of two heads out, the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from filters.linear import model_file
from jobs import cli

PLACES = "서울 부산 대구 인천 광주 대전 울산 세종 수원 용인 고양 창원 성남 청주 전주 천안 안산 김해 포항 제주".split()
GOOD = ("{} 날씨가 참 좋네요", "{}에서 영화를 잘 보았다", "{} 시장에서 국수를 먹었다")
BAD = ("{} 씨발 뭐하는 짓이냐", "{} 병신 같은 놈들", "{}에서 꺼져라 개새끼야")


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def labelled(tmp_path: Path) -> str:
    rows = [
        {"id": f"{number}", "source": "kmhas", "text": form.format(place), "label": label, "split": "train"}
        for forms, label in ((GOOD, ["none"]), (BAD, ["profanity", "origin"]))
        for number, (form, place) in enumerate((form, place) for form in forms for place in PLACES)
    ]
    rows.append({"id": "t", "source": "kmhas", "text": GOOD[0].format("서울"), "label": ["none"], "split": "test"})
    return write(tmp_path / "labelled.jsonl", rows)


def test_two_runs_give_one_model_and_leave_held_out_texts_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sklearn")
    source = labelled(tmp_path)
    documents = [
        {"id": f"d{n}", "source": "statutes", "text": f"제{n}조 이 법은 나라의 말을 기른다."} for n in range(30)
    ]
    clean = write(tmp_path / "clean.jsonl", documents)
    for name in ("one", "two"):
        arguments = ["--input", source, "--clean", clean, "--output", str(tmp_path / name)]
        assert cli.main(["train", "abuse", *arguments]) == 0
    first, second = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert first == second
    assert [head.name for head in model_file.from_bytes(first, "one").heads] == ["profanity", "hate"]
    said = capsys.readouterr().out.splitlines()
    # 60 clean comments without the one of the test split, and half of the documents.
    facts = model_file.from_bytes(first, "one").facts
    assert facts["hate"]["positive"] == 60 and 59 + 8 < facts["hate"]["negative"] < 59 + 30
    assert said[1] == f"hate: 60 texts with the label, {facts['hate']['negative']} without"
    held = write(tmp_path / "held.jsonl", [{"id": "h", "source": "x", "text": BAD[0].format("부산") + "!!"}])
    arguments = ["--input", source, "--clean", clean, "--held-out", held, "--output", str(tmp_path / "three")]
    assert cli.main(["train", "abuse", *arguments]) == 0
    assert model_file.from_bytes((tmp_path / "three").read_bytes(), "three").facts["hate"]["positive"] == 59


@pytest.mark.parametrize(
    ("content", "message"), [("{not json\n", "is no JSON"), ('{"id": "a"}\n', "has no id, source and text")]
)
def test_a_line_that_is_no_record_is_an_error_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(content, encoding="utf-8")
    arguments = ["--input", str(tmp_path / "bad.jsonl"), "--output", str(tmp_path / "model")]
    assert cli.main(["train", "abuse", *arguments]) == 4
    assert f"bad.jsonl:1: {message}" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()
