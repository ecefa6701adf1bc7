"""Takes superseded rows out of one documents file, which is written anew under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import DOCUMENT, ORIGIN
from corpus.identity import hexadecimal
from corpus.ledger import DROPPED, KEPT, RECORD, Census, Entry
from corpus.sources.batch import dropped_row
from corpus.table import PartWriter, read_batches
from jobs.tasks.ingest import PLACES

REASON = "ingest.superseded"


# What tells versions of a document apart, and where each lies; ``part`` is the documents file.
PLACED = pa.schema(
    [
        *(DOCUMENT.field(name).remove_metadata() for name in ("id", "fetched_at", "text_digest")),
        *(pa.field(name, ORIGIN.field(name).type) for name in ("digest", "file", "offset")),
        pa.field("part", pa.string()),
    ]
)


@dataclass(frozen=True)
class PlacesTask:
    """``name``: the documents file below ``run``."""

    run: str
    name: str


def placed(task: PlacesTask) -> Iterator[pa.RecordBatch]:
    """PLACED rows of a documents file."""
    for batch in read_batches(storage.join(task.run, task.name), ["id", "fetched_at", "text_digest", "origin"]):
        origin = batch.column("origin")
        columns = [batch.column(name) for name in ("id", "fetched_at", "text_digest")]
        columns += [pc.struct_field(origin, name) for name in ("digest", "file", "offset")]
        columns.append(pa.repeat(pa.scalar(task.name), batch.num_rows))
        yield pa.RecordBatch.from_arrays(columns, schema=PLACED)


@dataclass(frozen=True)
class SupersededTask:
    """``name``: the documents file below ``run``; ``losers``: (id, file, offset) of rows to drop."""

    run: str
    name: str
    losers: frozenset[tuple[bytes, str, int]]


def drop_superseded(task: SupersededTask) -> dict[str, Any]:
    """{old, documents: {part, census}, dropped: part, census, records}, in the shape of ingest_part's result.

    The old file stays until the stage is published, so that a task run twice does the same twice.
    """
    stem = storage.name(task.name).removesuffix(".parquet")
    kept, census = Census(), Census()
    records = 0  # sum of the digests of the records that were dropped
    with (
        PartWriter(task.run, f"documents/{stem}-live.parquet", DOCUMENT, PLACES["documents"]) as documents,
        PartWriter(task.run, f"dropped/{stem}-superseded.parquet", RECORD, PLACES["dropped"]) as dropped,
    ):
        for batch in read_batches(storage.join(task.run, task.name)):
            origins: list[Mapping[str, Any]] = batch.column("origin").to_pylist()
            identities = batch.column("id").to_pylist()
            rows = [(key, at["file"], at["offset"]) for key, at in zip(identities, origins, strict=True)]
            lost = np.array([place in task.losers for place in rows], np.bool_)
            texts = np.diff(
                np.frombuffer(batch.column("text").buffers()[1], np.int32)[batch.column("text").offset :][
                    : len(rows) + 1
                ]
            )
            gone = []
            for index, (source, kind) in enumerate(
                zip(batch.column("source").to_pylist(), batch.column("kind").to_pylist(), strict=True)
            ):
                identity = rows[index][0]
                if lost[index]:
                    records += int.from_bytes(origins[index]["digest"], "big")
                    gone.append(dropped_row(identity, source, kind, REASON, origins[index]))
                entry = Entry(source, kind, DROPPED, REASON) if lost[index] else Entry(source, kind, KEPT, "")
                (census if lost[index] else kept).add(entry, 1, int(texts[index]), int.from_bytes(identity, "big"))
            documents.write(batch.filter(pa.array(~lost)))
            if gone:
                dropped.write(pa.RecordBatch.from_pylist(gone, schema=RECORD))
    return {
        "old": task.name,
        "documents": {"part": documents.done().row(), "census": kept.rows()},
        "dropped": dropped.done().row(),
        "census": census.rows(),
        "records": hexadecimal(records),
    }
