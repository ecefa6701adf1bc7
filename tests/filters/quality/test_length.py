"""The length rule: each fault has a document that has it and a nearest one that has not."""

from __future__ import annotations

import unicodedata

from filters.catalog import FilterConfig
from filters.quality.length import LengthThresholds
from tests.filters.scored import reasons, scores


def test_twenty_characters_besides_white_space_are_enough() -> None:
    assert "length.too_short" in reasons("가나다 " * 6 + "가")  # 19
    assert "length.too_short" not in reasons("가나다 " * 6 + "가나")  # 20
    assert "length.too_short" in reasons("가나다" + " " * 100)


def test_a_comment_may_be_five_characters_long() -> None:
    assert "length.too_short" not in reasons("재밌어요!", kind="comments")
    assert "length.too_short" in reasons("재밌어요", kind="comments")


def test_too_long_is_off_until_it_is_asked_for() -> None:
    assert "length.too_long" not in reasons("가나다 " * 9999)
    config = FilterConfig(length=LengthThresholds(maximum_characters=30))
    assert "length.too_long" not in reasons("가나다 " * 10, config=config)
    assert "length.too_long" in reasons("가나다 " * 10 + "라", config=config)


def test_text_spaced_letter_by_letter_has_too_short_eojeol() -> None:
    assert "length.eojeol_too_short" in reasons("안 녕 하 세 요 " * 10)
    assert "length.eojeol_too_short" not in reasons("안 녕하 세요 " * 10)  # mean 1.667


def test_chatty_korean_of_short_eojeol_is_not_dropped_as_an_english_minimum_of_three_would() -> None:
    text = "나 오늘 좀 늦게 갈 것 같아 먼저 밥 먹고 있어 그리고 그때 그 책도 꼭 좀 가져다 줘"
    assert scores(text)["length.eojeol"] < 2
    assert reasons(text) == []


def test_an_eojeol_as_long_as_a_key_is_too_long() -> None:
    assert "length.eojeol_too_long" in reasons("가" * 36)
    assert "length.eojeol_too_long" not in reasons("가" * 35)
    assert "length.eojeol_too_long" not in reasons(
        "띄어쓰기없이쓴댓글도사람이쓴글이다정말로그렇다니까요진짜", kind="comments"
    )


def test_null_empty_and_one_character_are_measured_as_what_they_are() -> None:
    for text in (None, "", " \n"):
        assert scores(text)["length.characters"] == 0
        assert "length.too_short" in reasons(text)
    assert (scores("가")["length.characters"], scores("가")["length.eojeol"]) == (1, 1.0)


def test_decomposed_syllables_count_as_the_syllables_that_they_are() -> None:
    assert scores(unicodedata.normalize("NFD", "한글"))["length.characters"] == 2
