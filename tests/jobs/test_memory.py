"""Workers give back what earlier stages loaded, and can load it again."""

from __future__ import annotations

import pyarrow as pa

from corpus.document import DocumentBatch
from filters import catalog
from filters.profanity.lexicon import shipped
from jobs.memory import release


def test_released_models_score_as_before() -> None:
    batch = pa.record_batch(
        {"text": pa.array(["말모이는 우리말 사전을 만들려고 모은 원고의 이름이다. " * 9, None], pa.string())}
    )
    before = catalog.score_batch(DocumentBatch(batch))
    assert shipped.cache_info().currsize == 1
    release("filters")
    assert shipped.cache_info().currsize == 0
    assert catalog.score_batch(DocumentBatch(batch)).equals(before)
