"""Lines of a blog's frame go as whole lines, sentences that hold the same words stay; disclosures are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
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
    ],
)
def test_a_sentence_stays(text: str) -> None:
    assert EDIT(text, None) == (text, {})


@given(
    st.lists(
        st.sampled_from(["공유하기", "공감과 댓글은 힘이 됩니다", "본문이다.", "", "댓글 3", "\n"]), max_size=9
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
