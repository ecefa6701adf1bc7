"""Quarantined units of one file read again: what the stretches that they covered hold now.  No engine here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.sources.config import IngestConfig, InputConfig
from corpus.sources.listing import Slice
from corpus.sources.raw import SKIPPED, RawRecord
from jobs.tasks.ingest import IngestTask, Output, raw_records

# Formats whose offset is a place in bytes, so that a unit covers its size; elsewhere it is a number of rows.
BY_BYTES = frozenset({"jsonl", "warc", "html", "mediawiki", "text"})


@dataclass(frozen=True)
class Unit:
    """Where a quarantined unit begins and what it covers: up to ``end``, which None leaves open."""

    start: int
    end: int | None

    def covers(self, raw: RawRecord) -> bool:
        return raw.offset >= self.start and (self.end is None or raw.offset < self.end)


@dataclass(frozen=True)
class RetryTask:
    """One file of one input.

    By the name that rows carry (the file's, or archive!member): the units, and the ``places`` (offsets) and
    ``digests`` of records that have a row already.
    """

    run: str
    index: int
    generation: int
    item: InputConfig
    limits: IngestConfig
    slices: tuple[Slice, ...]
    units: Mapping[str, tuple[Unit, ...]]
    places: Mapping[str, frozenset[int]]
    digests: Mapping[str, frozenset[bytes]]


def unit_of(row: dict[str, Any], format_: str) -> Unit:
    """The stretch of a QUARANTINE row."""
    start = int(row["offset"])
    if str(row["class"]).startswith("file."):
        return Unit(start, None)  # the rest of the file
    size = int(row["bytes"] or 0) if format_ in BY_BYTES else 1
    return Unit(start, start + max(1, size))


def retry_part(task: RetryTask) -> dict[str, Any]:
    """``Output.result`` of the records that the units cover now."""
    stem = f"retry{task.generation:03d}"
    reading = IngestTask(task.run, task.index, task.item, task.limits, task.slices, stem)
    with Output(reading) as output:
        for piece, raw in raw_records(reading):
            file = raw.file or piece.file
            known = raw.offset in task.places.get(file, ()) or raw.digest in task.digests.get(file, ())
            if raw.fault == SKIPPED or known:
                continue
            if any(unit.covers(raw) for unit in task.units.get(file, ())):
                output.see(raw)
                output.record(raw, piece)
    return output.result()
