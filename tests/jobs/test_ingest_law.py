"""records read = documents + joined(into) + dropped + quarantined, by count and digest, for every adapter and
reader, whatever the order, the files and the missing fields; and threads are the same for any layout."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corpus.identity import document_id
from corpus.sources.adapters.config import Comments, QuestionAnswer
from corpus.sources.adapters.registry import joins
from corpus.sources.config import Fields, IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import plan
from jobs.tasks import threads
from jobs.tasks.account import Account
from jobs.tasks.ingest import IngestTask, ingest_part

FIELDS = Fields(fetched_at="fetched")


def source(folder: Path, adapter: str | None, **changes: Any) -> InputConfig:
    return InputConfig(
        **{
            "name": "말뭉치",
            "uri": str(folder),
            "rights": RightsBasis(basis="own"),
            "class_": "permitted",
            "adapter": adapter,
            "fields": FIELDS,
            **changes,
        }
    )


def write(folder: Path, records: Sequence[Any], files: int, form: str) -> None:
    """Records dealt over files of one form; a record that is no object is a line of its own bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # A row's digest covers its columns, so every file has the columns of all, as tables of one set have.
    names = sorted({name for one in records if isinstance(one, dict) for name in one})
    for number in range(files):
        share = records[number::files]
        if form == "parquet":
            columns = {name: pa.array([row.get(name) for row in share]) for name in names}
            if columns:
                pq.write_table(pa.table(columns), folder / f"{number}.parquet")
            continue
        data = b"".join(
            (one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode()) + b"\n" for one in share
        )
        name = f"{number}.jsonl" + (".gz" if form == "gz" else "")
        (folder / name).write_bytes(gzip.compress(data) if form == "gz" else data)


def ingest(run: Path, item: InputConfig, parts: int = 3, limits: IngestConfig | None = None) -> Account:
    """What the stage does, without an engine: sorting stands for the shuffle."""
    limits = limits or IngestConfig(split_bytes=300)
    planned = [IngestTask(str(run), n, item, limits, slices) for n, slices in enumerate(plan(item, limits))]
    account = Account()
    if joins(item):
        rows = [row for task in planned for batch in threads.fragments(task, parts) for row in batch.to_pylist()]
        rows.sort(key=lambda row: (row["part"], row["thread"] is not None, row["thread"] or ""))
        batches = [
            pa.RecordBatch.from_pylist(rows[at : at + 7], schema=threads.FRAGMENT) for at in range(0, len(rows), 7)
        ]
        account.add(item.name, threads.join_parts(IngestTask(str(run), 0, item, limits, ()), batches))
    else:
        account.add(item.name, [ingest_part(task) for task in planned])
    return account


def table(run: Path, folder: str) -> list[dict[str, Any]]:
    files = sorted((run / folder).glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist(maps_as_pydicts="strict")]


def digests(run: Path) -> list[bytes]:
    """Digest of the record of every row there is."""
    found = [row["digest"] for row in table(run, "quarantine")]
    return sorted(
        found + [row["origin"]["digest"] for name in ("documents", "joined", "dropped") for row in table(run, name)]
    )


def content(run: Path) -> Any:
    """What may not depend on the layout: rows without their places."""

    def bare(row: dict[str, Any]) -> str:
        row = {name: value for name, value in row.items() if name not in ("file", "offset")}
        if row.get("origin"):
            row["origin"] = row["origin"]["digest"]
        return repr(sorted(row.items()))

    return {name: sorted(map(bare, table(run, name))) for name in ("documents", "joined", "dropped", "quarantine")}


MAYBE = st.none()
TEXTS = st.sampled_from(["물음이다", "답이다", "좋은 답이다", " ", "서울 02-123-4567", "가나다 라마바"])


@st.composite
def qa_record(draw: st.DrawFn) -> dict[str, Any]:
    thread = draw(st.sampled_from(["ㄱ", "ㄴ", "ㄷ"]) | MAYBE)
    is_question = draw(st.booleans())
    record: dict[str, Any] = {
        "id": thread if is_question and thread else f"답-{draw(st.integers(0, 5))}",
        "qid": thread,
        "text": draw(TEXTS | MAYBE),
        "title": draw(st.sampled_from(["제목"]) | MAYBE) if is_question else None,
        "adopted": draw(st.booleans() | MAYBE),
        "expert": draw(st.booleans() | MAYBE),
        "author_level": draw(st.integers(0, 4) | MAYBE),
        "likes": draw(st.integers(0, 9) | MAYBE),
        "date": draw(st.sampled_from(["2024-01-01", "2024-01-02"]) | MAYBE),
        "fetched": draw(st.sampled_from(["2024-05-01", "2024-05-02"]) | MAYBE),
    }
    return {name: value for name, value in record.items() if value is not None}


@st.composite
def whole_thread(draw: st.DrawFn) -> dict[str, Any]:
    parts = [
        {"text": draw(TEXTS), "adopted": draw(st.booleans()), "likes": draw(st.integers(0, 3))}
        for _ in range(draw(st.integers(0, 3)))
    ]
    return {"id": draw(st.integers(0, 5)), "title": "제목", "text": draw(TEXTS), "answers": parts, "comments": parts}


BROKEN = st.sampled_from([b"{", b"\xff\xfe{}", b"[1]"])
CASES: dict[str, tuple[InputConfig | None, Any]] = {}


def configured(folder: Path, name: str) -> InputConfig:
    thread = {"question_answer": QuestionAnswer(thread="qid"), "comments": Comments(thread="qid", minimum_likes=3)}
    adapter, _, mode = name.partition(":")
    if mode == "apart":
        return source(folder, adapter, **{adapter: thread[adapter]})
    if mode == "single":
        return source(folder, adapter, comments=Comments(mode="single", minimum_likes=3))
    return source(folder, adapter or None)


NAMES = ("", "question_answer:apart", "question_answer", "comments:apart", "comments", "comments:single", "news", "blog", "cafe", "statutes", "encyclopedia")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["jsonl", "gz", "parquet"])
def test_every_record_read_has_one_row_whatever_the_layout(name: str, form: str, tmp_path: Path) -> None:
    whole = name in ("question_answer", "comments")

    @given(
        st.lists(
            (whole_thread() if whole else qa_record())
            if form == "parquet"
            else (whole_thread() if whole else qa_record()) | BROKEN,
            min_size=1,
            max_size=14,
        ),
        st.randoms(use_true_random=False),
    )
    @settings(max_examples=5, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    def check(records: list[Any], order: Any) -> None:
        seen = []
        for number, files in enumerate((1, 3)):
            run = tmp_path / f"run-{number}"
            shutil.rmtree(run, ignore_errors=True)
            write(tmp_path / "in", records, files, form)
            account = ingest(run, configured(tmp_path / "in", name), parts=number * 3 + 1)
            account.total()  # raises unless the law holds
            rows = digests(run)
            assert len(rows) == account.read.documents
            assert sum(int.from_bytes(one, "big") for one in rows) % (1 << 128) == account.read.ids
            into = {row["kept_id"] for row in table(run, "joined")}
            assert into <= {row["id"] for row in (*table(run, "documents"), *table(run, "dropped"))}
            if form != "parquet":
                assert account.read.documents == len(records)
            seen.append((content(run), account.details()))
            order.shuffle(records)
        assert seen[0] == seen[1]

    check()


def test_a_joined_row_names_its_document_and_versions_are_told_apart(tmp_path: Path) -> None:
    records = [
        {"id": "답 2", "qid": 7, "text": "둘째 답", "adopted": True, "date": "2024-01-03"},
        {"id": "답 1", "qid": 7, "text": "첫 답", "adopted": True, "date": "2024-01-02", "fetched": "2024-02-01"},
        {"id": "답 1", "qid": 7, "text": "옛 답", "adopted": True, "date": "2024-01-02", "fetched": "2024-01-05"},
        {"id": "답 3", "qid": 7, "text": "고르지 않은 답", "adopted": False},
        {"id": 7, "qid": 7, "title": "물음", "text": "무엇인가요?", "url": "https://예.kr/7"},
        {"id": "답 9", "qid": 9, "text": "질문 없는 답", "adopted": True},
        {"id": "답 0", "text": "글타래 없는 답", "adopted": True},
    ]
    write(tmp_path / "in", records, 2, "jsonl")
    run = tmp_path / "run"
    ingest(run, configured(tmp_path / "in", "question_answer:apart")).total()
    (document,) = table(run, "documents")
    assert (document["key"], document["text"], document["url"]) == (
        "7",
        "무엇인가요?\n\n첫 답\n\n둘째 답",
        "https://예.kr/7",
    )
    assert document["fetched_at"].isoformat() == "2024-02-01T00:00:00+00:00"
    joined = {row["id"]: row for row in table(run, "joined")}
    assert set(joined) == {document_id("말뭉치", "답 1"), document_id("말뭉치", "답 2")}
    assert {(row["fate"], row["kept_id"], row["reason"]) for row in joined.values()} == {
        ("joined", document["id"], None)
    }
    assert sorted((row["reason"], row["id"]) for row in table(run, "dropped")) == sorted(
        [
            ("ingest.superseded", document_id("말뭉치", "답 1")),
            ("answer.not_adopted", document_id("말뭉치", "답 3")),
            ("thread.no_question", document_id("말뭉치", "답 9")),
        ]
    )
    (bad,) = table(run, "quarantine")
    assert (bad["class"], bad["detail"]) == ("record.no_thread", "no id in qid")


def test_comments_of_a_thread_are_one_document_in_order_of_time(tmp_path: Path) -> None:
    records = [
        {"id": 3, "qid": "기사", "text": "셋째", "date": "2024-01-03", "likes": 4, "license": "CC0-1.0"},
        {"id": 1, "qid": "기사", "text": "첫째", "date": "2024-01-01", "likes": 5, "title": "기사 제목"},
        {"id": 2, "qid": "기사", "text": "둘째", "date": "2024-01-02", "likes": 0},
    ]
    write(tmp_path / "in", records, 3, "jsonl")
    run = tmp_path / "run"
    ingest(run, configured(tmp_path / "in", "comments:apart")).total()
    (document,) = table(run, "documents")
    assert (document["id"], document["key"]) == (document_id("말뭉치", "기사"), "기사")
    assert (document["title"], document["text"], document["license"]) == ("기사 제목", "첫째\n셋째", "CC0-1.0")
    assert document["signals"]["likes"] == 9
    assert [row["reason"] for row in table(run, "dropped")] == ["comment.below_likes"]


def test_a_thread_above_the_limit_is_quarantined_record_by_record(tmp_path: Path) -> None:
    records = [{"id": n, "qid": "큰 글타래", "text": "댓글 " * 50, "likes": 9} for n in range(40)]
    records.append({"id": "작은", "qid": "작은 글타래", "text": "댓글", "likes": 9})
    write(tmp_path / "in", records, 2, "jsonl")
    run = tmp_path / "run"
    limits = IngestConfig(max_record_bytes=8_000, split_bytes=4_000)
    account = ingest(run, configured(tmp_path / "in", "comments:apart"), limits=limits)
    account.total()
    assert [row["key"] for row in table(run, "documents")] == ["작은 글타래"]
    assert {row["class"] for row in table(run, "quarantine")} == {"record.too_large"}
    assert len(table(run, "quarantine")) == 40


def test_a_post_barred_from_search_is_dropped_through_its_adapter(tmp_path: Path) -> None:
    write(
        tmp_path / "in",
        [{"id": 1, "text": "숨긴 글", "search_allowed": "N"}, {"id": 2, "text": "보이는 글"}],
        1,
        "jsonl",
    )
    ingest(tmp_path / "run", source(tmp_path / "in", "blog", kind="blog")).total()
    assert [row["reason"] for row in table(tmp_path / "run", "dropped")] == ["rights.not_searchable"]
    assert [row["text"] for row in table(tmp_path / "run", "documents")] == ["보이는 글"]


def test_a_post_whose_permission_is_not_understood_is_quarantined_and_the_sums_hold(tmp_path: Path) -> None:
    said = ["N", "아니오", "불가", "비허용", "off", 0.0, "maybe", "0.5", ["no"], None, "", "예"]
    write(
        tmp_path / "in",
        [{"id": n, "text": f"{n}번째 글이다.", "search_allowed": word} for n, word in enumerate(said)],
        1,
        "jsonl",
    )
    ingest(tmp_path / "run", source(tmp_path / "in", "blog", kind="blog")).total()
    assert [row["reason"] for row in table(tmp_path / "run", "dropped")] == ["rights.not_searchable"] * 6
    assert [row["class"] for row in table(tmp_path / "run", "quarantine")] == ["record.unclear_permission"] * 3
    assert sorted(row["key"] for row in table(tmp_path / "run", "documents")) == ["10", "11", "9"]


def test_an_article_that_bars_training_is_dropped_unless_the_configuration_says_otherwise(tmp_path: Path) -> None:
    tail = "\n<저작권자(c) 말모이통신, 무단 전재-재배포, AI 학습 및 활용 금지>"
    write(tmp_path / "in", [{"id": 1, "text": "정부는 말했다." + tail}], 1, "jsonl")
    item = source(tmp_path / "in", "news", kind="news")
    ingest(tmp_path / "run", item).total()
    assert [row["reason"] for row in table(tmp_path / "run", "dropped")] == ["rights.reserved"]
    ingest(tmp_path / "other", item, limits=IngestConfig(reserved=False)).total()
    (document,) = table(tmp_path / "other", "documents")
    assert (document["text"], document["edits"]["counts"]) == (
        "정부는 말했다.",
        {"news.copyright": 1, "news.reserved": 1, "news.characters": len(tail)},
    )


PAGE = "<html><head>{head}<title>말모이</title></head><body><p>조선말 큰사전의 원고가 서울역 창고에서 나왔다.</p></body></html>"


def reserved(folder: Path, records: list[dict[str, Any]], **limits: Any) -> dict[str, str]:
    """Reason by key, "" for a document, of records that account() held the law for."""
    write(folder / "in", records, 2, "jsonl")
    ingest(folder / "run", source(folder / "in", None), limits=IngestConfig(**limits)).total()
    ids = {document_id("말뭉치", str(record["id"])): str(record["id"]) for record in records}
    fates = {ids[row["id"]]: row["reason"] for row in table(folder / "run", "dropped")}
    return fates | {row["key"]: "" for row in table(folder / "run", "documents")}


def test_a_page_that_reserves_its_text_is_dropped_by_the_marks_of_the_configuration(tmp_path: Path) -> None:
    heads = {
        "학습 금지": "<meta name=robots content='index, noai'>",
        "채굴 유보": "<meta name=tdm-reservation content=1>",
        "유보 아님": "<meta name=tdm-reservation content=0>",
        "그림만": "<meta name=robots content='noimageai, noindex'>",
        "말 없음": "",
    }
    records = [{"id": key, "html": PAGE.format(head=head)} for key, head in heads.items()]
    gone = {"학습 금지": "rights.reserved", "채굴 유보": "rights.reserved"}
    assert reserved(tmp_path / "a", records) == dict.fromkeys(heads, "") | gone
    assert reserved(tmp_path / "b", records, reserving_marks=()) == dict.fromkeys(heads, "")
    assert reserved(tmp_path / "c", records, reserved=False) == dict.fromkeys(heads, "")
    strict = reserved(tmp_path / "d", records, reserving_marks=("noindex",))
    assert strict == dict.fromkeys(heads, "") | {"그림만": "rights.reserved"}


def test_headers_reserve_a_text_too_unless_they_speak_to_another_crawler(tmp_path: Path) -> None:
    records = [
        {"id": "모두에게", "text": "말모이를 모았다.", "x_robots_tag": "noarchive, NOAI"},
        {"id": "한 로봇에게", "text": "말모이를 엮었다.", "x_robots_tag": "somebot: noai"},
        {"id": "머리글", "text": "말모이를 폈다.", "tdm_reservation": "1"},
        {"id": "필드", "text": "말모이를 읽었다.", "page_rights": "noindex noai"},
    ]
    gone = dict.fromkeys(("모두에게", "머리글", "필드"), "rights.reserved")
    assert reserved(tmp_path, records) == gone | {"한 로봇에게": ""}


LAW = "말모이 기본법\n\n제1조(목적)\n\n공유하기\n홍길동 기자\n댓글 3\nⓒ 뉴시스 무단 전재 및 재배포 금지"


@pytest.mark.parametrize(
    ("adapter", "kind"), [("statutes", "news"), ("encyclopedia", "blog"), (None, "poetry"), (None, "code")]
)
def test_of_statutes_articles_poems_and_code_no_line_goes(adapter: str | None, kind: str, tmp_path: Path) -> None:
    write(tmp_path / "in", [{"id": 1, "title": "말모이 기본법", "text": LAW}], 1, "jsonl")
    ingest(tmp_path / "run", source(tmp_path / "in", adapter, kind=kind)).total()
    (document,) = table(tmp_path / "run", "documents")
    assert document["text"] == LAW


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("others", "제1조(목적)\n\n공유하기\n홍길동 기자\n댓글 3\nⓒ 뉴시스 무단 전재 및 재배포 금지"),
        ("blog", "제1조(목적)\n\n홍길동 기자\nⓒ 뉴시스 무단 전재 및 재배포 금지"),
        ("news", "제1조(목적)\n\n공유하기\n홍길동 기자\n댓글 3"),
    ],
)
def test_the_same_text_of_another_kind_loses_what_its_editors_take(kind: str, left: str, tmp_path: Path) -> None:
    write(tmp_path / "in", [{"id": 1, "title": "말모이 기본법", "text": LAW}], 1, "jsonl")
    ingest(tmp_path / "run", source(tmp_path / "in", None, kind=kind)).total()
    (document,) = table(tmp_path / "run", "documents")
    assert document["text"] == left
