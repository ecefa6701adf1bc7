"""The candidate half of dedup as a Streaming job: a shuffle of lines, with no text in it.

Mapper: signatures in, ``bucket TAB member`` out, in hexadecimal.  Reducer: the pairs to compare out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mrjob.protocol import TextProtocol

from corpus.manifest import Part
from corpus.table import read_batches
from filters.dedup.candidates import COLUMNS, bucket_pairs
from filters.dedup.rank import priorities
from jobs.stage import StageContext
from jobs.streaming.attempt import Attempt
from jobs.streaming.job import StreamingJob
from jobs.streaming.launch import launched
from jobs.streaming.pairs import BUCKETS, ERROR, SKIPPED, bucket_lines, write_candidates
from jobs.streaming.protocol import described, last_attempt
from jobs.tasks.candidates import BUCKETS_BESIDE_BANDS, ENTRIES_PER_PART, FOLDER


class Candidates(StreamingJob):
    """Task: {name, uri, priority} of a signatures file.  Rows: the ids of a pair, or a sum."""

    INTERNAL_PROTOCOL = OUTPUT_PROTOCOL = TextProtocol

    def configure_args(self) -> None:
        super().configure_args()
        self.add_passthru_arg("--comparisons", type=int, default=64)

    def mapper(self, _: None, task: dict[str, Any]) -> Iterator[tuple[str, str]]:
        try:
            for batch in read_batches(task["uri"], COLUMNS):
                self.beat()
                yield from bucket_lines(batch, task["priority"])
        except Exception as error:
            if not last_attempt():
                raise
            yield ERROR, json.dumps(described(task["name"], error))

    def reducer_init(self) -> None:
        self.sums = {SKIPPED: 0, BUCKETS: 0}

    def reducer(self, key: str, members: Iterator[str]) -> Iterator[tuple[str, str]]:
        if key == ERROR:
            return (yield from ((ERROR, error) for error in members))
        self.beat()
        found = [bytes.fromhex(member) for member in members]
        pairs, skipped = bucket_pairs(found, self.options.comparisons)
        self.sums[SKIPPED] += skipped
        self.sums[BUCKETS] += len(found) > 1
        yield from ((a.hex(), b.hex()) for a, b in pairs)

    def reducer_final(self) -> Iterator[tuple[str, str]]:
        yield from ((name, str(amount)) for name, amount in self.sums.items())


def attempt(context: StageContext, width: int, rows: int = 0) -> Attempt:
    """The job over ``width`` signatures files of ``rows`` documents together."""
    config = context.config.dedup
    reduces = 1 + rows * (config.bands + BUCKETS_BESIDE_BANDS) // ENTRIES_PER_PART
    flags = ["--comparisons", str(config.comparisons), "-D", f"mapreduce.job.reduces={reduces}"]
    return Attempt(context, FOLDER, __file__, flags, width)


def run_streaming(context: StageContext, signatures: Sequence[Part]) -> list[Part]:
    """Candidates files below the run, as jobs.spark.candidates writes them."""
    priority = priorities(context.config.inputs)
    tasks = [{"name": part.name, "uri": context.uri(part.name), "priority": priority} for part in signatures]
    with launched(attempt(context, len(tasks), sum(part.rows for part in signatures)), tasks) as done:
        return write_candidates(done, context.run)


if __name__ == "__main__":
    Candidates.run()
