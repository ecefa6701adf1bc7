"""The catalog: layered thresholds, strict names, closed reasons, vectorised decisions."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import pkgutil
from typing import Any

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

import filters.language
import filters.profanity
import filters.quality
import filters.spam
from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.ledger import STAGE_REASONS
from corpus.sources.config import KindConfig
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.kinds import KINDS
from filters.quality.length import LengthThresholds
from filters.rule import SCORING, failing
from jobs import load

REASONS = """length.too_short length.too_long length.eojeol_too_short length.eojeol_too_long
hangul_share.too_low
language.romanised language.not_expected language.mixed
symbols.too_many_replacements symbols.too_many symbols.too_many_digits symbols.too_many_hashes
symbols.too_many_ellipses symbols.too_many_bullets symbols.too_many_ellipsis_lines
labels.too_many
boilerplate.only
garbled.uncommon_syllables garbled.latin_1 garbled.lost_syllables
graphemes.letter_runs graphemes.symbol_runs graphemes.too_many_jamo graphemes.few_syllables graphemes.strewn_syllables
mash.loose_jamo mash.consonants mash.keys
words.too_few_endings words.stuffed words.too_few_different words.filler
layout.too_few_sentence_lines layout.too_many_short_lines layout.too_many_line_breaks layout.too_few_sentences
layout.sentence_too_long layout.too_many_braces layout.incomplete
repetition.duplicate_lines repetition.duplicate_line_characters
repetition.duplicate_paragraphs repetition.duplicate_paragraph_characters
repetition.top_2_grams repetition.top_3_grams repetition.top_4_grams
repetition.duplicate_5_grams repetition.duplicate_6_grams repetition.duplicate_7_grams
repetition.duplicate_8_grams repetition.duplicate_9_grams repetition.duplicate_10_grams
quality.too_low
contact.too_many contact.widespread links.farm affiliate.links affiliate.notices hashtags.tail hashtags.stuffed
stuffing.places promotion.sale promotion.investment promotion.job_lure
gambling.offer adult.offer
illegal.loan illegal.account illegal.drug illegal.document illegal.goods
spam.model spam.window
profanity.too_much
abuse.profane abuse.hateful abuse.profane_windows abuse.hateful_windows
made.translated made.glosses made.assistant made.leftovers""".split()


def rows(texts: list[str | None], kinds: list[str | None], sources: list[str | None]) -> pa.RecordBatch:
    columns = {"kind": kinds, "source": sources, "text": texts}
    batch = pa.record_batch({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return catalog.score_batch(DocumentBatch(batch))


def test_the_reasons_of_rules_are_a_closed_list_in_catalog_order() -> None:
    assert list(catalog.RULE_REASONS) == REASONS
    assert list(catalog.REASONS) == [*REASONS, *STAGE_REASONS]
    assert len(set(catalog.REASONS)) == len(catalog.REASONS)


def test_every_rule_file_is_listed_and_every_check_reads_a_score_of_its_rule() -> None:
    listed = {type(rule).__module__ for rule, _ in catalog.RULES}
    found = set()
    for package in (filters.quality, filters.language, filters.spam, filters.profanity):
        for item in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            if any(name.endswith("Thresholds") for name in vars(importlib.import_module(item.name))):
                found.add(item.name)
    assert listed == found
    for rule, kind in catalog.RULES:
        names = [score.name for score in rule.scores]
        checks = rule.checks(kind())
        assert all(set(check.scores) <= set(names) and check.reason.startswith(f"{rule.name}.") for check in checks)
        assert rule.name in {field.name for field in dataclasses.fields(FilterConfig)}


def test_the_attribute_schema_names_each_score_and_carries_rule_versions() -> None:
    schema = catalog.attribute_schema()
    assert schema.names[:6] == ["id", "source", "kind", "bytes", "characters", "length.characters"]
    assert schema.names[-1] == "made.leftovers"
    versions = json.loads(schema.metadata[b"malmoi.rules"])
    assert versions == {rule.name: rule.version for rule, _ in catalog.RULES}
    assert all(schema.field(name).type in (pa.float32(), pa.int32()) for name in schema.names[5:])


def test_a_source_wins_over_a_kind_and_a_kind_over_the_rule() -> None:
    config = FilterConfig(
        length=LengthThresholds(minimum_characters=30),
        kinds={"blog": {"length": {"minimum_characters": 10}}},
        sources={"내블로그": {"length": {"minimum_characters": None, "maximum_characters": 99}}},
    )
    of = lambda kind, source: catalog.thresholds(config, kind, source)["length"]  # noqa: E731
    assert of("others", "x").minimum_characters == of("모르는종류", None).minimum_characters == 30
    assert of("blog", "x").minimum_characters == 10
    assert (of("blog", "내블로그").minimum_characters, of("blog", "내블로그").maximum_characters) == (None, 99)
    assert of("comments", "x").minimum_characters == 5  # built in


def test_a_users_kind_is_laid_over_the_built_in_one_and_shown_whole() -> None:
    config = FilterConfig(kinds={"comments": {"length": {"minimum_characters": 3}}})
    assert config.kinds["comments"]["length"] == {
        "minimum_characters": 3, "minimum_eojeol": None, "maximum_eojeol": None,
    }  # fmt: skip
    assert config.kinds["comments"]["symbols"] == KINDS["comments"]["symbols"]
    assert FilterConfig(kinds=config.kinds) == config


@pytest.mark.parametrize(
    ("kinds", "sources", "where", "fix"),
    [
        ({"news": {"lenght": {}}}, {}, "filters.kinds.news.lenght", "Did you mean 'length'?"),
        ({}, {"x": {"length": {"minimum_character": 1}}}, "filters.sources.x.length.minimum_character",
         "Did you mean 'minimum_characters'?"),
        ({"news": {"zzz": {}}}, {}, "filters.kinds.news.zzz", "Known here: abuse, adult, affiliate, boilerplate"),
    ],
)  # fmt: skip
def test_an_unknown_rule_or_threshold_names_the_nearest(kinds: Any, sources: Any, where: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        catalog.check_config(FilterConfig(kinds=kinds, sources=sources))
    assert caught.value.where == where
    assert caught.value.fix.startswith(fix)
    catalog.check_config(FilterConfig())


def test_the_configuration_reads_from_yaml_and_back() -> None:
    tree = {
        "inputs": [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}],
        "filters": {"repetition": {"top_2": None}, "sources": {"a": {"labels": {"maximum": 1}}}},
    }
    config = load.from_json(tree)
    assert config.filters.repetition.top_2 is None
    assert config.filters.sources["a"]["labels"]["maximum"] == 1
    assert config.filters.kinds == FilterConfig().kinds
    assert load.from_json(load.to_json(config)) == config


def test_of_several_faults_the_first_in_catalog_order_is_the_reason() -> None:
    decided = decide(
        rows(["中", "말모이는 우리말 사전을 만들려던 모임이 모은 원고이다."], ["blog"] * 2, ["x"] * 2), FilterConfig()
    )
    assert decided.reason.to_pylist() == ["length.too_short", None]
    assert decided.all_reasons.to_pylist() == [
        ["length.too_short", "length.eojeol_too_short", "hangul_share.too_low", "language.not_expected"], []]  # fmt: skip
    assert decided.value.to_pylist() == [1.0, None]
    assert decided.threshold.to_pylist() == [20.0, None]
    assert decided.rule_version.to_pylist() == [1, None]
    assert decided.passes.tolist() == [False, True]


def test_a_score_equal_to_its_threshold_passes_whatever_its_quantisation() -> None:
    config = FilterConfig(sources={"x": {"hangul_share": {"minimum": 1 / 3}}})
    assert decide(rows(["가나다라마바사아자차 abcdefghijabcdefghij"], ["others"], ["x"]), config).passes.all()


def test_an_empty_table_is_decided_as_nothing() -> None:
    decided = decide(rows([], [], []), FilterConfig())
    assert len(decided.reason) == len(decided.all_reasons) == len(decided.passes) == 0


TEXT = st.one_of(
    st.none(), st.text(max_size=30), st.sampled_from(["ㅋㅋ " * 20, "가나다라 마바사 " * 9, "a b c", "1" * 300])
)
ROW = st.tuples(TEXT, st.sampled_from([None, "news", "comments", "wiki", "새것"]), st.sampled_from([None, "x", "y"]))


@given(st.lists(ROW, max_size=12))
def test_many_rows_are_decided_as_each_alone_by_its_own_checks(items: list[tuple[Any, Any, Any]]) -> None:
    config = FilterConfig(sources={"y": {"length": {"minimum_characters": 2}, "labels": {"maximum": None}}})
    kinds = {"wiki": KindConfig(languages=("en", "ja"))}
    attributes = rows(*([item[i] for item in items] for i in range(3)))
    expected = []
    for index, (_, kind, source) in enumerate(items):
        row = attributes.slice(index, 1)
        expected.append([
            (check.reason, check.threshold)
            for rule, check in catalog.checks(config, kind, source, kinds)
            if failing(check, sum(row.column(f"{rule.name}.{name}").to_numpy() for name in check.scores)).any()
        ])  # fmt: skip
    decided = decide(attributes, config, kinds)
    assert decided.all_reasons.to_pylist() == [[reason for reason, _ in found] for found in expected]
    assert decided.reason.to_pylist() == [found[0][0] if found else None for found in expected]
    assert decided.threshold.to_pylist() == [found[0][1] if found else None for found in expected]
    table = decide(pa.Table.from_batches([attributes.slice(0, 1), attributes.slice(1)]), config, kinds)
    assert table.reason.equals(decided.reason)


def test_scores_do_not_depend_on_the_batch() -> None:
    texts = ["말모이 " * 30, None, "", "가", "ㅋㅋㅋ", "漢字 " * 9]
    together = rows(list(texts), ["news"] * 6, ["x"] * 6)
    for index, text in enumerate(texts):
        alone = rows([text], ["news"], ["x"])
        assert together.slice(index, 1).to_pylist() == alone.to_pylist()


# Version of every rule that adapts to what a kind expects, and the thresholds that it then has.
EXPECTING = {
    "hangul_share": (2, "c91ab2d69e9d"),
    "language": (2, "968d295c364d"),
    "quality": (1, "5ef91ac56d95"),
    "spam": (2, "4e8e8d9ccdb7"),
    "abuse": (4, "909504faffe2"),
}
LANGUAGES: tuple[tuple[str, ...], ...] = (("ko",), ("en", "ja"), ("ko", "en"), ("zh",), ())


def adapted(rule: Any, kind: Any) -> str:
    """Digest of the rule's checks under each set of languages, every threshold being one half, whatever is built in."""
    half = kind(**{item.name: 0.5 for item in dataclasses.fields(kind) if SCORING not in item.metadata})
    found = [
        [[*check.scores, check.reason, check.fails, str(check.threshold)] for check in rule.checks(thresholds)]
        for thresholds in (rule.expecting(half, languages) for languages in LANGUAGES)
    ]
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:12]


def test_a_rule_whose_expectations_change_has_another_version() -> None:
    """A resumed run tells by the version alone that select must be done again."""
    found = {
        rule.name: (rule.version, adapted(rule, kind)) for rule, kind in catalog.RULES if hasattr(rule, "expecting")
    }
    assert found == EXPECTING, "Where a digest differs, raise the rule's version, then write both here"
