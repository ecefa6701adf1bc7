"""Records to drafts: keys, kinds, areas, rights, dates, signals, meta; encodings; dates; listing."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError, InputError, RecordError
from corpus.ledger import QUARANTINE_CLASSES
from corpus.sources.config import Fields, IngestConfig, InputConfig, KindMapping, RightsBasis
from corpus.sources.dates import microseconds
from corpus.sources.html import read as read_html
from corpus.sources.listing import Slice, input_files, plan
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft, RecordMapper, host


def item(**changes: Any) -> InputConfig:
    return InputConfig(**{"name": "입력", "uri": "x", "rights": RightsBasis(basis="own"), "class_": "open", **changes})


def draft(record: dict[str, Any], **changes: Any) -> Draft:
    return RecordMapper(item(**changes)).draft(RawRecord(7, 100, b"d" * 16, record))


def test_fields_go_where_the_mapping_says() -> None:
    found = draft(
        {
            "n": 12,
            "본문": "말과 글",
            "제목": "말",
            "주소": "https://Blog.Example.KR/1",
            "언제": "2024-03-01",
            "저작권": "CC-BY-4.0",
            "쪽": 3,
            "x": None,
        },
        fields=Fields(key="n", text="본문", html=None, title="제목", url="주소", created_at="언제", license="저작권"),
    )
    assert (found.key, found.text, found.title, found.url) == ("12", "말과 글", "말", "https://Blog.Example.KR/1")
    assert (found.source, found.kind, found.area) == ("입력", "others", "입력/blog.example.kr")
    assert found.created_at == 1_709_251_200_000_000
    assert (found.license, found.meta) == ("CC-BY-4.0", {"쪽": "3"})


def test_the_first_matching_field_decides_the_kind() -> None:
    by = (KindMapping(field="source", values={"뉴스": "news"}), KindMapping(field="domain", values={"blog": "blog"}))
    assert draft({"text": "가", "source": "뉴스", "domain": "blog"}, kind_by=by).kind == "news"
    assert draft({"text": "가", "domain": "blog"}, kind_by=by).kind == "blog"
    assert draft({"text": "가", "domain": "?"}, kind_by=by, kind="cafe").kind == "cafe"


def test_source_and_area_come_from_fields_and_dotted_names() -> None:
    fields = Fields(source="출처.이름", area="출처.게시판")
    found = draft({"text": "가", "출처": {"이름": "청원", "게시판": "일자리"}}, fields=fields)
    assert (found.source, found.area) == ("청원", "청원/일자리")
    assert draft({"text": "가"}, fields=fields).source == "입력"


@pytest.mark.parametrize("record", [{}, {"text": None}, {"text": 3}, {"html": ["가"]}])
def test_a_record_without_text_names_its_fault(record: dict[str, Any]) -> None:
    with pytest.raises(RecordError) as error:
        draft(record)
    assert error.value.what == "record.missing_text"


def test_html_stands_in_for_an_absent_text() -> None:
    found = draft({"text": None, "html": "<p>가"})
    assert (found.text, found.html) == (None, "<p>가")


def test_a_record_without_a_key_is_known_by_its_content_not_its_place() -> None:
    mapper = RecordMapper(item())
    one = mapper.draft(RawRecord(0, 10, b"a" * 16, {"text": "같은 글"}))
    two = mapper.draft(RawRecord(99, 12, b"b" * 16, {"text": "같은 글", "id": ""}))
    assert one.key == two.key == "79861b93150ef60d6ace37156c052afc"


def test_a_date_that_is_none_stays_in_meta_as_written() -> None:
    found = draft({"text": "가", "date": "작년 여름"})
    assert found.created_at is None and found.meta == {"date": "작년 여름"}


def test_signals_are_read_in_their_types() -> None:
    fields = Fields(signals={"search_allowed": "검색", "likes": "공감", "spam": "스팸", "board": "판"})
    found = draft({"text": "가", "검색": "N", "공감": 3, "스팸": 0.25, "판": "잡담"}, fields=fields)
    assert found.signals == {"search_allowed": False, "likes": 3, "spam": 0.25, "board": "잡담"}
    assert draft({"text": "가"}, fields=fields).signals is None
    with pytest.raises(ConfigError, match="unknown signal 'likez'"):
        draft({"text": "가"}, fields=Fields(signals={"likez": "x"}))


NFD = unicodedata.normalize("NFD", "아니오")


@pytest.mark.parametrize(
    "refusal",
    [
        False,
        0,
        0.0,
        "N",
        "no",
        " False ",
        "0.0",
        "OFF",
        "X",
        "denied",
        "아니오",
        "아니요",
        NFD,
        "불가",
        "비허용",
        "허용 안함",
    ],
)
def test_a_refusal_is_understood_in_korean_and_english(refusal: Any) -> None:
    found = draft({"text": "가", "검색": refusal}, fields=Fields(signals={"search_allowed": "검색"}))
    assert found.signals == {"search_allowed": False}


@pytest.mark.parametrize(
    "consent", [True, 1, 1.0, "Y", "yes", "TRUE", "1", "1.0", "on", "O", "예", "네", "허용", "가능"]
)
def test_a_consent_is_understood_in_korean_and_english(consent: Any) -> None:
    found = draft({"text": "가", "검색": consent}, fields=Fields(signals={"search_allowed": "검색"}))
    assert found.signals == {"search_allowed": True}


@pytest.mark.parametrize(
    "unclear", ["maybe", "null", "예외", "아니오?", "2", 2, -1, 0.5, [], {"no": 1}, b"N", "아" * 10**6]
)
def test_a_permission_that_is_not_understood_is_never_taken_for_one(unclear: Any) -> None:
    with pytest.raises(RecordError) as error:
        draft({"text": "가", "검색": unclear}, fields=Fields(signals={"search_allowed": "검색"}))
    assert error.value.what == "record.unclear_permission" and error.value.what in QUARANTINE_CLASSES
    kind = type(unclear).__name__
    assert error.value.fix == f"search_allowed: a {kind} that is neither yes nor no"


@pytest.mark.parametrize("missing", [None, "", "  ", float("nan")])
def test_a_permission_that_is_not_there_is_null_and_other_signals_stay_null_where_not_understood(missing: Any) -> None:
    signals = {"search_allowed": "검색", "adopted": "채택", "likes": "공감"}
    found = draft({"text": "가", "검색": missing, "채택": "아마도", "공감": 1}, fields=Fields(signals=signals))
    assert found.signals == {"search_allowed": None, "adopted": None, "likes": 1}


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2023-02-14", "2023-02-14T00:00:00"),
        ("2025-07-27 10:00:00 +0900", "2025-07-27T01:00:00"),
        ("2025-11-11T10:30:00-08:00", "2025-11-11T18:30:00"),
        ("2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.500000"),
        ("04/01/2020", "2020-04-01T00:00:00"),
        ("13/01/2020", "2020-01-13T00:00:00"),
        ("2019년 4월 1일", "2019-04-01T00:00:00"),
        ("2019. 4. 1.", "2019-04-01T00:00:00"),
        ("20190401", "2019-04-01T00:00:00"),
        ("1961", "1961-01-01T00:00:00"),
        (1_577_836_800, "2020-01-01T00:00:00"),
        (1_577_836_800_000, "2020-01-01T00:00:00"),
        (datetime(2020, 1, 1, 9, tzinfo=UTC), "2020-01-01T09:00:00"),
        (date(2020, 1, 1), "2020-01-01T00:00:00"),
    ],
)
def test_dates_are_utc(written: Any, moment: str) -> None:
    found = microseconds(written)
    assert found is not None
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found) == datetime.fromisoformat(moment).replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize("written", ["", "어제", "2019-13-01", "31/31/2020", "10.2.3", None, True, 3, [], "2" * 100])
def test_what_is_no_date_is_none(written: Any) -> None:
    assert microseconds(written) is None


def test_html_files_are_one_record_each_with_their_name_as_key(tmp_path: Path) -> None:
    (tmp_path / "글").mkdir()
    (tmp_path / "글" / "a.html").write_bytes("<p>한글 문서입니다".encode("cp949"))
    (tmp_path / "b.htm").write_bytes(b"<p>\xff\xff")
    (tmp_path / "c.html").write_bytes(b"x" * 101)
    tasks = plan(item(uri=str(tmp_path)), IngestConfig())
    found = [record for task in tasks for piece in task for record in read_html(piece, 100)]
    assert len(tasks) == 1
    assert [record.fault for record in found] == ["record.not_utf8", "record.too_large", ""]
    assert found[2].fields == {"key": "글/a.html", "html": "<p>한글 문서입니다", "charset": "cp949"}


def test_only_files_with_a_known_suffix_are_read_and_hidden_ones_never(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl.zst", "c.parquet", "d.warc.gz", "e.HTML", "README.md", ".h.jsonl", "_t.jsonl"):
        (tmp_path / name).write_bytes(b"x")
    found = [name for _, name in input_files(item(uri=str(tmp_path)))]
    assert found == ["a.jsonl", "b.jsonl.zst", "c.parquet", "d.warc.gz", "e.HTML"]
    assert [name for _, name in input_files(item(uri=str(tmp_path / "*.jsonl")))] == ["a.jsonl"]
    assert [name for _, name in input_files(item(uri=str(tmp_path / "a.jsonl")))] == ["a.jsonl"]
    assert [name for _, name in input_files(item(uri=str(tmp_path / "README.md"), format="jsonl"))] == ["README.md"]


def test_nothing_to_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="finds no file"):
        input_files(item(uri=str(tmp_path / "none")))
    (tmp_path / "a.hwp").write_bytes(b"x")
    (tmp_path / "README.txt").write_bytes(b"x")
    with pytest.raises(InputError, match="finds 2 files, none with a known suffix"):
        input_files(item(uri=str(tmp_path)))


def test_tasks_are_cut_and_grouped_by_size_the_costliest_first(tmp_path: Path) -> None:
    (tmp_path / "big.jsonl").write_bytes(b"x\n" * 500)
    for number in range(10):
        (tmp_path / f"{number}.html").write_bytes(b"x" * 30)
    tasks = plan(item(uri=str(tmp_path)), IngestConfig(split_bytes=400))
    costs = [sum(piece.cost for piece in task) for task in tasks]
    assert sum(costs) == 1300 and max(costs) <= 400 and costs == sorted(costs, reverse=True)
    big = sorted((p.start, p.end) for task in tasks for p in task if p.file == "big.jsonl")
    assert big == [(0, 400), (400, 800), (800, 1000)]
    assert Slice(str(tmp_path / "big.jsonl"), "big.jsonl", "jsonl", 0, 400, 400) in [p for task in tasks for p in task]


@given(
    st.lists(
        st.sampled_from(
            [
                "http",
                "https",
                "HTTPS",
                "ftp",
                "://",
                "a.kr",
                "A.kr",
                "말모이.kr",
                "u:p@",
                ":80",
                "/",
                "?q",
                "#f",
                "[::1]",
                ".",
                "-",
            ]
        ),
        max_size=7,
    ).map("".join)
)
def test_the_host_of_a_plain_url_is_that_of_a_parsed_one(url: str) -> None:
    try:
        parsed = urlsplit(url).hostname
    except ValueError:
        parsed = None
    assert host(url) == parsed
