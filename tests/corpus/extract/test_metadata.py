"""What a page says of itself."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.extract.html import extract
from corpus.extract.join import fill
from corpus.extract.metadata import Metadata
from corpus.sources.record import Draft

TEN_TWELVE = 1_706_695_920_000_000  # 2024-01-31 10:12 UTC
LATE = TEN_TWELVE + 12 * 3_600_000_000
EARLY = TEN_TWELVE - 9 * 3_600_000_000  # 10:12 in Seoul


SPOKEN = (
    "본 저작물은", "이 글은", "공공누리", "제1유형", "제4유형", "출처표시", "조건에 따라", "이용할 수 있습니다", "CC BY 4.0", "저작자표시",
    "비영리", "변경금지", "(", "·", "크리에이티브 커먼즈",
)  # fmt: skip


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
        ("<a href=http://www.kogl.or.kr/info/licenseType2.do><img src=/i/x.png alt=''></a>", "KOGL-2", ()),
        ("<a href=https://www.kogl.or.kr/info/licenseType4.do>이용조건</a>", "KOGL-4", ()),
        ("<a href=https://www.kogl.or.kr/info/license.do#04-tab>이용조건</a>", "KOGL-4", ()),
        ("<img src=/i/x.png alt='공공누리 제4유형'>", "KOGL-4", ()),
        ("<img src=/i/x.png alt='공공누리 제3유형 : 출처표시 + 변경금지'>", "KOGL-3", ()),
        ("<p>공공누리 출처표시, 상업용금지, 변경금지", "KOGL-4", ()),
        ("<p>공공누리 출처표시 + 상업적 이용금지", "KOGL-2", ()),
        ("<p>공공누리 출처표시+변경금지", "KOGL-3", ()),
        ("<p>공공누리 공공저작물 자유이용허락 출처표시", "KOGL-1", ()),
        ("<p>공공누리 제1유형: 출처표시, 상업적·비상업적 이용가능", "KOGL-1", ()),
        ("<p>공공누리 제Ⅰ유형", "KOGL-1", ()),
        (
            "<p>바다시청이 창작한 '멸치 길' 저작물은 <b>공공누리</b> 출처표시 조건에 따라 이용할 수 있습니다.",
            "KOGL-1",
            (),
        ),
        ("<p>이 누리집의 글은 공공누리 제2유형에 따라 이용하실 수 있습니다. 문의는 홍보과로.", "KOGL-2", ()),
        # denied
        ("<p>본 저작물은 공공누리 제1유형이 적용되지 않습니다.", None, ()),
        ("<img src=/opentype01.png><p>본 저작물은 공공누리 제1유형이 적용되지 않습니다.", None, ()),
        ("<p>이 자료는 공공누리 제1유형에 해당하지 않으며 이용하려면 허락이 필요합니다.", None, ()),
        ("<p>공공누리 제1유형 아님", None, ()),
        ("<p>공공누리 제1유형 이용 불가", None, ()),
        ("<p>본 자료 중 일부는 공공누리 제1유형에 따라 이용할 수 있습니다.", None, ()),
        ("<p>본 저작물은 공공누리 제1유형에 따라 이용할 수 있다면 좋겠다.", None, ()),
        ("<p>2014년부터 모든 문서는 공공누리 제1유형을 적용한다고 정부는 밝혔다.", None, ()),
        ("<p>본 누리집의 글은 공공누리 제1유형에 따라 이용할 수 있습니다. 이 글은 이용할 수 없습니다.", None, ()),
        (
            "<p>바다군이 창작한 제1유형 저작물은 '공공누리' 출처표시 조건에 따라 이용 할 수 있습니다. 단, 사진 등의 일부 자료는 "
            "바다군이 저작권 전부를 갖고 있지 아니하므로 저작권자의 허락을 받으셔야 합니다.",
            "KOGL-1",
            (),
        ),
        # several are named: which holds is not known
        ('<p>공공누리의 제1유형은 "출처표시"이고 우리 자료는 제4유형입니다.', None, ("KOGL-1", "KOGL-4")),
        ("<p>공공누리 제1유형 (출처표시 + 상업적 이용금지)", None, ("KOGL-1", "KOGL-2")),
        # mentioned
        ("<h2>공공누리 제1유형</h2><p>공공누리 제1유형은 출처표시만 하면 된다.", None, ()),
        ("<p>이 글에서는 공공누리 제1유형에 따라 이용할 수 있는 자료를 모았다.", None, ()),
        ("<p>이 글은 공공누리 제1유형을 설명합니다.", None, ()),
        (
            "<p>자세한 것은 <a href=https://www.kogl.or.kr/info/licenseType1.do>제1유형</a>을 다룬 지난 글을 보라.",
            None,
            (),
        ),
        ("<p>본 저작물은 바다시가 공공누리 제1유형으로 개방한 '지도'를 이용하였으며 내려받을 수 있습니다.", None, ()),
        (
            "<div class=ccl><a href=https://creativecommons.org/licenses/by-nc-nd/2.0/kr/>CCL</a></div>",
            "CC-BY-NC-ND-2.0-KR",
            (),
        ),
        ("<div class=entry-ccl>저작자표시 <span>비영리</span> 변경금지</div>", "CC-BY-NC-ND", ()),
        (
            "<div class=box_ccl><i class=ico_ccl>저작자표시</i><i>비영리</i><i>동일조건변경허락</i> 2.0 대한민국</div>",
            "CC-BY-NC-SA-2.0-KR",
            (),
        ),
        ("<ul><li class=ico_ccl>저작자표시<li>비영리</ul>", "CC-BY-NC", ()),
        ("<div class=ccl>저작자표시를 허락하지 않음</div>", None, ()),
        ("<footer>이 블로그의 글은 CC BY-SA 4.0에 따라 이용할 수 있습니다.</footer>", "CC-BY-SA-4.0", ()),
        (
            "<footer>모든 문서는 <a href=https://creativecommons.org/licenses/by-sa/4.0/deed.ko>크리에이티브 커먼즈 "
            "저작자표시-동일조건변경허락 4.0</a>에 따라 사용할 수 있으며</footer>",
            "CC-BY-SA-4.0",
            (),
        ),
        ("<p>이 글에 실은 사진은 CC BY 4.0에 따라 이용할 수 있습니다.", None, ()),
        ("<p>이 글은 CC BY 4.0으로 배포된 소설을 다룬다.", None, ()),
        ("<p>이 글은 CC BY 4.0에 따라 이용할 수 없습니다.", None, ()),
        ("<meta name=robots content='noai, noimageai,noindex'>", None, ("noai", "noimageai", "noindex")),
        ("<meta name=tdm-reservation content=1>", None, ("tdm-reservation",)),
        ("<meta name=tdm-reservation content=0><meta name=robots content=all>", None, ()),
    ],
)
def test_licences_and_wishes(page: str, licence: str | None, rights: tuple[str, ...]) -> None:
    found = read(page)
    assert (found.license, found.rights) == (licence, rights)


def test_licence_sentences_of_a_decomposed_page_are_read_as_composed_ones() -> None:
    page = "<img alt='공공누리 제4유형' src=/x.png><footer>이 글은 크리에이티브 커먼즈 저작자표시 4.0에 따라 이용할 수 있습니다."
    assert read(unicodedata.normalize("NFD", page)).rights == read(page).rights == ("CC-BY-4.0", "KOGL-4")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SPOKEN), max_size=12).map(" ".join), st.sampled_from(["p", "td", "div class=ccl"]))
def test_no_sentence_that_denies_grants_a_licence(words: str, element: str) -> None:
    assert read(f"<{element}>{words} 공공누리 제1유형 CC BY 4.0이 적용되지 않습니다").license is None


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
