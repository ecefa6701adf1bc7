"""Adapters on real Korean texts: no line of statutes, poems, scripture and code goes, clean articles stay whole,
and pairs of question and answer that lie apart in any order come together again."""

from __future__ import annotations

import io
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import zstandard

from corpus.identity import bytes_digest
from corpus.normalise import normalise
from corpus.sources.adapters.config import QuestionAnswer
from corpus.sources.config import IngestConfig
from filters.boilerplate.news import News
from filters.boilerplate.sharing import SharingLines
from jobs.tasks.clean import Cleaner
from tests.jobs.test_ingest_law import ingest, source, table, write

SAMPLE = 150  # records of each file: the whole files are measured in docs/ingest.md


def records(data: Path, name: str, count: int = SAMPLE) -> list[dict[str, Any]]:
    with (data / f"{name}.jsonl.zst").open("rb") as stream:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
        return [json.loads(line) for line in islice(text, count)]


@pytest.mark.parametrize(
    ("name", "kind", "verbatim"),
    [
        ("docs/korean_statutes", "statutes", False),
        ("docs/korean_statutes", "news", True),
        ("docs/assembly_bills", "statutes", False),
        ("docs/pd_literature", "poetry", False),
        ("docs/bible_korrv", "poetry", False),
        ("docs/tensorflow_ko", "code", False),
        ("docs/tldr_ko", "code", False),
    ],
)
def test_no_line_of_statutes_poems_and_code_goes(name: str, kind: str, verbatim: bool, shared_data: Path) -> None:
    cleaner = Cleaner(IngestConfig(identifiers=False))
    for record in records(shared_data, name):
        cleaned = cleaner.clean(record["text"], record["title"], kind, verbatim=verbatim)
        assert cleaned.text == normalise(record["text"])


@pytest.mark.parametrize(
    "name",
    ["docs/wikinews_ko", "docs/news_parallel_ko", "docs/book_review_nanet", "docs/fairytale", "docs/korean_statutes"],
)
def test_articles_without_a_frame_stay_whole(name: str, shared_data: Path) -> None:
    for record in records(shared_data, name, 600):
        text = normalise(record["text"])
        assert News().edit(text, None) == (text, {})
        assert SharingLines().edit(text, None) == (text, {})


def test_affiliate_posts_are_found_by_their_own_disclosure(shared_data: Path) -> None:
    cleaner = Cleaner(IngestConfig(identifiers=False))
    for record in records(shared_data, "labelled/affiliate_spam_posts"):
        assert cleaner.clean(record["text"], record["title"], "blog").counts["disclosure.affiliate"] >= 1


def test_questions_and_answers_of_a_real_set_come_together_from_any_order(shared_data: Path, tmp_path: Path) -> None:
    pairs, apart = {}, []
    for number, record in enumerate(records(shared_data, "labelled/chatbot_dialogue", 300)):
        asked, _, answered = record["text"].partition("\n")
        if not answered.strip():
            continue
        pairs[str(number)] = normalise(f"{asked.strip()}\n\n{answered.strip()}")
        apart.append({"id": number, "thread": number, "role": "질문", "text": asked})
        apart.append({"id": f"답 {number}", "thread": number, "role": "답변", "text": answered})
    apart.sort(key=lambda one: bytes_digest(json.dumps(one).encode()))
    write(tmp_path / "in", apart, 3, "gz")
    item = source(tmp_path / "in", "question_answer", question_answer=QuestionAnswer(thread="thread", role="role"))
    account = ingest(tmp_path / "run", item, limits=IngestConfig(identifiers=False))
    account.total()
    assert {row["key"]: row["text"] for row in table(tmp_path / "run", "documents")} == pairs
    assert account.records["joined"].documents == len(pairs)
    assert account.details()["adapters"]["말뭉치"]["question_answer.adopted_or_expert"] == {
        "applied": 0,
        "not_applicable": len(pairs),
    }
