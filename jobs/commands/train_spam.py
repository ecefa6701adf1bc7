"""`malmoi train spam`: texts to train the spam model on, and the model.

Positives are labelled advertising posts and what the grammars of filters/spam/data make; negatives are documents and
short texts that nobody wrote to advertise, and what the grammars of clean texts make.  Records are split by a keyed hash
of their group (else of their folded text), so that the versions of a page stay on one side; the part named test is
never read here.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import zstandard

from corpus import storage
from corpus.errors import InputError
from corpus.identity import keyed_hash
from filters.linear.features import FeatureSpec, Stream
from filters.linear.fold import folded_digest
from filters.linear.model import LinearModel
from filters.linear.training import Example, TrainingConfig, train
from filters.spam import generator

HEAD = "spam"
SPEC = FeatureSpec(input="matching", bits=18, streams=(Stream(form="characters", shortest=1, longest=4),))
TEST = 0.3  # share of the records whose own source says no split
# Of one source no more than this many records, so that no register weighs more than the rest together.
MOST = 700
READ = 1200  # characters of a record: what is cut for training, and what tells versions of a page apart
POSITIVE = ("affiliate_spam",)
SPLIT = "spam split"


@dataclass(frozen=True, kw_only=True, slots=True)
class SpamTraining:
    """``generated``: texts per kind of the grammars.  ``seed`` keys the grammars' draws."""

    generated: int = 500
    seed: int = 7
    training: TrainingConfig = TrainingConfig(c=10.0, cuts=(100, 200, 400), pieces=1)


class Record(NamedTuple):
    """One labelled text; ``test`` where it may measure, and never train."""

    id: str
    source: str
    text: str
    spam: bool
    test: bool


def records(uri: str, most: int = MOST) -> Iterator[Record]:
    """Up to ``most`` records of each split of one packed file of JSON lines, chosen by a keyed hash of the text."""
    name = storage.name(uri).removesuffix(".jsonl.zst")
    found: dict[bool, list[tuple[int, Record]]] = {False: [], True: []}
    with storage.open_input(uri) as stream:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), "utf-8"):
            row = json.loads(line)
            text = (row.get("text") or "")[:READ]
            if len(text) < 20 or row.get("lang", "ko") not in ("ko", None):
                continue
            drawn = keyed_hash(7, "spam sample", text.encode())
            record = Record(str(row["id"]), name, text, row.get("domain") in POSITIVE, is_test(row))
            found[record.test].append((drawn, record))
    for side in (False, True):
        yield from (record for _, record in sorted(found[side])[:most])


def is_test(row: dict[str, Any]) -> bool:
    """The source's own split, else a keyed hash of the group that the record belongs to."""
    if row.get("split") in ("train", "test"):
        return bool(row["split"] == "test")
    group = str(row["group"]).encode() if row.get("group") else folded_digest((row.get("text") or "")[:READ])
    return keyed_hash(7, SPLIT, group) < int(TEST * 2**64)


def examples(uris: list[str], config: SpamTraining) -> Iterator[Example]:
    """All training texts.  Raises InputError where no record is advertising."""
    positive = 0
    for uri in uris:
        for record in records(uri):
            if not record.test:
                positive += record.spam
                yield Example(record.id, record.text, record.spam)
    if not positive:
        raise InputError(", ".join(uris)[:200], "no record has the domain affiliate_spam", "Name the labelled set, too")
    for kind in generator.kinds():
        for number in range(config.generated):
            text = generator.spam(kind, number, config.seed)
            yield Example(f"generated {kind} {number}", text, not kind.startswith(generator.CLEAN))


def run_train_spam(uris: list[str], config: SpamTraining = SpamTraining()) -> LinearModel:
    """The trained model.  Raises InputError and PreflightError as training does."""
    sys.stderr.write(f"malmoi train spam: {len(uris)} files, {len(generator.kinds())} grammars\n")
    return train(examples(uris, config), SPEC, HEAD, config.training)
