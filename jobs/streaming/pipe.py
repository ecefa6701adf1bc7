"""`malmoi pipe STEP`: one JSON object a line from stdin, one a line to stdout, same ids, same order.

The mapper of a Streaming job without mrjob, a tool of the shell, and the way to try a rule on one
document.  A line that cannot be used is answered in its place and never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from corpus.errors import RecordError
from corpus.sources.config import IngestConfig
from corpus.table import BATCH_BYTES, BATCH_ROWS
from jobs.config import Config
from jobs.tasks import pipe_steps

Line = tuple[int, bytes | None]  # number from 1; None where the line is too long


def main(
    step: str,
    config: Config | None,
    stdin: IO[bytes],
    stdout: IO[bytes],
    tokenizer: str | None = None,
    rows: int = BATCH_ROWS,
) -> int:
    """Answer every line of ``stdin``; 0 whatever they hold.  ``rows`` per batch never alters an answer.

    Raises ConfigError for an unknown step or an unusable tokenizer.
    """
    work = pipe_steps.prepare(step, config, tokenizer)
    for batch in batches(lines(stdin, (config.ingest if config else IngestConfig()).max_record_bytes), rows):
        for answer in answers(work, batch):
            stdout.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        stdout.flush()
    return 0


def lines(stdin: IO[bytes], limit: int) -> Iterator[Line]:
    """Numbered lines without their break; a line over ``limit`` bytes is skipped in bounded memory."""
    number = 0
    while line := stdin.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := stdin.readline(limit)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line.rstrip(b"\r\n")


def batches(numbered: Iterator[Line], rows: int) -> Iterator[list[Line]]:
    """At most ``rows`` lines and about BATCH_BYTES."""
    batch: list[Line] = []
    size = 0
    for number, line in numbered:
        batch.append((number, line))
        size += len(line or b"")
        if len(batch) >= rows or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def answers(work: pipe_steps.Step, batch: list[Line]) -> list[dict[str, Any]]:
    """One answer a line, in order."""
    read = [pipe_steps.parse(work, line) for _, line in batch]
    done = iter(work.run([item for item in read if isinstance(item, dict)]))
    found = [item if isinstance(item, RecordError) else next(done) for item in read]
    return [
        {"id": item.where, "line": number, "error": item.what, "message": item.fix}
        if isinstance(item, RecordError)
        else item
        for (number, _), item in zip(batch, found, strict=True)
    ]
