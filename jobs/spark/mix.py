"""mix: kept documents, repeated or thinned to the recipe, in final order.  The one text shuffle."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from corpus.errors import GateError, InputError
from corpus.identity import MODULUS
from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from jobs.spark.parts import map_parts
from jobs.spark.shuffle import shuffle_parts
from jobs.stage import StageContext, StageResult
from jobs.tasks.lengths import LengthsTask, lengths_part
from jobs.tasks.mixture import MixTask, copies_part, rows_part, totals_part, write_part, write_parts
from mixer import achieved, copies, recipe, validation
from mixer.mixed import MIXED


def versions() -> dict[str, int | str]:
    return {"copies": copies.VERSION, "mixed": 1, "validation": validation.VERSION}


def run(context: StageContext) -> StageResult:
    config = context.config.mix
    recipe.check_config(config)
    documents = [part.name for part in context.inputs["ingest"].files("documents")]
    decisions = tuple(part.name for part in context.inputs["select"].files("decisions"))
    tokenizer = context.uri("tokenizer", "tokenizer.json")
    encoding = [LengthsTask(context.run, name, decisions, tokenizer) for name in documents]
    counted = [Part.from_row(row) for row in map_parts(context, encoding, lengths_part, "files")]
    tasks = [
        MixTask(context.run, name, part.name, config, context.config.seed)
        for name, part in zip(documents, counted, strict=True)
    ]
    available, apart = dict[str, recipe.Amount](), dict[str, recipe.Amount]()
    for answer in map_parts(context, tasks, totals_part, "files"):
        for found, by_kind in ((available, answer["train"]), (apart, answer["apart"])):
            for kind, sums in by_kind.items():
                found[kind] = found.get(kind, recipe.Amount()) + recipe.Amount(*sums)
    available |= {kind: recipe.Amount() for kind in apart if kind not in available}
    if not available:
        raise InputError("mix", "no document is kept", "Look at the reasons: malmoi report, malmoi sample")
    plan = recipe.plan(config, available)
    epochs = tuple((kind, value.numerator, value.denominator) for kind, value in plan.epochs().items())
    tasks = [replace(task, epochs=epochs) for task in tasks]
    census, mixed, ids = Census(), dict[str, achieved.Mixed](), 0
    for answer in map_parts(context, tasks, copies_part, "files"):
        census.merge(Census.from_rows(answer["census"]))
        ids += int(answer["ids"], 16)
        for kind, sums in answer["mixed"].items():
            mixed[kind] = mixed.get(kind, achieved.Mixed()) + achieved.Mixed(*sums)
    count = recipe.part_count(config, sum(item.bytes for item in mixed.values()))
    beside = validation.part_count(config, sum(item.bytes for item in apart.values()))
    tasks = [replace(task, parts=count, validation_parts=beside) for task in tasks]
    write = partial(write_parts, context.run, count)
    written = shuffle_parts(context, tasks, rows_part, MIXED, ("order", "id", "copy"), write, count + beside)
    numbers = range(count + beside)
    parts = [written.get(n) or Part.from_row(write_part(context.run, n, count, ())) for n in numbers]
    rows = sum(item.rows for item in mixed.values()) + sum(item.documents for item in apart.values())
    if (sum(part.rows for part in parts), sum(part.ids for part in parts) % MODULUS) != (rows, ids % MODULUS):
        raise GateError("mix", f"the parts do not hold the {rows} rows of the plan", "Run mix again")
    shares = {kind: validation.share(config, kind) for kind in available}
    details = {**achieved.report(plan, mixed, apart, shares), "parts": count, "seed": context.config.seed}
    return StageResult((*counted, *parts), census, {"content": content_digest(parts)}, details)


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("mix")
