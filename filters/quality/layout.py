"""Layout: how lines end, how long they are, whether the text breaks off.  Scores; the checks are off as built in.

C4 (Raffel et al. 2020, 2.2) keeps lines that end in a punctuation mark and drops pages with a brace; FineWeb (Penedo
et al. 2024, 3.6) asks that .12 of lines end so, that .67 be no shorter than 30 characters, and for .3 line breaks a
word at most.  In Korean each of them loses verse, scripture, posts, tables and pages about programming, so the scores
are here for `malmoi study thresholds` and for your own kinds: a news source may well ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality.statistics import TextStatistics, counts, quotient
from filters.rule import Array, Check, Score, Scorer

LINES = 10  # of fewer lines the shares say nothing


class Layout:
    name = "layout"
    version = 1
    scores: tuple[Score, ...] = (
        Score("sentence_lines", pa.float32(), "share", "lines that end as a sentence does; 1 below 10 lines"),
        Score("short_lines", pa.float32(), "share", "lines of 15 characters or fewer; 0 below 10 lines"),
        Score("line_breaks", pa.float32(), "per eojeol", "line breaks; 0 below 10 lines"),
        Score("line", pa.float32(), "characters", "mean length of a line"),
        Score("sentences", pa.int32(), "sentences", "eojeol and lines that end a sentence"),
        Score("sentence", pa.float32(), "eojeol", "mean length of a sentence; 0 without one"),
        Score("braces", pa.float32(), "share", "{ and } among characters"),
        Score("complete", pa.int32(), "0 or 1", "whether the last line ends as a sentence does"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        lines, eojeol, written = statistics["lines"], statistics["eojeol"], statistics.written
        enough = np.where(lines >= LINES, lines, 0)
        ended = quotient(statistics["ended_lines"] + statistics["final_lines"], enough)
        breaks = np.where(lines >= LINES, lines + statistics["empty_lines"], 0)
        sentences = statistics["marked_sentences"] + statistics["final_lines"]
        return {
            "sentence_lines": np.where(lines >= LINES, ended, np.float32(1)),
            "short_lines": quotient(statistics["short_lines"], enough),
            "line_breaks": quotient(breaks, eojeol),
            "line": quotient(written, lines),
            "sentences": counts(sentences),
            "sentence": quotient(eojeol, sentences),
            "braces": quotient(statistics["braces"], written),
            "complete": counts(statistics["complete"]),
        }

    def checks(self, thresholds: LayoutThresholds) -> tuple[Check, ...]:
        return (
            Check("layout.too_few_sentence_lines", "sentence_lines", "below", thresholds.minimum_sentence_lines),
            Check("layout.too_many_short_lines", "short_lines", "above", thresholds.maximum_short_lines),
            Check("layout.too_many_line_breaks", "line_breaks", "above", thresholds.maximum_line_breaks),
            Check("layout.too_few_sentences", "sentences", "below", thresholds.minimum_sentences),
            Check("layout.sentence_too_long", "sentence", "above", thresholds.maximum_sentence),
            Check("layout.too_many_braces", "braces", "above", thresholds.maximum_braces),
            Check("layout.incomplete", "complete", "below", thresholds.minimum_complete),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LayoutThresholds:
    """None switches a check off, as all are."""

    RULE: ClassVar[Scorer] = Layout()

    minimum_sentence_lines: float | None = None
    maximum_short_lines: float | None = None
    maximum_line_breaks: float | None = None
    minimum_sentences: float | None = None
    maximum_sentence: float | None = None
    maximum_braces: float | None = None
    minimum_complete: float | None = None
