"""The matching copy: what it undoes, what it leaves alone, and that the kernel is its definition."""

from __future__ import annotations

import unicodedata

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from corpus.document import DocumentBatch, text_buffers
from filters.linear.matching import MatchingText, matching_copy
from tests.oracles import matching as oracle

PIECES = st.one_of(
    st.text("가나시발새끼이아애ㅋㅠㅜㅡㅣㅏㅗㅐㅅㅂㄹㄱㄴㅁㅇㄳㅎ17l0oI|iO.,~ \n", max_size=12),
    st.text(st.sampled_from(list("ᄀᄉ바ᅵᆨᆯ가시\u200b\u0301\ufe0f\u3164")), max_size=6),
    st.text(max_size=5),
    st.sampled_from(
        ["안 녕 하 세 요", "ＡＢｃ１", "ﾡￂ", "😀", "漢字", "ㅅㅣㅂㅏㄹ", "100000", "ｶﾅ", "\x00", "각", "ᇂ", "ꥠ"]
    ),
)
TEXTS = st.lists(PIECES, max_size=6).map("".join)


@settings(max_examples=600)
@given(TEXTS)
def test_the_kernel_equals_the_definition(text: str) -> None:
    assert matching_copy(text) == oracle.matching_copy(text)


@given(TEXTS)
def test_composed_and_decomposed_hangul_have_one_copy(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isascii() or "가" <= letter <= "힣" or "ㄱ" <= letter <= "ㅣ")
    assert matching_copy(unicodedata.normalize("NFD", plain)) == matching_copy(plain)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("바\u200b보", "바보"),
        ("바\ufeff보\u3164야", "바보야"),
        ("바\u0336보\u0336", "바보"),
        ("ㅂㅏㅂㅗ", "바보"),
        ("바 보 야", "바보야"),
        ("너 바 보 냐", "너바보냐"),
        ("바.보", "바보"),
        ("바1보", "바보"),
        ("바♡보", "바보"),
        ("ㅁ1친", "미친"),
        ("ㅁl친", "미친"),
        ("ㅁI친", "미친"),
        ("ㅁ|친", "미친"),
        ("0ㅑ", "야"),
        ("oㅑ", "야"),
        ("ㅂㅕ0신", "병신"),
        ("7ㅐ구리", "개구리"),
        ("새ㄲㅣ", "새끼"),
        ("미치ㄴ", "미친"),
        ("ㄱㅗㅏ자", "과자"),
        ("ㅂㅏㄹㄱ다", "밝다"),
        ("바아아아보", "바보"),
        ("ㅂㅏㅏㅏ보", "바보"),
        ("ＡＢＣ", "abc"),
        ("\u1107\u1161\u1107\u1169", "바보"),
        ("ㅅ ㅂ", "ㅅㅂ"),
        ("와아아아", "와아아"),
        ("!!!!!", "!!"),
        ("가나\u3000 다라\t\n마바", "가나 다라\n마바"),
    ],
)
def test_what_is_undone(written: str, read: str) -> None:
    assert matching_copy(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "", "가", "ㅋㅋ", "ㅠㅠ", "ㅋㅠㅠ", "10ㅠㅠ", "ㅋㅋ 1등", "오늘 가ㅋㅋ", "나아가다", "시이", "100000원", "하하ㅎㅎ", "감사ㄷㄷ",
        "한국어 문장은 그대로 남는다.", "e.g. this", "다시 발생했다", "中文 漢字", "바..보", "집에 가ㅅㅂ", "각ㄱ",
    ],
)  # fmt: skip
def test_what_is_left_alone(text: str) -> None:
    assert matching_copy(text) == text


def test_the_copy_of_the_copy_of_ordinary_prose_is_itself() -> None:
    text = "말모이는 1911년에 시작한 우리말 사전이다. 그 뜻은 '말을 모음'이다."
    assert matching_copy(matching_copy(text)) == matching_copy(text)


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=8))
def test_a_batch_holds_each_text_s_own_copy(texts: list[str | None]) -> None:
    batch = DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())}))
    found = MatchingText.of(batch)
    assert MatchingText.of(batch) is found
    rows = [
        found.text.data[a:b].tobytes().decode()
        for a, b in zip(found.text.offsets, found.text.offsets[1:], strict=False)
    ]
    assert rows == [matching_copy(text or "") for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_every_byte_of_a_copy_knows_where_it_came_from(texts: list[str]) -> None:
    found = MatchingText.make(text_buffers(pa.array(texts, pa.string())))
    assert len(found.sources) == found.text.offsets[-1]
    for row, text in enumerate(texts):
        data = text.encode()
        size = int(found.text.offsets[row + 1] - found.text.offsets[row])
        begins = [found.span(row, at, size)[0] for at in range(size)]
        assert begins == sorted(begins) and all(0 <= at < len(data) and data[at] & 0xC0 != 0x80 for at in begins)
        assert found.span(row, 0, size)[1] == len(data)


def test_a_span_leads_back_to_what_was_written() -> None:
    text = "야 이 ㅂㅏ\u200bㅂㅗ야"
    found = MatchingText.make(text_buffers(pa.array(["앞 글", text], pa.large_string())))
    copy = matching_copy(text).encode()
    at = copy.index("바보".encode())
    begin, end = found.span(1, at, at + 6)
    assert text.encode()[begin:end].decode() == "ㅂㅏ\u200bㅂㅗ"


def test_ten_megabytes_are_copied_as_their_lines_are() -> None:
    line = "시 작 이 반이다 ㅅㅣ작 0ㅑ ㅋㅋㅋㅋ 말모이 사전 原稿 dictionary 끝."
    many = 10_000_000 // len(line.encode())
    assert matching_copy("\n".join([line] * many)) == "\n".join([matching_copy(line)] * many)
