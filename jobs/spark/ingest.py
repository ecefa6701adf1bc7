"""Stage ingest: files in every format to documents, quarantine and dropped rows.

Spark hands out (URI, range) and compares ids; text stays inside the tasks' own files.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as f

from corpus import storage
from corpus.errors import GateError, InputError
from corpus.extract.html import VERSION as EXTRACT_VERSION
from corpus.ledger import Census
from corpus.manifest import Part, content_digest
from corpus.sources.listing import plan
from jobs.spark.parts import map_parts
from jobs.stage import StageContext, StageResult
from jobs.tasks import clean
from jobs.tasks.ingest import IngestTask, ingest_part
from jobs.tasks.superseded import SupersededTask, drop_superseded

# The latest version of a document lives; what is equal in all but its place is told apart by the record.
ORDER = ("fetched_at", "text_digest", "digest", "file", "offset")


def run(context: StageContext) -> StageResult:
    """Raises InputError when an input has no file or all of them hold no record."""
    planned = [(item, slices) for item in context.config.inputs for slices in plan(item, context.config.ingest)]
    tasks = [
        IngestTask(context.run, index, item, context.config.ingest, slices)
        for index, (item, slices) in enumerate(planned)
    ]
    results = map_parts(context, tasks, ingest_part)
    read = sum(result["read"] for result in results)
    if read == 0:
        raise InputError(", ".join(item.uri for item in context.config.inputs), "the inputs hold no record")
    files = {item["part"]["name"]: item for result in results for item in result["documents"]}
    others = [Part.from_row(row) for result in results for row in result["others"]]
    census = Census()
    for result in [*results, *_superseded(context, list(files))]:
        census.merge(Census.from_rows(result["census"]))
        if "old" in result:
            del files[result["old"]]
            files[result["documents"]["part"]["name"]] = result["documents"]
            others.append(Part.from_row(result["dropped"]))
    for item in files.values():
        census.merge(Census.from_rows(item["census"]))
    if census.total().documents != read:
        raise GateError("ingest", f"{read} records were read, {census.total().documents} are accounted for")
    documents = [Part.from_row(item["part"]) for item in files.values()]
    skipped: dict[str, int] = {}
    for result in results:
        for name, number in result["skipped"].items():
            skipped[name] = skipped.get(name, 0) + number
    details = {
        "read": read,
        "skipped": skipped,
        "rights": {item.name: [item.rights.basis, item.rights.evidence] for item in context.config.inputs},
    }
    digests = {"content": content_digest(documents), "losses": content_digest(others)}
    return StageResult((*documents, *others), census, digests, details)


def _superseded(context: StageContext, names: list[str]) -> list[dict[str, Any]]:
    """Rewrite the files that hold an older version of a document; only ids are shuffled to find them."""
    if not names:
        return []
    session = context.session()
    uris = [context.uri(name) for name in names]
    frame = session.read.parquet(
        *(f"file://{storage.local_path(uri)}" if storage.is_local(uri) else uri for uri in uris)
    )
    repeated = frame.groupBy("id").count().where("count > 1").select("id").persist()
    try:
        if repeated.isEmpty():
            return []
        rows = frame.join(repeated, "id", "left_semi").select(
            "id", "fetched_at", "text_digest", "origin.digest", "origin.file", "origin.offset",
            f.col("_metadata.file_name").alias("part"),
        )  # fmt: skip
        latest = Window.partitionBy("id").orderBy(*(f.col(name).desc_nulls_last() for name in ORDER))
        losers = (
            rows.withColumn("rank", f.row_number().over(latest))
            .where("rank > 1")
            .select("id", "file", "offset", "part")
        )
        run = context.run

        def rewrite(table: pa.Table) -> pa.Table:
            places = zip(*(table.column(name).to_pylist() for name in ("id", "file", "offset")), strict=True)
            task = SupersededTask(run, f"documents/{table.column('part')[0].as_py()}", frozenset(places))
            return pa.table({"result": [json.dumps(drop_superseded(task))]})

        return [
            json.loads(row.result) for row in losers.groupBy("part").applyInArrow(rewrite, "result string").collect()
        ]
    finally:
        repeated.unpersist()


def versions() -> dict[str, int | str]:
    """Versions of the editors and of what the text's form depends on."""
    return {**clean.versions(), "extract": EXTRACT_VERSION}


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("ingest")
