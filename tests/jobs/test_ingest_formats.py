"""The law of ingest over every reader: records = documents + dropped + quarantined, with a place for each."""

from __future__ import annotations

import bz2
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.ledger import Census
from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import plan
from jobs.tasks.ingest import READERS, IngestTask, ingest_part

WIKI = """<mediawiki><siteinfo><base>https://w.example.org/wiki/A</base></siteinfo>
<page><title>글</title><ns>0</ns><id>1</id><revision><timestamp>2024-03-01T00:00:00Z</timestamp><text>'''글'''이다.</text></revision></page>
<page><title>말</title><ns>0</ns><id>2</id><redirect title="글" /><revision><text>x</text></revision></page>
<page><title>뜻</title><ns>0</ns><id>3</id><revision><text>{{틀}}</text></revision></page>
<page><title>흠</title><ns>0</ns><revision><text>x</text></revision></page></mediawiki>"""
MODU = {"id": "M1", "document": [{"id": "M1.1", "metadata": {"title": "제목", "date": "20200102"}, "paragraph": [{"form": "모두의 말"}]}, {"id": "M1.2"}]}  # fmt: skip
PAGE = "<html><head><title>쪽</title></head><body><p>누리집의 글이다.</p></body></html>"


def write(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"id": "j1", "text": "줄의 글"}\n{"id": 1}\n[', encoding="utf-8")
    (folder / "b.html").write_text(PAGE, encoding="utf-8")
    (folder / "c.xml").write_text(WIKI, encoding="utf-8")
    (folder / "d.xml.bz2").write_bytes(bz2.compress(WIKI.encode()))
    (folder / "e.json").write_text(json.dumps(MODU), encoding="utf-8")
    (folder / "f.txt").write_bytes("옛글이다".encode("cp949"))
    (folder / "g.txt").write_bytes(b"")
    (folder / "h.arc").write_bytes(b"filedesc://x")
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}".encode()
    head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.kr/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http\r\n"
    (folder / "i.warc").write_bytes(f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")
    pq.write_table(pa.table({"id": ["p1"], "text": ["표의 글"]}), folder / "j.parquet")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("z/a.jsonl", '{"id": "z1", "text": "묶음의 글"}\n')
        archive.writestr("z/e.json", json.dumps(MODU))
        archive.writestr("z/b.html", PAGE)
        archive.writestr("../slip.txt", "x")
        archive.writestr("x.exe", "x")
    (folder / "k.zip").write_bytes(buffer.getvalue())


def test_every_record_of_every_format_is_a_document_dropped_or_quarantined(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    write(source)
    limits = IngestConfig()
    item = InputConfig(name="입력", uri=str(source), rights=RightsBasis(basis="own"), class_="open")
    slices = tuple(piece for task in plan(item, limits) for piece in task)
    assert {piece.format for piece in slices} == set(READERS)
    result = ingest_part(IngestTask(str(tmp_path / "run"), 0, item, limits, slices))
    census = Census.from_rows(result["census"])
    for part in result["documents"]:
        census.merge(Census.from_rows(part["census"]))
    assert census.total().documents == result["read"][0] == sum(number for number, _ in result["records"].values())
    documents = pq.read_table(tmp_path / "run" / "documents").to_pylist()
    assert len(documents) == census.total(fate="kept").documents
    assert sorted(row["key"] for row in documents) == sorted(
        ["1", "1", "M1.1", "M1.1", "b.html", "f.txt", "https://a.kr/", "j1", "k.zip!z/b.html", "p1", "z1"]
    )
    assert all(row["origin"]["file"] and len(row["origin"]["digest"]) == 16 for row in documents)
    placed = {(row["origin"]["file"], row["key"]) for row in documents}
    assert {("k.zip!z/a.jsonl", "z1"), ("k.zip!z/e.json", "M1.1"), ("d.xml.bz2", "1"), ("e.json", "M1.1")} <= placed
    by_key = {row["key"]: row for row in documents}
    assert (by_key["M1.1"]["title"], by_key["M1.1"]["created_at"].year) == ("제목", 2020)
    assert (by_key["1"]["title"], by_key["1"]["text"]) == ("글", "글이다.")
    assert by_key["1"]["url"] == "https://w.example.org/wiki/%EA%B8%80"
    quarantined = pq.read_table(tmp_path / "run" / "quarantine").to_pylist()
    assert sorted((row["file"], row["class"]) for row in quarantined) == [
        ("a.jsonl", "record.malformed"),
        ("a.jsonl", "record.missing_text"),
        ("c.xml", "record.no_provenance"),
        ("d.xml.bz2", "record.no_provenance"),
        ("e.json", "record.missing_text"),
        ("h.arc", "record.unsupported"),
        ("k.zip!../slip.txt", "record.unsupported"),
        ("k.zip!z/e.json", "record.missing_text"),
    ]
    assert result["skipped"] == {"archive.members of no known format": 1, "mediawiki.redirects": 2}
    dropped = pq.read_table(tmp_path / "run" / "dropped").to_pylist()
    assert [row["reason"] for row in dropped] == ["ingest.empty"] * 3
