"""The title repeated in the body is dropped; the title field is not the editor's business."""

from __future__ import annotations

import re
import time

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
        ("『버락오바마  취임』\n본문이다.", "버락 오바마 취임", "본문이다.", 1),
        ("# 버락 오바마 취임\n버락 오바마 취임\n\n본문이다.", "버락 오바마 취임", "본문이다.", 2),
        ("버락 오바마 취임. 버락 오바마 취임! 끝이 났다고 한다.", "버락 오바마 취임", "끝이 났다고 한다.", 2),
        ("<버락 오바마 취임>\n본문이다.", "버락 오바마 취임", "본문이다.", 1),
        (
            "엄마야 누나야\n\n강변 살자\n뜰에는 반짝이는\n금모래 빛\n뒷문",
            "엄마야 누나야",
            "강변 살자\n뜰에는 반짝이는\n금모래 빛\n뒷문",
            1,
        ),
        ("차림표\n" * 20 + "# 버락 오바마 취임\n본문", "버락 오바마 취임", "차림표\n" * 20 + "본문", 1),
        ("# 버락 오바마 취임 {#취임}\n본문이다.", "버락 오바마 취임", "본문이다.", 1),
        ("<script>\n</script>\n\n# 버락 오바마 취임\n\n본문", "버락 오바마 취임", "<script>\n</script>\n\n본문", 1),
        ("버락 오바마 취임. 대통령이 취임하였다.", "버락 오바마 취임", "대통령이 취임하였다.", 1),
        ("버락 오바마 취임이 있었다.\n본문", "버락 오바마 취임", "버락 오바마 취임이 있었다.\n본문", 0),
        ("버락 오바마 취임", "버락 오바마 취임", "버락 오바마 취임", 0),
        ("개요\n본문이다", "개요", "개요\n본문이다", 0),
        ("본문뿐이다", None, "본문뿐이다", 0),
        ("", "버락 오바마 취임", "", 0),
    ],
)
def test_title_in_body(text: str, title: str | None, left: str, dropped: int) -> None:
    assert EDIT(text, title) == (left, {"title_in_body": dropped} if dropped else {})


SONG = "누구의 주재런가 맑고 고운 산\n그리운 금강산\n그립던 내 산하\n그리운 금강산\n이천 봉 말은 없어도\n그리운 금강산"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        # items of statutes, also as the whole text of an attachment
        ("2. 「해양경찰청과 그 소속기관 직제」\n3. 「경찰공무원 임용령」", "해양경찰청과 그 소속기관 직제"),
        ("1. 개인정보 보호법", "개인정보 보호법"),
        ("1. 개인정보 보호법\n2. 정보통신망법이 그 다음이다.", "개인정보 보호법"),
        ("서. 「장애인연금법」\n어. 「아동복지법」", "장애인연금법"),
        ("    서. 「장애인연금법」\n    어. 「아동복지법」", "장애인연금법"),
        ("① 개인정보 보호법\n② 정보통신망법", "개인정보 보호법"),
        ("- 버락 오바마 취임\n- 다른 일", "버락 오바마 취임"),
        ("* 버락 오바마 취임\n* 다른 일", "버락 오바마 취임"),
        ("제1조 다음과 같이 고친다.\n개인정보 보호법\n제2조 시행한다.", "개인정보 보호법"),
        # code
        ("```\nfn first_word(s: &String) -> usize {\n}\n```\n본문", "fn first_word(s: &String) -> usize {"),
        ("fn first_word(s: &String) -> usize {\n    s.len()\n}\n", "fn first_word(s: &String) -> usize {"),
        ("```\n# 버락 오바마 취임\n```\n본문", "버락 오바마 취임"),
        ("~~~\nEXPORTS\n~~~\n본문", "EXPORTS"),
        ("<input\n  type=radio\n/>", "<input"),
        ("import numpy as np\nx = np.zeros(3)", "import numpy as np"),
        ("from numpy import zeros\nx = zeros(3)", "from numpy import zeros"),
        ("    버락 오바마 취임\n본문", "버락 오바마 취임"),
        ("\t버락 오바마 취임\n본문", "버락 오바마 취임"),
        ("본문이다.\n> **버락 오바마 취임**\n뒤", "버락 오바마 취임"),
        ("| 버락 오바마 취임 |\n| 표 |", "| 버락 오바마 취임 |"),
        # refrains, verse, forms
        (SONG, "그리운 금강산"),
        ("그리운 금강산\n" + SONG, "그리운 금강산"),
        ("엄마야 누나야\n강변 살자\n뜰에는 반짝이는\n금모래 빛\n뒷문 밖에는", "엄마야 누나야"),
        ("지방공무원법 일부개정법률안\n\n의안번호 1\n\n지방공무원법 일부개정법률안", "지방공무원법 일부개정법률안"),
        # further down, and where next to nothing would be left of a line
        ("첫 문단이다.\n" * 6 + "## 버락 오바마 취임\n뒤", "버락 오바마 취임"),
        ("첫 문단이다.\n" * 24 + "# 버락 오바마 취임\n뒤", "버락 오바마 취임"),
        ("첫 문단이다.\n버락 오바마 취임\n뒤", "버락 오바마 취임"),
        ("대통령이 왔다. 버락 오바마 취임. 끝났다.", "버락 오바마 취임"),
        ("버락 오바마 취임. 1.\n본문", "버락 오바마 취임"),
        ("가" * 3000 + "\n# 버락 오바마 취임\n뒤", "버락 오바마 취임"),
    ],
)
def test_what_is_part_of_the_body_stays(text: str, title: str) -> None:
    assert EDIT(text, title) == (text, {})
    assert TitleInBody().finds(utf8([text]), [title])[0] in (True, False)


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["제목", "입니다", " ", ".", "\n", "다른 글", "!", "\t", "#", "# ", "제목입니다", "A.", "```", "1. ", "> "]
        ),
        max_size=14,
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
        if character in "\n.!?{" or (not character.isascii() and not "가" <= character <= "힣"):
            return True
        if character.isalnum():
            return False
    return True


@settings(max_examples=2000, deadline=None)
@given(
    st.text(st.sampled_from("가각나a.{é😀 \t\n\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\u0085\x1c"), max_size=24),
    st.text(st.sampled_from("가각나a.é😀"), min_size=1, max_size=4),
    st.integers(0, 8),
    st.integers(0, 4),
)
def test_the_kernel_finds_what_its_definition_finds(text: str, wanted: str, start: int, slack: int) -> None:
    data, needle = np.frombuffer(text.encode(), np.uint8), np.frombuffer(wanted.encode(), np.uint8)
    assert find_squeezed(data, needle, start, slack) == find_slowly(text, wanted, start, slack)


AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"


def edit_slowly(text: str, title: str) -> str:
    """The definition, a line or sentence at a time: what may go goes, and all begins again."""
    wanted = "".join(title.strip(AROUND).split())

    def says(part: str) -> bool:
        return "".join(part.strip(AROUND).split()) == wanted

    def shorter(text: str) -> str | None:
        lines = text.split("\n")
        places = [at for at, line in enumerate(lines) if line.strip()][:24]
        for at in places:
            line, below = lines[at], [line for line in lines[at + 1 :] if line.strip() and not line.startswith("# ")]
            apart = not "".join(lines[at + 1 : at + 2]).strip()
            verse = not apart and len(below) >= 4 and max(map(len, below)) <= 40
            if line.startswith("# "):
                rest = "" if says(line) else line
            elif at != places[0] or verse or any(map(says, below)):
                continue
            elif line[0] == "\t" or line.startswith(("    ", "a.")) or line.endswith("("):
                rest = line
            elif says(line):
                rest = ""
            else:
                parts = re.split(r"(?<=[.!?。…])([ \t]+)", line, maxsplit=1)
                rest = parts[2] if len(parts) > 1 and says(parts[0]) and sum(map(str.isalpha, parts[2])) >= 5 else line
            if rest != line:
                return "\n".join([*lines[:at], *([rest] if rest else []), *lines[at + 1 :]])
        return None

    left = text
    while len(wanted) >= 5 and (found := shorter(left)) is not None:
        left = found
    return left if left.strip() else text


@settings(max_examples=3000, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "한글 날",
                "한글날 행사",
                "한글날 행사다른 글이 이어진다",
                "행사",
                " ",
                ". ",
                "… ",
                "。 ",
                "\n",
                "\n# ",
                "다른 글",
                "다른 글" * 15,
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
def test_the_head_loses_what_its_definition_says(text: str, title: str) -> None:
    def bare(text: str) -> list[str]:  # which blank lines stay around a cut is not part of the definition
        return [line for line in text.split("\n") if line.strip()]

    assert bare(EDIT(text, title)[0]) == bare(edit_slowly(text, title))
    assert TitleInBody().finds(utf8([text]), [title]) == [True] or EDIT(text, title) == (text, {})


def test_a_body_of_nothing_but_the_titles_marks_ends_in_linear_time() -> None:
    body = "(" * 300_000
    assert EDIT(body, "((((((((((") == (body, {})


@pytest.mark.parametrize(
    "piece", ["# 한글날 행사\n", "한글날 행사. ", "한글날 행사\n", "# \n", "한글날 행사.\t1. ", "\n", " "]
)
def test_a_hostile_body_costs_no_more_than_its_length(piece: str) -> None:
    body = piece * (600_000 // len(piece))
    EDIT("한글날 행사\n본문", "한글날 행사")
    start = time.process_time()
    EDIT(body + "끝이 났다", "한글날 행사")
    assert time.process_time() - start < 2


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
