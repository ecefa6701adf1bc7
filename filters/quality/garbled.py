"""Garbled: Korean that was decoded wrongly (mojibake), in the three forms that hold no U+FFFD.

UTF-8 read as CP949 gives syllables that Korean is not written with; CP949 or UTF-8 read as Latin-1 gives À to ÿ;
and two U+FFFD saved as UTF-8 and read as CP949 give 占쏙옙, of which nothing can be had back.  Ingest mends what can
be mended without loss; this finds the rest.  Weakness: prose on spelling or fonts that lists rare syllables.
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

SYLLABLES = 20  # of fewer, one "뷁" would be a share
CHARACTERS = 20


class Garbled:
    name = "garbled"
    version = 1
    scores: tuple[Score, ...] = (
        Score("uncommon", pa.float32(), "share", "syllables outside KS X 1001; 0 below 20 syllables"),
        Score("latin_1", pa.float32(), "share", "U+00A1 to U+00FF among characters; 0 below 20 characters"),
        Score("lost", pa.float32(), "share", "pairs 쏙옙 among syllables"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        syllables, written = statistics["syllable"], statistics.written
        return {
            "uncommon": quotient(statistics["uncommon_syllables"], np.where(syllables >= SYLLABLES, syllables, 0)),
            "latin_1": quotient(statistics["latin_1"], np.where(written >= CHARACTERS, written, 0)),
            "lost": quotient(2 * statistics["lost_syllables"], syllables),
        }

    def checks(self, thresholds: GarbledThresholds) -> tuple[Check, ...]:
        return (
            Check("garbled.uncommon_syllables", "uncommon", "above", thresholds.maximum_uncommon),
            Check("garbled.latin_1", "latin_1", "above", thresholds.maximum_latin_1),
            Check("garbled.lost_syllables", "lost", "above", thresholds.maximum_lost),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class GarbledThresholds:
    """Shares above which a document falls; None switches a check off.

    Figures: 45,360 real Korean documents, by the command in docs/filters.md.
    ``maximum_uncommon``: .03 % of the syllables of prose, 92.6 % of UTF-8 read as CP949; one document has more than
    .08 (a page about a language of strange syllables).  ``maximum_latin_1``: none has more than .08.
    ``maximum_lost``: none has any.
    """

    RULE: ClassVar[Scorer] = Garbled()

    maximum_uncommon: float | None = 0.08
    maximum_latin_1: float | None = 0.1
    maximum_lost: float | None = 0.01
