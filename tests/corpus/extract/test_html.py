"""HTML to text: content in reading order, chrome out, hostile pages refused in bounded time."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from corpus.errors import RecordError
from corpus.extract.html import extract

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
    ],
)
def test_large_pages_are_read_in_bounded_time(page: str) -> None:
    start = time.process_time()
    text = extract(page).text
    assert time.process_time() - start < 20
    assert "가" in text or "가" not in page


TOKEN = re.compile(r"[぀-ヿ㐀-鿿]|[^\W぀-ヿ㐀-鿿]+")


def f1(text: str, gold: str) -> float:
    a, b = (Counter(TOKEN.findall(unicodedata.normalize("NFC", item))) for item in (text, gold))
    both = sum((a & b).values())
    return 2 * both / (sum(a.values()) + sum(b.values())) if both else 0.0


@pytest.mark.parametrize(
    ("site", "floor"),
    [
        ("debian_faq_ko", 0.99),
        ("gimp_help_ko", 0.99),
        ("libreoffice_help_ko", 0.97),
        ("mdn_rendered_ko", 0.96),
        ("pytorch_tutorials_ko", 0.95),
    ],
)
def test_mean_f1_against_the_templates_own_main_element(shared_data: Path, site: str, floor: float) -> None:
    data = zstandard.decompress((shared_data / "html" / f"{site}.jsonl.zst").read_bytes(), max_output_size=1 << 28)
    rows = [row for row in map(json.loads, data.decode().splitlines()[:60]) if row.get("gold_text")]
    scores = [f1(extract(row["html"]).text, row["gold_text"]) for row in rows]
    assert sum(scores) / len(scores) >= floor
