"""The stored form of text."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import normalise
from corpus.normalise import OTHER, STORED, TRAILING, encodable, inspect_form, line

# Every class of character that a rule speaks of, and all the rest of Unicode.
SPECIAL = list(
    "가각힣ㄱㅋㅠㅏ"
    + "\u1100\u1161\u11a8\u119e\ua960\ud7b0"
    + "\u3164\uffa0\u115f"
    + "ｶﾞａ１"
    + "\ufeff\u200b\u200c\u200d\u2060\u202e\u2066\u00ad"
    + "\r\n\t\v\f\x1c\x85\u2028\u2029\x00\x07\x7f\x9f"
    + " \u00a0\u3000\u2003"
    + "\ue000\uf8ff\U000f0000\U00010ffff"[:4]
    + "\ud800\udfff"
    + "é\u0301\u0327a"
    + "🙂👨👩👧🏽\ufe0f❤"
    + "金\uf90a 1.,-"
)
TEXTS = st.text(st.one_of(st.sampled_from(SPECIAL), st.characters()), max_size=40)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("👨\u200d👩\u200b\u200d👧")
@example("\u1100\u200b\u1161")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise.normalise(text)
    assert normalise.normalise(once) == once


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_canonically_equal_texts_become_the_same_text(text: str) -> None:
    assert normalise.normalise(nfd(text)) == normalise.normalise(text)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_no_forbidden_character_is_left(text: str) -> None:
    done = normalise.normalise(text)
    assert unicodedata.is_normalized("NFC", done)
    for index, character in enumerate(done):
        if character in "\t\n" or (character == "\u200d" and 0 < index < len(done) - 1):
            continue
        # Python's tables are older than the pattern's: what only they call unassigned may stay.
        assert unicodedata.category(character) in ("Cn",) or not unicodedata.category(character).startswith("C")
    assert "\ue000" not in done and "\u3164" not in done
    assert all(part == part.rstrip() for part in done.split("\n"))


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_the_fast_way_decides_as_the_slow_way(text: str) -> None:
    """The kernel accepts only what the full steps leave as it is."""
    text = "".join(c for c in text if not 0xD800 <= ord(c) <= 0xDFFF)
    found = inspect_form(np.frombuffer(text.encode(), np.uint8))
    slow = "\n".join(
        part.rstrip() for part in normalise._UNWANTED.sub("", normalise._BREAKS.sub("\n", text)).split("\n")
    )
    slow = unicodedata.normalize("NFC", slow)
    if found == STORED:
        assert slow.strip("\n").rstrip() == text.strip("\n").rstrip()
    elif found == TRAILING:
        assert slow == "\n".join(part.rstrip() for part in text.split("\n"))


def test_the_kernel_accepts_no_character_that_the_steps_would_change() -> None:
    for point in range(0x20, 0x110000):
        if 0xD800 <= point <= 0xDFFF:
            continue
        character = chr(point)
        if inspect_form(np.frombuffer(character.encode(), np.uint8)) != OTHER:
            assert unicodedata.is_normalized("NFC", character) and unicodedata.combining(character) == 0
            assert not normalise._UNWANTED.search(character) and not normalise._BREAKS.search(character), hex(point)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (
            "첫째\r\n둘째\r셋째\u2028넷째\u2029다섯째\v여섯째\f일곱째\x85여덟째",
            "첫째\n둘째\n셋째\n넷째\n다섯째\n여섯째\n일곱째\n여덟째",
        ),
        ("\ufeff한글", "한글"),
        ("전\u200b화\u202e번\u2066호\u00ad", "전화번호"),
        ("표식\ue000은 \uf8ff없다", "표식은 없다"),
        ("외짝\ud800 대리", "외짝 대리"),
        ("탭\t은 남는다\x00\x07\x9f", "탭\t은 남는다"),
        ("줄 끝  \n 줄 앞\u3000\n", "줄 끝\n 줄 앞"),
        (unicodedata.normalize("NFD", "한글 각"), "한글 각"),
        ("ㅋㅋ ㅠㅠ ｶﾞ ａ１ ①", "ㅋㅋ ㅠㅠ ｶﾞ ａ１ ①"),
        ("나랏말ᄊᆞ미 듕귁에 달아", "나랏말ᄊᆞ미 듕귁에 달아"),
        ("가족 👨‍👩‍👧 ❤️ 🙂", "가족 👨‍👩‍👧 ❤️ 🙂"),
        ("가\u200d나", "가나"),
        ("숨은\u3164이름\uffa0", "숨은이름"),
        ("\ufdd0미할당\U000e0fff", "미할당"),
        ("", ""),
        ("가", "가"),
        (" \n\u200b\r\n", ""),
    ],
)
def test_stored_form(text: str, stored: str) -> None:
    assert normalise.normalise(text) == stored


def test_a_title_is_one_line() -> None:
    assert line(" 제목 \r\n 둘째\t줄 ") == "제목 둘째 줄"


def test_a_key_keeps_its_form_but_lone_surrogates_are_escaped() -> None:
    assert encodable(nfd("가")) == nfd("가")
    assert encodable("a\ud800") == "a\\ud800"
