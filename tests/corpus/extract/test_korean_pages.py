"""Each layout of a Korean portal, blog, newsroom, café or board gives its text, in order, and none of its chrome."""

from __future__ import annotations

import unicodedata

import pytest

from corpus.extract.html import extract
from tests.corpus.extract.korean_pages import CAPTION, CHROME, PAGES, PARAGRAPHS, SHORT_PAGES, SUBHEAD, TITLE

MORNING = 1_706_695_920_000_000  # 2024-01-31 10:12
DAY = 1_706_659_200_000_000  # 2024-01-31


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_text_stands_in_order_and_alone(name: str, form: str) -> None:
    page = unicodedata.normalize(form, PAGES[name])
    text = unicodedata.normalize("NFC", extract(page).text)
    wanted = [line for line in (*PARAGRAPHS, SUBHEAD, CAPTION) if line in PAGES[name]]
    assert [line for line in wanted if line not in text] == []
    places = [text.index(line) for line in PARAGRAPHS]
    assert places == sorted(places)
    assert [line for line in CHROME if line in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_title_loses_the_sites_name(name: str) -> None:
    assert extract(PAGES[name]).title == TITLE


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("naver_news", MORNING), ("daum_news", MORNING), ("press_cms", MORNING), ("tistory", MORNING),
        ("naver_cafe", MORNING), ("government_board", DAY),
    ],
)  # fmt: skip
def test_the_written_date_is_found(name: str, moment: int) -> None:
    assert extract(PAGES[name]).metadata.created_at == moment


@pytest.mark.parametrize("name", ["naver_blog", "naver_news", "daum_news", "brunch", "naver_cafe", "xpressengine"])
def test_readers_comments_are_given_apart(name: str) -> None:
    found = extract(PAGES[name], comments=True)
    assert "댓글을 남겨 주세요" in found.comments and "댓글을 남겨 주세요" not in found.text


def test_code_and_tables_keep_their_form() -> None:
    assert "for 멸치 in 시장:\n    값(멸치)" in extract(PAGES["velog"]).text
    assert "어종 | 값\n멸치 | 2만 원" in extract(PAGES["government_board"]).text


@pytest.mark.parametrize("name", SHORT_PAGES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_short_lines_items_and_cells_are_neither_lost_nor_glued(name: str, form: str) -> None:
    body, text = SHORT_PAGES[name]
    page = f"<html><body><div class=gnb><a href=/>홈으로</a></div>{body}</body></html>"
    assert extract(unicodedata.normalize(form, page)).text == unicodedata.normalize(form, text)


def test_a_government_board_states_its_kogl_type() -> None:
    assert extract(PAGES["government_board"]).metadata.license == "KOGL-1"
