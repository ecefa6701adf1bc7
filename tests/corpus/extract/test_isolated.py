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
from corpus.extract.isolated import BATCH_BYTES, BATCH_PAGES, Isolated, IsolationConfig, Page

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
    items = [(n, GOOD[n % 5] if n % 3 else None, 1) for n in range(300)]
    items += [(300, ("crash", None), 1), (301, GOOD[0], 1)]
    with Isolated() as child:
        found = list(child.stream(iter(items)))
        assert child.started == 2
        with pytest.raises(RecordError, match="record.unsupported"):
            child.page("crash")
    assert [item for item, _ in found] == list(range(302))
    assert all((one is None) == (n % 3 == 0 and n < 300) for n, one in found)
    assert isinstance(found[300][1], RecordError) and found[301][1] == extract(GOOD[0][0])


def test_a_stream_reads_ahead_by_a_batch_of_pages_and_by_no_more_bytes_than_one() -> None:
    def ahead(page: Page | None, size: int) -> int:
        """How many items are taken before the first is given back."""
        taken = 0

        def items() -> Iterator[tuple[int, Page | None, int]]:
            nonlocal taken
            for number in range(200):
                taken = number + 1
                yield number, page, size

        with Isolated() as child:
            next(child.stream(items()))
        return taken

    assert ahead(None, 1) == 1
    assert ahead(GOOD[0], 1) == BATCH_PAGES
    assert ahead(GOOD[0], BATCH_BYTES // 2) == 2


def test_batches_of_any_size_give_the_same_and_a_page_beyond_the_limit_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(isolated, "MAX_BYTES", 3_000_000)
    large = "<p>" + "가" * 1_000_000  # 3 bytes each, and the tag
    pages = [GOOD[n % 5] for n in range(130)]
    pages[64:64] = [(large, None), ("<p>" + "나" * 900_000, None)]
    with Isolated() as child:
        found = child.extract(pages)
        assert child.started == 1
    refused = found.pop(64)
    assert isinstance(refused, RecordError)
    assert (refused.what, refused.fix) == ("record.unsupported", "3000003 bytes of HTML")
    assert found.pop(64) == extract(pages[65][0])
    assert found == [extract(GOOD[n % 5][0]) for n in range(130)]


@pytest.mark.parametrize("spoilt", ["size", "json", "text", "kind", "class", "type"])
def test_what_a_child_wrote_is_measured_before_it_is_believed(monkeypatch: pytest.MonkeyPatch, spoilt: str) -> None:
    """A parser that an attacker runs may write anything into the shared memory."""
    kind, text, stated = isolated._answer(GOOD[0][0].encode(), None)
    answers = {
        "json": (kind, text, b"[1"),
        "text": (kind, b"\xff", stated),
        "kind": (kind, text, b"[0, 1, 2]"),
        "class": (isolated._REFUSED, b"", b'["../evil", ""]'),
        "type": (kind, text, stated.replace(b'"created_at": null', b'"created_at": "now"')),
    }

    def answer(page: bytes, url: str | None) -> tuple[int, bytes, bytes]:
        return answers.get(spoilt, (kind, text, stated)) if b"evil" in page else (kind, text, stated)

    class Sizes:
        size = isolated._ANSWER.size
        unpack_from = isolated._ANSWER.unpack_from

        @staticmethod
        def pack_into(shared: Any, place: int, *numbers: int) -> None:
            isolated._PAGE.pack_into(shared, place + 4, 2**32 - 1, numbers[2])

    monkeypatch.setattr(isolated, "_answer", answer)
    if spoilt == "size":
        monkeypatch.setattr(isolated, "_ANSWER", Sizes)
    with Isolated() as child:
        found = child.extract([GOOD[0], ("evil", None), GOOD[0]])
    place = 0 if spoilt == "size" else 1
    error = found[place]
    assert isinstance(error, RecordError) and error.fix == "the parser answered with what is no answer"
    if spoilt != "size":
        assert found[0] == found[2] == extract(GOOD[0][0])


def test_memory_of_a_large_batch_is_given_back() -> None:
    with Isolated() as child:
        child.extract([("<p>" + "가" * 12_000_000, None)])
        blocks = os.fstat(child._file).st_blocks * 512
    assert blocks < 36_000_000


def _texts(numbers: Iterator[int]) -> Iterator[str]:
    with Isolated() as child:
        for number in numbers:
            yield child.page(GOOD[number][0]).text


def test_workers_of_spark_start_and_end_children_too(spark: Any) -> None:
    found = spark.sparkContext.parallelize(range(5), 2).mapPartitions(_texts).collect()
    assert found == [extract(html).text for html, _ in GOOD]
