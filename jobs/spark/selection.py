"""select: one decision per document from attributes, pairs, rights and overrides; text is never read."""

from __future__ import annotations

from corpus import areas, storage
from corpus.identity import MODULUS, hexadecimal
from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from filters import catalog
from filters.dedup.election import ELECTION_VERSION
from filters.dedup.loss import check
from filters.dedup.rank import RANK_VERSION, priorities
from jobs.spark.decisions import decide_by_rounds
from jobs.spark.parts import map_parts
from jobs.spark.quantiles import cuts_of
from jobs.spark.verdict_matches import matches_of
from jobs.stage import StageContext, StageResult
from jobs.tasks import overrides, quantiles, service_verdicts
from jobs.tasks.decide import RIGHTS_VERSION, DecideTask, SelectTask, part_count, select_whole
from jobs.tasks.decisions import details

# Up to this many documents and pairs one task decides alone: 520 MB and 3 s, where every round on Spark
# would cost a second whatever its size.
WHOLE = 300_000


def versions() -> dict[str, int | str]:
    own = {"election": ELECTION_VERSION, "rank": RANK_VERSION, "rights": RIGHTS_VERSION, "areas": areas.VERSION}
    own |= {"overrides": overrides.VERSION, "verdicts": service_verdicts.VERSION, "quantiles": quantiles.VERSION}
    return {**catalog.versions(), **own}


def run(context: StageContext) -> StageResult:
    config = context.config
    check(config.select.losses)
    if config.select.overrides:
        overrides.read_overrides(config.select.overrides)  # a faulty table stops here, not in a task
    service_verdicts.read_verdicts(config.select.verdicts)
    quantiles.check_config(config.select.quality, config.select.areas)
    priority = tuple(sorted(priorities(config.inputs).items()))
    documents = context.inputs["ingest"].files("documents")
    pairs = context.inputs["dedup"].files("pairs")
    rows = sum(part.rows for part in documents)
    whole = rows + sum(part.rows for part in pairs) <= WHOLE
    cuts = cuts_of(context, whole)
    tasks = tuple(
        DecideTask(
            context.run,
            storage.name(part.name),
            config.filters,
            tuple(sorted(config.kinds.items())),
            priority,
            config.select.overrides,
            config.select.verdicts,
            config.select.verdict_limits,
            config.select.areas,
            config.select.quality,
            cuts,
        )
        for part in documents
    )
    task = SelectTask(context.run, tasks, tuple(part.name for part in pairs), config.dedup.jaccard, part_count(rows))
    if whole:
        answers = map_parts(context, [task], select_whole, "passes")[0]["parts"]
    else:
        answers = decide_by_rounds(context, task)
    census = Census()
    for answer in answers:
        census.merge(Census.from_rows(answer["census"]))
    parts = tuple(Part.from_row(answer) for answer in answers)
    kept = sum(int(answer["kept"], 16) for answer in answers) % MODULUS
    digests = {"content": content_digest(parts), "kept": hexadecimal(kept)}
    told = {**details(parts, census, config.select.losses), "quantiles": quantiles.told(cuts, config.select.quality)}
    return StageResult(parts, census, digests, {**told, **matches_of(context)})


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("select")
