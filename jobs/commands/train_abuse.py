"""`malmoi train abuse`: the model of abuse, from labelled public sets and clean documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from corpus import storage
from corpus.errors import InputError
from corpus.sources.decompress import decompressed
from filters.linear import model_file
from filters.linear.model import LinearModel
from filters.profanity.training import DOCUMENTS, LABELLED, Record, chosen, record, trained


def run_train_abuse(data: str, output: str, stream: TextIO) -> int:
    """Train on ``data``/labelled and ``data``/docs (JSON lines, packed or not) and write the model to ``output``."""
    labelled = [found for name in LABELLED for found in _records(f"{data}/labelled/{name}.jsonl.zst")]
    documents = [found for name in DOCUMENTS for found in chosen(_records(f"{data}/docs/{name}.jsonl.zst"))]
    model = trained(labelled, documents)
    packed = model_file.to_bytes(model)
    storage.write_bytes(output, packed)
    _tell(model, packed, output, stream)
    return 0


def _tell(model: LinearModel, packed: bytes, output: str, stream: TextIO) -> None:
    for head, facts in model.facts.items():
        stream.write(f"{head}: {facts['positive']:,} texts with the label, {facts['negative']:,} without\n")
    stream.write(f"{output}: {len(packed):,} bytes, says {model_file.digest(packed)}\n")


def _records(uri: str) -> Iterator[Record]:
    """Raises InputError, with the line, on what is no JSON line of a labelled set."""
    rest, number = b"", 0
    with storage.open_input(uri) as file:
        for block in decompressed(file, uri):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                number += 1
                yield _record(line, uri, number)
    if rest:
        yield _record(rest, uri, number + 1)


def _record(line: bytes, uri: str, number: int) -> Record:
    try:
        tree = json.loads(line)
    except ValueError as error:
        raise InputError(f"{uri} line {number}", "no JSON", "Give one JSON object a line") from error
    return record(tree if isinstance(tree, dict) else {})
