"""Innocent text whose words look like abuse: the model of abuse leaves it alone, by a second reading without false friends."""

from __future__ import annotations

import json
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from corpus.document import DocumentBatch, text_buffers
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.linear import shipped
from filters.profanity import abuse, lexicon
from filters.profanity.abuse import Abuse
from tests.filters.profanity.test_lexicon import INNOCENT
from tests.filters.scored import scores

FILE = Path(__file__).parent / "held_out" / "innocent.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
# What still falls as a comment, judged by its worst window: 5 of 99, 6 of 39, 22 of 111, none of 12.
LOST: dict[str, set[str]] = {
    "lexicon": {"1년 3년 5년", "염병 환자", "색기업", "ㄱㅅ", "열시발 버스"},
    "reported": {"어미 새가 새끼에게 먹이를 물어다 준다", "우리 새끼 많이 먹어라", "내 새끼들 사랑한다", "아이고 내 새끼 장하다", "고병신 교수님 강의",
                 "저 년도 자료 좀 주세요"},
    "comment": {"캥거루 새끼가 주머니에서 고개를 내밀었다", "펭귄은 알을 품어 새끼를 부화시킨다", "아기 수달이 어미 배 위에서 새끼답게 칭얼대네",
                "햄스터 새끼 몇 마리까지 낳나요", "레서판다 새끼 공개 언제 하나요", "하마 새끼도 수영을 하나", "제비집에 새끼가 네 마리나 있더라",
                "어린 새끼부터 먹이는 모성애가 대단하다", "꽃게 새끼는 놓아줘야 합니다", "치어는 물고기 새끼라는 뜻", "초가지붕은 새끼로 단단히 매야 바람에 안 날아간다",
                "우리 새끼들 도시락 싸느라 다섯 시에 일어났네", "엄마는 내 새끼가 상 받으니 눈물이 나더라", "지 새끼 챙기는 건 짐승도 똑같지",
                "대학 사년 군대 이년 금방 가더라", "을미년 다음이 병신년 맞죠", "윤년은 4년마다 온다", "새벽 5시발 고속버스 놓쳤다", "한씨발언 전문 보기",
                "노병신 씨가 우승했다", "조개새끼손톱만 한 거 주웠다", "할아버지가 빨갱이로 몰려 고초를 겪으셨대요"},
    "article": set(),
}  # fmt: skip


def abusive(texts: list[str], kind: str) -> list[list[str]]:
    rows = pa.record_batch({"kind": pa.array([kind] * len(texts), pa.string()), "text": pa.array(texts, pa.string())})
    decided = decide(catalog.score_batch(DocumentBatch(rows)), FilterConfig()).all_reasons.to_pylist()
    return [[reason for reason in found or () if reason.startswith(("abuse.", "profanity."))] for found in decided]


def texts(source: str) -> list[str]:
    return [row["text"] for row in ROWS if row["source"] == source]


@pytest.mark.parametrize("source", LOST)
def test_innocent_comments_stay_but_for_those_named(source: str) -> None:
    found = dict(zip(texts(source), abusive(texts(source), "comments"), strict=True))
    assert {text for text, lost in found.items() if lost} == LOST[source], found


@pytest.mark.parametrize("kind", ["news", "ency", "kin", "blog"])
@pytest.mark.parametrize("source", LOST)
def test_no_innocent_text_falls_where_one_window_is_no_verdict(source: str, kind: str) -> None:
    found = dict(zip(texts(source), abusive(texts(source), kind), strict=True))
    assert {text[:20]: lost for text, lost in found.items() if lost} == {}


@pytest.mark.parametrize(
    "text",
    ["이 새끼들 다 죽어 버려라", "저 새끼 얼굴 좀 봐라 역겹다", "개새끼야 꺼져", "미친 새끼들 지랄하네", "쓰레기 같은 새끼", "이년아 니가 뭔데",
     "저년 진짜 재수없는 년이네", "쌍년들 꼴 보기 싫다", "더러운 년놈들", "병신년아 닥쳐", "병신 새끼 진짜 못하네", "아 시발 짜증나네", "시발 뭐 하는 놈들이야",
     "시발놈아 돈 내놔", "씨발년 꺼지라고", "지랄 염병하고 자빠졌네", "염병할 놈들", "등신 같은 놈", "쪽발이 새끼들", "빨갱이 새끼들 북으로 꺼져라",
     "돼지새끼야", "니 새끼나 잘 키워 이 미친년아", "역시 병신들"],
)  # fmt: skip
def test_abuse_by_the_same_words_still_falls(text: str) -> None:
    assert abusive([text], "comments") != [[]]


# ------------------------------------------------------------------ the second reading


def test_the_innocent_texts_of_the_lexicon_are_among_those_that_measure() -> None:
    assert texts("lexicon") == INNOCENT.replace("\n", "|").split("|")
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_false_friends_are_spaces_in_what_is_read_again() -> None:
    copies = text_buffers(
        pa.array(["씨발 시발점 병신", "", "새끼손가락 걸고", "도시발전시발점", "맑은 하늘"], pa.string())
    )
    found = lexicon.without_friends(copies, np.array([0, 2, 3, 4]))
    data = found.data.tobytes()
    rows = [data[low:high].decode() for low, high in zip(found.offsets, found.offsets[1:], strict=False)]
    assert rows == ["씨발   병신", "  걸고", rows[2], "맑은 하늘"]
    assert "시발" not in rows[2]


def test_a_strong_hit_beside_a_false_friend_forbids_the_second_reading() -> None:
    first, second = scores("시발점이 어디냐 병신아"), scores("시발점이 어디냐")
    assert first["abuse.profanity"] > 0.9 > second["abuse.profanity"]


@given(
    st.lists(
        st.sampled_from(["시발", "점", "새끼", "손가락", "년", "이", "동안", " ", "ㅋ", "병신", "고양이"]), max_size=12
    )
)
def test_the_second_reading_raises_no_score(words: list[str]) -> None:
    batch = DocumentBatch(pa.record_batch({"text": pa.array(["".join(words)], pa.string())}))
    alone = shipped.margins(batch, "abuse")
    raised = abuse._judged(alone, lexicon.hits(batch))
    for name, values in Abuse().score(batch).items():
        assert values[0] <= raised[name][0] + 1 / 4096
