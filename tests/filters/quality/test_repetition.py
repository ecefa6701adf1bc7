"""The repetition rule: looping text falls, text that repeats by right stays."""

from __future__ import annotations

import unicodedata

import pytest

from filters.quality.repetition import DUPLICATE, REASONS, TOP
from tests.filters.scored import reasons, scores

ARTICLE = "제{}조 이 법에서 사용하는 용어의 뜻은 대통령령으로 정하는 바에 따라 {}와 같다.\n"


def distinct(start: int, number: int) -> str:
    """``number`` different eojeol of three syllables."""
    return " ".join(
        "".join(chr(0xAC00 + (i * 577 + k * 31) % 11172) for k in range(3)) for i in range(start, start + number)
    )


@pytest.mark.parametrize(
    ("reason", "failing", "passing"),
    [
        ("repetition.duplicate_lines", "가나다\n" * 13 + "라", "가나다\n" * 12 + "라"),  # 12/14, 11/13
        ("repetition.duplicate_line_characters", (distinct(0, 9) + "\n") * 4, (distinct(0, 9) + "\n") * 3),
        ("repetition.duplicate_paragraphs", "가나다\n\n" * 5 + distinct(0, 30), "가나다\n\n" * 3 + distinct(0, 30)),
        (
            "repetition.duplicate_paragraph_characters",
            (distinct(0, 9) + "\n\n") * 3,
            (distinct(0, 9) + "\n\n") * 2,
        ),
        ("repetition.top_2_grams", "지금 바로 " * 8 + distinct(0, 9), "지금 바로 " * 6 + distinct(0, 9)),
        ("repetition.top_3_grams", "지금 바로 전화 " * 5 + distinct(0, 9), "지금 바로 전화 " * 4 + distinct(0, 9)),
        (
            "repetition.top_4_grams",
            "지금 바로 전화 주세요 " * 4 + distinct(0, 9),
            "지금 바로 전화 주세요 " * 3 + distinct(0, 9),
        ),
        *(
            (f"repetition.duplicate_{n}_grams", (distinct(0, 12) + " ") * 4, (distinct(0, 12) + " ") * 2)
            for n in DUPLICATE
        ),
    ],
)
def test_each_fault_has_its_document_and_a_nearest_one_without_it(reason: str, failing: str, passing: str) -> None:
    assert reason in reasons(failing)
    assert reason not in reasons(passing)


def test_two_words_are_no_repetition_although_their_one_pair_is_all_of_the_text() -> None:
    row = scores("정말 재밌어요")
    assert [row[f"repetition.top_{n}"] for n in TOP] == [0, 0, 0]


def test_a_phrase_said_twice_in_nineteen_eojeol_says_nothing() -> None:
    assert scores("어제 본 그 영화 " * 2 + distinct(0, 11))["repetition.top_4"] == 0
    assert scores("어제 본 그 영화 " * 2 + distinct(0, 12))["repetition.top_4"] > 0.2


def test_articles_of_a_statute_repeat_by_right() -> None:
    text = "".join(ARTICLE.format(i, distinct(20 * i, 12)) for i in range(1, 40))
    assert scores(text)["repetition.duplicate_5"] > 0.15  # Gopher's threshold would drop it
    assert not any(reason.startswith("repetition.") for reason in reasons(text))


def test_spacing_does_not_hide_a_repeated_line() -> None:
    row = scores("사전을 만드는 사람\n  사전을   만드는 사람\n사전을\t만드는 사람")
    assert row["repetition.duplicate_lines"] == pytest.approx(2 / 3, abs=1 / 4096)


def test_composed_and_decomposed_text_repeat_alike() -> None:
    text = distinct(0, 12) + " " + distinct(0, 12)
    composed, decomposed = scores(text), scores(unicodedata.normalize("NFD", text))
    assert composed["repetition.duplicate_10"] > 0 and decomposed["repetition.duplicate_10"] > 0


def test_news_is_held_to_tighter_lines_than_reference_pages() -> None:
    text = "\n".join([distinct(0, 10)] * 2 + [distinct(100, 10)])
    assert "repetition.duplicate_lines" in reasons(text, "news")
    assert not any(reason.startswith("repetition.") for reason in reasons(text, "others"))


def test_null_and_empty_do_not_repeat() -> None:
    names = [f"repetition.{name}" for name in REASONS]
    for text in (None, "", "가", "\n\n"):
        row = scores(text)
        assert [row[name] for name in names] == [0.0] * len(names)
