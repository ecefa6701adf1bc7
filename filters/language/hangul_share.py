"""Hangul share: text that is not Korean, where Korean is what the kind expects.

The share is of letters (every script), so that code, numbers and punctuation neither help nor harm.
Syllables and every kind of jamo are Hangul; Han is not, although a range from ㄱ to 힣 would span it.
Weakness: a Korean caption over a foreign page passes; telling languages apart is another rule's work.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.quality.statistics import TextStatistics, quotient
from filters.rule import Array, Check, Score, Scorer


class HangulShare:
    name = "hangul_share"
    version = 2
    scores: tuple[Score, ...] = (
        Score("hangul", pa.float32(), "share", "Hangul among letters; 0 where there is no letter"),
        Score("jamo", pa.float32(), "share", "jamo among letters: Hangul that is no syllable, as in ㅋㅋ"),
        Score("latin", pa.float32(), "share", "Latin among letters"),
        Score("han", pa.float32(), "share", "Han among letters"),
        Score("kana", pa.float32(), "share", "kana among letters"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        statistics = TextStatistics.of(batch)
        letters = statistics.letters
        return {
            "hangul": quotient(statistics["syllable"] + statistics["jamo"], letters),
            "jamo": quotient(statistics["jamo"], letters),
            "latin": quotient(statistics["latin"], letters),
            "han": quotient(statistics["han"], letters),
            "kana": quotient(statistics["kana"], letters),
        }

    def expecting(self, thresholds: HangulShareThresholds, languages: Collection[str]) -> HangulShareThresholds:
        """The thresholds for a kind that expects ``languages``: off unless that is Korean alone."""
        return thresholds if set(languages) == {"ko"} else replace(thresholds, minimum=None)

    def checks(self, thresholds: HangulShareThresholds) -> tuple[Check, ...]:
        return (Check("hangul_share.too_low", "hangul", "below", thresholds.minimum),)


@dataclass(frozen=True, kw_only=True, slots=True)
class HangulShareThresholds:
    """None switches a check off.

    ``minimum``: dps's korean_job asks for 0.25; 13 % of 45,360 real Korean documents, reference pages full of
    code, have less, 0.07 % less than 0.06; of 2,728 English, Japanese and Chinese pages all have less.
    It holds where Korean is the only language that the kind expects (``kinds.<kind>.languages``).
    """

    RULE: ClassVar[Scorer] = HangulShare()

    minimum: float | None = 0.06
