"""Speed of ingest: JSON lines to documents with all editors on, identifiers masked, WARC records read.

CPU seconds of this process, one core, kernels loaded before.  MB are of UTF-8 text; of WARC records those of the
records as they lie decompressed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from corpus.sources import warc
from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import plan
from filters.privacy.masking import mask
from jobs.tasks.ingest import IngestTask, ingest_part

SENTENCES = 20_000  # documents of one line, as more than half of what the web and its comments give
PAGES, PAGE = 1_000, 6_000  # pages, and characters of each: 18 KB, as Korean ones have


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against."""
    lines = [line for text in texts for line in text.split("\n") if 20 < len(line) <= 200][:SENTENCES]
    encoded = [text.encode() for text in texts]
    size = sum(map(len, encoded)) / 1e6
    mask("010-1234-5678 kim@naver.com")  # loads kernels
    masking = _seconds(lambda: [mask(text, data) for text, data in zip(texts, encoded, strict=True)])
    with tempfile.TemporaryDirectory(prefix="malmoi-ingest") as folder:
        found = [
            ("ingest JSON lines, all editors", _ingest(folder, "whole", texts)),
            (f"ingest {len(lines):,} documents of one line", _ingest(folder, "lines", lines)),
            ("mask identifiers", size / masking),
            ("read WARC records, gzip", _warc(os.path.join(folder, "pages.warc.gz"), _pages(texts))),
        ]
    return [{"name": name, "work": None, "mb_per_s": speed, "ratio": None, "against": None} for name, speed in found]


def _pages(texts: Sequence[str]) -> list[str]:
    """Texts joined to such as fill a page."""
    pages, held = list[str](), ""
    for text in texts:
        held += text + "\n"
        if len(held) >= PAGE:
            pages.append(held)
            held = ""
    return pages[:PAGES] or [held]


def _input(path: str) -> InputConfig:
    return InputConfig(name="bench", uri=path, rights=RightsBasis(basis="own"), class_="permitted")


def _ingest(folder: str, name: str, texts: Sequence[str]) -> float:
    """MB of written text per second, in the second of two runs over the same file."""
    path = os.path.join(folder, f"{name}.jsonl")
    with open(path, "w", encoding="utf-8") as stream:
        for number, text in enumerate(texts):
            title = text.partition("\n")[0][:40]
            row = {"id": f"{name}-{number}", "title": title, "url": f"https://example.kr/{number}", "text": text}
            stream.write(json.dumps({**row, "category": "생활", "likes": number % 7}, ensure_ascii=False) + "\n")
    item, limits = _input(path), IngestConfig()
    written = 0

    def once(run: str) -> None:
        nonlocal written
        tasks = [IngestTask(run, index, item, limits, slices) for index, slices in enumerate(plan(item, limits))]
        results = [ingest_part(task) for task in tasks]
        written = sum(row["bytes"] for result in results for one in result["documents"] for row in one["census"])

    once(os.path.join(folder, f"{name}-first"))
    return written / 1e6 / _seconds(lambda: once(os.path.join(folder, f"{name}-second")))


def _warc(path: str, texts: Sequence[str]) -> float:
    """MB of records per second, in the second of two reads."""
    with open(path, "wb") as stream:
        for number, text in enumerate(texts):
            for record in _records(f"https://example.kr/{number}", text):
                stream.write(gzip.compress(record, 6))
    size = 0

    def once() -> None:
        nonlocal size
        slices = [piece for task in plan(_input(path), IngestConfig()) for piece in task]
        size = sum(raw.size for piece in slices for raw in warc.read(piece, 10 << 20))

    once()
    return size / 1e6 / _seconds(once)


def _records(url: str, text: str) -> Iterator[bytes]:
    """The request and the answer of a page, with digests, as crawlers write them."""
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n"))
    page = f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()
    answer = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n".encode()
    )
    asked = b"GET / HTTP/1.1\r\nHost: example.kr\r\n\r\n"
    for kind, block, payload in (("request", asked, b""), ("response", answer + page, page)):
        head = (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{url}#{kind}>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
            f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype={kind}\r\n"
            f"WARC-Block-Digest: {_digest(block)}\r\nWARC-Payload-Digest: {_digest(payload)}\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        yield head.encode() + block + b"\r\n\r\n"


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started
