"""`malmoi train abuse`: profanity and hate, from labelled comments and clean documents."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import TextIO

from corpus import storage
from corpus.errors import InputError
from filters.linear import model_file
from filters.profanity.training import Record, chosen, record, trained
from jobs.commands.training_records import numbered


def flags(parser: argparse.ArgumentParser) -> None:
    """What is this trainer's own."""
    parser.add_argument(
        "--clean",
        action="append",
        default=[],
        metavar="URI",
        help="documents without abuse, JSON lines; half of them, by hash, and 500 a file at most; repeatable",
    )


def run(arguments: argparse.Namespace, stream: TextIO) -> int:
    """Train both heads, write the model, print how much they learnt from.

    ``--input`` are the labelled sets in the form of models/abuse.md; their test splits, and ``--held-out``, are
    what no text of may be learnt from.
    """
    if arguments.labels:
        raise InputError("--labels", "not for this subject", "Give labelled texts of your own by --input")
    labelled = list(_records(arguments.input))
    held_out = [Record(r.id, r.source, r.text, None, "test") for r in _records(arguments.held_out)]
    documents = [found for uri in arguments.clean for found in chosen(_records([uri]))]
    model = trained(labelled + held_out, documents)
    packed = model_file.to_bytes(model)
    storage.write_bytes(arguments.output, packed)
    for head, facts in model.facts.items():
        stream.write(f"{head}: {facts['positive']:,} texts with the label, {facts['negative']:,} without\n")
    stream.write(f"{arguments.output}: {len(packed):,} bytes, digest {model_file.digest(packed)}\n")
    return 0


def _records(uris: Sequence[str]) -> Iterator[Record]:
    """Raises InputError, with file and line, on what is no JSON object with id, source and text."""
    for data, where in numbered(uris):
        yield _record(data, where)


def _record(data: bytes | None, where: str) -> Record:
    try:
        return record(json.loads(data or b""), where)
    except ValueError as error:
        raise InputError(where, "is no JSON, or is longer than 10 MiB", "One JSON object a line") from error
