"""Mixed parts to shards: one map task a part, one reducer for the manifest rows."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pyarrow

from corpus.errors import GateError
from corpus.identity import hexadecimal
from corpus.ledger import Census
from corpus.manifest import fingerprint
from jobs import faults
from jobs.stage import StageContext, StageResult
from jobs.streaming.attempt import Attempt
from jobs.streaming.job import StreamingJob
from jobs.streaming.launch import launched
from jobs.streaming.rows import part_rows, promote


class Serialize(StreamingJob):
    """Task: {name, uri, sha256} of a mixed part.  Row: what serializer.shard.write_shard answers."""

    JOBCONF = StreamingJob.JOBCONF | {"mapreduce.job.reduces": "1"}
    encoder: Any = None

    def configure_args(self) -> None:
        super().configure_args()
        self.add_passthru_arg("--tokenizer", default="")
        self.add_passthru_arg("--format", default="megatron")

    def mapper(self, _: None, task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self.rows(task)

    def part(self, task: dict[str, Any]) -> dict[str, Any]:
        from serializer.bpe import Encoder
        from serializer.shard import write_shard

        faults.reach("serialize.task")
        self.encoder, kind = self.encoder or Encoder(self.options.tokenizer), self.options.format
        return write_shard(task["uri"], self.encoder, kind, self.target(), task["name"], task["sha256"], self.beat)

    def reducer(self, key: str, rows: Iterator[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        for row in sorted(rows, key=lambda row: str(row["name"])):
            yield key, row


def versions() -> dict[str, int | str]:
    from serializer.shard import VERSION

    return {"shard": VERSION, "pyarrow": pyarrow.__version__}


def attempt(context: StageContext, width: int) -> Attempt:
    """The job over ``width`` mixed parts."""
    flags = ["--tokenizer", context.uri("tokenizer", "tokenizer.json"), "--format", context.config.serialize.format]
    return Attempt(context, "shards", __file__, flags, width)


def run(context: StageContext) -> StageResult:
    """Shards below shards/<format>.  Raises GateError when a part did not come through whole."""
    shard_name = importlib.import_module("serializer.shard").shard_name
    kind, mix = context.config.serialize.format, context.inputs["mix"].files
    mixed = [*mix("mixed"), *mix("validation")]
    tasks = [{"name": shard_name(part.name), "uri": context.uri(part.name), "sha256": part.sha256} for part in mixed]
    with launched(attempt(context, len(tasks)), tasks) as done:
        rows, census = part_rows(done, tasks), Census()
        for part, row in zip(mixed, rows, strict=True):
            if (row["rows"], row["ids"]) != (part.rows, hexadecimal(part.ids)):
                raise GateError(part.name, f"{part.rows} rows went in and {row['rows']} came out", "Run mix again")
            census.merge(Census.from_rows(row["census"]))
        parts = promote(done, [file for row in rows for file in row["files"]], context.run, f"shards/{kind}")
    content = fingerprint({part.name: part.sha256 for part in parts})
    return StageResult(tuple(parts), census, {"content": content})


if __name__ == "__main__":
    Serialize.run()
