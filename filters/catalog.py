"""The explicit list of rules and their thresholds: adding a rule is one file, one line in
FilterConfig, one test.

Annotate calls ``score_batch``; select, the pipe and explain call ``filters.decision.decide``.  Thresholds
of one document are the rule's own, then the kind's, then the source's: the most specific value stands.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.ledger import STAGE_REASONS
from corpus.sources.config import KindConfig, PinnedFile
from filters import composition
from filters.kinds import KINDS, layered
from filters.language.hangul_share import HangulShareThresholds
from filters.language.language import LanguageThresholds
from filters.linear import features, matching, shipped
from filters.profanity.abuse import AbuseThresholds
from filters.profanity.profanity import ProfanityThresholds
from filters.quality import statistics
from filters.quality.boilerplate import BoilerplateThresholds
from filters.quality.garbled import GarbledThresholds
from filters.quality.graphemes import GraphemesThresholds
from filters.quality.labels import LabelsThresholds
from filters.quality.layout import LayoutThresholds
from filters.quality.length import LengthThresholds
from filters.quality.mash import MashThresholds
from filters.quality.model import QualityThresholds
from filters.quality.repetition import RepetitionThresholds
from filters.quality.symbols import SymbolsThresholds
from filters.quality.words import WordsThresholds
from filters.rule import SCORING, Check, Scorer
from filters.spam import evidence
from filters.spam.adult import AdultThresholds
from filters.spam.affiliate import AffiliateThresholds
from filters.spam.contact import ContactThresholds
from filters.spam.gambling import GamblingThresholds
from filters.spam.hashtags import HashtagsThresholds
from filters.spam.illegal import IllegalThresholds
from filters.spam.links import LinksThresholds
from filters.spam.made import MadeThresholds
from filters.spam.model import SpamThresholds
from filters.spam.promotion import PromotionThresholds
from filters.spam.stuffing import StuffingThresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterConfig:
    """The list of rules, one line each, in catalog order: the first failing check names the reason.

    ``kinds`` and ``sources`` hold partial thresholds: name -> rule -> threshold -> value.
    After construction ``kinds`` shows the built-in values of KINDS too, so that a printed configuration
    and a fingerprint hold everything that decides.
    """

    length: LengthThresholds = LengthThresholds()
    hangul_share: HangulShareThresholds = HangulShareThresholds()
    language: LanguageThresholds = LanguageThresholds()
    symbols: SymbolsThresholds = SymbolsThresholds()
    labels: LabelsThresholds = LabelsThresholds()
    boilerplate: BoilerplateThresholds = BoilerplateThresholds()
    garbled: GarbledThresholds = GarbledThresholds()
    graphemes: GraphemesThresholds = GraphemesThresholds()
    mash: MashThresholds = MashThresholds()
    words: WordsThresholds = WordsThresholds()
    layout: LayoutThresholds = LayoutThresholds()
    repetition: RepetitionThresholds = RepetitionThresholds()
    quality: QualityThresholds = QualityThresholds()
    contact: ContactThresholds = ContactThresholds()
    links: LinksThresholds = LinksThresholds()
    affiliate: AffiliateThresholds = AffiliateThresholds()
    hashtags: HashtagsThresholds = HashtagsThresholds()
    stuffing: StuffingThresholds = StuffingThresholds()
    promotion: PromotionThresholds = PromotionThresholds()
    gambling: GamblingThresholds = GamblingThresholds()
    adult: AdultThresholds = AdultThresholds()
    illegal: IllegalThresholds = IllegalThresholds()
    spam: SpamThresholds = SpamThresholds()
    profanity: ProfanityThresholds = ProfanityThresholds()
    abuse: AbuseThresholds = AbuseThresholds()
    made: MadeThresholds = MadeThresholds()
    kinds: Mapping[str, Mapping[str, Mapping[str, float | None]]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Mapping[str, float | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", layered(KINDS, self.kinds))


# (rule, its thresholds' class) in catalog order.
RULES: tuple[tuple[Scorer, type], ...] = tuple(
    (item.default.RULE, type(item.default))
    for item in dataclasses.fields(FilterConfig)
    if item.default is not dataclasses.MISSING
)


def check_config(config: FilterConfig) -> None:
    """Raise ConfigError on a rule or threshold that does not exist, naming the nearest that does."""
    known = {
        rule.name: [item.name for item in dataclasses.fields(kind) if SCORING not in item.metadata]
        for rule, kind in RULES
    }
    for section in ("kinds", "sources"):
        for group, rules in getattr(config, section).items():
            for rule, values in rules.items():
                path = f"filters.{section}.{group}.{rule}"
                if rule not in known:
                    raise ConfigError(path, f"no such rule {rule!r}", _nearest(rule, list(known)))
                for name in values:
                    if name not in known[rule]:
                        raise ConfigError(f"{path}.{name}", f"no such threshold {name!r}", _nearest(name, known[rule]))


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(known))}"


def thresholds(
    config: FilterConfig, kind: str | None, source: str | None, languages: Collection[str] = ("ko",)
) -> dict[str, Any]:
    """Thresholds per rule name for one kind and source; kinds and sources not configured are ordinary."""
    found: dict[str, Any] = {}
    for rule, _ in RULES:
        value = getattr(config, rule.name)
        for partial in (config.kinds.get(kind or "", {}), config.sources.get(source or "", {})):
            if rule.name in partial:
                value = dataclasses.replace(value, **partial[rule.name])
        expecting = getattr(rule, "expecting", None)
        found[rule.name] = value if expecting is None else expecting(value, languages)
    return found


def checks(
    config: FilterConfig, kind: str | None, source: str | None, kinds: Mapping[str, KindConfig] | None = None
) -> tuple[tuple[Scorer, Check], ...]:
    """Every check of a kind and source, catalog order, switched-off ones (threshold None) too.

    ``kinds`` is the configuration's: what languages each kind expects, Korean by default.
    """
    expected = (kinds or {}).get(kind or "", KindConfig()).languages
    found = thresholds(config, kind, source, expected)
    return tuple((rule, check) for rule, _ in RULES for check in rule.checks(found[rule.name]))


CHECKS = tuple((rule, check) for rule, kind in RULES for check in rule.checks(kind()))
RULE_REASONS: tuple[str, ...] = tuple(check.reason for _, check in CHECKS)
# Every reason that a decision row may carry.
REASONS: tuple[str, ...] = (*RULE_REASONS, *STAGE_REASONS)


# What annotate reads of a configuration: the files that scores depend on.
SCORING_KEYS: tuple[str, ...] = tuple(
    f"filters.{rule.name}.{item.name}"
    for rule, kind in RULES
    for item in dataclasses.fields(kind)
    if SCORING in item.metadata
)
Pinned = tuple[tuple[str, str, str, str], ...]


def pinned(config: FilterConfig) -> Pinned:
    """(rule, key, URI, sha256) of every file that scores depend on under this configuration, as JSON holds it."""
    found = []
    for rule, kind in RULES:
        for item in dataclasses.fields(kind):
            value = getattr(getattr(config, rule.name), item.name)
            if SCORING in item.metadata and value is not None:
                found.append((rule.name, item.name, value.file, value.digest))
    return tuple(found)


def scorers(files: Pinned = ()) -> tuple[Scorer, ...]:
    """The rules in catalog order, reading ``files`` where the configuration names some.

    Raises ConfigError on a file that is not the pinned one.
    """
    given: dict[str, dict[str, PinnedFile]] = {}
    for rule_name, key, uri, digest in files:
        given.setdefault(rule_name, {})[key] = PinnedFile(file=uri, digest=digest)
    return tuple(rule.configured(given[rule.name]) if rule.name in given else rule for rule, _ in RULES)  # type: ignore[attr-defined]


def versions() -> dict[str, int | str]:
    """What alters scores besides the text."""
    return {
        **{f"filters.{rule.name}": rule.version for rule, _ in RULES},
        **shipped.versions(),
        "filters.linear.features": features.VERSION,
        "filters.linear.matching": matching.VERSION,
        "filters.composition": composition.VERSION,
        "filters.statistics": statistics.VERSION,
        "filters.evidence": evidence.VERSION,
        "unicode": unicodedata.unidata_version,
    }


BASE_COLUMNS = (
    pa.field("id", pa.binary()),
    pa.field("source", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("bytes", pa.int64()),
    pa.field("characters", pa.int32()),
)


@cache
def attribute_schema() -> pa.Schema:
    """Columns of attributes/: identity, sizes, then ``<rule>.<score>``; rule versions in the metadata."""
    scores = [pa.field(f"{rule.name}.{score.name}", score.type) for rule, _ in RULES for score in rule.scores]
    rules = {rule.name: rule.version for rule, _ in RULES}
    return pa.schema(
        [*BASE_COLUMNS, *scores],
        metadata={"malmoi.schema": "attribute 1", "malmoi.rules": json.dumps(rules, sort_keys=True)},
    )


# What rules may read of a document; a column that a batch lacks is all null.
COLUMNS = ("id", "source", "kind", "title", "text", "edits")


def score_batch(batch: DocumentBatch, rules: Sequence[Scorer] | None = None) -> pa.RecordBatch:
    """Attribute rows of a batch, in its order, by ``scorers()`` or those given.  Reads COLUMNS.

    Sizes are those of the text as it is, scores those of its composed form.
    """
    arrays = [
        batch.column("id"),
        batch.column("source"),
        batch.column("kind"),
        pa.array(np.diff(batch.text.offsets), pa.int64()),
        pa.array(statistics.counts(np.diff(batch.text.points.offsets)), pa.int32()),
    ]
    read = composition.composed(batch)
    for rule in scorers() if rules is None else rules:
        values = rule.score(read)
        arrays += [pa.array(values[score.name], score.type) for score in rule.scores]
    return pa.RecordBatch.from_arrays(arrays, schema=attribute_schema())
