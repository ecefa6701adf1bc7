"""The Hangul share: what is Hangul, what is a letter, and where Korean is expected."""

from __future__ import annotations

import unicodedata

import pytest

from corpus.sources.config import KindConfig
from filters.catalog import FilterConfig
from filters.language.hangul_share import HangulShareThresholds
from tests.filters.scored import reasons, scores

KOREAN = "말모이는 우리말 사전을 만들려고 모은 원고의 이름이다."


def test_the_share_is_of_letters_alone() -> None:
    assert scores("한글 abcd 1234 !!")["hangul_share.hangul"] == pytest.approx(1 / 3, abs=1 / 4096)
    assert scores("2024-01-01 !!!")["hangul_share.hangul"] == 0


@pytest.mark.parametrize("text", ["ㅋㅋㅋㅋ", "ㅠㅠ", unicodedata.normalize("NFD", "한글"), "ﾡﾢ", "훈민정음"])
def test_every_kind_of_jamo_is_hangul(text: str) -> None:
    assert scores(text)["hangul_share.hangul"] == 1


def test_a_chinese_page_is_not_korean_as_a_range_from_giyeok_to_hih_would_have_it() -> None:
    text = "中文维基百科 是维基百科 协作计划的 中文版本 自二零零二年 起由志愿者 编写"
    assert all("ㄱ" <= character <= "힣" for character in text if character.isalpha())  # the fault's range
    assert scores(text)["hangul_share.hangul"] == 0
    assert reasons(text)[:2] == ["hangul_share.too_low", "language.not_expected"]


def test_hangul_is_not_deleted_as_an_ascii_word_class_would() -> None:
    row = scores(KOREAN)
    assert (row["hangul_share.hangul"], row["length.eojeol"]) == (1, pytest.approx(23 / 7, abs=1))
    assert reasons(KOREAN) == []


def test_a_mixed_page_passes_from_six_hundredths_on() -> None:
    assert "hangul_share.too_low" not in reasons("가" * 6 + " word" * 23 + " ab")  # 6 of 100
    assert "hangul_share.too_low" in reasons("가" * 5 + " word" * 23 + " abc")  # 5 of 100


def test_a_kind_that_expects_other_languages_is_not_asked_for_hangul() -> None:
    english = "Hangul is the alphabet of the Korean language, made public in 1446."
    kinds = {
        "wiki": KindConfig(languages=("en", "ja")),
        "blog": KindConfig(),
        "code": KindConfig(languages=("ko", "en")),
    }
    assert "hangul_share.too_low" in reasons(english, "blog", kinds=kinds)
    assert reasons(english, "wiki", kinds=kinds) == []
    assert reasons(english, "code", kinds=kinds) == []


def test_news_must_be_a_quarter_korean() -> None:
    text = "우리말 모임 소식 " + "international conference on language resources " * 2
    assert "hangul_share.too_low" in reasons(text, "news")
    assert "hangul_share.too_low" not in reasons(text, "blog")


def test_the_check_can_be_switched_off() -> None:
    config = FilterConfig(hangul_share=HangulShareThresholds(minimum=None))
    assert "hangul_share.too_low" not in reasons("中文" * 20, config=config)


def test_null_and_empty_have_no_share() -> None:
    assert scores(None)["hangul_share.hangul"] == scores("")["hangul_share.hangul"] == 0
    assert scores("漢字 カナ abc")["hangul_share.kana"] == pytest.approx(2 / 7, abs=1 / 4096)
