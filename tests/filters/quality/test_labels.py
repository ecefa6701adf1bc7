"""The labels rule: menus fall; verse, scripture and tutorials, whose lines lack full stops too, stay."""

from __future__ import annotations

import pytest

from tests.filters.scored import reasons, scores

MENU = ["처음으로", "회원 가입", "로그인", "고객 센터", "이용 약관", "개인정보 처리방침", "사이트맵", "공지 사항", "자주 묻는 질문",
        "제휴 문의", "채용 정보", "회사 소개", "뉴스 목록", "최근 글 보기", "이전 페이지", "다음 페이지", "인쇄하기", "글꼴 크게",
        "전체 메뉴", "English", "오시는 길", "관련 사이트", "부서 안내", "자료실", "행사 일정"]  # fmt: skip


def test_a_page_of_menu_lines_falls() -> None:
    assert scores("\n".join(MENU))["labels.share"] == 1
    assert "labels.too_many" in reasons("\n".join(MENU))


def test_a_third_of_sentences_saves_it() -> None:
    sentence = "이 누리집은 우리말 원고를 모아 누구나 쓸 수 있게 나누는 곳입니다."
    assert "labels.too_many" in reasons("\n".join([*MENU, sentence]))
    assert "labels.too_many" not in reasons("\n".join([*MENU, sentence, sentence]))


def test_nineteen_lines_say_nothing() -> None:
    assert scores("\n".join(MENU[:19]))["labels.share"] == 0
    assert scores("\n".join(MENU[:20]))["labels.share"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "그가 이르되 내가 가서 보리라",  # scripture without full stops
        "산에는 꽃이 피네 꽃이 피니",  # verse
        "오늘도 날씨가 참 좋아요",
        'print(f"{name}: {value}")',  # code
        "| 열 | 값 | 뜻 |",  # a table row
        "그 방 안에는 사람의 그림자가 벽을 따라 길게 늘어져 있었고 창밖의 눈",  # prose wrapped in mid-sentence
        "가나다 " * 24,  # 72 characters: a paragraph however it ends
    ],
)
def test_these_lines_are_no_labels(line: str) -> None:
    assert scores("\n".join([line] * 20))["labels.share"] == 0


def test_a_symbol_in_five_characters_makes_a_line_markup() -> None:
    assert scores("\n".join(["가나다라*"] * 20))["labels.share"] == 0
    assert scores("\n".join(["가나다라마*"] * 20))["labels.share"] == 1


def test_null_and_empty_have_no_labels() -> None:
    assert [scores(text)["labels.share"] for text in (None, "", "\n" * 30)] == [0, 0, 0]
