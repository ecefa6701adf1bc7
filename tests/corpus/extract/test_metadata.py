"""What a page says of itself."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from corpus.extract.html import extract
from corpus.extract.join import fill
from corpus.extract.metadata import Metadata
from corpus.sources.record import Draft

TEN_TWELVE = 1_706_695_920_000_000  # 2024-01-31 10:12 UTC
LATE = TEN_TWELVE + 12 * 3_600_000_000
EARLY = TEN_TWELVE - 9 * 3_600_000_000  # 10:12 in Seoul


def read(page: str, url: str | None = None) -> Metadata:
    return extract(page, url=url).metadata


def linked_data(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title> 국회의  구성 </title>", "국회의 구성"),
        ("<title>국회 - 바다일보</title><meta property=og:site_name content=바다일보>", "국회"),
        ("<title>국회 - 바다일보</title>", "국회 - 바다일보"),  # not proven
        ("<title>국회의 구성 : 네이버 블로그</title></head><h1>국회의 구성</h1>", "국회의 구성"),
        ("<title>바다일보</title><meta property=og:title content='국회 &amp;amp; 정부'>", "국회 & 정부"),
        ("</head><h1>국회의 <b>구성</b></h1>", "국회의 구성"),
        (linked_data(headline="국회의 구성") + "<title>딴 제목</title>", "국회의 구성"),
        ("<svg><title>그림</title></svg>", "그림"),
        ("<p>글", None),
    ],
)
def test_titles(head: str, title: str | None) -> None:
    assert extract(f"<head>{head}").title == title


@pytest.mark.parametrize(
    ("page", "moment"),
    [
        (linked_data(datePublished="2024-01-31T10:12:00+09:00"), EARLY),
        ("<meta property=article:published_time content=2024-01-31T10:12:00Z>", TEN_TWELVE),
        ("<time datetime='2024-01-31 10:12'>어제</time>", TEN_TWELVE),
        ("<p>입력 2024.01.31. 오전 10:12", TEN_TWELVE),
        ("<p>입력 <em>2024.01.31.</em> 오후 10:12", LATE),
        ("<p>기사입력 2024-01-31 10:12", TEN_TWELVE),
        ("<p>등록 2024년 1월 31일 10시 12분", TEN_TWELVE),
        ("<span class=post_date>2024. 1. 31. 10:12</span>", TEN_TWELVE),
        ("<p>1988년 2024.01.31 행사", None),  # a date that nothing calls the page's
        ("<p>입력 2024.13.41.", None),
        ("<a href=/>입력 2024.01.31.</a>", None),
    ],
)
def test_dates(page: str, moment: int | None) -> None:
    assert read(page).created_at == moment


@pytest.mark.parametrize(
    ("page", "author"),
    [
        (linked_data(author={"@type": "Person", "name": "이바다"}), "이바다"),
        (linked_data(author=[{"name": "이바다"}, {"name": "김산"}]), "이바다, 김산"),
        ("<meta name=author content=이바다>", "이바다"),
        ("<meta property=article:author content=https://e.kr/a>", None),
    ],
)
def test_authors(page: str, author: str | None) -> None:
    assert read(page).author == author


@pytest.mark.parametrize(
    ("link", "base", "url"),
    [
        ("https://e.kr/글/1", None, "https://e.kr/글/1"),
        ("/글/1", "https://e.kr/x", "https://e.kr/글/1"),
        ("/글/1", None, None),
        ("javascript:alert(1)", None, None),
        ("ftp://e.kr/1", None, None),
        ("http://[", None, None),
    ],
)
def test_canonical_addresses_are_absolute_and_of_the_web(link: str, base: str | None, url: str | None) -> None:
    assert read(f"<link rel=canonical href='{link}'>", base).url == url


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("<html lang=ko-KR>", "ko"),
        ("<html><meta property=og:locale content=ko_KR>", "ko"),
        ("<html lang=''><meta http-equiv=content-language content=en>", "en"),
        ("<html lang='<없음>'>", None),
    ],
)
def test_languages(page: str, language: str | None) -> None:
    assert read(page).language == language


@pytest.mark.parametrize(
    ("page", "licence", "rights"),
    [
        ("<a rel=license href=https://creativecommons.org/licenses/by-sa/4.0/>", "CC-BY-SA-4.0", ()),
        ("<a class=link_ccl href=http://creativecommons.org/licenses/by-nc-nd/2.0/kr/>", "CC-BY-NC-ND-2.0-KR", ()),
        ("<link rel=license href=https://creativecommons.org/publicdomain/zero/1.0/>", "CC0-1.0", ()),
        ("<a href=https://creativecommons.org/licenses/by/4.0/>사진</a>", None, ()),  # of a picture on the page
        ("<img src=/images/img_opentype02.png>", "KOGL-2", ()),
        ("<a href=https://www.kogl.or.kr/open/info/license_info/all.do>보기</a>", "KOGL-4", ()),
        ("<p>공공누리 제3유형 (출처표시 + 변경금지)", "KOGL-3", ()),
        ("<p>공공누리 제0유형", "KOGL-0", ()),
        ("<p>공공누리 AI유형", "KOGL-AI", ()),
        ("<p>공공누리 제1유형</p><p>공공누리 제4유형</p>", None, ("KOGL-1", "KOGL-4")),
        ("<meta name=robots content='noai, noimageai,noindex'>", None, ("noai", "noimageai", "noindex")),
        ("<meta name=tdm-reservation content=1>", None, ("tdm-reservation",)),
        ("<meta name=tdm-reservation content=0><meta name=robots content=all>", None, ()),
    ],
)
def test_licences_and_wishes(page: str, licence: str | None, rights: tuple[str, ...]) -> None:
    found = read(page)
    assert (found.license, found.rights) == (licence, rights)


def draft(**fields: Any) -> Draft:
    blank = dict.fromkeys(("url", "title", "text", "html", "created_at", "fetched_at", "license", "signals"))
    return Draft(**{"source": "s", "kind": "news", "area": "s", "key": "1", "meta": {}, **blank, **fields})


PAGE = """<html lang=ko><title>쪽의 제목</title><link rel=canonical href=https://e.kr/1><meta name=author content=이바다>
<meta name=robots content=noai><time datetime=2024-01-31T10:12></time>
<a rel=license href=https://creativecommons.org/licenses/by/4.0/></a><p>글"""


def test_a_page_fills_what_its_record_lacks() -> None:
    found = draft()
    fill(found, extract(PAGE))
    assert (found.text, found.title, found.created_at, found.url, found.license) == (
        "글", "쪽의 제목", TEN_TWELVE, "https://e.kr/1", "CC-BY-4.0",
    )  # fmt: skip
    assert found.meta == {"author": "이바다", "language": "ko", "page_rights": "noai"}


def test_what_a_record_states_stays() -> None:
    found = draft(title="기록", created_at=5, url="https://e.kr/2", license="MIT", meta={"author": "김산"})
    fill(found, extract(PAGE))
    assert (found.title, found.created_at, found.url, found.license) == ("기록", 5, "https://e.kr/2", "MIT")
    assert found.meta == {"author": "김산", "language": "ko", "page_rights": "noai", "canonical": "https://e.kr/1"}


@pytest.mark.parametrize(
    "data", ["{", "[" * 100_000, "1", '{"@type": 3}', '{"@graph": [{"@type": ["Article"], "author": 3}]}']
)
def test_structured_data_of_any_form_does_no_harm(data: str) -> None:
    page = f"<script type=application/ld+json>{data}</script><title>제목</title>"
    assert extract(page).title == "제목"


def test_licence_and_date_of_a_decomposed_page_are_those_of_its_composed_form() -> None:
    page = (
        "<p>입력 2024년 1월 31일 오전 10:12</p><p>한글날은 훈민정음 반포를 기념하는 날이다.</p>"
        "<p>본 저작물은 공공누리 제1유형에 따라 이용할 수 있습니다.</p>"
    )
    composed, apart = (extract(unicodedata.normalize(form, page)).metadata for form in ("NFC", "NFD"))
    assert composed == apart
    assert (composed.license, composed.created_at) == ("KOGL-1", TEN_TWELVE)
