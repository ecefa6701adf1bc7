"""Another language model reruns annotate, and nothing that stands before it; its place alone does not."""

from __future__ import annotations

import io
from typing import Any

from corpus.manifest import Manifest, fingerprint
from jobs import load
from jobs.pipeline import BY_NAME, Pipeline
from jobs.progress import Progress


def facts(model: dict[str, str] | None, stage: str = "annotate", **language: float) -> dict[str, Any]:
    tree = {
        "inputs": [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}],
        "filters": {"language": {**language, **({"model": model} if model else {})}},
    }
    pipeline = Pipeline(load.from_json(tree), "run", Progress(io.StringIO(), live=False))
    ingest = Manifest("ingest", "0", (), None, {"content": "0"}, {})  # type: ignore[arg-type]
    return pipeline.facts(BY_NAME[stage], {"ingest": ingest})


def test_another_model_changes_what_annotate_depends_on_and_another_threshold_does_not() -> None:
    shipped = fingerprint(facts(None))
    one = fingerprint(facts({"file": "s3a://모형/가.bin", "digest": "1" * 64}))
    other = fingerprint(facts({"file": "s3a://모형/가.bin", "digest": "2" * 64}))
    moved = fingerprint(facts({"file": "hdfs://이웃/나.bin", "digest": "1" * 64}))
    assert len({shipped, one, other}) == 3
    assert moved == one
    assert fingerprint(facts(None, expected=0.5)) == shipped
