"""HTML to text: content in reading order, chrome out, hostile pages refused in bounded time."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecordError
from corpus.extract.html import extract
from corpus.extract.labelled import match, mean, strings

PIECES = (
    "<p>", "</p>", "<div class='nav'>", "</div>", "<table>", "<tr>", "<td>", "<pre>", "</pre>", "<ul>", "<li>", "<br>",
    "<a href=/>", "</a>", "<b>", "</b>", "<h1>", "</h1>", "<!-- ", "-->", "<script>", "</script>", "<svg>", "<style>",
    "<article>", "</article>", "<footer>", "<textarea>", "<template>", "<frameset>", "<select>", "<math>", "</table>",
    "바다와 산", "한글", "ㅋㅋ", "&amp;", "&nbsp;", "&#0;", "&#xD800;", "\0", "\ud800", " ", "\u3000", "<", ">", "'", '"', "𠮷",
)  # fmt: skip
LONG = "국회는 국민의 보통·평등·직접·비밀선거에 의하여 선출된 국회의원으로 구성한다. " * 12


def test_content_stays_in_reading_order_and_chrome_goes() -> None:
    page = f"""<html><head><title> 국회의  구성 </title><script>var 가 = "<p>아니다</p>";</script></head><body>
      <nav><a href=/>홈</a><a href=/2>목록</a></nav>
      <div class="sns-share">공유하기 공유하기</div>
      <article><h1>국회의 구성</h1><p>{LONG}</p>
      <h2>의원</h2><ul><li>첫째 항목<li>둘째 <b>굵은</b> 항목</ul>
      <table><tr><th>이름<th>수<tr><td>의원<td>300</table>
      <pre>for 글 in 글들:
    print(글)</pre><p>줄<br>바꿈</p></article>
      <div id="comments">댓글 하나</div><footer>저작권 표시</footer></body></html>"""
    found = extract(page)
    assert found.title == "국회의 구성"
    assert re.sub("\n+", "\n", found.text).split("\n") == [
        "국회의 구성",
        LONG.strip(),
        "의원",
        "- 첫째 항목",
        "- 둘째 굵은 항목",
        "이름 | 수",
        "의원 | 300",
        "for 글 in 글들:",
        "    print(글)",
        "줄",
        "바꿈",
    ]


@pytest.mark.parametrize(
    "page", ["", " ", "<html>", "<body></body>", "<!-- -->", "<script>1</script>", "\x00", "<title>", "<table>"]
)
def test_pages_without_text_are_empty(page: str) -> None:
    assert extract(page).text.strip() == ""


def test_plain_text_and_decomposed_hangul_pass() -> None:
    assert extract("그냥 글이다").text == "그냥 글이다"
    assert extract(unicodedata.normalize("NFD", "<p>한글")).text == unicodedata.normalize("NFD", "한글")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "가",
        "<b>" * 100_000 + "가",
        "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">가",
        "<!-- " * 3 + "--><div>" * 5_000,
        "<svg>" + "<g>" * 50_000,
        "<div><p>" * 30_000,
    ],
)
def test_a_page_built_to_stall_the_parser_is_refused(page: str) -> None:
    extract("<p>가")
    start = time.process_time()
    with pytest.raises(RecordError) as error:
        extract(page)
    assert error.value.what == "record.unsupported"
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "page",
    [
        "<p>가나다</p>" * 20_000,
        "<p>가나다 " * 20_000,
        "<ul><li>가" + "<li>나" * 20_000,
        "<br>" * 50_000 + "가",
        "<" * 500_000,
        '<div class="' + "x " * 500_000 + '">가</div>',
        "<script>" + "if (a<b) " * 50_000 + "</script><p>가",
        "<div>" * 1_900 + "가",
        "<p>가" * 1_000_000,
        "<div class=nav>가</div>" * 100_000,
        "".join(f"<i class=c{n} id=d{n}>가</i>" for n in range(50_000)),
        "&amp;" * 1_000_000 + "가",
        "&#x26;" * 300_000 + "가",
        "\0" * 1_000_000 + "가",
        '<div title="' + "x" * 10_000_000 + '">가</div>',
        "<b><i>" * 300 + "<p>가" * 2_000,
        "<table>" * 900 + "가",
        "<ul><li>" * 900 + "가",
        "<script type=application/ld+json>" + "[" * 200_000 + "</script>가",
        "<b>공공누리</b> <i>CC BY</i>" * 50_000 + "가",
        "<p>" + "본 저작물은 공공누리 창작한 크리에이티브 커먼즈 " * 100_000 + "가",
        "<b>" * 1_500 + "공공누리 CC BY<i>x</i>" * 20_000 + "가",
        "<div class=ccl>저작자표시 상업 " * 1_500 + "가",
        "<div lang=ko style='" + "display:" * 100_000 + "'>가</div>",
    ],
)
def test_large_pages_are_read_in_bounded_time(page: str) -> None:
    start = time.process_time()
    text = extract(page).text
    assert time.process_time() - start < 5
    assert "가" in text or "가" not in page


def test_nested_items_are_indented_and_an_item_begins_once() -> None:
    page = "<ul><li><p>바다</p><p>바다의 둘째 문단</p><ul><li>멸치<ul><li>마른 멸치</ul></ul><li>산</ul>"
    assert [line for line in extract(page).text.split("\n") if line] == [
        "- 바다",
        "바다의 둘째 문단",
        "  - 멸치",
        "    - 마른 멸치",
        "- 산",
    ]


@pytest.mark.parametrize(
    ("lists", "text"),
    [
        ("<ol><li>모은다<li>엮는다</ol>", "1. 모은다\n2. 엮는다"),
        ("<ol start=9><li>아홉<li>열</ol>", "9. 아홉\n10. 열"),
        ("<ol start=-1><li>음수<li>영<li>하나</ol>", "-1. 음수\n0. 영\n1. 하나"),
        ("<ol start=열><li>수가 아님</ol>", "1. 수가 아님"),
        ("<ol start=999999999999><li>너무 큰 수</ol>", "1. 너무 큰 수"),
        ("<ol reversed><li>셋<li>둘<li>하나</ol>", "3. 셋\n2. 둘\n1. 하나"),
        ("<ol reversed start=10><li>열<li>아홉</ol>", "10. 열\n9. 아홉"),
        ("<ol><li>하나<li value=5>다섯<li>여섯</ol>", "1. 하나\n5. 다섯\n6. 여섯"),
        (
            "<ol><li>겉<ul><li>점</ul><li>다음<ol><li>속</ol><li>끝</ol>",
            "1. 겉\n  - 점\n2. 다음\n  1. 속\n3. 끝",
        ),
        ("<ol><li><p>첫 문단</p><p>둘째 문단</p><li>다음</ol>", "1. 첫 문단\n둘째 문단\n2. 다음"),
        ("<ol><li>하나<li hidden>숨긴 것<li>셋</ol>", "1. 하나\n3. 셋"),
        ("<ol><li>1. 스스로 셈<li>2) 이것도<li>30분 굽는다</ol>", "1. 스스로 셈\n2) 이것도\n3. 30분 굽는다"),
        ("<ul><li>점 하나</ul><ol><li>번호 하나</ol>", "- 점 하나\n1. 번호 하나"),
        ("<li>목록 밖", "- 목록 밖"),
    ],
)
def test_items_of_ordered_lists_keep_the_numbers_that_a_browser_shows(lists: str, text: str) -> None:
    found = extract(f"<body><article><p>{LONG}</p>{lists}</article></body>").text
    assert found.removeprefix(LONG.strip()).strip() == text


def test_two_line_breaks_part_paragraphs_and_one_does_not() -> None:
    assert extract("<div>첫째 줄<br>둘째 줄<br><br>새 문단</div>").text == "첫째 줄\n둘째 줄\n\n새 문단"


def test_code_keeps_indentation_and_entities_and_loses_line_numbers() -> None:
    page = '<pre>\n<span class="lineno">1</span>if a &lt; b &amp;&amp; 참:\n\n    출력("값")\n\n</pre>'
    assert extract(page).text == 'if a < b && 참:\n\n    출력("값")'


def test_empty_cells_keep_their_place() -> None:
    assert extract("<table><tr> <td>가</td> <td></td> <td>다</td></tr></table>").text == "가 |  | 다"


def test_a_page_in_nfd_gives_the_nfd_of_its_nfc_text() -> None:
    page = (
        f"<body><div class=menu>{'메뉴 ' * 9}</div><article><p>{LONG}</p><div>짧은 줄</div></article><p>{LONG[:90]}</p>"
    )
    assert extract(unicodedata.normalize("NFD", page)).text == unicodedata.normalize("NFD", extract(page).text)


def test_comments_are_apart() -> None:
    page = f"<article><p>{LONG}</p></article><div id=comments><p>잘 읽었습니다</p></div>"
    found = extract(page, comments=True)
    assert "잘 읽었습니다" not in found.text and found.comments == "잘 읽었습니다"
    assert extract(page).comments == ""


def test_a_label_goes_with_the_links_that_follow_it() -> None:
    page = f"<article><p>{LONG}</p><h3>관련 기사</h3><p><a href=/1>다른 이야기</a></p><h3>끝맺음</h3><p>{LONG}</p></article>"
    assert [line for line in extract(page).text.split("\n") if line] == [LONG.strip(), "끝맺음", LONG.strip()]


@pytest.mark.parametrize(
    "line",
    [
        "<p>▶ 관련기사</p>",
        "<p>☞&nbsp;관련 기사</p>",
        "<p>[관련기사] <a href=/1>한글날을 맞아 열린 잔치</a></p>",
        "<p>관련기사 : <a href=/1>한글날을 맞아 열린 잔치</a> 2024.10.09</p>",
        "<p>Read more: <a href=/1>The first Korean dictionary</a></p>",
        "<p>À lire aussi : <a href=/1>한글</a> 이야기</p>",
        "<p>ⓒ 연합뉴스</p>",
        "<p>사진=연합뉴스</p>",
        "<p>[사진＝국립한글박물관 제공]</p>",
        "<figcaption>사진 제공: 국립한글박물관</figcaption>",
        "<div>Photograph by 홍길동, National Hangeul Museum</div>",
        "<div class=photo-credit>국립한글박물관이 2019년에 찍어 널리 쓰도록 한 사진입니다.</div>",
        "<div class=byline>홍길동 기자가 국립한글박물관에서 쓰다, 2024년 10월 9일</div>",
        "<ul><li><h4><a href=/1>한글날을 맞아 열린 잔치</a></h4></ul>",
    ],
)
def test_teasers_and_credits_of_pictures_go(line: str) -> None:
    page = f"<article class=article-body><p>{LONG}</p>{line}<p>{LONG * 2}</p></article>"
    assert extract(page).text.split("\n\n") == [LONG.strip(), (LONG * 2).strip()]


@pytest.mark.parametrize(
    "line",
    [
        "<p>사진: 반명함판 1매와 신분증 사본</p>",
        "<p>그래픽: 내장 그래픽으로도 충분하다</p>",
        "<p>사진 자료 수집을 맡을 사람을 찾는다</p>",
        "<p>관련기사를 모으는 일은 어렵다: <a href=/1>자료실</a></p>",
        "<p>Image source must be set before the build</p>",
        "<p>더 보기: 부록에 실린 넷째 표와 <a href=/1>표</a></p>",
        "<ul><li>사진=본인 확인용</ul>",
        "<table><tr><td>사진=본인<td>2매</table>",
        "<pre>credit: 3\nphoto: x.png</pre>",
        "<figcaption>부두에 쌓인 멸치 상자를 상인들이 옮기고 있다. 사진=홍길동</figcaption>",
        f"<p>사진=연합뉴스 {LONG * 3}</p>",
        "<h3><a href=/1>둘째 마당: 원고를 잃다</a></h3>",
    ],
)
def test_lines_that_only_look_like_teasers_or_credits_stay(line: str) -> None:
    page = f"<article class=article-body><p>{LONG}</p>{line}<p>{LONG * 2}</p></article>"
    assert len(extract(page).text.replace(LONG.strip(), "").strip()) >= 4


def test_a_box_around_the_article_stays_though_its_name_speaks_of_a_footer() -> None:
    """Chrome is judged by what is left when scripts, lists of links and forms have gone."""
    page = f"<nav>{LONG * 2}</nav><aside>{LONG}</aside><div class=above-footer><div><p>{LONG * 2}</p></div></div>"
    assert extract(page).text == (LONG * 2).strip()


def test_an_article_in_two_parts_stays_whole_and_a_shorter_neighbour_does_not_join_it() -> None:
    first, second, other = (
        (LONG * 2).strip(),
        (LONG + "그 뒤의 이야기이다. " * 9).strip(),
        "다른 기사의 첫머리이다. " * 3,
    )
    parts = "".join(f"<div><div class=article__body><p>{text}</p></div></div>" for text in (first, second, other))
    page = f"<body><div><p>{'머리글은 본문이 아니다. ' * 9}</p></div>{parts}</body>"
    assert extract(page).text.split("\n\n") == [first, second]


def test_a_consent_dialog_longer_than_the_page_goes() -> None:
    page = f"<nav>{LONG * 9}</nav><p>{LONG}</p><div class=ensModal><p>{'쿠키를 쓰는 까닭을 알립니다. ' * 12}</p></div>"
    assert "쿠키" not in extract(page).text


def test_a_caption_shown_twice_stays_once() -> None:
    caption = "부두에 쌓인 멸치 상자를 상인들이 옮기고 있다. 새벽 네 시의 모습이다."
    page = f"<article><p>{LONG}</p><div class=caption>{caption}</div><div>{caption}</div></article>"
    assert extract(page).text.count(caption) == 1


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("share-bar", True), ("shareBar", True), ("SNS", True), ("navbar-top", True), ("cookieConsent", True),
        ("unavailable", False), ("unshared", False), ("tagline", False), ("field--label-hidden", False),
    ],
)  # fmt: skip
def test_names_are_matched_by_whole_words(name: str, gone: bool) -> None:
    page = f"<body><p>{LONG}</p><p class='{name}'>곁가지</p></body>"
    assert ("곁가지" not in extract(page).text) is gone


def test_prose_named_like_a_side_box_stays() -> None:
    box = "이 상자는 본문의 한 부분이며 따로 읽어도 뜻이 통하는 긴 글이다. " * 9
    assert box.strip() in extract(f"<body><p>{LONG * 3}</p><div class=sidebar>{box}</div></body>").text


def test_bytes_and_text_of_one_page_give_one_result() -> None:
    page = f"<title>제목</title><p>{LONG}</p>"
    assert extract(page) == extract(page.encode())


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mixture_of_markup_gives_valid_text_and_the_same_text_again(page: str) -> None:
    found = extract(page)
    found.text.encode("utf-8")
    assert found == extract(page)
    assert "\n\n\n" not in re.sub(r"[ \t]", "", found.text) or "<pre" in page


@pytest.mark.parametrize(
    ("site", "floor"),
    [
        ("html/debian_faq_ko", 0.99),
        ("html/debian_installguide_ko", 0.99),
        ("html/gimp_help_ko", 0.99),
        ("html/libreoffice_help_ko", 0.985),
        ("html/mdn_rendered_ko", 0.985),
        ("html/pytorch_tutorials_ko", 0.97),
        ("raw/extraction/scrapinghub_articles", 0.94),
        ("raw/extraction/wcxb_dev_sample", 0.785),
    ],
)
def test_mean_f1_on_labelled_pages(shared_data: Path, site: str, floor: float) -> None:
    data = zstandard.ZstdDecompressor().stream_reader((shared_data / f"{site}.jsonl.zst").read_bytes()).read()
    rows = [row for row in map(json.loads, data.decode().strip().split("\n")[:60]) if row.get("gold_text")]
    assert mean([match(extract(row["html"]).text, row["gold_text"]) for row in rows]).f1 >= floor


def test_required_strings_are_held_and_few_forbidden_ones(shared_data: Path) -> None:
    path = shared_data / "raw" / "extraction" / "trafilatura_eval_sample.jsonl.zst"
    data = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()
    rows = [json.loads(line) for line in data.decode().split("\n") if line]
    required, forbidden = strings(rows, [extract(row["html"]).text for row in rows])
    assert required >= 0.93
    assert forbidden <= 0.081
