"""Stage dedup: signatures of all documents, and the verified graph of near-duplicates over them.

Nothing is dropped here: select elects the kept documents among those that pass every other rule.
"""

from __future__ import annotations

import importlib

from corpus import storage
from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from filters.dedup import candidates as buckets
from filters.dedup import rank, signature, verification
from jobs.spark.candidates import candidates
from jobs.spark.parts import map_parts
from jobs.spark.verification import verify
from jobs.stage import StageContext, StageResult
from jobs.tasks.candidates import FOLDER
from jobs.tasks.signatures import SignatureTask, signature_part
from jobs.tasks.verification import LOCAL_PAIRS, verify_locally


def versions() -> dict[str, int | str]:
    return {
        "signature": signature.SIGNATURE_VERSION,
        "unicode": signature.UNICODE_VERSION,
        "rank": rank.RANK_VERSION,
        "candidates": buckets.CANDIDATES_VERSION,
        "verification": verification.VERIFICATION_VERSION,
    }


def run(context: StageContext) -> StageResult:
    """Raises ConfigError for parameters that signatures cannot have."""
    signature.check(context.config.dedup)
    documents = context.inputs["ingest"].files("documents")
    tasks = [SignatureTask(context.run, part.name, context.config.dedup) for part in documents]
    answers = map_parts(context, tasks, signature_part, "files")
    signatures = [Part.from_row(answer["part"]) for answer in answers]
    census = Census()
    for answer in answers:
        census.merge(Census.from_rows(answer["census"]))
    storage.delete(context.uri(FOLDER))
    if context.config.engine == "streaming":
        found = importlib.import_module("jobs.streaming.dedup").run_streaming(context, signatures)
    else:
        found = candidates(context, signatures)
    few = sum(part.rows for part in found) <= LOCAL_PAIRS
    pairs = (verify_locally if few else verify)(context, documents, signatures, found)
    storage.delete(context.uri(FOLDER))
    measures = {
        "buckets": sum(part.measures["buckets"] for part in found),
        "skipped": sum(part.measures["skipped"] for part in found),
    }
    for part in pairs:
        for name, amount in part.measures.items():
            measures[name] = measures.get(name, 0) + amount
    measures["candidates"] = sum(amount for name, amount in measures.items() if name not in ("buckets", "skipped"))
    measures["pairs"] = sum(part.rows for part in pairs)
    digests = {"content": content_digest([*signatures, *pairs])}
    return StageResult((*signatures, *pairs), census, digests, measures)


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("dedup")
