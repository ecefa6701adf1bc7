"""Text without meaning falls, of every kind that the generators make; what is prose stays."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.filters.quality import meaningless
from tests.filters.scored import reasons, scores

NUMBER = 20
# The reason that must be among those of nearly all texts of a generator, whatever comes first.
EXPECTED = {
    "keyword_list": "words.too_few_endings",
    "combined_list": "words.too_few_endings",
    "keyword_stuffing": "words.stuffed",
    "laughter": "graphemes.letter_runs",
    "one_syllable": "graphemes.letter_runs",
    "alternating": "graphemes.few_syllables",
    "digits": "symbols.too_many_digits",
    "symbols": "symbols.too_many",
    "hangul_mash": "mash.loose_jamo",
    "latin_mash": "mash.consonants",
    "key_rows": "mash.keys",
    "mash_lines": "language.not_expected",
    "sentence_list": "words.too_few_different",
    "entry_list": "repetition.top_3_grams",
    "footers": "labels.too_many",
    "strewn": "graphemes.strewn_syllables",
    "lorem": "words.filler",
    "utf8_as_cp949": "garbled.uncommon_syllables",
    "cp949_as_latin_1": "garbled.latin_1",
    "utf8_as_latin_1": "garbled.latin_1",
    "lost": "garbled.lost_syllables",
    "replaced": "symbols.too_many_replacements",
    "menu": "labels.too_many",
}


def test_every_generator_has_its_reason() -> None:
    assert EXPECTED.keys() == meaningless.GENERATORS.keys()


@pytest.mark.parametrize("name", meaningless.GENERATORS)
@pytest.mark.parametrize("kind", ["others", "comments", "blog"])
def test_nearly_all_of_it_falls_and_says_why(name: str, kind: str) -> None:
    found = [reasons(meaningless.text(name, number), kind) for number in range(NUMBER)]
    assert sum(map(bool, found)) >= NUMBER - 1
    if kind == "others":
        assert Counter(reason for item in found for reason in item)[EXPECTED[name]] >= NUMBER - 1


@pytest.mark.parametrize("kind", ["others", "comments", "blog", "news", "kin", "ency"])
def test_prose_of_the_same_sentences_has_none_of_these_faults(kind: str) -> None:
    text = meaningless.prose(random.Random("prose"), 12)
    ours = ("garbled", "graphemes", "mash", "words", "layout", "symbols", "labels")
    assert [reason for reason in reasons(text, kind) if reason.startswith(ours)] == []


def test_a_text_that_breaks_off_is_told_by_a_score_and_not_dropped() -> None:
    whole = "말모이는 우리말 사전을 만들려고 모은 원고이다. 모임은 오래 이어지지 못했다."
    assert scores(whole)["layout.complete"] == 1
    for cut in (whole[:-1], whole[:-5], whole[:-14]):
        assert scores(cut)["layout.complete"] == (1 if cut.endswith("다") else 0)
        assert reasons(cut) == []
