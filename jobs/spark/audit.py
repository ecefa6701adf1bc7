"""audit: a sample of kept documents is looked for again among all of them, by other seeds than dedup's.

Two passes over documents: the sampled rows alone for the index, then all kept text past it.  Nothing later
is made from its products, so that a rerun of select never waits for it.
"""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from dataclasses import replace

import numpy as np

from corpus import storage
from corpus.errors import GateError
from corpus.identity import ID_BYTES, MODULUS
from corpus.ledger import KEPT, Census
from filters.dedup.audit import AUDIT_VERSION
from filters.dedup.signature import UNICODE_VERSION
from jobs.spark.parts import map_parts
from jobs.stage import StageContext, StageResult
from jobs.tasks import audit as tasks

OFF = {"sampled": 0}  # what the manifest says where no document is asked


def versions() -> dict[str, int | str]:
    return {"audit": AUDIT_VERSION, "unicode": UNICODE_VERSION, "datasketch": importlib.metadata.version("datasketch")}


def run(context: StageContext) -> StageResult:
    """audit/sample.parquet and audit/twins.parquet; no file where no document is asked.

    Raises GateError when other documents were looked up than select kept.
    """
    config, size = context.config.dedup, context.config.audit.documents
    if not size:
        return StageResult((), Census(), {"content": tasks.content(OFF, ())}, OFF)
    select = context.inputs["select"]
    decisions = tuple(part.name for part in select.files("decisions"))
    blank = tasks.AuditTask(context.run, "", config, context.config.seed, size, decisions)
    drawing = [replace(blank, name=name) for name in decisions]
    sample = tasks.lowest(map_parts(context, drawing, tasks.drawn_part, "parts"), size)
    blank = replace(blank, sample=sample)
    documents = [replace(blank, name=part.name) for part in context.inputs["ingest"].files("documents")]
    tasks.gather_sketches(context.run, map_parts(context, documents, tasks.sketched_part, "files"))
    pairs = [replace(blank, name=part.name) for part in context.inputs["dedup"].files("pairs")]
    found = np.sum([answer["found"] for answer in map_parts(context, pairs, tasks.found_part, "parts")], axis=0)
    answers = map_parts(context, documents, tasks.twins_part, "files")
    for name in ("_sketches", storage.name(tasks.SKETCHES)):
        storage.delete(context.uri("audit", name))
    kept = select.census.total(fate=KEPT)
    seen = sum(answer["documents"] for answer in answers), sum(int(answer["ids"], 16) for answer in answers) % MODULUS
    if seen != (kept.documents, kept.ids):
        raise GateError("audit", f"{seen[0]} documents were looked up, {kept.documents} are kept", "Run audit again")
    twins: Counter[int] = Counter()
    for answer in answers:
        twins.update(dict(answer["twins"]))
    parts = tasks.write_twins(context.run, sample, twins, [row for answer in answers for row in answer["shown"]])
    details = tasks.figures(config, context.config.seed, len(sample) // ID_BYTES, found.tolist(), twins, answers)
    return StageResult(tuple(parts), Census(), {"content": tasks.content(details, parts)}, details)


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("audit")
