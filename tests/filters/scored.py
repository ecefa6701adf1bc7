"""One document through the catalog: its scores, and the reasons under thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.sources.config import KindConfig
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide


def scores(text: str | None) -> dict[str, Any]:
    batch = pa.record_batch({"text": pa.array([text], pa.string())})
    return dict(catalog.score_batch(DocumentBatch(batch)).to_pylist()[0])


def reasons(
    text: str | None,
    kind: str | None = "others",
    source: str | None = "원천",
    config: FilterConfig | None = None,
    kinds: Mapping[str, KindConfig] | None = None,
) -> list[str]:
    """All failing reasons of one text, in catalog order."""
    batch = pa.record_batch(
        {"kind": pa.array([kind], pa.string()), "source": pa.array([source], pa.string()), "text": [text]},
        schema=pa.schema([("kind", pa.string()), ("source", pa.string()), ("text", pa.string())]),
    )
    decided = decide(catalog.score_batch(DocumentBatch(batch)), config or FilterConfig(), kinds)
    return list(decided.all_reasons.to_pylist()[0])
