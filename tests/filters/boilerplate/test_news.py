"""Frames of news articles go, and only they: at the first line, in the closing run of lines, at the last line's end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.boilerplate.news import News

EDIT = News().edit
BODY = "정부는 새 법을 내놓았다."


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[서울=뉴시스] 홍길동 기자 = ", "dateline"),
        ("【서울=뉴시스】홍길동 김철수 기자 = ", "dateline"),
        ("(서울=연합뉴스) 홍길동·임꺽정 기자 = ", "dateline"),
        ("(서울 = 뉴스1) 홍길동 기자 = ", "dateline"),
        ("[이데일리 홍길동 기자] ", "dateline"),
        ("[OSEN=홍길동 기자] ", "dateline"),
        ("[헤럴드경제=홍길동 기자] ", "dateline"),
        ("[서울경제] ", "dateline"),
        ("홍길동 특파원 = ", "dateline"),
        ("입력 2024.03.01 10:20 | 수정 2024-03-01 오후 1:05\n", "stamp"),
        ("기사입력 2024년 3월 1일 09시 30분\n", "stamp"),
        ("홍길동 기자 gildong@news.example.kr\n", "byline"),
        ("글·사진 홍길동 선임기자\n", "byline"),
        ("2024-01-31 10:12 입력\n", "stamp"),
        ("[춘천=뉴시스] 홍길동 = ", "dateline"),
        ("[뉴욕=AP/뉴시스] ", "dateline"),
        ("[앵커]\n", "cue"),
        ("◀ 앵커 ▶\n", "cue"),
        ("【 앵커멘트 】\n", "cue"),
    ],
)
def test_what_stands_before_an_article_goes(line: str, kind: str) -> None:
    assert EDIT(line + BODY, None) == (BODY, {f"news.{kind}": 1})


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (" gildong@news.example.kr", "email"),
        (" /홍길동 기자", "byline"),
        ("\n홍길동 기자 gildong@news.example.kr", "byline"),
        ("\n한국일보 홍길동 기자", "byline"),
        ("\n(끝)", "end"),
        ("\n<저작권자ⓒ 공감언론 뉴시스통신사. 무단전재-재배포 금지>", "copyright"),
        ("\nCopyright ⓒ 서울신문사. All rights reserved. 무단 전재 및 재배포 금지", "copyright"),
        (" ⓒ 한겨레신문사, 무단 전재 및 재배포 금지", "copyright"),
        ("\n▶ 네이버에서 구독하기 https://n.example.kr", "related"),
        ("\n▶ 관련기사 더 보기", "related"),
        ("\n[관련기사]\n어제 나온 법 이야기\n그 법을 둘러싼 말들", "related"),
        ("\n제보는 카카오톡 okjebo", "tip"),
        ("\n▷ 전화 02-784-4000", "tip"),
        ("\n말모이뉴스는 여러분의 제보를 기다립니다.", "tip"),
        ("\n홍길동 말모이대 국문과 교수", "affiliation"),
        ("\n최종수정 2024.03.01 11:00", "stamp"),
        ("\n사진=연합뉴스", "credit"),
        ("\n[사진=연합뉴스]", "credit"),
        ("\n/사진=연합뉴스", "credit"),
        ("\n[사진] 연합뉴스", "credit"),
        ("\n사진제공=서울시", "credit"),
        (" /사진=연합뉴스", "credit"),
        ("\n촬영기자:홍길동/영상편집:임꺽정", "credit"),
        ("\n(영상취재 : 홍길동, 영상편집 : 임꺽정)", "credit"),
        ("\nKBS 뉴스 홍길동입니다.", "byline"),
        (" MBC뉴스 홍길동입니다.", "byline"),
        ("\n지금까지 춘천에서 MBC 뉴스 홍길동이었습니다.", "byline"),
        ("\n온라인뉴스팀", "byline"),
        ("\n디지털뉴스부 digital@news.example.kr", "byline"),
        ("\n온라인 중앙일보", "byline"),
        ("\n홍길동 (gildong@news.example.kr)", "email"),
        ("\n[조선닷컴 바로가기]", "related"),
        ("\n[조선닷컴 바로가기] [조선일보 구독신청하기]", "related"),
        ("\n이 기사의 카테고리는 언론사의 분류를 따릅니다.", "related"),
        ("\n홍길동 기자의 기사 더보기", "related"),
        ("\n기사제보 및 보도자료 press@news.example.kr", "tip"),
    ],
)
def test_what_stands_behind_an_article_goes(tail: str, kind: str) -> None:
    text = f"첫째 문단이다.\n{BODY}"
    assert EDIT(text + tail, None) == (text, {f"news.{kind}": 1})


@pytest.mark.parametrize(
    "text",
    [
        "정부는 무단전재 및 재배포를 금지하는 법을 만들었다.",
        "저작권피싱이 문제다. 저작권피싱질입니다. 도와주세요!!",
        "홍길동 기자는 그 자리에 있었다.\n그가 물었다.",
        "첫 문단이다.\n(서울=연합뉴스) 홍길동 기자 = 인용이다.\n그렇게 끝났다.",
        "첫 문단이다.\n<저작권자ⓒ 뉴시스. 무단전재-재배포 금지>\n글은 여기서 이어진다.",
        "첫 문단이다.\n▶ 관련기사 보기\n뒤에 본문이 더 있다.",
        "첫 문단이다. 주소는 lee.gildong@news.example.kr 이다.",
        "끝이 났다. lee.gildong은 사람이 아니다.",
        "인사\n◇승진 ▲ 홍길동 ▲ 임꺽정",
        "[속보] 법이 나왔다.",
        "[단독] 법이 나왔다.",
        "(속도=거리÷시간) 이렇게 배운다.",
        "제보를 받은 경찰은 현장으로 갔다.",
        "상을 받은 이들이다.\n홍길동 말모이대 교수\n임꺽정 사전대 교수",
        "홍길동 말모이대 교수",
        "▶ 일시: 3월 1일\n▶ 장소: 서울",
        "[앵커]\n눈이 왔습니다.\n[기자]\n네, 많이 왔습니다.\n[앵커]\n고맙습니다.",
        "[앵커] 눈이 왔습니다.\n[리포트] 많이 왔습니다.",
        "첫 문단이다.\n사진=연합뉴스\n뒤에 본문이 더 있다.",
        "첫 문단이다.\n사진: 왼쪽부터 홍길동, 임꺽정이 서 있다.",
        "그는 이렇게 인사했다.\n이 상은 KBS 뉴스 홍길동입니다.",
        "그가 가장 아끼는 이는 MBC뉴스 홍길동입니다.",
        "상을 받은 이들이다.\n홍길동 기자\n[사진 부문]",
        "상을 받은 이들이다.\n홍길동 기자\n▲ 임꺽정 화백",
        "누리집에서 본다.\n[말모이 사전]",
        "역할은 이렇다.\n감독: 홍길동\n주연: 임꺽정",
        "온라인 교육이 늘었다.\n디지털 시대",
        "의무는 이렇다.\n*  사용 사실과 저작권자에 대한 고지\n<br>",
        "글꼴을 확인해 보세요.(https://gongu.copyright.or.kr/free.html)\n<br>",
        "",
    ],
)
def test_the_article_itself_stays(text: str) -> None:
    assert EDIT(text, None) == (text, {})


@pytest.mark.parametrize(
    ("tail", "left", "kinds"),
    [
        (" 홍길동 기자(gildong@a.kr)", "", {"email": 1, "byline": 1}),
        ("\n홍길동 기자 gildong@a.kr\n사진=연합뉴스", "", {"byline": 1, "credit": 1}),
        ("\nⓒ 뉴시스, 무단 전재 및 재배포 금지\n[조선닷컴 바로가기]", "", {"copyright": 1, "related": 1}),
        # What no form knows stays; what stands before it goes if it is sure by itself.
        ("\n홍길동 기자 gildong@a.kr\n[오늘의 날씨]", "\n[오늘의 날씨]", {"byline": 1}),
        (
            "\nⓒ 뉴시스. 무단전재, AI 학습 금지\n#눈 #서울\n[날씨]",
            "\n#눈 #서울\n[날씨]",
            {"copyright": 1, "reserved": 1},
        ),
        ("\nⓒ 뉴시스. 무단전재 금지\n#눈\n[날씨]\n[운세]", "\nⓒ 뉴시스. 무단전재 금지\n#눈\n[날씨]\n[운세]", {}),
        ("\nⓒ 뉴시스. 무단전재 금지\n길동은 웃었다.", "\nⓒ 뉴시스. 무단전재 금지\n길동은 웃었다.", {}),
        ("\nⓒ 뉴시스. 무단전재 금지\n길동의 웃음", "\nⓒ 뉴시스. 무단전재 금지\n길동의 웃음", {}),
    ],
)
def test_frames_of_other_kinds_do_not_hide_those_above(tail: str, left: str, kinds: dict[str, int]) -> None:
    text = f"첫째 문단이다.\n{BODY}"
    assert EDIT(text + tail, None) == (text + left, {f"news.{kind}": times for kind, times in kinds.items()})


def test_everything_at_once_and_a_reservation_is_counted() -> None:
    text = (
        "입력 2024.03.01 10:20\n[서울=뉴시스] 홍길동 기자 = 첫 문단이다.\n\n둘째 문단이다. gildong@news.example.kr\n\n"
        "<저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>\n제보는 카카오톡 okjebo\n"
    )
    left, counts = EDIT(text, None)
    assert left == "첫 문단이다.\n\n둘째 문단이다."
    assert counts == {
        "news.stamp": 1,
        "news.dateline": 1,
        "news.email": 1,
        "news.copyright": 1,
        "news.reserved": 1,
        "news.tip": 1,
    }


def test_a_form_that_another_had_hidden_goes_too() -> None:
    text = "[OSEN=홍길동 기자] 입력 2024.03.01\n정부는 말했다."
    assert EDIT(text, None) == ("정부는 말했다.", {"news.dateline": 1, "news.stamp": 1})


def test_a_text_that_is_nothing_but_a_frame_comes_back_empty() -> None:
    assert EDIT("홍길동 기자\nⓒ 뉴스1", None) == ("", {"news.byline": 1, "news.copyright": 1})


PIECES = st.sampled_from(
    [
        "[서울=뉴시스] 홍길동 기자 = ",
        "홍길동 기자",
        " gildong@a.kr",
        "ⓒ 뉴시스",
        "무단 전재 및 재배포 금지",
        "(끝)",
        "▶ 관련기사 보기",
        "정부는 말했다.",
        "그렇다",
        "\n",
        " ",
        "제보는 전화 02-1-1",
        "교수",
        "홍길동 말모이대 교수",
        "입력 2024.03.01",
        "사진=연합뉴스",
        "KBS 뉴스 홍길동입니다.",
        "온라인뉴스팀",
        "[말모이 바로가기]",
        "[모르는 틀]",
        "[앵커]",
        "[기자]",
        "2024.03.01 입력",
        "/",
        "·",
        "<",
        ">",
    ]
)


@given(st.lists(PIECES | st.text("가나다. \n=[](),ⓒ@a1", max_size=6), max_size=12).map("".join))
@settings(max_examples=1500, deadline=None)
def test_editing_twice_is_editing_once_and_only_takes_away(text: str) -> None:
    once, counts = EDIT(text, None)
    assert EDIT(once, None) == (once, {})
    assert (once == text) == (not counts)
    characters = iter(text)
    assert all(character in characters for character in once)


@pytest.mark.parametrize(
    "piece",
    [
        "ⓒ ",
        "홍길동·",
        "a@",
        "입력 2024.03.01 ",
        "[가=",
        "무단 전재 ",
        "[가 바로가기]",
        "사진=가",
        "촬영:홍길동/",
        "[앵커]\n",
        "[기자",
        "#가\n",
        "(",
        "\n",
        "▶ 관련 ",
    ],
)
def test_hostile_lines_cost_no_more_than_their_length(piece: str) -> None:
    text = piece * 40_000
    EDIT(piece * 10, None)
    start = time.process_time()
    EDIT(text, None)
    EDIT("그렇다.\n" + text, None)
    assert time.process_time() - start < 2
