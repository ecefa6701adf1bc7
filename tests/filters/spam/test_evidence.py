"""The kernel finds what the oracle finds, on drawn texts, on texts written by hand, and at any batch size."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from corpus.document import text_buffers
from filters.spam import generator, lexicon
from filters.spam.evidence import MEASURES, Evidence
from filters.spam.lexicon import Term
from tests.filters.spam.held_out.read import held_out
from tests.oracles.evidence import evidence

SOME = (
    Term("카지노", "gambling", 2, 0, 0),
    Term("카지노추천", "gambling", 4, 1, 0),
    Term("카지노 추천", "gambling", 4, 1, 0),
    Term("문의", "ask", 0, 2, 0),
    Term("문의 주세요", "ask", 0, 4, 0),
    Term("대출", "loan", 3, 0, 0),
    Term("기대출력", "none", 0, 0, 0),
    Term("그것은", "translated", 1, 0, lexicon.LEFT),
    Term("할인", "promotion", 2, 0, 0),
    Term("검거", "report", 3, 0, 0),
    Term("강남", "region", 1, 0, 0),
    Term("마사지", "adult", 1, 0, 0),
    Term("#광고", "affiliate", 2, 0, 0),
    Term("link.coupang.com", "affiliate", 3, 0, 0),
    Term("☎", "ask", 0, 4, 0),
    Term("📞", "ask", 0, 4, 0),
)
PIECES = (
    *(term.text for term in SOME), "카 지 노", "카.지.노", "대★출", "카🔥지🔥노", "카 ★지 ★노", "강.남", "대 출", "\u200b", "카\u200b지노", " ", "\n", ".", "그",
    "010-1234-5678", "02) 123-4567", "1588-1234", "01012345678", "****-****", "****@naver.com", "12,000원", "3만 원", "30%",
    "2.5 %", "https://a.com/b?c=1", "www.b.kr", "http://link.coupang.com/a", "#강남마사지", "# 제목", "##", "가", "나", "ａｂＣ",
    "ABC", "漢字", "かな", "😀", "3", "-", "ㅋㅋ", "인공지능(AI)", "\u3000",
)  # fmt: skip
TRIE = lexicon.trie(SOME)
SERVICES = lexicon.services()


def measured(texts: list[str | None], trie: lexicon.Trie | None = None) -> list[dict[str, int]]:
    found = Evidence.measure(text_buffers(pa.array(texts, pa.large_string())), trie)
    return [dict(zip(MEASURES, row, strict=True)) for row in found.values.tolist()]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_the_kernel_equals_the_oracle_on_drawn_pieces(text: str) -> None:
    assert measured([text], TRIE) == [evidence(text, SOME, SERVICES)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_the_kernel_equals_the_oracle_on_any_text(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    assert measured([text], TRIE) == [evidence(text, SOME, SERVICES)]


def test_the_kernel_equals_the_oracle_with_all_terms_on_texts_written_by_hand() -> None:
    texts = [text for name in ("clean", "first") for _, text in held_out(name)][::30]
    texts += [generator.spam(kind, 5) for kind in generator.kinds()]
    assert measured(list(texts)) == [evidence(text, lexicon.terms(), SERVICES) for text in texts]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_scores_do_not_depend_on_the_batch(size: int) -> None:
    texts = [text for _, text in held_out("first")] + [None, ""]
    whole = measured(list(texts))
    parts = [row for low in range(0, len(texts), size) for row in measured(list(texts[low : low + size]))]
    assert parts == whole


def test_a_window_joins_two_blocks_and_no_more() -> None:
    near, far = "카지노추천" + "가" * 300 + "문의 주세요", "카지노추천" + "가" * 400 + "문의 주세요"
    assert [row["gambling"] for row in measured([near, far], TRIE)] == [4, 2]


def test_a_longer_harmless_word_hides_the_term_inside_it() -> None:
    assert [row["loan"] for row in measured(["기대출력 문의 주세요", "대출 문의 주세요"], TRIE)] == [0, 3]


def test_every_term_is_found_where_it_stands_alone() -> None:
    terms = lexicon.terms()
    families = [lexicon.FAMILIES.index(term.family) for term in terms]
    assert min(families) == 0 and max(families) == len(lexicon.FAMILIES) - 1
    for family, column in (("affiliate", "notices"), ("ask", "asks"), ("region", "regions")):
        alone = [term.text for term in terms if term.family == family]
        assert all(row[column] >= 1 for row in measured(list(alone)))


def test_no_term_stands_in_two_lists_and_all_are_composed_lower_case() -> None:
    terms = [term.text for term in lexicon.terms()]
    assert len(set(terms)) == len(terms) and all(term == term.lower() and term for term in terms)


def test_ten_megabytes_and_broken_hangul_are_measured() -> None:
    ten = "카지노 추천 문의 주세요 " * 330_000
    decomposed = "카지노 추천".encode().decode()
    rows = measured([ten, "\u1112\u1161\u11ab", "가", "", None, decomposed])
    assert rows[0]["gambling"] > 0 and rows[3] == rows[4] and rows[3]["characters"] == 0


def test_the_shipped_lists_and_grammars_lie_in_the_package() -> None:
    folder = Path(lexicon.__file__).parent / "data"
    assert {path.name for path in folder.iterdir()} >= {"offers.txt", "solicitation.txt", "places.txt", "made.txt"}
