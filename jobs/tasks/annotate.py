"""Annotate one part: read the columns that rules need, write one row of scores per document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import DocumentBatch
from corpus.identity import digest_sum
from corpus.ledger import KEPT, Census, Entry
from corpus.table import PartWriter, read_batches
from filters import catalog


@dataclass(frozen=True)
class AnnotateTask:
    """``part``: the documents file, relative to ``run``; its stem names the attributes file.

    ``folder``: what stands for the run when writing, where a committer promotes the file later.
    ``pinned``: catalog.pinned of the configuration.
    """

    run: str
    part: str
    folder: str | None = None
    pinned: catalog.Pinned = ()

    @property
    def attributes(self) -> str:
        return f"attributes/{storage.name(self.part)}"


def annotate_part(task: AnnotateTask) -> dict[str, Any]:
    """Write attributes/<stem>.parquet, rows in the order of the documents.

    Returns JSON: ``part`` (Part.row()) and ``census`` (Census.rows() of the documents annotated).
    """
    census, rules = Census(), catalog.scorers(task.pinned)
    with PartWriter(task.folder or task.run, task.attributes, catalog.attribute_schema()) as writer:
        for batch in read_batches(storage.join(task.run, task.part), catalog.COLUMNS):
            rows = catalog.score_batch(DocumentBatch(batch), rules)
            writer.write(rows)
            _count(rows, census)
    return {"part": writer.done().row(), "census": census.rows()}


def _count(rows: pa.RecordBatch, census: Census) -> None:
    """Documents, bytes and ids per source and kind."""
    pairs = pa.Table.from_batches([rows]).group_by(["source", "kind"]).aggregate([("bytes", "sum")])
    for pair in pairs.to_pylist():
        same_source = pc.equal(rows.column("source"), pair["source"])
        mine = rows.filter(pc.and_(same_source, pc.equal(rows.column("kind"), pair["kind"])))
        entry = Entry(pair["source"], pair["kind"], KEPT, "")
        census.add(entry, mine.num_rows, pair["bytes_sum"], digest_sum(mine.column("id")))
