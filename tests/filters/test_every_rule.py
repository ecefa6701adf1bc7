"""What every rule of the catalog owes, whatever it measures: total, finite, alone, and no word about odd input."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from corpus.document import DOCUMENT, DocumentBatch
from filters.catalog import RULES, FilterConfig, thresholds
from filters.rule import Scorer

SENTENCE = "말모이는 우리말 사전을 만들려고 모은 원고이다. 그 뒤로도 사람들은 낱말을 모았다. "
LONG = "".join(f"제{i}조 이 법은 우리말을 모으는 데 목적이 있다. {SENTENCE}" for i in range(60_000))
CASES: dict[str, str | None] = {
    "null": None,
    "empty": "",
    "white space": " \n\t\u3000\n",
    "one syllable": "가",
    "one jamo": "ㅋ",
    "one letter": "a",
    "one symbol": "★",
    "NUL": "\x00",
    "prose": SENTENCE * 5,
    "NFD": unicodedata.normalize("NFD", SENTENCE * 5),
    "mixed script": "한국어 English 日本語 中文 Русский ๆไทย 1234 😀 ㅋㅋㅋ \u200b𝔘" * 20,
    "emoji joined": "👩‍👩‍👧" * 50,
    "no spaces": "가나다라" * 500,
    "half-width and old letters": "ﾡￂ ᄒᆞᆫ글 ㆍ" * 30,
    "U+FFFD": "\ufffd" * 100,
    "ten megabytes": LONG,
}
RULE = pytest.mark.parametrize("rule", [rule for rule, _ in RULES], ids=[rule.name for rule, _ in RULES])


def batch(texts: list[str | None]) -> DocumentBatch:
    return DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())}))


def rows(rule: Scorer, texts: list[str | None]) -> list[tuple[Any, ...]]:
    values = rule.score(batch(texts))
    return list(zip(*(values[score.name].tolist() for score in rule.scores), strict=True))


@pytest.fixture(scope="module")
def shared() -> DocumentBatch:
    """All cases in one batch, whose memo the rules share as in annotate."""
    return batch(list(CASES.values()))


def test_the_long_case_is_ten_megabytes() -> None:
    assert 9_500_000 < len(LONG.encode()) < 13_000_000


@RULE
def test_every_score_is_there_for_every_document_finite_and_of_its_type(rule: Scorer, shared: DocumentBatch) -> None:
    values = rule.score(shared)
    assert set(values) == {score.name for score in rule.scores}
    for score in rule.scores:
        column = np.asarray(values[score.name])
        assert column.shape == (len(CASES),)
        assert np.isfinite(column.astype(np.float64)).all(), score.name
        assert pa.array(column, score.type).null_count == 0
        assert (column == column.astype(score.type.to_pandas_dtype())).all(), score.name


@RULE
@pytest.mark.parametrize("name", CASES)
def test_a_document_scores_alike_alone_and_among_others(rule: Scorer, name: str, shared: DocumentBatch) -> None:
    place = list(CASES).index(name)
    values = rule.score(shared)
    together = tuple(values[score.name].tolist()[place] for score in rule.scores)
    assert rows(rule, [CASES[name]]) == [together]


@RULE
def test_null_scores_as_the_empty_text(rule: Scorer) -> None:
    empty, null = rows(rule, ["", None])
    assert empty == null


@RULE
def test_a_batch_of_nothing_and_one_of_every_other_column_are_scored(rule: Scorer) -> None:
    assert rows(rule, []) == []
    empty = DocumentBatch(pa.RecordBatch.from_arrays([pa.nulls(2, item.type) for item in DOCUMENT], schema=DOCUMENT))
    assert all(len(values) == 2 for values in rule.score(empty).values())


@RULE
def test_prose_passes_every_check_as_built_in(rule: Scorer) -> None:
    from tests.filters.scored import reasons

    found = "말모이는 1910년대에 편찬된 우리말 사전의 원고이다. 주시경과 제자들이 낱말을 모으고 풀이를 달았으나 책으로 나오지는 못했다. 남은 원고는 한 권뿐이다."
    assert [reason for reason in reasons(found) if reason.startswith(f"{rule.name}.")] == []


@RULE
def test_checks_name_their_rule_and_read_its_scores(rule: Scorer) -> None:
    for kind in (None, "comments", "news", "wiki", "ency", "kin", "cafe", "modu", "blog"):
        for check in rule.checks(thresholds(FilterConfig(), kind, None)[rule.name]):
            assert check.reason.startswith(f"{rule.name}.")
            assert check.score in {score.name for score in rule.scores}
            assert check.threshold is None or np.isfinite(check.threshold)
