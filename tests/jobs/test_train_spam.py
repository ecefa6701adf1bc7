"""`malmoi train spam`: what is trained on and what measures; equal files give equal bytes."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from filters.linear.model_file import from_bytes
from filters.spam import generator
from jobs import cli
from jobs.commands.train_spam import Record, judged, records, run

needs_solver = pytest.mark.skipif(
    importlib.util.find_spec("sklearn") is None, reason="the train extra is not installed"
)


def lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def files(tmp_path: Path) -> list[str]:
    spam = [{"id": f"s{n}", "text": generator.spam("loan", n, 99)} for n in range(120)]
    clean = [
        {"id": f"c{n}", "text": f"{n}일에는 비가 와서 집에서 책을 {n}쪽 읽고 국수를 끓여 먹었다."} for n in range(120)
    ]
    return ["--spam", lines(tmp_path / "s.jsonl", spam), "--clean", lines(tmp_path / "c.jsonl", clean)]


@needs_solver
def test_equal_files_give_equal_models_that_tell_the_sides_apart(tmp_path: Path) -> None:
    made = []
    for name in ("a.linear", "b.linear"):
        flags = ["train", "spam", *files(tmp_path), "--generated", "20", "--output", str(tmp_path / name)]
        stream = io.StringIO()
        assert run(cli.parser().parse_args(flags), stream) == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert [head.name for head in from_bytes(made[0], "a").heads] == ["spam"]
    assert "recall 1.000 at 1.0% of clean texts" in stream.getvalue()


def test_a_file_of_one_side_alone_is_refused(tmp_path: Path) -> None:
    flags = ["train", "spam", *files(tmp_path)[:2], "--output", str(tmp_path / "a.linear")]
    with pytest.raises(InputError, match="needs --spam and --clean"):
        run(cli.parser().parse_args(flags), io.StringIO())


def test_versions_of_a_page_fall_on_one_side_and_a_split_of_its_own_is_kept(tmp_path: Path) -> None:
    pages = [{"id": f"p{n}", "group": f"쪽 {n // 4}", "text": f"쪽 {n // 4}의 판 {n % 4}. " * 5} for n in range(80)]
    pages += [{"id": "t", "split": "test", "text": "시험에 쓰는 글입니다. 배우지 않습니다."}]
    pages += [{"id": "r", "split": "train", "text": "배우는 데에 쓰는 글입니다. 시험에 없습니다."}]
    found = {record.id: record.test for record in records(lines(tmp_path / "p.jsonl", pages), spam=False)}
    assert found["t"] and not found["r"] and len(found) == 82
    assert all(len({found[f"p{n + k}"] for k in range(4)}) == 1 for n in range(0, 80, 4))
    assert 0 < sum(found[f"p{n}"] for n in range(0, 80, 4)) < 20


def test_a_persons_verdicts_change_the_side(tmp_path: Path) -> None:
    labels = tmp_path / "v.csv"
    labels.write_text("id,verdict\na,drop\nb,keep\nc,\n", encoding="utf-8")
    read = [Record(name, "원천", "글", side, False) for name, side in (("a", False), ("b", True), ("c", True))]
    assert [record.spam for record in judged(read, str(labels))] == [True, False, True]
    assert judged(read, None) == read
