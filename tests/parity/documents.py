"""The 2,000 documents that every engine must treat alike."""

from __future__ import annotations

import unicodedata

import pyarrow as pa

from corpus.document import DOCUMENT, cast
from corpus.identity import document_id
from tests import chain

COUNT = 2000
HUGE = 7  # which document has 10 MB
KINDS = ("blog", "news", "comments", "wiki", "others")

ODD = (
    "",
    "가",
    "ㅋ",
    "\x00",
    " \n\n ",
    "ㅋㅋㅋㅋㅋ ㅠㅠ 진짜ㅋㅋㅋ",
    "👩‍👩‍👧‍👦 가족 👍🏽 좋아요 🇰🇷",
    "中文维基百科 是维基百科 协作计划的 中文版本",
    "The quick brown fox jumps over the lazy dog. " * 5,
    "연락처는 010-1234-5678, minseo77@example.co.kr 입니다.",
    "<|endoftext|> 이것은 본문이다.",
    "줄\u2028나눔\u3000전각 빈칸\x85다음",
    "안 녕 하 세 요 " * 30,
    "- 하나\n- 둘\n" * 12,
    "지금 바로 전화 주세요 " * 40,
    "가" * 3000,
    "ㄱㅏㄴㅏ ㄷㅏㄹㅏ ㅁㅏㅂㅏ ㅅㅏㅇㅏ 오늘은 " * 12,
    "나랏말ᄊᆞ미 듕귁에 달아 문자와로 서르 ᄉᆞᄆᆞᆺ디 아니ᄒᆞᆯᄊᆡ " * 9,
    "페이지를 찾을 수 없습니다.\n주소를 다시 확인해 주세요. | 홈으로",
)


def repaired(text: str) -> str:
    """CP949 bytes that were read as Latin-1, and read again as what they are."""
    misread = text.encode("cp949").decode("latin-1")
    return misread.encode("latin-1").decode("cp949")


def huge() -> str:
    """10 MB of articles, their sentences recurring."""
    sentences = [chain.text(number, 3) for number in range(97)]
    size = sum(len(sentence.encode()) for sentence in sentences) // 97 + 15
    return "\n".join(f"제{i}조 {sentences[i % 97]}" for i in range(10_000_000 // size))


def texts() -> list[str]:
    """In a fixed order: templated prose, and among it every form that has broken a tool before."""
    found = []
    for number in range(COUNT):
        text = chain.text(number, 3 + number % 12)
        if number == HUGE:
            text = huge()
        elif number % 5 == 1:
            text = unicodedata.normalize("NFD", text)
        elif number % 5 == 2:
            text = repaired(text)
        elif number % 5 == 3:
            text = f"# {text}\n\n{text}\n\n{text[: number % 200]}…"
        elif number % 50 == 4:
            text = text.encode("cp949").decode("latin-1")  # not repaired
        elif number % 5 == 4:
            text = ODD[number // 5 % len(ODD)]
        found.append(text)
    assert 9_500_000 < len(found[HUGE].encode()) < 10_400_000
    return found


def documents() -> pa.RecordBatch:
    """DOCUMENT rows of the texts, of five kinds and two sources."""
    rows = texts()
    keys = [str(number) for number in range(COUNT)]
    table = pa.table(
        {
            "id": pa.array([document_id("parity", key) for key in keys], pa.binary()),
            "source": [("우리말", "others")[number % 2] for number in range(COUNT)],
            "kind": [KINDS[number % len(KINDS)] for number in range(COUNT)],
            "key": keys,
            "text": rows,
        }
    )
    return cast(table, DOCUMENT)
