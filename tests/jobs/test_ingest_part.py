"""One part of ingest without an engine: every raw record becomes one row somewhere."""

from __future__ import annotations

import gzip
import json
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpus.document import DOCUMENT
from corpus.identity import digest_sum, document_id, text_digest
from corpus.ledger import Census
from corpus.sources.config import Fields, IngestConfig, InputConfig, KindMapping, RightsBasis
from corpus.sources.listing import plan
from filters.privacy.identifiers import mask
from jobs.tasks import ingest as module
from jobs.tasks.clean import Cleaner, Dirty
from jobs.tasks.ingest import IngestTask, ingest_part

RIGHTS = RightsBasis(basis="license", evidence="https://예.kr/이용조건")


def source(path: Path, **changes: Any) -> InputConfig:
    return InputConfig(**{"name": "말뭉치", "uri": str(path), "rights": RIGHTS, "class_": "permitted", **changes})


def ingest(run: Path, item: InputConfig, limits: IngestConfig | None = None) -> list[dict[str, Any]]:
    limits = limits or IngestConfig()
    return [
        ingest_part(IngestTask(str(run), index, item, limits, slices))
        for index, slices in enumerate(plan(item, limits))
    ]


def rows(run: Path, folder: str) -> list[dict[str, Any]]:
    files = sorted((run / folder).glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist(maps_as_pydicts="strict")]


def census(results: list[dict[str, Any]]) -> Census:
    total = Census()
    for result in results:
        total.merge(Census.from_rows(result["census"]))
        for item in result["documents"]:
            total.merge(Census.from_rows(item["census"]))
    return total


def lines(*records: Any) -> bytes:
    return b"".join(
        json.dumps(r, ensure_ascii=False).encode() + b"\n" if not isinstance(r, bytes) else r + b"\n" for r in records
    )


def test_a_document_row_holds_what_the_record_said(tmp_path: Path) -> None:
    record = {
        "id": "글-1",
        "title": unicodedata.normalize("NFD", "한글 맞춤법") + "\u200b",
        "text": "한글 맞춤법\r\n문의: 010-1234-5678, kim@naver.com \ufeff\r\n" + unicodedata.normalize("NFD", "끝"),
        "url": "https://예.kr/1?전화=010-1234-5678",
        "date": "2024-03-01 09:00:00 +0900",
        "license": "CC-BY-4.0",
        "category": "어문",
        "작성자": "담당 02-345-6789",
        "쪽": 3,
        "gold_text": "가" * 2000,
        "목록": ["x"],
    }
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(lines(record))
    item = source(
        tmp_path / "in",
        fields=Fields(area="category"),
        kind_by=(KindMapping(field="category", values={"어문": "ency"}),),
    )
    ingest(tmp_path, item)
    (found,) = rows(tmp_path, "documents")
    text = "문의: 010-****-****, ****@naver.com\n끝"
    raw = lines(record)[:-1]
    origin = found.pop("origin")
    assert (origin["file"], origin["offset"], len(origin["digest"])) == ("a.jsonl", 0, 16)
    contacts = found["edits"].pop("contacts")
    assert len(contacts) == 2 and contacts == sorted(contacts)
    assert found.pop("created_at").isoformat() == "2024-03-01T00:00:00+00:00"
    assert raw
    assert found == {
        "id": document_id("말뭉치", "글-1"),
        "source": "말뭉치",
        "kind": "ency",
        "class": "permitted",
        "area": "말뭉치/어문",
        "key": "글-1",
        "url": "https://예.kr/1?전화=010-1234-5678",
        "title": "한글 맞춤법",
        "text": text,
        "fetched_at": None,
        "license": "CC-BY-4.0",
        "rights": {"allowed": True, "basis": "license", "evidence": "https://예.kr/이용조건"},
        "signals": None,
        "made": None,
        "edits": {
            "counts": {
                "title_in_body": 1,
                "title_in_body.characters": 7,  # the line and its break
                "identifiers.mobile": 1,
                "identifiers.email": 1,
                "meta.identifiers.landline": 1,
            }
        },
        "text_digest": text_digest(text),
        "meta": {"category": "어문", "작성자": "담당 02-****-****", "쪽": "3"},
    }


def test_what_a_record_says_beside_its_text_is_masked_and_counted_apart(tmp_path: Path) -> None:
    record = {
        "text": "글이다.",
        "board": "문의 010-1234-5678",
        "license": "kim@naver.com에게 묻는다",
        "글쓴이": "문의 010-1234-5678",
    }
    (tmp_path / "a.jsonl").write_bytes(
        lines({"id": 1, **record}, {"id": 2, "text": "뒷글", "board": "맛\u200b집"}, {"id": 3, **record})
    )
    ingest(tmp_path / "run", source(tmp_path / "a.jsonl", adapter="cafe", fields=Fields(license="license")))
    one, other, again = rows(tmp_path / "run", "documents")
    for row in (one, again):  # a value that is remembered is counted again
        assert row["signals"]["board"] == "문의 010-****-****"
        assert row["area"] == "말뭉치/문의 010-****-****"
        assert row["license"] == "****@naver.com에게 묻는다"
        assert row["meta"] == {"글쓴이": "문의 010-****-****", "board": "문의 010-****-****"}
        # The text itself holds no contact: rules that count contacts see none.
        assert row["edits"] == {
            "counts": {"meta.identifiers.mobile": 4, "meta.identifiers.email": 1},
            "contacts": [],
        }
    assert (other["signals"]["board"], other["area"], other["edits"]["counts"]) == ("맛집", "말뭉치/맛집", {})


def test_golden_ids() -> None:
    assert document_id("말뭉치", "글-1").hex() == "04cf4cda6b79bd22e97a53795d70dccf"


def test_schema_and_metadata_are_the_shared_ones(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"id": 1, "text": "가"}))
    ingest(tmp_path / "run", source(tmp_path / "a.jsonl"))
    (file,) = (tmp_path / "run" / "documents").glob("*.parquet")
    found = pq.read_table(file)
    assert (found.schema.names, found.schema.metadata) == (DOCUMENT.names, DOCUMENT.metadata)
    assert found.cast(DOCUMENT).num_rows == 1


FAULTS: list[tuple[Any, str]] = [
    (b'{"text": "\xff"}', "record.not_utf8"),
    (b'{"text": "', "record.malformed"),
    ({"title": "본문 없음"}, "record.missing_text"),
    ({"text": "가" * 400}, "record.too_large"),
    ({"text": 3}, "record.missing_text"),
    ({"html": "<div>" * 60 + "가"}, "kept"),
    ({"text": "\u200b \r\n"}, "ingest.empty"),
    ({"html": "<script>1</script>"}, "ingest.empty"),
    ({"text": "검색 제외", "search": False}, "rights.not_searchable"),
    ({"text": unicodedata.normalize("NFD", "분해된 한글")}, "kept"),
    ({"text": "ㅋㅋㅋ 🙂"}, "kept"),
    (b'{"text": "\\ud800 \xea\xb0\x80"}', "kept"),
]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("split", [50, 1000, 1 << 20])
def test_records_read_are_documents_and_dropped_and_quarantined(tmp_path: Path, suffix: str, split: int) -> None:
    data = lines(*(record for record, _ in FAULTS))
    packed = gzip.compress(data) if suffix == ".gz" else zstandard.compress(data) if suffix == ".zst" else data
    (tmp_path / f"a.jsonl{suffix}").write_bytes(packed)
    item = source(tmp_path / f"a.jsonl{suffix}", fields=Fields(signals={"search_allowed": "search"}))
    results = ingest(tmp_path / "run", item, IngestConfig(split_bytes=split, max_record_bytes=1000))
    expected = [fate for _, fate in FAULTS]
    documents, dropped, bad = (rows(tmp_path / "run", name) for name in ("documents", "dropped", "quarantine"))
    assert sorted(row["reason"] for row in dropped) == sorted(f for f in expected if f.startswith(("ingest", "rights")))
    assert sorted(row["class"] for row in bad) == sorted(f for f in expected if f.startswith("record"))
    assert len(documents) == expected.count("kept")
    assert sum(result["read"][0] for result in results) == len(documents) + len(dropped) + len(bad) == len(FAULTS)
    counted = census(results)
    assert counted.total().documents == len(FAULTS)
    assert counted.total(fate="kept").ids == digest_sum(pa.array([row["id"] for row in documents]))
    assert counted.total(fate="kept").bytes == sum(len(row["text"].encode()) for row in documents)
    assert counted.total(fate="dropped").ids == digest_sum(pa.array([row["id"] for row in dropped]))
    for row in bad:
        assert row["file"] == f"a.jsonl{suffix}" and row["source"] == "말뭉치" and len(row["digest"]) == 16


def test_the_documents_table_is_the_same_for_any_split(tmp_path: Path) -> None:
    data = lines(*({"id": f"글 {n}", "text": f"말과 글을 모은다 {n} " * 9, "title": f"제목 {n}"} for n in range(300)))
    (tmp_path / "a.jsonl").write_bytes(data)
    tables, digests = [], []
    for split in (1000, 1 << 20):
        run = tmp_path / str(split)
        results = ingest(run, source(tmp_path / "a.jsonl"), IngestConfig(split_bytes=split))
        tables.append(sorted(rows(run, "documents"), key=lambda row: row["id"]))
        digests.append(
            sum(int(item["part"]["content"], 16) for result in results for item in result["documents"]) % (1 << 128)
        )
    assert len(list((tmp_path / "1000" / "documents").iterdir())) > 50
    assert tables[0] == tables[1] and digests[0] == digests[1]


def test_one_large_file_makes_several_documents_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART_BYTES", 1_000)
    monkeypatch.setattr("corpus.sources.batch.BYTES", 1_000)
    (tmp_path / "a.jsonl").write_bytes(lines(*({"id": n, "text": f"가나다라 {n}" * 30} for n in range(20))))
    (result,) = ingest(tmp_path / "run", source(tmp_path / "a.jsonl"))
    names = [item["part"]["name"] for item in result["documents"]]
    assert names[:2] == ["documents/part-00000.parquet", "documents/part-00000-001.parquet"] and len(names) > 3
    assert sum(item["part"]["rows"] for item in result["documents"]) == 20


def test_formats_of_one_folder_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl.zst").write_bytes(zstandard.compress(lines({"id": "제이슨", "text": "제이슨 글"})))
    pq.write_table(pa.table({"id": ["파케이"], "text": ["파케이 글"]}), folder / "b.parquet")
    (folder / "c.html").write_bytes("<title>제목</title><p>한글 쪽글".encode("cp949"))
    body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>와크 글".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://예.kr/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    (folder / "d.warc.gz").write_bytes(gzip.compress(head.encode() + body + b"\r\n\r\n"))
    ingest(tmp_path / "run", source(folder))
    found = {
        row["key"]: (row["text"], row["title"], row["origin"]["file"]) for row in rows(tmp_path / "run", "documents")
    }
    assert found == {
        "제이슨": ("제이슨 글", None, "a.jsonl.zst"),
        "파케이": ("파케이 글", None, "b.parquet"),
        "c.html": ("한글 쪽글", "제목", "c.html"),
        "http://예.kr/": ("와크 글", None, "d.warc.gz"),
    }


def test_a_page_says_what_its_record_does_not(tmp_path: Path) -> None:
    page = (
        "<html lang=ko><title>제목</title><meta name=author content=이바다><time datetime=2024-01-31></time>"
        "<a rel=license href=https://creativecommons.org/licenses/by/4.0/>이용 허락</a><p>한글 쪽글"
    )
    (tmp_path / "a.jsonl").write_bytes(
        lines({"id": 1, "html": page}, {"id": 2, "html": page, "license": "MIT"}, {"id": 3, "html": "<b>" * 9_000})
    )
    ingest(tmp_path / "run", source(tmp_path / "a.jsonl"))
    first, second = sorted(rows(tmp_path / "run", "documents"), key=lambda row: row["key"])
    assert (first["title"], first["license"], first["created_at"].isoformat()) == (
        "제목", "CC-BY-4.0", "2024-01-31T00:00:00+00:00",
    )  # fmt: skip
    assert dict(first["meta"]) == {"author": "이바다", "language": "ko"}
    assert second["license"] == "MIT"
    assert [row["class"] for row in rows(tmp_path / "run", "quarantine")] == ["record.unsupported"]


def test_an_error_leaves_no_file_behind(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"id": 1, "text": "가"}))
    item = source(tmp_path / "a.jsonl")
    ((piece,),) = plan(item, IngestConfig())
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(Exception, match="no such file"):
        ingest_part(IngestTask(str(tmp_path / "run"), 0, item, IngestConfig(), (piece,)))
    assert not list((tmp_path / "run").rglob("*.parquet"))


def test_cleaning_twice_is_cleaning_once() -> None:
    cleaner = Cleaner(IngestConfig())
    once = cleaner.clean("한글 맞춤법\r\n전화 010-1234-5678\r\n한글 맞춤법", "한글\u200b 맞춤법")
    again = cleaner.clean(once.text, once.title)
    assert (again.text, again.title, again.counts, again.contacts) == (once.text, once.title, {}, [])


def test_many_documents_are_cleaned_as_each_by_itself() -> None:
    title = "한글 맞춤법 안내"
    texts = ["한글이다.", "줄 끝 \n다음 줄", "", "\u200b", f"{title}\n본문 010-1234-5678", "ì•ˆë…•í•˜ì„¸ìš” ì—¬ëŸ¬ë¶„", "한글", "\n\n가 ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ\n",
             "(서울=연합뉴스) 홍길동 기자 = 본문이다.\n무단 전재 및 재배포 금지", "漢字 \n문장", "\ud800가"]  # fmt: skip
    dirty = [
        Dirty(text, name, kind)
        for text in texts
        for name in (title, None, " a@b.kr\t 둘 ")
        for kind in ("news", "blog", None, "code")
    ]
    cleaner = Cleaner(IngestConfig())
    assert cleaner.clean_all(dirty) == [cleaner.clean(*one) for one in dirty]
    assert cleaner.clean_all([]) == []


def test_editors_can_be_switched_off() -> None:
    cleaner = Cleaner(IngestConfig(identifiers=False, title_in_body=False))
    assert cleaner.clean("한글 맞춤법\na@b.kr", "한글 맞춤법").text == "한글 맞춤법\na@b.kr"


def test_nothing_that_a_detector_matches_is_left_in_a_document(tmp_path: Path) -> None:
    hostile = [
        "02 123 0502 1234 5678",
        "x@010-1234-5678.com",
        "010-1234-\u200b5678",
        "010\u00a01234\u00a05678",
        "a@b.co@c.co@d.co",
    ]
    (tmp_path / "a.jsonl").write_bytes(
        lines(*({"id": n, "text": f"{t}\n본문", "title": t, "m": t} for n, t in enumerate(hostile)))
    )
    ingest(tmp_path / "run", source(tmp_path / "a.jsonl"))
    for row in rows(tmp_path / "run", "documents"):
        for value in (row["text"], row["title"], *row["meta"].values()):
            assert mask(value).spans == ()
