"""Faults of public filters for Korean: each re-enacted in small, and what malmoi does with the same text.

The table in docs/filters.md names a test for every fault; those that belong to one module lie beside it.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from filters.boilerplate.news import News
from filters.privacy.identifiers import mask
from tests.filters.scored import reasons, scores

ROOT = Path(__file__).parents[2]
PROSE = "우리는 골목을 지나 오래된 시장으로 걸어갔다. 날이 저물자 가게마다 하나둘 불이 켜졌다. 비가 그치고 나서야 아이들이 나왔다. "


def test_every_fault_of_the_table_has_the_test_that_it_names() -> None:
    page = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
    section = page[page.index("## Faults of other filters") :].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", section)
    assert len(named) >= 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (file, test)


def test_a_long_number_at_the_top_moves_no_word_below_it() -> None:
    """datatrove's Kiwi wrapper drops runs of 20 digits and cuts the original text at the shifted places."""
    number = "12345678901234567890123\n"
    without, with_it = scores(PROSE * 8), scores(number + PROSE * 8)
    for name in ("words.endings", "words.top_stem", "repetition.top_3", "repetition.duplicate_5"):
        assert with_it[name] == pytest.approx(without[name], abs=0.06), name
    assert reasons(number + PROSE) == reasons(PROSE) == []


def test_decomposed_text_is_no_run_of_loose_jamo() -> None:
    """datatrove decomposes before it cuts words: 36 characters become 76, and eojeol become loose jamo."""
    decomposed = unicodedata.normalize("NFD", PROSE)
    assert len(decomposed) > 1.8 * len(PROSE)
    found, wanted = scores(decomposed), scores(PROSE)
    assert found["mash.loose_jamo"] == found["graphemes.jamo"] == 0
    assert found["length.eojeol"] == wanted["length.eojeol"] < 4
    assert found["hangul_share.hangul"] == wanted["hangul_share.hangul"] == 1
    assert reasons(decomposed) == reasons(PROSE) == []


def test_korean_is_written_with_spaces_and_its_function_words_are_counted() -> None:
    """NeMo Curator counts Korean among the languages without spaces, so the density of stop words is not asked."""
    words = (
        " ".join(f"{a}{b}" for a in ("강남", "홍대", "부산", "대구", "인천") for b in ("맛집", "카페", "학원", "병원"))
        + " "
    )
    assert scores(PROSE * 6)["words.endings"] > 0.4
    assert "words.too_few_endings" in reasons(words * 5) and "words.too_few_endings" not in reasons(PROSE * 6)


@pytest.mark.parametrize("mark", ["주소: ", "전화: ", "카카오톡: ", "(끝) ", "© "])
def test_no_word_of_a_footer_cuts_the_text_behind_it(mark: str) -> None:
    """dps throws away what stands behind such a word, wherever it is."""
    text = f"첫 문단이다. {mark}그 뒤에도 글은 이어진다.\n{PROSE}\n마지막 문단도 그대로 남는다."
    assert News().edit(text, None)[0] == text


def test_repetition_is_measured_and_no_line_break_is_lost() -> None:
    """dps joins what it keeps of a repeated phrase by spaces, so lists and verse become one line."""
    verse = "산에는 꽃 피네\n꽃이 피네\n갈 봄 여름 없이\n꽃이 피네\n"
    assert News().edit(verse.rstrip("\n"), None)[0] == verse.rstrip("\n")
    assert not [reason for reason in reasons(verse, "literature") if reason.startswith("repetition")]


def test_no_sentence_goes_for_a_slash_a_hash_or_the_word_news() -> None:
    """dps drops every sentence with '/', '#', '=', 네이버, 기사 or 뉴스 from a page."""
    text = "어제 뉴스에서 본 기사는 네이버에도 실렸다. 값은 1/2이고 a=b이며 #말모이 라는 꼬리표가 붙었다."
    assert News().edit(text, None)[0] == text and reasons(text) == []


@pytest.mark.parametrize(
    "text",
    ["주문 번호 20210525123456 을 적어 주세요", "2021-05-25 에 냈다", "12,000-15,000-20,000 원", "ISBN 9788936434267"],
)
def test_dates_prices_and_orders_are_no_phones_and_no_accounts(text: str) -> None:
    """dps takes nine digits out of a longer number for a phone, and a date or prices for an account."""
    assert mask(text).text == text


def test_a_masked_number_keeps_its_prefix_and_gets_no_made_up_digit() -> None:
    """dps replaces all digits at random: 010 becomes 726, against what the method keeps."""
    masked = mask("연락처는 010.1234.5678 입니다").text
    assert masked.startswith("연락처는 010") and not re.search(r"\d{4}", masked)
