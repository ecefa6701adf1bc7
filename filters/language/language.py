"""Language: pages in another language than the kind expects, pages mixed of several, and romanised Korean.

fastText scores a sample of the document's prose (`prose.py`), script by script, and each script's answer counts by
its share of that prose: so Korean full of code and English terms is Korean, and a page that is translated only in
its headings is not.  Of little Hangul the script decides, which one language has: lid.176 takes one comment in two
thousand for Japanese or Turkish, mostly unspaced ones.  Japanese and simplified Chinese inside lines of Hangul are
told by their characters, and count where a machine has mixed three languages or Hangul is a third or less.
Weakness: lists of foreign names without a sentence are no prose, and pass under a Korean heading; sentences of two
languages in one line may be a translation, and pass.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import PinnedFile
from filters.language import romanised
from filters.language.identifier import CODES, COLUMNS, columns, identifier
from filters.language.prose import Prose
from filters.language.prose_kernel import CHINESE, HANGUL, JAPANESE, WEIGHTS
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised


class Language:
    name = "language"
    version = 2
    scores: tuple[Score, ...] = (
        *(Score(code, pa.float32(), "share", f"prose in the language {code}, by fastText") for code in CODES),
        Score("other", pa.float32(), "share", "prose in any other language"),
        Score("mixed", pa.float32(), "share", "prose neither in the document's main language nor in English"),
        Score("romanised", pa.float32(), "share", "words of Latin prose that end as romanised Korean does"),
    )

    def __init__(self, file: PinnedFile | None = None) -> None:
        self.file = file

    def configured(self, files: Mapping[str, PinnedFile]) -> Language:
        """The rule that scores by the user's model.  Raises ConfigError when it is not the pinned one."""
        identifier(files["model"])
        return Language(files["model"])

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        prose = Prose.of(batch)
        shares = prose.weights / np.maximum(prose.weights.sum(axis=1), 1)[:, None]
        # What a group is without a model: Hangul is Korean, of any other script but kana nothing is known.
        likeliest = np.full((len(batch), WEIGHTS), COLUMNS.index("other"))
        for group, code in ((HANGUL, "ko"), (JAPANESE, "ja"), (CHINESE, "zh")):
            likeliest[:, group] = COLUMNS.index(code)
        parts = np.eye(len(COLUMNS))[likeliest]
        found, best = identifier(self.file).identify(prose.samples)
        parts[prose.document, prose.group] = found
        likeliest[prose.document, prose.group] = best
        result: dict[str, Array] = {}
        beside = []
        for place, code in enumerate(COLUMNS):
            total, certain = np.zeros(len(batch)), np.zeros(len(batch))
            for group in range(WEIGHTS):
                total += shares[:, group] * parts[:, group, place]
                certain += shares[:, group] * (likeliest[:, group] == place)
            result[code] = quantised(total)
            beside += [] if code == "en" else [certain]
        result["mixed"] = quantised(np.sum(beside, axis=0) - np.max(beside, axis=0))
        result["romanised"] = quantised(romanised.share(prose, shares))
        return result

    def expecting(self, thresholds: LanguageThresholds, languages: Collection[str]) -> LanguageThresholds:
        """The thresholds for a kind that expects ``languages``; nothing is asked of a kind that expects none."""
        known = {item.name: getattr(thresholds, item.name) for item in fields(LanguageThresholds)}
        return _Expected(**known, languages=tuple(languages))

    def checks(self, thresholds: LanguageThresholds) -> tuple[Check, ...]:
        expected = columns(thresholds.languages if isinstance(thresholds, _Expected) else ("ko",))
        return (
            Check("language.romanised", "romanised", "above", thresholds.romanised if "ko" in expected else None),
            Check("language.not_expected", expected, "below", thresholds.expected if expected else None),
            Check("language.mixed", "mixed", "above", thresholds.mixed if expected else None),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageThresholds:
    """None switches a check off.  Shares are of the document's prose, in bytes.

    ``expected``: of the languages that the kind expects.  ``mixed``: of neither the main language nor English,
    whose terms, titles and quotations stand in any other.  ``romanised``: of the words of Latin prose.
    ``model``: another fastText model, .bin or .ftz, with labels such as ko or kor_Hang.
    """

    RULE: ClassVar[Scorer] = Language()

    expected: float | None = 0.3
    mixed: float | None = 0.3
    romanised: float | None = 0.08
    model: PinnedFile | None = field(default=None, metadata={SCORING: True})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Expected(LanguageThresholds):
    """Thresholds together with the languages of a kind."""

    languages: tuple[str, ...]
