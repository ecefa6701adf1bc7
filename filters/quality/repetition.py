"""Repetition inside a document: lines, paragraphs, the top n-gram, all duplicate n-grams, in eojeol.

The measures are Gopher's (Rae et al. 2021, A.1.2), over eojeol: one eojeol is about 2.2 Korean
morphemes, so n of them span twice the text of n English words, and FineWeb-2's Korean values (Penedo et
al. 2025; morphemes by Kiwi) do not carry over either.  Weakness: statutes, man pages and reference tables
repeat by right; the values are set so that they stay, and only looping text falls.
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

TOP = (2, 3, 4)
EOJEOL = 20  # of fewer, one phrase said twice is a top n-gram, and the share says nothing and is 0
DUPLICATE = (5, 6, 7, 8, 9, 10)


class Repetition:
    name = "repetition"
    version = 2
    scores: tuple[Score, ...] = (
        Score("duplicate_lines", pa.float32(), "share", "lines that occurred before, among lines"),
        Score("duplicate_line_characters", pa.float32(), "share", "their characters"),
        Score("duplicate_paragraphs", pa.float32(), "share", "paragraphs that occurred before, among paragraphs"),
        Score("duplicate_paragraph_characters", pa.float32(), "share", "their characters"),
        *(
            Score(f"top_{n}", pa.float32(), "share", f"characters in the most frequent {n} eojeol; 0 below 20")
            for n in TOP
        ),
        *(Score(f"duplicate_{n}", pa.float32(), "share", f"characters in repeats of {n} eojeol") for n in DUPLICATE),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        written = statistics.written
        enough = np.where(statistics["eojeol"] >= EOJEOL, written, 0)
        return {
            "duplicate_lines": quotient(statistics["duplicate_lines"], statistics["lines"]),
            "duplicate_line_characters": quotient(statistics["duplicate_line_characters"], written),
            "duplicate_paragraphs": quotient(statistics["duplicate_paragraphs"], statistics["paragraphs"]),
            "duplicate_paragraph_characters": quotient(statistics["duplicate_paragraph_characters"], written),
            **{f"top_{n}": quotient(statistics[f"top_{n}"], enough) for n in TOP},
            **{f"duplicate_{n}": quotient(statistics[f"duplicate_{n}"], written) for n in DUPLICATE},
        }

    def checks(self, thresholds: RepetitionThresholds) -> tuple[Check, ...]:
        names = (score.name for score in self.scores)
        return tuple(Check(REASONS[name], name, "above", getattr(thresholds, name)) for name in names)


REASONS = {
    "duplicate_lines": "repetition.duplicate_lines",
    "duplicate_line_characters": "repetition.duplicate_line_characters",
    "duplicate_paragraphs": "repetition.duplicate_paragraphs",
    "duplicate_paragraph_characters": "repetition.duplicate_paragraph_characters",
    **{f"top_{n}": f"repetition.top_{n}_grams" for n in TOP},
    **{f"duplicate_{n}": f"repetition.duplicate_{n}_grams" for n in DUPLICATE},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RepetitionThresholds:
    """Shares above which a document falls; None switches a check off.

    Gopher's are .30 .20 .30 .20 for lines and paragraphs, .20 .18 .16 for the top 2- to 4-gram and .15 to
    .10 for duplicate 5- to 10-grams; they drop 14.8 % of 45,360 real Korean documents, FineWeb-2's Korean
    values 12.2 % (code fences, closing braces, forms of law, command pages).  These drop 0.06 %: tutorials that show
    their code twice stay, a text said three times (2/3) does not.  A top n-gram of 0.4 to 0.5 is that of a command
    page, which names its command in every line (37 of 47, read one by one).
    """

    RULE: ClassVar[Scorer] = Repetition()

    duplicate_lines: float | None = 0.85
    duplicate_line_characters: float | None = 0.7
    duplicate_paragraphs: float | None = 0.6
    duplicate_paragraph_characters: float | None = 0.55
    top_2: float | None = 0.5
    top_3: float | None = 0.5
    top_4: float | None = 0.5
    duplicate_5: float | None = 0.65
    duplicate_6: float | None = 0.64
    duplicate_7: float | None = 0.63
    duplicate_8: float | None = 0.62
    duplicate_9: float | None = 0.61
    duplicate_10: float | None = 0.6
