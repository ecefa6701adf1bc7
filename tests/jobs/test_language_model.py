"""The language model in the chain: what reruns for another one, that it ships whole, and how explain tells it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.document import DocumentBatch
from corpus.manifest import Manifest, fingerprint
from filters import catalog
from jobs import load
from jobs.commands import dist, explain
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


def test_the_shipped_model_and_its_licence_travel_in_the_zip(tmp_path: Path) -> None:
    archive = dist.build(tmp_path / "malmoi.zip")
    code = (
        "import filters; from filters.language.identifier import identifier; "
        "from importlib.resources import files; "
        "card = (files('filters.language') / 'models' / 'lid.176.md').read_text(encoding='utf-8'); "
        "print('malmoi.zip' in filters.__file__, len(identifier().model.labels), 'CC-BY-SA-3.0' in card)"
    )
    environment = {**os.environ, "PYTHONPATH": str(archive), "PYTHONSAFEPATH": "1"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    assert told.stdout.split() == ["True", "176", "True"]


class NoFiles:
    """A stage that was published without a file: nothing is compared with the document."""

    def files(self, _: str) -> list[Any]:
        return []


def test_explain_prints_the_sum_that_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = {
        "inputs": [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}],
        "kinds": {"wiki": {"languages": ["en", "ja"]}},
    }
    batch = pa.record_batch(
        {"kind": ["wiki"], "source": ["가"], "text": ["사전은 낱말을 모아 뜻을 적은 책이다.\nThe book of words\n"]}
    )
    attributes = catalog.score_batch(DocumentBatch(batch)).to_pylist()[0]
    row = {"kind": "wiki", "source": "가", "id": b"0"}
    document = explain._Document("run", {"annotate": NoFiles()}, load.from_json(tree), "documents/part.parquet", 0, row)
    monkeypatch.setattr(document, "one", lambda *_: attributes)
    told = {item["score"]: item for item in document.scores() if item["score"].startswith("language.")}
    both = told["language.en + language.ja"]
    assert both["value"] == attributes["language.en"] + attributes["language.ja"] < 0.3
    assert (both["threshold"], both["is"], both["reason"]) == (0.3, "fails", "language.not_expected")
    assert (told["language.en"]["is"], told["language.ko"]["is"]) == ("measured", "measured")
    assert told["language.mixed"]["is"] == "passes"
