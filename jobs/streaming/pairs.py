"""Signatures become lines of the candidates job, and its lines become candidates files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

import corpus.errors
from corpus.identity import ID_BYTES
from corpus.manifest import Part
from filters.dedup.candidates import MEMBER_BYTES, Pairs, bucket_key, entries
from jobs.streaming.attempt import Attempt
from jobs.streaming.rows import lines
from jobs.tasks.candidates import write_pairs_once

ERROR, SKIPPED, BUCKETS = "error", "skipped", "buckets"  # no hexadecimal digits: never a bucket or an id
PAIRS_PER_PART = 1_000_000  # 130 MB of lines


def bucket_lines(batch: pa.RecordBatch, priority: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(bucket, member) in hexadecimal for every bucket of every document of a batch of signatures."""
    found = entries(batch, priority)
    digits, width = found.members.tobytes().hex(), 2 * MEMBER_BYTES
    for number, key in enumerate(found.keys.tolist()):
        yield bucket_key(key), digits[number * width : (number + 1) * width]


def write_candidates(attempt: Attempt, run: str) -> list[Part]:
    """candidates/part-NNNNN.parquet below ``run``, a bounded number of pairs each.

    The sums of all reducers stand on the last.  Raises the error of a map task that could not read its file.
    """
    sums = {SKIPPED: 0, BUCKETS: 0}
    parts: list[Part] = []
    for digits in _blocks(attempt, sums):
        both = np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(-1, 2 * ID_BYTES)
        last = len(digits) < PAIRS_PER_PART * 4 * ID_BYTES
        counts = (sums[BUCKETS], sums[SKIPPED]) if last else (0, 0)
        pairs = Pairs(both[:, :ID_BYTES], both[:, ID_BYTES:], *counts)
        parts.append(Part.from_row(write_pairs_once(run, len(parts), pairs)))
    return parts


def _blocks(attempt: Attempt, sums: dict[str, int]) -> Iterator[str]:
    """Hexadecimal digits of full blocks of pairs, then of one that is not full."""
    waiting: list[str] = []
    for line in lines(attempt):
        key, _, value = line.rstrip(b"\n").decode().partition("\t")
        if key == ERROR:
            kind, *arguments = json.loads(value)
            raise getattr(corpus.errors, kind)(*arguments)
        if key in sums:
            sums[key] += int(value)
            continue
        waiting.append(key + value)
        if len(waiting) == PAIRS_PER_PART:
            yield "".join(waiting)
            waiting = []
    yield "".join(waiting)
