"""The candidate half of dedup as a Streaming job: a shuffle of lines, with no text in it.

Mapper: a signatures file in; a line ``bucket TAB member`` for every bucket of every document, both in
hexadecimal.  Reducer: the members of a bucket in; the pairs to compare out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mrjob.protocol import TextProtocol

from corpus.manifest import Part
from corpus.table import read_batches
from filters.dedup.candidates import COLUMNS, MEMBER_BYTES, bucket_key, bucket_pairs, entries
from filters.dedup.rank import priorities
from jobs.stage import StageContext
from jobs.streaming.job import StreamingJob, described
from jobs.streaming.launch import launched
from jobs.streaming.pairs import BUCKETS, ERROR, SKIPPED, write_candidates
from jobs.streaming.protocol import last_attempt
from jobs.tasks.candidates import BUCKETS_BESIDE_BANDS, ENTRIES_PER_PART


class Candidates(StreamingJob):
    """Task: {name, uri, priority} of a signatures file.  Rows: the ids of a pair, or a sum."""

    INTERNAL_PROTOCOL = OUTPUT_PROTOCOL = TextProtocol

    def configure_args(self) -> None:
        super().configure_args()
        self.add_passthru_arg("--comparisons", type=int, default=64)

    def mapper(self, _: None, task: dict[str, Any]) -> Iterator[tuple[str, str]]:
        width = 2 * MEMBER_BYTES  # hexadecimal digits of a member
        try:
            for batch in read_batches(task["uri"], COLUMNS):
                self.beat()
                found = entries(batch, task["priority"])
                digits = found.members.tobytes().hex()
                for number, key in enumerate(found.keys.tolist()):
                    yield bucket_key(key), digits[number * width : (number + 1) * width]
        except Exception as error:
            if not last_attempt():
                raise
            yield ERROR, json.dumps(described(task["name"], error))

    def reducer_init(self) -> None:
        self.sums = {SKIPPED: 0, BUCKETS: 0}

    def reducer(self, key: str, members: Iterator[str]) -> Iterator[tuple[str, str]]:
        if key == ERROR:
            yield from ((ERROR, error) for error in members)
            return
        self.beat()
        found = [bytes.fromhex(member) for member in members]
        pairs, skipped = bucket_pairs(found, self.options.comparisons)
        self.sums[SKIPPED] += skipped
        self.sums[BUCKETS] += len(found) > 1
        yield from ((a.hex(), b.hex()) for a, b in pairs)

    def reducer_final(self) -> Iterator[tuple[str, str]]:
        yield from ((name, str(amount)) for name, amount in self.sums.items())


def run_streaming(context: StageContext, signatures: Sequence[Part]) -> list[Part]:
    """Candidates files below the run, as jobs.spark.candidates writes them, from signatures files."""
    priority = priorities(context.config.inputs)
    tasks = [{"name": part.name, "uri": context.uri(part.name), "priority": priority} for part in signatures]
    flags = ["--comparisons", str(context.config.dedup.comparisons)]
    expected = sum(part.rows for part in signatures) * (context.config.dedup.bands + BUCKETS_BESIDE_BANDS)
    flags += ["-D", f"mapreduce.job.reduces={1 + expected // ENTRIES_PER_PART}"]
    with launched(context, __file__, tasks, flags) as attempt:
        return write_candidates(attempt, context.run)


if __name__ == "__main__":
    Candidates.run()
