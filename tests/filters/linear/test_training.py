"""Training: a tiny model end to end, the same bytes in any order, cuts, folding, calibration."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from filters.linear.features import FeatureSpec, Stream
from filters.linear.fold import folded, folded_digest
from filters.linear.model_file import to_bytes
from filters.linear.training import Example, TrainingConfig, cut, inputs, platt, train

SPEC = FeatureSpec(
    input="matching", bits=14,
    streams=(Stream(form="characters", shortest=1, longest=4), Stream(form="jamo", shortest=3, longest=6)),
)  # fmt: skip
CONFIG = TrainingConfig(cuts=())
SUBJECTS = ("아침", "저녁", "점심", "봄날", "여름", "가을", "겨울", "산길", "바닷가", "시장", "학교", "도서관")
MILD = ("에 걸었다", "은 조용하다", "에서 만나자", "이 그립다", "에는 비가 왔다")
RUDE = ("에 우라질 놈", "은 젠장맞을 것", "에서 우라질 소리", "이 젠장맞다", "에는 우라지게 왔다")


def examples() -> list[Example]:
    found = []
    for i, subject in enumerate(SUBJECTS):
        for j, (mild, rude) in enumerate(zip(MILD, RUDE, strict=True)):
            found.append(Example(f"m{i}.{j}", f"{subject}{mild} {i}번", False))
            found.append(Example(f"r{i}.{j}", f"{subject}{rude} {i}번", True))
    return found


@pytest.fixture(scope="module")
def model() -> Any:
    pytest.importorskip("sklearn", reason="scikit-learn comes with the extra train")
    return train(examples(), SPEC, "rude", CONFIG)


def probability(model: Any, *texts: str) -> list[float]:
    return [float(value) for value in model.margins(inputs(texts, SPEC)).probability("rude")]


def test_a_tiny_model_tells_what_it_learnt_in_words_it_has_not_seen(model: Any) -> None:
    rude, mild, hidden = probability(model, "강가에서 우라질 일", "강가는 조용하다", "강가에서 ㅇㅜㄹㅏ질 일")
    assert rude > 0.8 > 0.3 > mild
    assert hidden == probability(model, "강가에서 우라질 일")[0]
    assert model.facts["training"]["positive"] == model.facts["training"]["negative"] == 60
    assert np.abs(model.table).max() == 127


def test_groups_explain_what_sets_hold_and_leave_the_words_to_the_weights() -> None:
    """Nearly all of one set is rude, of the other mild; a word that marks the set alone is no sign of rudeness."""
    pytest.importorskip("sklearn", reason="scikit-learn comes with the extra train")
    told = [("첫째 ", example) for example in examples() if example.label or example.id.endswith(".0")]
    told += [("둘째 ", example) for example in examples() if not example.label or example.id.endswith(".0")]
    plain = [replace(e, id=mark + e.id, text=mark + e.text) for mark, e in told]
    grouped = [replace(e, group=e.id[:2]) for e in plain]
    words = ("첫째 동네", "둘째 동네")
    lean = [np.subtract(*probability(train(texts, SPEC, "rude", CONFIG), *words)) for texts in (plain, grouped)]
    assert lean[0] > 2 * abs(lean[1])
    rude, mild = probability(train(grouped, SPEC, "rude", CONFIG), "강가에서 우라질 일", "강가는 조용하다")
    assert rude > mild + 0.3


def test_the_same_texts_in_any_order_give_the_same_bytes(model: Any) -> None:
    assert to_bytes(train(reversed(examples()), SPEC, "rude", CONFIG)) == to_bytes(model)
    other = train(examples()[2:], SPEC, "rude", CONFIG)
    assert other.facts["training"]["digest"] != model.facts["training"]["digest"]


def test_texts_that_fold_to_the_same_are_used_once_and_contradictions_not_at_all(model: Any) -> None:
    repeated = [Example("x", examples()[0].text + "!!", False), Example("y", examples()[0].text, False)]
    assert to_bytes(train([*examples(), *repeated], SPEC, "rude", CONFIG)) == to_bytes(model)
    contradicted = train([*examples(), Example("z", examples()[0].text, True)], SPEC, "rude", CONFIG)
    assert contradicted.facts["training"]["negative"] == 59


def test_too_few_texts_of_a_class_are_an_input_error() -> None:
    with pytest.raises(InputError, match="fewer than 20 have the label True"):
        train([example for example in examples() if not example.label], SPEC, "rude", CONFIG)


@given(st.text("가나다 \n", max_size=900))
def test_a_cut_is_a_piece_of_the_text_of_one_of_the_lengths(text: str) -> None:
    config = TrainingConfig(cuts=(60, 100), pieces=3)
    pieces = cut(text, config)
    assert pieces == cut(text, config)
    for piece in pieces:
        assert piece in text
        assert len(piece) in (60, 100) or piece == text
    assert cut(text, CONFIG) == [text]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("바보!", "바 보"),
        ("ㅋㅋㅋㅋ", "ㅋㅋ"),
        ("말모이", unicodedata.normalize("NFD", "말모이")),
        ("ABC", "abc."),
        ("네...", "네"),
    ],
)
def test_texts_that_fold_alike_have_one_digest(left: str, right: str) -> None:
    assert folded(left) == folded(right)
    assert folded_digest(left) == folded_digest(right)


def test_folding_keeps_what_is_said() -> None:
    assert folded("말모이는, 1911년에 ㅋㅋㅋ 시작했다!") == "말모이는1911년에ㅋㅋ시작했다"
    assert folded_digest("말모이") != folded_digest("말 모둠")
    assert folded_digest("").hex() == "77b1432426149a693057473a73c78f88"


def test_calibration_finds_the_curve_that_made_the_labels() -> None:
    margins = np.linspace(-6, 6, 4001)
    p = 1 / (1 + np.exp(-(1.5 * margins - 0.75)))
    labels = p > (np.arange(4001) * 0.6180339887 % 1)  # low-discrepancy draws
    found = platt(margins, labels)
    assert abs(found.slope - 1.5) < 0.1 and abs(found.intercept + 0.75) < 0.1


def test_calibration_of_margins_that_say_nothing_is_an_error() -> None:
    with pytest.raises(InputError, match="do not tell the classes"):
        platt(np.array([1.0, -1.0] * 20), np.array([False, True] * 20))
