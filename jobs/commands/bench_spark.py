"""Speed of ingest and annotate inside Spark: one core, workers and JVM warm, as the stages of a run are.

CPU seconds of the driver, its JVM and the worker together, over a whole stage with its manifest; MB of UTF-8
text.  The first turn over the texts loads kernels, models and the JVM's code; the fastest of the next is given.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Sequence
from typing import Any

from corpus import manifest as manifests
from corpus.ledger import KEPT
from corpus.sources.config import InputConfig, RightsBasis
from filters import catalog
from jobs.commands.bench_chain import Tree
from jobs.config import Config
from jobs.pipeline import Pipeline
from jobs.progress import Progress

TURNS = 3
STAGES = {
    "ingest": "ingest JSON lines, all editors, inside Spark",
    "annotate": f"{len(catalog.RULES)} rules, inside Spark",
}


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against."""
    with tempfile.TemporaryDirectory(prefix="malmoi-spark") as folder:
        path = os.path.join(folder, "texts.jsonl")
        with open(path, "w", encoding="utf-8") as stream:
            for number, text in enumerate(texts):
                row = {"id": f"bench-{number}", "title": text.partition("\n")[0][:40], "text": text}
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        item = InputConfig(name="bench", uri=path, rights=RightsBasis(basis="own"), class_="permitted")
        run = os.path.join(folder, "run")
        pipeline = Pipeline(Config(inputs=(item,)), run, Progress(io.StringIO()), "local[1]")
        try:
            with Tree(os.getpid()) as tree:
                for stage in STAGES:
                    _turn(pipeline, tree, stage)
                seconds = {stage: min(_turn(pipeline, tree, stage) for _ in range(TURNS)) for stage in STAGES}
        finally:
            pipeline.close()
        size = manifests.read(run, "ingest").census.total(fate=KEPT).bytes / 1e6
    return [
        {"name": name, "work": None, "mb_per_s": size / seconds[stage], "ratio": None, "against": None}
        for stage, name in STAGES.items()
    ]


def _turn(pipeline: Pipeline, tree: Tree, stage: str) -> float:
    """CPU seconds of the whole process tree for one stage, made anew."""
    tree.sample()
    before = tree.cpu_seconds
    pipeline.execute([stage], force=True)
    tree.sample()
    return tree.cpu_seconds - before
