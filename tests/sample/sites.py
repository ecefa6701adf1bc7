"""Pages of made-up sites: bodies of the sample's grammar between planted menus, footers and share bars."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sample import kinds
from tests.sample.text import Draw

MENUS = (
    "홈", "정치", "경제", "사회", "문화", "국제", "스포츠", "연예", "오피니언", "지역", "포토", "동영상", "날씨", "운세", "만화", "로그인",
    "회원가입", "마이페이지", "전체메뉴", "검색", "구독신청", "뉴스레터", "- 인기글", "- 공지사항", "- 자유게시판", "- 질문과 답", "RSS", "English",
)  # fmt: skip
FOOTERS = (
    "회사소개", "이용약관", "개인정보처리방침", "청소년보호정책", "광고문의", "고충처리", "제휴안내", "사이트맵", "윤리강령",
    "맨 위로", "모바일 화면으로 보기", "이 누리집은 한글 글꼴 맞춤 화면에서 가장 잘 보입니다.", "본지의 모든 글은 저작권법의 보호를 받습니다.",
)  # fmt: skip
SHARE = ("공유하기", "페이스북으로 보내기", "카카오톡으로 보내기", "글자크기 키우기", "인쇄하기", "스크랩")
SECTIONS = ("정치", "경제", "문화", "지역")


@dataclass(frozen=True)
class Page:
    """``planted``: the lines of the text that are no content."""

    url: str
    text: str
    planted: tuple[str, ...]


def pages(site: int, count: int) -> list[Page]:
    """The pages of one site, about a fifth of them copies of one much posted text."""
    draw = Draw(f"site/{site}")
    host = f"www.누리{site}.kr"
    menu = draw.some(MENUS, draw.between(5, 18))
    footer = [*draw.some(FOOTERS, draw.between(2, 8)), f"Copyright ⓒ 누리{site}. 무단전재 및 재배포 금지"]
    share = draw.some(SHARE, draw.between(3, 5)) if site % 2 else []
    posted = kinds.blog(9_000 + site)["text"]
    found = []
    for number in range(count):
        draw = Draw(f"page/{site}/{number}")
        write = kinds.news if site % 3 else kinds.blog
        body = posted if draw.chance(20) else write(1_000 * (site + 1) + number)["text"]
        body = f"{body}\n{kinds.comments(1_000 * site + number)['text']}" if draw.chance(30) else body
        section = f"누리{site} > {SECTIONS[draw.below(len(SECTIONS))]}"
        top = [
            *menu,
            section,
            f"입력 2024.{draw.between(1, 12)}.{draw.between(1, 28)} | 조회 {draw.between(1, 90_000):,}",
        ]
        lines = body.split("\n")
        middle = len(lines) // 2
        planted = [*top, *share, *footer]
        text = "\n".join([*top, "", *lines[:middle], *share, *lines[middle:], "", *footer])
        found.append(Page(f"https://{host}/{number}", text, tuple(planted)))
    return found
