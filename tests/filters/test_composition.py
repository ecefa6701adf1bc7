"""Syllables spelled in conjoining jamo, decomposed or with old letters: rules read each block as one syllable."""

from __future__ import annotations

import unicodedata

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from corpus.document import DocumentBatch, text_buffers
from corpus.hangul import modern
from filters import catalog, composition
from tests.filters.scored import reasons, scores
from tests.oracles import composition as oracle

# The preface of 1446, a translation of the Analects, and the style of a novel of the 19th century.
PREFACE = (
    "나랏말ᄊᆞ미 듕귁에 달아 문ᄍᆞᆼ와로 서르 ᄉᆞᄆᆞᆺ디 아니ᄒᆞᆯᄊᆡ 이런 젼ᄎᆞ로 어린 ᄇᆡᆨ셔ᇰ이 니르고져 호ᇙ 배 이셔도 "
    "ᄆᆞᄎᆞᆷ내 제 ᄠᅳ들 시러 펴디 몯ᄒᆞᇙ 노미 하니라"
)
ANALECTS = "孔子 ᄀᆞᆯᄋᆞ샤ᄃᆡ ᄇᆡ호고 ᄯᅢ로 니기면 ᄯᅩᄒᆞᆫ 깃브디 아니ᄒᆞ랴 벋이 먼 ᄃᆡ로브터 오면 ᄯᅩᄒᆞᆫ 즐겁디 아니ᄒᆞ랴"
NOVEL = (
    "그ᄯᆡ의 션ᄇᆡ 니르되 어린 ᄋᆞᄒᆡ ᄆᆞᄋᆞᆷ이 ᄇᆞᄅᆞ고 말ᄉᆞᆷ이 올흐니 ᄒᆞᆫ 번 ᄀᆞᄅᆞ치ᄆᆡ 엇지 ᄌᆞ라지 아니ᄒᆞ리오. "
    "ᄃᆞᆯ이 ᄇᆞᆰ고 ᄇᆞᄅᆞᆷ이 ᄎᆞᆫ 밤의 ᄉᆞᄅᆞᆷ이 다 ᄌᆞᆷ드럿더라. 두 ᄉᆞᄅᆞᆷ이 손을 ᄌᆞᆸ고 문밧긔 나아가니라."
)
PROSE = "우리는 골목을 지나 오래된 시장으로 걸어갔다. 날이 저물자 가게마다 하나둘 불이 켜졌다. 비가 그치고 나서야 아이들이 나왔다. "
CHAT = "진짜 웃기다 ㅋㅋㅋㅋ 값을 깎아 주면 좋겠는데요 ㅠㅠ 몫도 삯도 없이 읽고 앉았다 ㅎㅎ"


@pytest.mark.parametrize("text", [PREFACE, ANALECTS, NOVEL, f"{PREFACE}\n{ANALECTS}\n{NOVEL}\n" * 3])
def test_old_spelling_is_syllables_and_stays(text: str) -> None:
    assert [reason for reason in reasons(text, "literature") if "grams" not in reason] == []
    found = scores(text)
    assert (found["graphemes.jamo"], found["mash.loose_jamo"], found["hangul_share.jamo"]) == (0, 0, 0)
    assert found["language.ko"] > 0.8


def test_an_old_syllable_is_read_as_the_one_it_became() -> None:
    for old, now in (
        ("ᄉᆞᄅᆞᆷ", "사람"),
        ("ᄆᆞᄋᆞᆷ", "마암"),
        ("ᄒᆞᄂᆞᆯ", "하날"),
        ("ᄠᅳᆮ", "뜯"),
        ("ᄯᅩ", "또"),
        ("ᄡᅮᆨ", "쑥"),
        ("ᄢᅢ", "깨"),
        ("ᄇᆡᆨ셔ᇰ", "백셩"),
        ("호ᇙ", "홀"),
        ("아ᅀᆞ", "아사"),
        ("고ᄫᅡ", "고바"),
        ("나〮랏〯말〯ᄊᆞ〮미〮", "나랏말싸미"),
    ):
        assert modern(old) == now, old
    assert modern(unicodedata.normalize("NFD", CHAT)) == CHAT


def test_a_jamo_without_its_initial_or_vowel_stays_loose() -> None:
    for loose in ("ᄏᄏᄏᄏ", "ᅡᅡᅡ", "ᆨᆨ", "그래ᆢᆢ", "ᄉᄇ", "ᆞᆞᆞ", "ᅟᅡ", "ᄀᅠ", "값ᇰ"):
        assert modern(loose) == loose, loose
    strokes = "ᄆᄂᄋᄅ ᅵᅡᅥᅩ ᆨᆫᆮᆯ ᄇᄌᄃᄀ " * 8
    assert scores(strokes)["mash.loose_jamo"] == 1
    assert {"graphemes.too_many_jamo", "mash.loose_jamo"} <= set(reasons(strokes))
    assert scores("ᄏᄏᄏ 웃기다")["graphemes.jamo"] == 0.5


@pytest.mark.parametrize(
    "text", [PROSE, PROSE * 6, CHAT, "값", "시발점이 되었다. 씨발 놈들아", "카페 café 東京 がっこう"]
)
def test_decomposed_text_scores_as_it_does_composed(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != unicodedata.normalize("NFC", text)
    one, other = scores(unicodedata.normalize("NFC", text)), scores(decomposed)
    sizes = ("bytes", "characters")
    assert {name: value for name, value in one.items() if name not in sizes} == {
        name: value for name, value in other.items() if name not in sizes
    }
    assert (other["bytes"], other["characters"]) == (len(decomposed.encode()), len(decomposed))


def test_a_decomposed_title_is_read_composed_too() -> None:
    columns = {"text": ["오늘 다녀온 식당 이야기를 적는다."], "title": ["소정의 원고료를 지급받아 작성한 글"]}
    rows = [
        catalog.score_batch(
            DocumentBatch(
                pa.record_batch({name: [unicodedata.normalize(form, one) for one in columns[name]] for name in columns})
            )
        ).to_pylist()[0]
        for form in ("NFC", "NFD")
    ]
    assert rows[0]["affiliate.notices"] == rows[1]["affiliate.notices"] == 1
    assert rows[1]["affiliate.place"] == 1


def test_a_batch_without_blocks_of_jamo_is_given_back_as_it_is() -> None:
    batch = DocumentBatch(pa.record_batch({"text": pa.array([PROSE, None, "", "ㅋㅋ ᄏᄏ café 그래ᆢᆢ 〮"], pa.string())}))
    assert composition.composed(batch) is batch
    assert composition.composed(DocumentBatch(pa.record_batch({"id": pa.array([b"a"], pa.binary())}))).text.data.size


def test_only_the_texts_that_need_it_are_rewritten_and_nulls_stay() -> None:
    for kind in (pa.string(), pa.large_string()):
        column = pa.array(["앞", None, NOVEL, "", unicodedata.normalize("NFD", PROSE), PROSE], kind).slice(1)
        found = composition.composed(DocumentBatch(pa.record_batch({"text": column, "kind": ["a"] * 5})))
        texts = found.column("text")
        assert texts.type == kind
        assert texts.to_pylist() == [None, modern(NOVEL), "", PROSE, PROSE]
        assert found.column("kind").to_pylist() == ["a"] * 5


def test_a_document_scores_alike_whatever_stands_beside_it() -> None:
    texts = [PROSE, None, NOVEL, "", unicodedata.normalize("NFD", CHAT), "ᄏᄏ", PREFACE, "가"]
    together = catalog.score_batch(DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())}))).to_pylist()
    for text, row in zip(texts, together, strict=True):
        assert scores(text) == row


JAMO = [
    "ᄀ", "ᄒ", "ᄊ", "ᄠ", "ᅀ", "ᄫ", "ᅙ", "ꥠ", "ꥼ", "ᅟ", "ᅡ", "ᅵ", "ᆞ", "ᆡ", "ᆢ", "ힰ", "ퟆ", "ᅠ", "ᆨ", "ᇂ", "ᇙ", "ᇰ",
    "ᇹ", "ퟋ", "ퟻ", "〮", "〯", "가", "각", "힣", "ㅏ", "ㅋ", "ㆍ", "a", "é", "漢", " ", "\n", "\u0301", "𝄞", "\U0001f600",
]  # fmt: skip


@given(st.one_of(st.lists(st.sampled_from(JAMO), max_size=40).map("".join), st.text()))
def test_the_modern_form_is_what_the_definition_says(text: str) -> None:
    assert modern(text) == oracle.modern(text)


@given(st.lists(st.lists(st.sampled_from(JAMO), max_size=8).map("".join), max_size=6))
def test_the_kernel_finds_the_texts_that_hold_a_block(texts: list[str]) -> None:
    text = text_buffers(pa.array(texts, pa.string()))
    assert composition.found(text).tolist() == [oracle.composes(one) for one in texts]


def test_every_old_letter_becomes_a_letter_of_today() -> None:
    blocks = (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7C7), *range(0xD7CB, 0xD7FC))
    for point in blocks:
        kind = unicodedata.name(chr(point)).split()[1]
        if point in (0x115F, 0x1160):
            continue
        block = {"CHOSEONG": f"{chr(point)}ᅡ", "JUNGSEONG": f"ᄀ{chr(point)}", "JONGSEONG": f"가{chr(point)}"}[kind]
        assert len(modern(block)) == 1 and "가" <= modern(block) <= "힣", unicodedata.name(chr(point))


def test_the_form_is_part_of_what_scores_depend_on() -> None:
    assert catalog.versions()["filters.composition"] == composition.VERSION
    assert np.array_equal(composition.found(text_buffers(pa.array([], pa.string()))), np.zeros(0, np.bool_))
