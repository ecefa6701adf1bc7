"""`malmoi train spam`: texts to train the spam model on, the model, and its figures.

Positives are posts that are known to advertise and what the grammars of filters/spam/data make; negatives are documents
and short texts that nobody wrote to advertise, and what the grammars of clean texts make.  Records are split by their
own ``split``, else by a keyed hash of their group or their folded text, so that versions of a page stay on one side;
what falls to the test side is never trained on, and gives the figures.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
import zstandard

from corpus import storage
from corpus.errors import InputError
from corpus.identity import keyed_hash
from filters.linear.features import FeatureSpec, Stream
from filters.linear.fold import folded_digest
from filters.linear.model import LinearModel
from filters.linear.model_file import to_bytes
from filters.linear.training import Example, TrainingConfig, inputs, train
from filters.spam import generator
from jobs.commands import training_records

HEAD = "spam"
SPEC = FeatureSpec(input="matching", bits=18, streams=(Stream(form="characters", shortest=1, longest=4),))
TRAINING = TrainingConfig(c=10.0, cuts=(100, 200, 400), pieces=1)
TEST = 0.3  # share of the records whose own source says no split
# Of one source no more than this many records, so that no register weighs more than the rest together.
MOST = 1200
READ = 1200  # characters of a record: what is cut for training, and what tells versions of a page apart
SHORTEST = 20
SEED = 7


class Record(NamedTuple):
    """One text; ``test`` where it may measure, and never train; ``document`` as in training_records.Record."""

    id: str
    source: str
    text: str
    spam: bool
    test: bool
    document: str | None = None


def flags(parser: argparse.ArgumentParser) -> None:
    """What is this trainer's own."""
    add = parser.add_argument
    add("--spam", action="append", default=[], metavar="URI", help="JSON lines (.zst too) of advertising; repeatable")
    add("--clean", action="append", default=[], metavar="URI", help="JSON lines of other texts; repeatable")
    add("--generated", type=int, default=900, metavar="N", help="texts of every grammar (default 900)")


def records(uri: str, spam: bool, most: int = MOST) -> Iterator[Record]:
    """Up to ``most`` records of each side of one file, chosen by a keyed hash of the text."""
    name = storage.name(uri).split(".")[0]
    found: dict[bool, list[tuple[int, Record]]] = {False: [], True: []}
    with storage.open_input(uri) as stream:
        plain: Any = zstandard.ZstdDecompressor().stream_reader(stream) if uri.endswith(".zst") else stream
        for line in io.TextIOWrapper(plain, "utf-8"):
            row = json.loads(line)
            text = (row.get("text") or "")[:READ]
            if len(text) < SHORTEST or row.get("lang") not in ("ko", None):
                continue
            document = training_records.document_of(row)
            record = Record(str(row.get("id")), name, text, spam, is_test(row, text), document)
            found[record.test].append((keyed_hash(SEED, "spam sample", text.encode("utf-8", "replace")), record))
    for side in (False, True):
        yield from (record for _, record in sorted(found[side])[:most])


def is_test(row: dict[str, Any], text: str) -> bool:
    """The source's own split, else a keyed hash of the group that the record belongs to, or of its text."""
    if row.get("split") in ("train", "test"):
        return bool(row["split"] == "test")
    group = str(row["group"]).encode() if row.get("group") else folded_digest(text)
    return keyed_hash(SEED, "spam split", group) < int(TEST * 2**64)


def generated(per_kind: int) -> Iterator[Example]:
    """What the grammars make; kinds that begin with ``clean_`` are negatives."""
    for kind in generator.kinds():
        for number in range(per_kind):
            clean = kind.startswith(generator.CLEAN)
            yield Example(f"generated {kind} {number}", generator.spam(kind, number, SEED), not clean)


def judged(read: list[Record], labels: str | None) -> list[Record]:
    """Records under the verdicts that a person gave: drop is spam, keep is clean."""
    if labels is None:
        return read
    names = {"drop": "spam", "keep": "clean", "spam": "spam", "clean": "clean"}
    plain = (
        training_records.Record(r.id, r.text, "spam" if r.spam else "clean", r.source, document=r.document)
        for r in read
    )
    given = training_records.relabelled(plain, labels, names)
    return [record._replace(spam=item.label == "spam") for record, item in zip(read, given, strict=True)]


def run_train_spam(arguments: argparse.Namespace) -> tuple[LinearModel, list[Record]]:
    """The model, and the records that measure it.  Raises InputError where a side has no file."""
    sides = ((True, arguments.spam), (False, [*arguments.clean, *arguments.input]))
    if not all(uris for _, uris in sides):
        raise InputError("malmoi train spam", "needs --spam and --clean", "Name at least one file of each")
    found = [record for side, uris in sides for uri in uris for record in records(uri, side)]
    read = judged(found, arguments.labels)
    held_out = training_records.HeldOut(arguments.held_out)
    tested = {folded_digest(record.text) for record in read if record.test} | set(held_out.digests)
    fitted = (Example(r.id, r.text, r.spam) for r in read if not r.test and folded_digest(r.text) not in tested)
    model = train([*fitted, *generated(arguments.generated)], SPEC, HEAD, TRAINING)
    return model, [record for record in read if record.test]


def figures(model: LinearModel, measured: Sequence[Record]) -> Iterator[str]:
    """Lines that tell recall and false positives on records that were not trained on."""
    odds = model.margins(inputs([record.text for record in measured], model.spec)).log_odds(HEAD)
    spam = np.array([record.spam for record in measured])
    sources = np.array([record.source for record in measured])
    for share in (0.01, 0.002):
        limit = float(np.quantile(odds[~spam], 1 - share))
        yield f"log odds {limit:6.2f}: recall {(odds[spam] > limit).mean():.3f} at {share:.1%} of clean texts"
        for source in np.unique(sources[~spam]):
            above = (odds[sources == source] > limit).mean()
            if above > share:
                yield f"  {source}: {above:.1%} of {(sources == source).sum()}"


def run(arguments: argparse.Namespace, stream: TextIO) -> int:
    """Train, write the model, print its figures."""
    model, measured = run_train_spam(arguments)
    data = to_bytes(model)
    Path(arguments.output).write_bytes(data)
    facts = model.facts["training"]
    stream.write(
        f"{arguments.output}: {len(data):,} bytes, {facts['positive']:,} of spam, {facts['negative']:,} clean\n"
    )
    stream.writelines(f"{line}\n" for line in figures(model, measured))
    return 0
