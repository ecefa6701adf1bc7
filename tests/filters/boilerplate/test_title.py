"""The title repeated in the body is dropped; the title field is not the editor's business."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.boilerplate.title import TitleInBody

EDIT = TitleInBody().edit


@pytest.mark.parametrize(
    ("text", "title", "left", "dropped"),
    [
        ("버락 오바마 취임\n대통령이 취임하였다.", "버락 오바마 취임", "대통령이 취임하였다.", 1),
        ("# 버락 오바마 취임\n\n대통령이 취임하였다.", "버락 오바마 취임", "대통령이 취임하였다.", 1),
        ("『버락오바마  취임』\n본문이다.\n버락 오바마 취임", "버락 오바마 취임", "본문이다.", 2),
        ("버락 오바마 취임. 대통령이 취임하였다.", "버락 오바마 취임", "대통령이 취임하였다.", 1),
        ("대통령이 왔다. 버락 오바마 취임. 끝났다.", "버락 오바마 취임", "대통령이 왔다. 끝났다.", 1),
        ("버락 오바마 취임이 있었다.\n본문", "버락 오바마 취임", "버락 오바마 취임이 있었다.\n본문", 0),
        ("버락 오바마 취임", "버락 오바마 취임", "버락 오바마 취임", 0),
        ("개요\n본문이다", "개요", "개요\n본문이다", 0),
        ("본문뿐이다", None, "본문뿐이다", 0),
        ("", "버락 오바마 취임", "", 0),
    ],
)
def test_title_in_body(text: str, title: str | None, left: str, dropped: int) -> None:
    assert EDIT(text, title) == (left, {"title_in_body": dropped} if dropped else {})


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(
        st.sampled_from(["제목", "입니다", " ", ".", "\n", "다른 글", "!", "\t", "#", "제목입니다", "A."]), max_size=14
    ).map("".join),
    st.lists(st.sampled_from(["제목", "입니다", ".", " ", "A."]), max_size=5).map("".join),
)
def test_editing_twice_is_editing_once(text: str, title: str) -> None:
    once = EDIT(text, title)[0]
    assert EDIT(once, title) == (once, {})
    assert once.strip() or not text.strip()
