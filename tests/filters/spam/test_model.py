"""The shipped model, and rules and model together, on texts that people wrote and that trained nothing."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import zstandard

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import KindConfig, PinnedFile
from filters import catalog
from filters.catalog import RULES, FilterConfig, checks
from filters.linear.fold import folded_digest
from filters.linear.model_file import to_bytes
from filters.linear.shipped import shipped
from filters.rule import failing
from filters.spam import generator
from filters.spam.model import Spam, SpamThresholds
from tests.filters.scored import reasons, scores
from tests.filters.spam.held_out.measure import RULED, failed, table
from tests.filters.spam.held_out.read import held_out

LOAN = "무직자도 당일 500만원 입금! 신용조회 없이 누구나 대출 가능합니다. 카톡 ace77 문의 주세요"
STORIES = ("stories", "stories_held", "stories_last")
BANK = "대출을 갈아타기 전에 중도상환수수료를 따져 보고 은행마다 금리를 비교해 보세요."


def test_the_model_tells_an_offer_from_advice() -> None:
    assert "spam.model" in reasons(LOAN) and "spam.model" not in reasons(BANK)


def test_of_an_utterance_below_thirty_characters_the_model_says_nothing() -> None:
    assert scores("사은품 증정, 선착순 무료 상담 신청하세요 지금")["spam.log_odds"] == -20
    assert scores("사은품 증정, 선착순 무료 상담 신청하세요 지금 바로요")["spam.log_odds"] > -2


def test_the_worst_window_is_a_score_and_drops_where_it_is_asked_for() -> None:
    page = "어제는 비가 와서 집에서 책을 읽었다. 저녁에는 동생이 와서 국수를 먹었다. " * 40
    strict = FilterConfig(spam=SpamThresholds(maximum_worst=0.9))
    assert scores(page + "\n" + LOAN * 4)["spam.worst"] > 0.9 > scores(page)["spam.worst"]
    assert "spam.window" not in reasons(page + "\n" + LOAN * 4)
    assert "spam.window" in reasons(page + "\n" + LOAN * 4, config=strict) and "spam.window" not in reasons(
        page, config=strict
    )


@pytest.mark.parametrize("name", ["first", "second"])
def test_recall_over_kinds_written_by_hand(name: str) -> None:
    """Ten kinds and more, twelve texts each; found by rules or model."""
    *kinds, (_, texts, _, _, found) = table(name)
    assert len(kinds) >= 10 and all(size >= 12 for _, size, *_ in kinds)
    assert found >= 0.9 * texts
    assert all(both >= 0.8 * size for _, size, _, _, both in kinds), kinds


def test_recall_over_kinds_written_when_all_was_finished() -> None:
    found = {kind: both / size for kind, size, _, _, both in table("third")}
    assert all(found[kind] >= 0.8 for kind in ("adult", "health_goods", "fake_review")), found
    assert found["clean"] == 0


def test_of_fake_reviews_told_as_a_story_few_are_found_and_of_honest_ones_few_lost() -> None:
    """The hardest kind: no price, no link, no word of a seller.  The grammar of stories was written after two of the
    three sets, and without a look at their second half; the third was written when all was finished."""
    found = {(name, kind): both for name in STORIES for kind, _, _, _, both in table(name)}
    fake, honest = ([found[name, f"{kind}_story"] for name in STORIES] for kind in ("fake", "honest"))
    assert [len(held_out(name)) for name in STORIES] == [32, 32, 48]
    assert fake[0] >= 7 and fake[1] >= 9 and fake[2] >= 6
    assert sum(honest) <= 2


def test_the_model_ranks_fake_stories_above_honest_ones() -> None:
    """Area under the curve, over the sets that were set aside and written last: who knows their sources can lower the
    threshold."""
    for name in ("stories_held", "stories_last"):
        read = held_out(name)
        fake = np.array([kind == "fake_story" for kind, _ in read])
        batch = DocumentBatch(pa.record_batch({"text": pa.array([text for _, text in read], pa.large_string())}))
        odds = Spam().score(batch)["log_odds"]
        assert np.mean(odds[fake][:, None] > odds[~fake]) >= 0.9


def test_few_clean_texts_that_come_near_are_dropped() -> None:
    *_, (_, texts, rules, _model, both) = table("clean")
    assert texts >= 60 and rules <= 1 and both <= 4


def test_notices_obituaries_timetables_and_diaries_of_prices_stay_and_promotions_of_clinics_go() -> None:
    """Written before the grammars of either, in other words; the model before dropped 34 of the 83 and found 18 of 24."""
    *kinds, (_, texts, _, _, _) = table("notices")
    harmless = [(size, both) for kind, size, _, _, both in kinds if not kind.startswith("ad_")]
    assert texts == 107 and len(harmless) == 13 and sum(size for size, _ in harmless) == 83
    assert sum(both for _, both in harmless) <= 2
    assert [both for kind, _, _, _, both in kinds if kind == "ad_clinic"] >= [20]


def test_a_particle_fits_the_word_that_a_grammar_draws() -> None:
    fitted = [generator.agreeing(*pair) for pair in (("배", "은 달다"), ("귤", "를"), ("물", "으로 "), ("집", "로 "))]
    assert fitted == ["는 달다", "을", "로 ", "으로 "]
    assert generator.agreeing("귤", "가게에") == "가게에" and generator.agreeing("3", "은 ") == "은 "


def test_a_kind_obfuscated_by_jamo_is_found_as_well() -> None:
    assert reasons("ㅌㅗ토 사ㅇㅣ트 추천 첫 충 30% 꽁ㅁㅓ니 드려요 텔레 vip77")


def test_no_text_written_by_hand_is_made_by_a_grammar() -> None:
    made = {folded_digest(text) for _, text in generator.examples(300)}
    names = ("first", "second", "third", "clean", "notices", *STORIES)
    written = {folded_digest(text) for name in names for _, text in held_out(name)}
    assert len(written) >= 540 and not made & written


def test_the_generator_gives_the_same_texts_again_and_many_different_ones() -> None:
    texts = [text for _, text in generator.examples(100)]
    assert texts == [text for _, text in generator.examples(100)]
    assert len(set(texts)) > 0.9 * len(texts)
    assert all("{" not in text or "주제" in text for text in texts)


def test_a_model_of_ones_own_is_read_by_its_digest(tmp_path: Path) -> None:
    data = to_bytes(shipped("spam"))
    path = tmp_path / "own.linear"
    path.write_bytes(data)
    pinned = PinnedFile(file=str(path), digest=hashlib.sha256(data).hexdigest())
    config = FilterConfig(spam=SpamThresholds(model=pinned))
    batch = DocumentBatch(pa.record_batch({"text": pa.array([LOAN, BANK, None], pa.large_string())}))
    (own,) = [rule for rule in catalog.scorers(catalog.pinned(config)) if rule.name == "spam"]
    assert {k: v.tolist() for k, v in own.score(batch).items()} == {
        k: v.tolist() for k, v in Spam().score(batch).items()
    }
    wrong = FilterConfig(spam=SpamThresholds(model=PinnedFile(file=str(path), digest="0" * 64)))
    with pytest.raises(ConfigError, match=r"filters\.spam\.model"):
        catalog.scorers(catalog.pinned(wrong))


def documents(path: Path, most: int) -> list[str]:
    stream = zstandard.ZstdDecompressor().stream_reader(path.read_bytes())
    lines = io.TextIOWrapper(stream, "utf-8")
    return [json.loads(line)["text"][:20_000] for line, _ in zip(lines, range(most), strict=False)]


@pytest.mark.parametrize("source", ["petitions", "wikinews_ko", "news_parallel_ko", "korean_statutes", "pd_literature"])
def test_false_drops_on_news_statutes_petitions_and_literature(shared_data: Path, source: str) -> None:
    """At most 0.2 % of adult, gambling and illegal together, and 0.7 % of all spam rules."""
    texts = documents(shared_data / "docs" / f"{source}.jsonl.zst", 800)
    harm = failed(texts, ["gambling", "adult", "illegal"])
    assert harm.mean() <= 0.002
    assert failed(texts, [*RULED, "spam"]).mean() <= 0.0075


def test_affiliate_posts_are_found(shared_data: Path) -> None:
    """Recall at least .90; one site's template, so it proves little."""
    texts = documents(shared_data / "labelled" / "affiliate_spam_posts.jsonl.zst", 300)
    assert failed(texts, ["spam"]).mean() >= 0.9
    assert failed(texts, ["affiliate"]).mean() >= 0.9
    assert failed(texts, [*RULED, "spam"]).mean() >= 0.99


def test_the_rules_of_spam_are_those_that_are_measured() -> None:
    own = [rule.name for rule, _ in RULES if type(rule).__module__.startswith("filters.spam.")]
    assert own == [*RULED, "spam", "made"]
    empty = DocumentBatch(pa.record_batch({"text": pa.array([], pa.large_string())}))
    for rule, kind in RULES:
        for check in rule.checks(kind()):
            assert all(np.size(failing(check, rule.score(empty)[name])) == 0 for name in check.scores)


def test_a_kind_of_another_language_is_not_judged_by_what_was_learnt_from_korean() -> None:
    config = FilterConfig()
    of = lambda *languages: {  # noqa: E731
        check.reason: check.threshold
        for rule, check in checks(config, "wiki", None, {"wiki": KindConfig(languages=languages)})
        if rule.name in ("spam", "abuse")
    }
    assert of("ko")["spam.model"] == -2.0
    assert of("ko")["abuse.profane_windows"] == 0.1
    assert set(of("en", "ja").values()) == {None}
