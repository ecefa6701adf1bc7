"""tokenizer: pieces of a sample counted by every task, summed by Spark, merged on the driver."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from corpus import storage
from corpus.errors import InputError
from corpus.ledger import KEPT, Census
from jobs.spark.parts import map_parts
from jobs.spark.tables import tables
from jobs.stage import StageContext, StageResult
from jobs.tasks.pieces import ALL, PiecesTask, fidelity_part, pieces_part, threshold
from serializer.tokenizer import fidelity, training, write
from serializer.tokenizer.counts import COUNTS

versions = training.versions

FIDELITY_BYTES = 2_000_000  # of the sample, in expectation: 0.6 million tokens, shares good to about 0.1 %


def run(context: StageContext) -> StageResult:
    """Publishes tokenizer.json, tokenizer_config.json and training.json.

    Raises InputError when nothing is kept, ConfigError when a given tokenizer is not the pinned one.
    """
    config = context.config.tokenizer
    kept = context.inputs["select"].census.total(fate=KEPT)
    if config.path is not None:
        trained = training.given(config.path, config.sha256)
    elif not kept.documents:
        raise InputError("tokenizer", "no document is kept", "`malmoi report` shows why; lower the filters' thresholds")
    else:
        counts, sample = _counted(context, threshold(kept.bytes, config.sample_share, config.sample_floor_bytes))
        trained = training.trained(config, counts, {"kept_bytes": kept.bytes, **sample})
    tokenizer = training.published(context.run, training.TOKENIZER_FILE, trained.tokenizer)
    facts = dict(trained.facts)
    if config.path is None and config.morphemes == "mecab":
        sums: Counter[str] = Counter({"documents": 0, **fidelity.NOTHING})
        for item in map_parts(context, _tasks(context, threshold(kept.bytes, 0.0, FIDELITY_BYTES)), fidelity_part):
            sums.update(item)
        facts["without_analyzer"] = fidelity.facts(sums)
    settings = write.tokenizer_config(facts["end_of_document"]["token"])
    others = ((training.CONFIG_FILE, settings), (training.FACTS_FILE, training.facts_json(facts)))
    parts = (tokenizer, *(training.published(context.run, name, data) for name, data in others))
    return StageResult(parts, Census(), {"content": tokenizer.sha256}, facts)


def _counted(context: StageContext, draws: int) -> tuple[pa.Table, dict[str, int]]:
    """Counts in byte order of pieces, exact integers and so equal for any layout; the sample's size."""
    while True:
        done = map_parts(context, _tasks(context, draws), pieces_part)
        sample = {name: sum(item[name] for item in done) for name in ("documents", "bytes")}
        if draws == ALL or 2 * sample["bytes"] >= context.config.tokenizer.sample_floor_bytes:
            break
        draws = min(ALL, 2 * draws)  # few long documents: the draw missed too many of them
    frame = tables(context, [item["output"] for item in done], COUNTS)
    counts = frame.groupBy("piece").sum("count").toArrow().rename_columns(COUNTS.names).cast(COUNTS)
    storage.delete(context.uri("tokenizer", "counts"))
    return counts.sort_by("piece"), sample


def _tasks(context: StageContext, draws: int) -> list[PiecesTask]:
    documents = context.inputs["ingest"].files("documents")
    decisions = tuple(part.name for part in context.inputs["select"].files("decisions"))
    seed, morphemes = context.config.seed, context.config.tokenizer.morphemes == "mecab"
    tokenizer = context.uri("tokenizer", training.TOKENIZER_FILE)
    rest = (decisions, seed, draws, morphemes, tokenizer, context.config.mix)
    return [PiecesTask(context.run, part.name, *rest) for part in documents]


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("tokenizer")
