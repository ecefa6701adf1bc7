"""The stored form of text."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import normalise
from corpus.hangul import made_up
from corpus.normalise import NormaliseConfig, encodable, line
from corpus.normalise_kernel import (
    BLANK,
    NO_BREAK,
    OTHER,
    PAIRS,
    RARE,
    REPEATED,
    STORED,
    TRAILING,
    cut_lines,
    inspect_form,
    repeats,
)
from tests.oracles import normalise as oracle

# Every class of character that a rule speaks of, and all the rest of Unicode.
SPECIAL = list(
    "가각힣ㄱㅋㅠㅏ"
    + "\u1100\u1161\u11a8\u119e\ua960\ud7b0"
    + "\u3164\uffa0\u115f\u1160"
    + "ｶﾞａ１ﾡￂ㈜㎏①"
    + "\ufeff\u200b\u200c\u200d\u2060\u202e\u2066\u00ad\u034f"
    + "\r\n\t\v\f\x1c\x85\u2028\u2029\x00\x07\x7f\x9f"
    + " \u00a0\u3000\u2003\u2000\u202f\u1680"
    + "\ue000\uf8ff\U000f0000\U0010fffd\ufdd0\U000e0001"
    + "\ud800\udfff"
    + "é\u0301\u0327\u0338a=\u037e\u212b"
    + "🙂👨👩👧🏽\ufe0f\ufe0e❤"
    + "金\uf90a\U0002f800 1.,-!?…~^"
)
CHARACTERS = st.one_of(st.sampled_from(SPECIAL), st.characters())
RUNS = st.builds(lambda character, times: character * times, CHARACTERS, st.sampled_from([1, 1, 1, 2, 3, 9, 20]))
TEXTS = st.lists(RUNS, max_size=25).map("".join)
CONFIGS = st.builds(
    NormaliseConfig,
    repeats=st.sampled_from([None, 1, 2, 3, 6, 8]),
    blank_lines=st.sampled_from([None, 0, 1, 2, 3]),
    plain_spaces=st.booleans(),
    spaces=st.sampled_from([None, 1, 2]),
    fold_widths=st.booleans(),
)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@settings(max_examples=1500, deadline=None)
@given(TEXTS, CONFIGS)
@example("👨\u200d👩\u200b\u200d👧", NormaliseConfig())
@example("\u1100\u200b\u1161", NormaliseConfig())
def test_normalising_twice_is_normalising_once(text: str, config: NormaliseConfig) -> None:
    once = normalise.normalise(text, config)
    assert normalise.normalise(once, config) == once


@settings(max_examples=1500, deadline=None)
@given(TEXTS, CONFIGS)
def test_canonically_equal_texts_become_the_same_text(text: str, config: NormaliseConfig) -> None:
    assert normalise.normalise(nfd(text), config) == normalise.normalise(text, config)


@settings(max_examples=1500, deadline=None)
@given(TEXTS, CONFIGS)
@example("가\u00a0\n나 \n\n\n\n\n다", NormaliseConfig())
@example("가\u3000\n" + "." * 12 + "\n나" + "." * 12, NormaliseConfig())
def test_the_fast_way_equals_the_definition(text: str, config: NormaliseConfig) -> None:
    assert normalise.normalise(text, config) == oracle.normalise(text, config)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_no_forbidden_character_is_left(text: str) -> None:
    done = normalise.normalise(text)
    assert unicodedata.is_normalized("NFC", done)
    done.encode("utf-8")
    for index, character in enumerate(done):
        if character in "\t\n" or (character == "\u200d" and 0 < index < len(done) - 1):
            continue
        # Python's tables are older than the pattern's: what only they call unassigned may stay.
        assert unicodedata.category(character) in ("Cn",) or not unicodedata.category(character).startswith("C")
    assert "\ue000" not in done and "\u3164" not in done and "\u00a0" not in done
    assert all(part == part.rstrip() for part in done.split("\n"))


def _utf8(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), np.uint8)


def test_the_kernel_accepts_no_character_that_the_steps_would_change() -> None:
    for point in range(0x20, 0x110000):
        if 0xD800 <= point <= 0xDFFF:
            continue
        character = chr(point)
        if not inspect_form(_utf8(character), PAIRS) & (OTHER | NO_BREAK):
            assert unicodedata.is_normalized("NFC", character) and unicodedata.combining(character) == 0
            assert not normalise._UNWANTED.search(character) and not normalise._BREAKS.search(character), hex(point)
            assert character not in normalise.SPACES


@pytest.mark.parametrize(
    ("text", "found"),
    [("가나\n다", STORED), ("가 \n나", TRAILING), ("가\u3000\n나", TRAILING), ("가\n\n\n\n나", BLANK), ("가\n\n\n나", STORED),
     ("가\u00a0나", NO_BREAK), ("가\u00a0\n", NO_BREAK | TRAILING), ("가\u200b", OTHER), ("", STORED)],
)  # fmt: skip
def test_what_a_text_needs_is_seen_in_one_pass(text: str, found: int) -> None:
    assert inspect_form(_utf8(text), PAIRS) == found


@pytest.mark.parametrize("before", range(60, 70))
@pytest.mark.parametrize(
    ("piece", "found"),
    [(" \n나", TRAILING), ("\u3000\n나", TRAILING), ("\n\n\n\n나", BLANK), ("\u00a0나", NO_BREAK), ("\u200b", OTHER),
     ("히\u200b", OTHER), ("漢", RARE), ("é", RARE), ("히힣“”…「」ㅋ", STORED)],
)  # fmt: skip
def test_nothing_is_missed_where_blocks_of_bytes_meet(before: int, piece: str, found: int) -> None:
    assert inspect_form(_utf8("a" * before + piece + "가나다" * 40), PAIRS) & 31 == found
    assert inspect_form(_utf8("가나다" * 40 + "a" * before + piece), PAIRS) & 31 == found


_PIECES = ["가나다라마 바사아", "abc def", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u3000", "히힘힣", "é", "漢字", "“”…", "ㅋㅋㅋㅋㅋ",
           "!!!!", "\u200b", "한", "\r\n", "\ue000", "\ud800", "😀", "ì•ˆë…•"]  # fmt: skip
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), max_size=6)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
@example(["가 \n \n \n \n나", "", "가\n"])
def test_a_text_that_the_pass_lets_by_is_its_stored_form(texts: list[str]) -> None:
    data = normalise.utf8(texts)
    for text, encoded, bits in zip(texts, data.texts, normalise.stored(data), strict=True):
        wanted = oracle.normalise(text, NormaliseConfig())
        if bits & ~RARE == 0:
            assert text == wanted
        if (trimmed := normalise.trimmed(encoded, bits)) is not None:
            assert trimmed == wanted.encode()
    for text, bits in zip(texts, normalise.lines(data), strict=True):
        assert bits & ~RARE or text == line(text)


def test_of_forms_that_are_folded_further_the_pass_says_nothing() -> None:
    for config in (NormaliseConfig(spaces=2), NormaliseConfig(blank_lines=1), NormaliseConfig(fold_widths=True)):
        assert normalise.stored(normalise.utf8(["가나다"]), config) == [OTHER]
    assert normalise.stored(normalise.utf8(["가나다"]), NormaliseConfig(repeats=None, blank_lines=None)) == [0]


def test_lines_are_cut_as_python_cuts_them() -> None:
    text = "가 \t\n\u3000나\u3000 \n\n \n다\u00a0\n라  "
    out = np.empty(len(text.encode()), np.uint8)
    kept = out[: cut_lines(_utf8(text), out)].tobytes().decode()
    assert kept == "가\n\u3000나\n\n\n다\n라  "


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 6, 7, 8, 9, 12])
@pytest.mark.parametrize("character", ["ㅋ", "ㆍ", "ㄱ", ".", "…", "～", "！"])
def test_every_run_is_found_wherever_it_begins(character: str, most: int) -> None:
    for before in range(30):
        text = "가"[: before % 2] + "a" * before + character * (most + 1) + "힣b"
        assert repeats(_utf8(text), most, REPEATED)
        assert not repeats(_utf8(text.replace(character, "", 1)), most, REPEATED)
    assert not repeats(
        _utf8("1000000000000000 wwwwwwwwwwwwwwww ---------------- 가가가가가가가가가가가가가가"), most, REPEATED
    )


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
        ("붙임\u00a0빈칸\u2003과\u202f그 밖", "붙임 빈칸 과 그 밖"),
        ("\u3000들여 쓴\u3000문단", "\u3000들여 쓴\u3000문단"),
        ("빈 줄\n\n\n\n\n둘까지", "빈 줄\n\n\n둘까지"),
        ("이름      값\n    코드", "이름      값\n    코드"),
        (unicodedata.normalize("NFD", "한글 각"), "한글 각"),
        ("ㅋㅋ ㅠㅠ ｶﾞ ａ１ ①", "ㅋㅋ ㅠㅠ ｶﾞ ａ１ ①"),
        ("나랏말ᄊᆞ미 듕귁에 달아", "나랏말ᄊᆞ미 듕귁에 달아"),
        ("ᅟᅡ ᄀᅠ", "ᅟᅡ ᄀᅠ"),  # fillers of conjoining jamo: a lone vowel, a lone consonant
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


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("진짜" + "ㅋ" * 30, "진짜" + "ㅋ" * 8),
        ("ㅠ" * 9 + "ㅜ" * 9, "ㅠ" * 8 + "ㅜ" * 8),
        ("정말" + "!" * 20 + "?" * 20, "정말" + "!" * 8 + "?" * 8),
        ("그래" + "." * 12 + " 그리고" + "…" * 10, "그래" + "." * 8 + " 그리고" + "…" * 8),
        ("ㅋㅋㅋㅋㅋㅋ !!!!!! ......", "ㅋㅋㅋㅋㅋㅋ !!!!!! ......"),
        ("1" + "0" * 20 + "원 " + "w" * 20, "1" + "0" * 20 + "원 " + "w" * 20),
        ("와" * 20 + "~" * 9, "와" * 20 + "~" * 8),
        ("=" * 30 + "\n" + "~" * 30 + "\n" + "-" * 30, "=" * 30 + "\n" + "~" * 30 + "\n" + "-" * 30),
        ("a,,,,,,,,,,,,b ############ //////////", "a,,,,,,,,,,,,b ############ //////////"),
    ],
)
def test_only_letters_of_chat_and_marks_of_sentences_are_folded(text: str, folded: str) -> None:
    assert normalise.normalise(text) == folded
    assert normalise.normalise(text, NormaliseConfig(repeats=None)) == text


@pytest.mark.parametrize(
    "text", ["10000원", "2000년", "www.example.kr", "진짜ㅋㅋㅋ", "좋다ㅎㅎ", "이거ㄹㅇ", "ㅋㅋ그래서"]
)
def test_peer_fault_repeat_folding_cuts_numbers_names_and_syllables(text: str) -> None:
    """Folding (\\w)\\1+ to two makes 100원 and ww; an emoticon rule eats the syllable before ㅋㅋ."""
    assert normalise.normalise(text, NormaliseConfig(repeats=3)) == text


@pytest.mark.parametrize("text", ["㈜말모이", "ﾡￂ", "㎏", "①", "ㅋㅋ", "½", "ﬁ"])
def test_peer_fault_nfkc_rewrites_what_a_writer_chose(text: str) -> None:
    assert unicodedata.normalize("NFKC", text) != text
    assert normalise.normalise(text) == text


def test_peer_fault_a_nul_cuts_the_text() -> None:
    assert normalise.normalise("앞\x00뒤") == "앞뒤"


def test_peer_fault_old_hangul_is_deleted_with_all_conjoining_jamo() -> None:
    assert normalise.normalise("ᄒᆞᆫ글 ᄀᆞᄅᆞᆷ") == "ᄒᆞᆫ글 ᄀᆞᄅᆞᆷ"


def test_widths_fold_when_asked_and_jamo_stay_apart() -> None:
    folding = NormaliseConfig(fold_widths=True)
    assert normalise.normalise("ＡＢＣ１２３\u3000ﾡￂ ｶﾞ （주）～", folding) == "ABC123 ㄱㅏ ガ (주)~"
    assert normalise.normalise("㈜ ① ㎏", folding) == "㈜ ① ㎏"


def test_runs_of_spaces_fold_when_asked_but_never_the_indentation() -> None:
    assert normalise.normalise("    가  나   다\n\t라    마", NormaliseConfig(spaces=1)) == "    가 나 다\n\t라 마"


def test_sequences_of_ks_x_1001_are_syllables_again() -> None:
    assert made_up("\u3164ㄸㅗㅁ방각하 \u3164ㅍㅔㅍ시콜라 \u3164ㄱㅏ\u3164") == "똠방각하 펲시콜라 가"
    assert made_up("ㄸㅗㅁ \u3164 ㄱ") == "ㄸㅗㅁ \u3164 ㄱ"


def test_a_title_is_one_line() -> None:
    assert line(" 제목 \r\n 둘째\t줄 ") == "제목 둘째 줄"


def test_a_key_keeps_its_form_but_lone_surrogates_are_escaped() -> None:
    assert encodable(nfd("가")) == nfd("가")
    assert encodable("a\ud800") == "a\\ud800"
