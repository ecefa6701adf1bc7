"""The alarm about a source that duplicate removal empties."""

from __future__ import annotations

import pytest

from corpus.errors import ConfigError
from filters.dedup.config import LossConfig
from filters.dedup.loss import check, loss


@pytest.mark.parametrize(("lost", "alarm"), [(50, False), (51, True), (100, True), (0, False)])
def test_more_than_the_share_is_an_alarm_and_the_share_itself_is_none(lost: int, alarm: bool) -> None:
    assert loss("블로그", 100, lost, LossConfig()) == (100, lost, 0.5, alarm)


def test_a_source_may_have_its_own_share_or_none() -> None:
    config = LossConfig(share=0.2, sources={"뉴스": 0.9, "거울": None})
    assert loss("뉴스", 100, 85, config) == (100, 85, 0.9, False)
    assert loss("거울", 100, 100, config) == (100, 100, None, False)
    assert loss("블로그", 100, 21, config) == (100, 21, 0.2, True)


def test_no_share_is_no_alarm_but_where_a_source_has_one() -> None:
    config = LossConfig(share=None, sources={"뉴스": 0.1})
    assert not loss("블로그", 100, 100, config).alarm
    assert loss("뉴스", 100, 11, config).alarm


def test_a_source_too_small_to_tell_raises_none() -> None:
    assert not loss("블로그", 19, 19, LossConfig()).alarm
    assert loss("블로그", 20, 19, LossConfig()).alarm
    assert not loss("블로그", 0, 0, LossConfig(documents=1)).alarm


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (LossConfig(share=1.1), "select.losses.share"),
        (LossConfig(share=float("nan")), "select.losses.share"),
        (LossConfig(sources={"뉴스": -0.1}), "select.losses.sources.뉴스"),
        (LossConfig(documents=0), "select.losses.documents"),
    ],
)
def test_a_limit_that_is_no_share_is_refused_by_name(config: LossConfig, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(config)
    assert caught.value.where == key
