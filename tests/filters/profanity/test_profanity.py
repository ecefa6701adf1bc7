"""The rate of the lexicon: never one hit, and thresholds that differ per kind."""

from __future__ import annotations

import unicodedata

import pytest

from tests.filters.scored import reasons, scores

SENTENCE = "오늘 아침에는 시장에서 사과와 배추를 샀고 밤에는 식구들과 함께 먹었다. "
assert sum("가" <= character <= "힣" for character in SENTENCE) == 30


def strong(text: str | None, kind: str = "others") -> bool:
    return "profanity.too_much" in reasons(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "dropped"),
    [
        (SENTENCE * 7 + "씨발 병신 지랄", "others", True),  # 3 in 216
        (SENTENCE * 10 + "씨발 병신 지랄", "others", False),  # 3 in 306
        (SENTENCE + "씨발 병신 지랄", "others", True),  # 3 in 200 at least
        (SENTENCE + "씨발 병신", "others", False),
        (SENTENCE + "씨발 병신", "comments", True),
        (SENTENCE + "씨발", "comments", False),
        (SENTENCE * 7 + "씨발 병신 지랄", "literature", False),
        (SENTENCE * 7 + "씨발 병신 지랄 개새끼 썅", "literature", True),
        (SENTENCE * 7 + "씨발 병신", "news", True),
        (SENTENCE * 14 + "씨발 병신", "news", False),
    ],
)
def test_the_nearest_document_that_falls_and_the_nearest_that_stays(text: str, kind: str, dropped: bool) -> None:
    assert strong(text, kind) is dropped


@pytest.mark.parametrize("kind", ["others", "news", "blog", "comments", "kin", "wiki", "literature"])
def test_one_hit_drops_no_document_of_any_kind(kind: str) -> None:
    for text in ("씨발", SENTENCE + "씨발", SENTENCE * 40 + "씨발"):
        assert not strong(text, kind)


def test_mild_words_and_false_friends_decide_nothing() -> None:
    assert not strong("존나 미친 존나 미친 저놈 졸라 " * 20, "comments")
    assert not strong("시발점 시발역 병신년 질병신고 새끼손가락 개새벽 " * 20, "news")


def test_the_rate_is_of_syllables_and_jamo() -> None:
    row = scores(SENTENCE * 10 + "씨발 시1발 ㅅㅂ")
    assert (row["profanity.swear"], row["profanity.mild"]) == (3, 0)
    assert row["profanity.rate"] == pytest.approx(3000 / 306, abs=1 / 4096)
    assert scores("틀딱 보짓물 존나")["profanity.slur"] == scores("틀딱 보짓물 존나")["profanity.sexual"] == 1


@pytest.mark.parametrize("text", [None, "", "가", "ㅅ", "x", "12345", "…"])
def test_null_empty_and_one_character_score_nothing(text: str | None) -> None:
    row = scores(text)
    assert all(row[f"profanity.{name}"] == 0 for name in ("rate", "swear", "slur", "sexual", "mild"))


def test_decomposed_text_scores_as_composed_text() -> None:
    text = SENTENCE + "씨발 병신 지랄 개새끼"
    names = ("swear", "slur", "sexual", "mild")
    nfd = scores(unicodedata.normalize("NFD", text))
    assert [nfd[f"profanity.{name}"] for name in names] == [scores(text)[f"profanity.{name}"] for name in names]


def test_mixed_script_is_counted() -> None:
    assert scores("이 fucking 씨발 日本 shit 🙂")["profanity.swear"] == 3


def test_one_mention_in_a_long_article_is_no_reason_as_it_is_for_substring_filters() -> None:
    """dps drops a document that mentions a listed word once."""
    article = SENTENCE * 30 + "피고인은 피해자에게 '병신'이라고 말한 혐의를 받는다. " + SENTENCE * 30
    assert reasons(article, "news") == [] or not strong(article, "news")
    assert scores(article)["profanity.swear"] == 1
