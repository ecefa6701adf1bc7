"""Made: signs that a text was translated or written by a machine.  Scores; every check is off.

Translation from English shows in a few constructions (에 의해, 그것은) and in English set in brackets behind its
Korean; a language model in what it says of itself, and in what a prompt leaves behind.  Good translations and pages
about language models have them, too, so nothing falls by them unless a threshold is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from corpus.document import DocumentBatch
from filters.rule import Array, Check, Score, Scorer
from filters.spam.evidence import Evidence


class Made:
    name = "made"
    version = 1
    scores: tuple[Score, ...] = (
        Score("translated", pa.float32(), "per 1,000 characters", "constructions of translations"),
        Score("glosses", pa.float32(), "per 1,000 characters", "Latin in brackets right behind Hangul"),
        Score("assistant", pa.int32(), "count", "what a language model says of itself or instead of an answer"),
        Score("leftovers", pa.int32(), "count", "what a prompt or an interface leaves"),
    )

    def score(self, batch: DocumentBatch) -> Mapping[str, Array]:
        evidence = Evidence.of(batch)
        return {
            "translated": evidence.per_1000("translated"),
            "glosses": evidence.per_1000("glosses"),
            "assistant": evidence["assistant"],
            "leftovers": evidence["leftover"],
        }

    def checks(self, thresholds: MadeThresholds) -> tuple[Check, ...]:
        return (
            Check("made.translated", "translated", "above", thresholds.maximum_translated),
            Check("made.glosses", "glosses", "above", thresholds.maximum_glosses),
            Check("made.assistant", "assistant", "above", thresholds.maximum_assistant),
            Check("made.leftovers", "leftovers", "above", thresholds.maximum_leftovers),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeThresholds:
    """All off: what is made by a machine is not bad by that alone.

    The 99th percentiles of ``translated`` are 6.6 in petitions, 5.3 in news, 1.4 to 1.9 in translated manuals, so the
    measure tells register more than origin; of ``glosses`` 1 to 6.
    """

    RULE: ClassVar[Scorer] = Made()

    maximum_translated: float | None = None
    maximum_glosses: float | None = None
    maximum_assistant: float | None = None
    maximum_leftovers: float | None = None
