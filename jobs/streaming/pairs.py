"""The lines of the candidates job become candidates files, a bounded number of pairs at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

import corpus.errors
from corpus.identity import ID_BYTES
from corpus.manifest import Part
from filters.dedup.candidates import Pairs
from jobs.streaming.attempt import Attempt
from jobs.streaming.rows import lines
from jobs.tasks.candidates import write_pairs_once

ERROR, SKIPPED, BUCKETS = "error", "skipped", "buckets"  # no hexadecimal digits: never a bucket or an id
PAIRS_PER_PART = 1_000_000  # 130 MB of lines


def write_candidates(attempt: Attempt, run: str) -> list[Part]:
    """candidates/part-NNNNN.parquet below ``run``; the sums of all reducers stand on the last.

    Raises the error of a map task that could not read its file.
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
