"""Symbols: text that is mostly marks, digits, bullets or broken characters instead of sentences.

Sources: Gopher (Rae et al. 2021, A.1.1) for hashes, ellipses, bullets and ellipsis ends; HyperCLOVA
(Kim et al. 2021, A.2) names repetition of digits and special characters.  Few lines or characters say
nothing: below LINES lines and CHARACTERS characters (one phone number is a fifth) those shares are 0.
Weakness: price lists and tables of figures fall with the digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality.statistics import TextStatistics, quotient
from filters.rule import Array, Check, Score, Scorer

LINES = 10
CHARACTERS = 200


class Symbols:
    name = "symbols"
    version = 1
    scores: tuple[Score, ...] = (
        Score("symbols", pa.float32(), "share", "punctuation, symbols and emoji among characters"),
        Score("digits", pa.float32(), "share", "decimal digits among characters"),
        Score("replacements", pa.float32(), "share", "U+FFFD among characters"),
        Score("hashes", pa.float32(), "per eojeol", "number signs"),
        Score("ellipses", pa.float32(), "per eojeol", "… and ..."),
        Score("bullet_lines", pa.float32(), "share", "lines that begin with a bullet"),
        Score("ellipsis_lines", pa.float32(), "share", "lines that end in an ellipsis"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        written, eojeol = statistics.written, statistics["eojeol"]
        enough = np.where(written >= CHARACTERS, written, 0)
        lines = np.where(statistics["lines"] >= LINES, statistics["lines"], 0)
        return {
            "symbols": quotient(statistics["symbol"], written),
            "digits": quotient(statistics["digit"], enough),
            "replacements": quotient(statistics["replacements"], written),
            "hashes": quotient(statistics["hashes"], eojeol),
            "ellipses": quotient(statistics["ellipses"], eojeol),
            "bullet_lines": quotient(statistics["bullet_lines"], lines),
            "ellipsis_lines": quotient(statistics["ellipsis_lines"], lines),
        }

    def checks(self, thresholds: SymbolsThresholds) -> tuple[Check, ...]:
        return (
            Check("symbols.too_many_replacements", "replacements", "above", thresholds.maximum_replacements),
            Check("symbols.too_many", "symbols", "above", thresholds.maximum_symbols),
            Check("symbols.too_many_digits", "digits", "above", thresholds.maximum_digits),
            Check("symbols.too_many_hashes", "hashes", "above", thresholds.maximum_hashes),
            Check("symbols.too_many_ellipses", "ellipses", "above", thresholds.maximum_ellipses),
            Check("symbols.too_many_bullets", "bullet_lines", "above", thresholds.maximum_bullet_lines),
            Check("symbols.too_many_ellipsis_lines", "ellipsis_lines", "above", thresholds.maximum_ellipsis_lines),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SymbolsThresholds:
    """None switches a check off.  Shares are of characters other than white space unless said.

    Figures: shares of 45,360 real Korean documents, measured by the command in docs/filters.md.
    ``maximum_symbols``, ``maximum_digits``: 0.01 % and 0.01 % have more.  Of 45 documents with 0.24 to 0.6 of digits,
    read one by one, the 39 up to 0.32 are pages with prose (notices of releases with their digests, statutes with
    lists of lots, notes with tables); digits made by rule have 0.36 and more.
    ``maximum_replacements`` (U+FFFD): none has one in a hundred, every wrongly decoded one has.
    ``maximum_hashes``, ``maximum_ellipses`` (per eojeol): Gopher's 0.1 would drop 11 % for the headings of
    Markdown, so 3 for hashes; of ellipses it drops formulas and unspaced petitions, so 0.25.
    ``maximum_bullet_lines``, ``maximum_ellipsis_lines`` (of lines): Gopher's 0.9 for bullets drops minutes and
    indexes, so it is off; its 0.3 for ellipses would drop 0.15 %, command pages with `FILE ...`, so 0.5.
    """

    RULE: ClassVar[Scorer] = Symbols()

    maximum_symbols: float | None = 0.5
    maximum_digits: float | None = 0.32
    maximum_replacements: float | None = 0.01
    maximum_hashes: float | None = 3.0
    maximum_ellipses: float | None = 0.25
    maximum_bullet_lines: float | None = None
    maximum_ellipsis_lines: float | None = 0.5
