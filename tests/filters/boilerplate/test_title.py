"""The title repeated in the body is dropped; the title field is not the editor's business."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import utf8
from filters.boilerplate.title import TitleInBody
from filters.boilerplate.title_kernel import find_squeezed

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


def find_slowly(text: str, wanted: str, start: int, slack: int) -> int:
    """The definition of find_squeezed, in characters turned to bytes at the end."""
    for position in range(len(text)):
        if len(text[:position].encode()) < start or text[position] != wanted[0]:
            continue
        matched = spaces = 0
        for character in text[position:]:
            if matched < len(wanted) and character == wanted[matched]:
                matched += 1
            elif character.isspace() and matched and spaces < slack and matched < len(wanted):
                spaces += 1
            else:
                break
        end = position + matched + spaces
        if matched == len(wanted) and may_end(text[:position][::-1]) and may_end(text[end:]):
            return len(text[:position].encode())
    return -1


def may_end(rest: str) -> bool:
    """Whether what follows (or, turned round, stands before) lets a sentence end: no letter comes before a mark."""
    for character in rest:
        if character in "\n.!?" or (not character.isascii() and not "가" <= character <= "힣"):
            return True
        if character.isalnum():
            return False
    return True


@settings(max_examples=2000, deadline=None)
@given(
    st.text(st.sampled_from("가각나a.é😀 \t\n\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\u0085\x1c"), max_size=24),
    st.text(st.sampled_from("가각나a.é😀"), min_size=1, max_size=4),
    st.integers(0, 8),
    st.integers(0, 4),
)
def test_the_kernel_finds_what_its_definition_finds(text: str, wanted: str, start: int, slack: int) -> None:
    data, needle = np.frombuffer(text.encode(), np.uint8), np.frombuffer(wanted.encode(), np.uint8)
    assert find_squeezed(data, needle, start, slack) == find_slowly(text, wanted, start, slack)


SENTENCE_ENDS = re.compile(r"(?<=[.!?。…])[ \t]+")
AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"


def edit_slowly(text: str, title: str) -> str:
    """The definition: every line and every sentence that says the title alone goes."""
    wanted = "".join(title.strip(AROUND).split())

    def says(part: str) -> bool:
        return "".join(part.strip(AROUND).split()) == wanted

    left = []
    for line in text.split("\n"):
        kept = line if says(line) else " ".join(part for part in SENTENCE_ENDS.split(line) if not says(part))
        if says(line) or (kept != line and says(kept)):
            kept = ""
        if kept or not line:
            left.append(line if not any(says(part) for part in SENTENCE_ENDS.split(line)) else kept)
    found = "\n".join(left)
    changed = found != text and len(wanted) >= 5
    return found.strip("\n") if changed and found.strip() else text


@settings(max_examples=2000, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "한글 날",
                "한글날 행사",
                "행사",
                " ",
                ". ",
                "… ",
                "。 ",
                "\n",
                "다른 글",
                "! ",
                "“",
                "”",
                "a",
                "(",
                "\u3000",
            ]
        ),
        max_size=14,
    ).map("".join),
    st.sampled_from(["한글날 행사", "한글날 행사. 한글날", "“한글날” 행사!", "a한글날행사"]),
)
def test_the_search_loses_no_line_and_no_sentence(text: str, title: str) -> None:
    assert EDIT(text, title)[0] == edit_slowly(text, title)
    assert TitleInBody().finds(utf8([text]), [title]) == [True] or EDIT(text, title) == (text, {})


def test_a_body_of_nothing_but_the_titles_marks_ends_in_linear_time() -> None:
    body = "(" * 300_000
    assert EDIT(body, "((((((((((") == (body, {})


def test_a_title_is_found_whatever_its_spacing() -> None:
    assert EDIT("버\u3000락 오바 마취\u00a0임\n대통령이 취임하였다.", "버락 오바마 취임") == (
        "대통령이 취임하였다.",
        {"title_in_body": 1},
    )


def test_a_title_is_looked_for_in_many_bodies_at_once() -> None:
    titles = ["한글 맞춤법 안내", None, "개요", "한글 맞춤법 안내", "한글 맞춤법 안내", ""]
    bodies = ["앞\n# 한글맞춤법 안내\n뒤", "한글", "개요\n본문", "", "한글 맞춤법을 안내한다", "한글"]
    found = TitleInBody().finds(utf8(bodies), titles)
    assert found == [True, False, False, False, False, False]
    for hit, body, title in zip(found, bodies, titles, strict=True):
        assert hit or TitleInBody().edit(body, title) == (body, {})
    assert TitleInBody().finds(utf8([]), []) == []
