"""The symbols rule: each fault has a document that has it and a nearest one that has not."""

from __future__ import annotations

import pytest

from filters.catalog import FilterConfig
from filters.quality.symbols import SymbolsThresholds
from tests.filters.scored import reasons, scores


def words(start: int, number: int) -> str:
    """``number`` different eojeol of four syllables."""
    return " ".join(
        "".join(chr(0xAC00 + (i * 577 + k * 31) % 11172) for k in range(4)) for i in range(start, start + number)
    )


def lines(ending: str, of: int, beginning: str = "") -> str:
    """Ten lines, ``of`` of which begin and end so."""
    rows = [f"원고 {number}권을 차례로 정리한다" for number in "가나다라마바사아자차"]
    return "\n".join(f"{beginning}{row}{ending}" if i < of else row for i, row in enumerate(rows))


@pytest.mark.parametrize(
    ("reason", "failing", "passing"),
    [
        ("symbols.too_many_replacements", words(0, 48) + " \ufffd\ufffd가나", words(0, 49) + " \ufffd\ufffd가나다라"),
        ("symbols.too_many", words(0, 50) + " ★" * 201, words(0, 50) + " ★" * 200),  # 201/401, 200/400
        ("symbols.too_many_digits", words(0, 50) + " 7" * 95, words(0, 50) + " 7" * 94),  # 95/295, 94/294
        ("symbols.too_many_hashes", "가나다 " + "####### " * 2, "가나다 " + "####### " * 2 + "라마 바사"),
        ("symbols.too_many_ellipses", words(0, 5) + "..." * 2, words(0, 8) + "..." * 2),
        ("symbols.too_many_ellipsis_lines", lines("…", 6), lines("…", 5)),
    ],
)
def test_each_fault_has_its_document_and_a_nearest_one_without_it(reason: str, failing: str, passing: str) -> None:
    assert reason in reasons(failing)
    assert reason not in reasons(passing)


def test_bullets_on_every_line_fall_where_they_are_asked_for() -> None:
    asked = FilterConfig(symbols=SymbolsThresholds(maximum_bullet_lines=0.9))
    assert "symbols.too_many_bullets" in reasons(lines("", 10, "- "), config=asked)
    assert "symbols.too_many_bullets" not in reasons(lines("", 9, "- "), config=asked)
    assert "symbols.too_many_bullets" not in reasons(lines("", 10, "- "))  # minutes and indexes


def test_one_phone_number_in_a_short_message_is_no_price_list() -> None:
    assert scores("연락은 010-1234-5678 로 주세요")["symbols.digits"] == 0


def test_a_line_share_needs_ten_lines() -> None:
    assert scores("- 하나\n- 둘\n- 셋")["symbols.bullet_lines"] == 0
    assert scores(lines("", 9, "- "))["symbols.bullet_lines"] == pytest.approx(0.9, abs=1 / 4096)


def test_a_comment_may_sigh_as_often_as_it_likes() -> None:
    sigh = "아... 정말... 어떻게... 이런 일이..."
    assert reasons(sigh, kind="comments") == []
    assert "symbols.too_many_ellipses" in reasons(sigh)


def test_emoji_are_symbols_and_laughing_jamo_are_not() -> None:
    assert scores("👍👍👍")["symbols.symbols"] == 1
    assert scores("ㅋㅋㅋ")["symbols.symbols"] == 0


def test_null_and_empty_have_no_symbols() -> None:
    assert all(scores(text)["symbols.symbols"] == 0 for text in (None, "", "\n"))
