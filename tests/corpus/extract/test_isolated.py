"""A page that hangs, crashes or swells the parser costs itself alone, and a child changes no result."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from corpus.errors import RecordError
from corpus.extract import isolated
from corpus.extract.html import Extract, extract
from corpus.extract.isolated import Isolated, IsolationConfig, extracted

GOOD = [(f"<html lang=ko><title>글 {n}</title><p>바다 이야기 {n}", None) for n in range(5)]


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A child that does what a page says; forked children inherit it."""

    def read(page: bytes | str, *, url: str | None = None) -> Extract:
        html = page.encode() if isinstance(page, str) else page
        if b"crash" in html:
            os.kill(os.getpid(), signal.SIGSEGV)
        if b"spin" in html:
            while True:
                pass
        if b"sleep" in html:
            time.sleep(60)
        if b"swell" in html:
            bytearray(8_000_000_000)
        if b"leave" in html:
            os._exit(3)
        return extract(html, url=url)

    monkeypatch.setattr(isolated, "extract", read)
    yield


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_child_gives_what_the_process_itself_gives(start: str) -> None:
    with Isolated(IsolationConfig(start=start)) as child:
        assert child.extract(GOOD) == [extract(html) for html, _ in GOOD]
        assert child.page("<link rel=canonical href=/a>", "https://e.kr/").metadata.url == "https://e.kr/a"
        assert child.started == 1


@pytest.mark.parametrize(
    ("page", "class_", "detail"),
    [
        ("crash", "record.unsupported", "the parser ended with signal 11"),
        ("spin", "record.timeout", "more than 0.3 CPU seconds"),
        ("sleep", "record.timeout", "no answer within 1 s"),
        ("swell", "record.unsupported", "more memory than allowed"),
        ("leave", "record.unsupported", "the parser ended with exit 3"),
        ("<b>" * 90_000, "record.unsupported", "elements 90000 deep, 0 attributes on one"),
    ],
)
def test_one_page_falls_and_the_others_of_its_batch_are_read(faulty: None, page: str, class_: str, detail: str) -> None:
    wall = 1.0 if page == "sleep" else 60.0
    config = IsolationConfig(cpu_seconds=0.3, wall_seconds=wall, memory_bytes=2_000_000_000)
    with Isolated(config) as child:
        found = child.extract([*GOOD[:2], (page, None), *GOOD[2:], (page, None)])
    expected = [extract(html) for html, _ in GOOD]
    assert [found[n] for n in (0, 1, 3, 4, 5)] == expected
    for place in (2, 6):
        error = found[place]
        assert isinstance(error, RecordError) and (error.what, error.fix) == (class_, detail)


def test_a_real_page_is_ended_inside_the_parser_itself() -> None:
    extract("<p>가")
    with Isolated(IsolationConfig(cpu_seconds=0.02)) as child:
        slow, fine = child.extract([("<p>가나다</p>" * 400_000, None), GOOD[0]])
    assert isinstance(slow, RecordError) and slow.what == "record.timeout"
    assert fine == extract(GOOD[0][0])


def test_no_child_is_left_behind_and_none_started_in_vain(faulty: None) -> None:
    with Isolated() as child:
        pass
    assert child.started == 0
    with Isolated(IsolationConfig(cpu_seconds=0.2)) as child:
        child.extract([("spin", None), GOOD[0]])
        last = child._pid
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_a_stream_keeps_its_order_and_passes_what_is_no_page(faulty: None) -> None:
    items = [(n, GOOD[n % 5] if n % 3 else None) for n in range(300)] + [(300, ("crash", None)), (301, GOOD[0])]
    found = list(extracted(iter(items)))
    assert [item for item, _ in found] == list(range(302))
    assert all((one is None) == (n % 3 == 0 and n < 300) for n, one in found)
    assert isinstance(found[300][1], RecordError) and found[301][1] == extract(GOOD[0][0])
    with pytest.raises(RecordError, match="record.unsupported"), Isolated() as child:
        child.page("crash")


def _texts(numbers: Iterator[int]) -> Iterator[str]:
    with Isolated() as child:
        for number in numbers:
            yield child.page(GOOD[number][0]).text


def test_workers_of_spark_start_and_end_children_too(spark: Any) -> None:
    found = spark.sparkContext.parallelize(range(5), 2).mapPartitions(_texts).collect()
    assert found == [extract(html).text for html, _ in GOOD]
