"""Lines of a blog's frame go as whole lines, sentences that hold the same words stay; disclosures are counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.boilerplate.disclosure import Disclosure
from filters.boilerplate.sharing import SharingLines

EDIT = SharingLines().edit
MARK = Disclosure().edit


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("이 글을 공유하기", "share"),
        ("공유하기", "share"),
        ("카카오톡 페이스북 트위터 밴드", "share"),
        ("URL 복사 이웃추가", "share"),
        ("공감과 댓글은 힘이 됩니다.", "heart"),
        ("♥공감과 댓글은 글쓴이에게 큰 힘이 됩니다♥", "heart"),
        ("구독, 좋아요 꾹 눌러주세요!", "heart"),
        ("댓글 3", "frame"),
        ("'요리' 카테고리의 다른 글", "frame"),
        ("이전글 다음글", "frame"),
    ],
)
def test_a_line_of_the_frame_goes(line: str, kind: str) -> None:
    assert EDIT(f"첫 줄이다.\n\n{line}\n\n끝 줄이다.", None) == ("첫 줄이다.\n\n끝 줄이다.", {f"sharing.{kind}": 1})


@pytest.mark.parametrize(
    "text",
    [
        "친구에게 이 글을 공유하기로 했다.",
        "공감과 댓글은 힘이 됩니다. 그래서 나는 글을 쓴다.",
        "댓글이 3개 달렸다.",
        "이전 글에서 말한 대로다.",
        "페이스북은 회사 이름이다.",
        "페이스북",
        "",
        "구성 요소는 이렇다.\n\n- 단추\n- 목록\n- 메모\n\n끝이다.",
        "단추이다.\n\n* 목록\n\n* 표\n",
        "- 단추\n  - 목록\n- 표",
        "- 단추\n  누르는 것이다.\n- 목록",
        "화면이다.\n```\n목록\n댓글 3\n```\n끝이다.",
        "화면이다.\n\n    댓글 3\n\n\t공유하기\n\n끝이다.",
    ],
)
def test_a_sentence_stays(text: str) -> None:
    assert EDIT(text, None) == (text, {})


def test_a_list_of_nothing_but_the_frame_goes_and_code_keeps_its_blank_lines() -> None:
    code = "```\nx\n\n\n\ny\n```"
    text = f"본문이다.\n\n{code}\n\n- 공유하기\n- 댓글 3\n\n끝이다."
    assert EDIT(text, None) == (f"본문이다.\n\n{code}\n\n끝이다.", {"sharing.share": 1, "sharing.frame": 1})


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "공유하기",
                "공감과 댓글은 힘이 됩니다",
                "본문이다.",
                "",
                "댓글 3",
                "\n",
                "- 목록",
                "- 글",
                "```",
                "  목록",
                "    목록",
            ]
        ),
        max_size=12,
    ).map("\n".join)
)
def test_editing_twice_is_editing_once(text: str) -> None:
    once, _ = EDIT(text, None)
    assert EDIT(once, None) == (once, {})


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("이 포스팅은 쿠팡 파트너스 활동의 일환으로, 이에 따른 일정액의 수수료를 제공받습니다.", {"affiliate": 1}),
        ("업체로부터 소정의 원고료를 제공받아 솔직하게 작성한 후기입니다.", {"sponsored": 1}),
        ("제품을 무상으로 지원받아 작성하였습니다. #협찬", {"sponsored": 2}),
        ("내 돈 주고 산 후기다. 수수료가 비싸다. 상을 받아 기쁘다.", {}),
    ],
)
def test_a_disclosure_is_counted_and_left(text: str, counts: dict[str, int]) -> None:
    assert MARK(text, None) == (text, {f"disclosure.{name}": number for name, number in counts.items()})
