"""`malmoi train language`: a small model learnt from records, written, compared, and ready to be pinned."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.sources.config import PinnedFile
from filters.language.identifier import identifier
from jobs.commands import train_language

WORDS = {
    "ko": "말모이 사전을 원고가 도서관에서 책을 읽었다 오늘은 비가 내려서 사람들이 모여 우리말 낱말을 적었다 골목에는",
    "en": "dictionary manuscript library people gathered because the rain was falling and they wrote down every word of the street",
    "fr": "dictionnaire manuscrit bibliothèque les gens rassemblés parce que la pluie tombait et ils écrivaient chaque mot de rue",
}  # fmt: skip


def records(path: Path, languages: str, first: int = 0) -> str:
    rows = []
    for language in languages.split():
        words = WORDS[language].split()
        for number in range(first, first + 60):
            picked = [words[(number * 7 + place * (3 + number % 5)) % len(words)] for place in range(24)]
            rows.append(json.dumps({"text": f"{' '.join(picked)} {number}.", "language": language}, ensure_ascii=False))
    path.write_text("\n".join([*rows, "", json.dumps({"text": "언어가 없는 기록"})]) + "\n", encoding="utf-8")
    return str(path)


def train(*words: str) -> str:
    parser = argparse.ArgumentParser()
    for name in ("--input", "--held-out"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--output", required=True)
    train_language.flags(parser)
    told = io.StringIO()
    assert train_language.run(parser.parse_args(words), told) == 0
    return told.getvalue()


def test_the_model_tells_its_languages_apart_fits_its_size_and_is_made_alike_again(tmp_path: Path) -> None:
    pytest.importorskip("fasttext")
    given = ["--input", records(tmp_path / "texts.jsonl", "ko en fr"), "--bytes", "200000"]
    told = train(*given, "--output", str(tmp_path / "own.ftz"))
    data = (tmp_path / "own.ftz").read_bytes()
    assert len(data) <= 200_000
    digest = hashlib.sha256(data).hexdigest()
    assert f"file: {tmp_path / 'own.ftz'}\n      digest: {digest}\n" in told
    row = next(line.split() for line in told.splitlines() if line.startswith("ko ") and "most 600" in line)
    assert float(row[-2]) == 1 and int(row[1]) > 3
    assert "trained on" in told and "fr" in told
    model = identifier(PinnedFile(file=str(tmp_path / "own.ftz"), digest=digest)).model
    assert sorted(model.labels) == ["en", "fr", "ko"]
    train(*given, "--output", str(tmp_path / "again.ftz"))
    assert (tmp_path / "again.ftz").read_bytes() == data


def test_a_held_out_set_is_what_is_measured_and_none_of_its_texts_is_trained_on(tmp_path: Path) -> None:
    pytest.importorskip("fasttext")
    texts = records(tmp_path / "texts.jsonl", "ko en")
    told = train("--input", texts, "--held-out", records(tmp_path / "held.jsonl", "ko en", 40), "--bytes", "150000",
                 "--output", str(tmp_path / "own.ftz"))  # fmt: skip
    assert "trained on 80 texts" in told  # numbers 40 to 59 of both languages are in both files
    assert next(line.split()[1] for line in told.splitlines() if line.startswith("all")) == "120"


def test_korean_alone_no_language_or_no_json_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("fasttext")
    with pytest.raises(InputError, match="has texts of ko"):
        train("--input", records(tmp_path / "ko.jsonl", "ko"), "--output", str(tmp_path / "own.ftz"))
    with pytest.raises(InputError, match="has texts of no language"):
        train(
            "--input",
            records(tmp_path / "all.jsonl", "ko en"),
            "--field",
            "lang",
            "--output",
            str(tmp_path / "own.ftz"),
        )
    (tmp_path / "bad.jsonl").write_text('{"text": "가"}\nkorean\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.jsonl:2: is no JSON"):
        train("--input", str(tmp_path / "bad.jsonl"), "--output", str(tmp_path / "own.ftz"))
    with pytest.raises(InputError, match="no such file"):
        train("--input", str(tmp_path / "none.jsonl"), "--output", str(tmp_path / "own.ftz"))
