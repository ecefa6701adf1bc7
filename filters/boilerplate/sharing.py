"""Editor: lines of a blog's or café's frame that its template writes: share this, press the heart, tags.

Whole lines only, and only the forms below, which no sentence of a post takes; the part of a line is never cut.
The forms are those of the four large Korean blog services and of café templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LINE = 80  # characters: a longer line is a sentence

_AROUND = r"[\s♥❤♡★☆◆◇■□▶▷►☞👍💕❗!~.·:|()\[\]<>^_-]{0,8}"
_FORMS = {
    # 이 글을 공유하기, 공유하기, 블로그 카페 북마크 메모, URL 복사, 본문 기타 기능
    "share": (
        r"(?:(?:이\s?(?:글|포스트|게시물|기사)을?\s?)?(?:공유\s?하기|퍼가기|스크랩하기|보내기)"
        r"|(?:공유하기|글\s?요소|게시글\s?관리|구독하기|신고하기|이웃추가|본문\s?기타\s?기능|URL\s?복사|링크\s?복사|인쇄하기?|프린트|북마크|메모)"
        r"(?:\s{1,3}(?:공유하기|글\s?요소|게시글\s?관리|구독하기|신고하기|이웃추가|본문\s?기타\s?기능|URL\s?복사|링크\s?복사"
        r"|인쇄하기?|프린트|북마크|메모|카페|블로그|밴드|카카오톡|카카오스토리|페이스북|트위터|라인)){0,8}"
        r"|(?:카카오톡|카카오스토리|페이스북|트위터|네이버\s?밴드|밴드|라인|인스타그램)(?:[\s,/·]{1,3}"
        r"(?:카카오톡|카카오스토리|페이스북|트위터|네이버\s?밴드|밴드|라인|인스타그램|공유하기)){1,8})"
    ),
    # 공감과 댓글은 힘이 됩니다, 공감 한 번 부탁드려요, 구독과 좋아요
    "heart": (
        r"(?:아래\s?)?(?:하트\s?)?(?:공감|구독|댓글|좋아요|하트|이웃추가|서로이웃)"
        r"(?:\s?[,·&/]\s?|과\s?|와\s?|\s)?(?:공감|구독|댓글|좋아요|하트|버튼|이웃추가|알림설정)?"
        r"(?:\s?[,·&/]\s?|과\s?|와\s?|\s)?(?:댓글|좋아요|알림설정|클릭)?(?:은|는|을|를|도)?\s?"
        r"(?:(?:한\s?번|꾹|꼭|많이|글쓴이에게|글쓰는데|저에게|제게|큰|정말|블로거에게)\s?(?:씩\s?)?){0,4}"
        r"(?:힘이\s?(?:됩니다|돼요|되어요|된답니다)|부탁\s?(?:드립니다|드려요|드릴게요|해요|합니다)|눌러\s?(?:주세요|주시면\s?감사하겠습니다)|사랑입니다|감사합니다)"
    ),
    # 태그, 카테고리의 다른 글, 이전글 다음글, 목록
    "frame": (
        r"(?:['‘\"][^'’\"\n]{1,40}['’\"]\s?카테고리의\s?다른\s?글|이\s?블로그의\s?다른\s?글|(?:이전|다음)\s?글(?:\s?(?:이전|다음)\s?글)?"
        r"|목록(?:으로)?|맨\s?위로|TOP|댓글\s?\d{1,5}|공감\s?\d{1,6}|저작자표시\s?(?:비영리)?\s?(?:변경금지|동일조건)?"
        r"|(?:댓글|답글)\s?(?:쓰기|달기|작성)|로그인\s?후\s?(?:댓글|이용)[^\n]{0,20})"
    ),
}
_LINE = re.compile(rf"{_AROUND}(?:" + "|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()) + rf"){_AROUND}")
# A line can only match when it holds one of these; all else is passed by a search for fixed words.
_HINT = re.compile(
    "공유|퍼가기|스크랩|보내기|카카오|페이스북|트위터|밴드|인스타|공감|구독|댓글|좋아요|하트|이웃|카테고리|블로그|이전|다음"
    "|목록|위로|TOP|저작자|답글|로그인|복사|인쇄|프린트|북마크|메모|신고|기능|요소|관리|라인"
)


_ITEM = re.compile(r"\s{0,12}[-*+]\s")
_FENCES = ("```", "~~~")


class SharingLines:
    """Counts ``sharing.share``, ``.heart`` and ``.frame``; a text that is nothing else comes back empty.

    Code stays, and a list goes whole or not at all: of five real lists with the item "목록" none is a frame's (docs).
    """

    name = "sharing"
    version = 2

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        if _HINT.search(text) is None:
            return text, {}
        lines = text.split("\n")
        found = {
            number: match.lastgroup or ""
            for number, line in enumerate(lines)
            if 0 < len(line) <= LINE and (match := _LINE.fullmatch(line))
        }
        if found:
            found = _outside_code_and_lists(lines, found)
        if not found:
            return text, {}
        counts: dict[str, int] = {}
        for name in found.values():
            counts[f"{self.name}.{name}"] = counts.get(f"{self.name}.{name}", 0) + 1
        kept: list[str] = []
        cut = False
        for number, line in enumerate(lines):
            blank = not line.strip()
            if number in found:
                cut = True
            elif not (blank and cut and (not kept or not kept[-1].strip())):  # of blank lines around it one side stays
                kept.append(line)
                cut = cut and blank
        return "\n".join(kept).strip("\n"), counts


def _outside_code_and_lists(lines: list[str], found: dict[int, str]) -> dict[int, str]:
    """Without those that are code, or items of a list that says something else as well."""
    kept: dict[int, str] = {}
    items: list[int] = []
    fenced = False
    for number, line in enumerate([*lines, "the list ends"]):
        if not fenced and (_ITEM.match(line) or (items and line[:1] in (" ", "\t") and not line.isspace())):
            items.append(number)
            continue
        if line and not line.isspace():  # a blank line between items does not end a list
            if all(item in found for item in items):
                kept.update((item, found[item]) for item in items)
            items.clear()
        if line.lstrip().startswith(_FENCES):
            fenced = not fenced
        elif number in found and not fenced and not line.startswith(("    ", "\t")):
            kept[number] = found[number]
    return kept
