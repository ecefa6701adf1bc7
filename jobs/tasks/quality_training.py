"""Training of the quality model: which texts, made noise, figures on texts that were held back.

A quarter of the texts is held back from training (and the noise made of them too), for the figures alone; of the
rest a fifth calibrates.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

import numpy as np

from corpus import storage
from corpus.errors import InputError
from corpus.identity import keyed_hash
from filters.linear.features import FeatureSpec, Stream
from filters.linear.fold import folded_digest
from filters.linear.model import LinearModel
from filters.linear.model_file import to_bytes
from filters.linear.training import Example, TrainingConfig, inputs, train
from filters.quality.model import HEAD, QualityThresholds, quality_scores
from filters.quality.noise import noise
from filters.rule import Array
from jobs.commands.columns import aligned
from jobs.commands.training_records import HeldOut, Record, relabelled, trainable

SPEC = FeatureSpec(input="text", bits=18, streams=(Stream(form="characters", shortest=1, longest=4),))
# Three weights of 2^18 are clipped: the order of sound documents is then that of the weights before rounding (rank
# correlation .9995 against .9982), AUC .9992 against .9990; clipping more moves both down.
CONFIG = TrainingConfig(clip=0.99999)
SEED = CONFIG.seed
INFORMAL = 0.25  # weight of sound but informal texts: enough to keep them, too little to rank them with prose
SHORTEST = 40  # characters of a text of --good and --bad; less gives no evidence of either
HELD_BACK = 4  # one in so many


@dataclass(frozen=True, slots=True)
class Text:
    """``sort``: the source of a sound text, the sort of a bad one."""

    id: str
    text: str
    good: bool
    sort: str
    weight: float = 1.0

    @property
    def held_back(self) -> bool:
        return keyed_hash(SEED, "held back", self.id.encode("utf-8", "backslashreplace")) % HELD_BACK == 0


def run_training(arguments: argparse.Namespace, stream: TextIO) -> int:
    """`malmoi train quality`."""
    texts = gathered(arguments)
    model = fitted(texts)
    data = to_bytes(model)
    storage.write_bytes(arguments.output, data)
    back = [text for text in texts if text.held_back]
    stream.write(figures(model, back))
    if arguments.compare:
        from jobs.tasks.quality_contrast import compared

        stream.write(compared(model, texts))
    digest = hashlib.sha256(data).hexdigest()
    stream.write(f"\nfilters:\n  quality:\n    model: {{file: {arguments.output}, digest: {digest}}}\n")
    return 0


def gathered(arguments: argparse.Namespace) -> list[Text]:
    """Labelled records, sound, informal and bad texts, and the noise made of the sound ones.

    A labelled record of a held-out text is refused; whole sources are read without such texts.
    """
    held_out = HeldOut(arguments.held_out)
    records: Iterable[Record] = trainable(arguments.input)
    if arguments.labels:
        records = relabelled(records, arguments.labels, {"keep": "good", "drop": "bad", "good": "good", "bad": "bad"})
    found = []
    for record in records:
        if arguments.labels and record.label is None:
            continue  # nobody has judged it
        if record.label not in ("good", "bad"):
            raise InputError(record.where, "has no label good or bad", "Label it, or give its file by --good or --bad")
        held_out.refuse(record)
        found.append(Text(record.id, record.text, record.label == "good", "input"))
    for uris, good, weight in (
        (arguments.good, True, 1.0),
        (arguments.informal, True, INFORMAL),
        (arguments.bad, False, 1.0),
    ):
        for item in uris:
            name, mark, uri = item.rpartition("=")
            least = SHORTEST if weight == 1.0 else SHORTEST // 2
            usable = (record for record in trainable([uri]) if len(record.text) >= least)
            taken = _most(usable, arguments.most, held_out)
            name = name if mark else storage.name(uri).split(".")[0]
            found += [Text(record.id, record.text, good, name, weight) for record in taken]
    return found + list(_noise(found, arguments.noise))


def _most(records: Iterable[Record], most: int, held_out: HeldOut) -> list[Record]:
    """At most so many, chosen by a hash of the text, different when folded, none of a held-out text."""
    chosen: dict[bytes, Record] = {}
    drawn = sorted((keyed_hash(SEED, "most", record.text.encode("utf-8")), record.id, record) for record in records)
    for _, _, record in drawn:
        if len(chosen) == most:
            break
        if record.text not in held_out:
            chosen.setdefault(folded_digest(record.text), record)
    return list(chosen.values())


def _noise(texts: Sequence[Text], percent: int) -> Iterator[Text]:
    """Noise has the id of the text that it is made of, so that both are held back or neither."""
    for text in texts:
        drawn = keyed_hash(SEED, "noise of", text.text.encode("utf-8")) % 100 < percent
        if text.good and text.weight == 1.0 and drawn:
            sort, made = noise(text.text, SEED)
            yield Text(text.id, made, False, sort)


def fitted(texts: Iterable[Text]) -> LinearModel:
    examples = [Example(text.id, text.text, text.good, text.weight) for text in texts if not text.held_back]
    return train(examples, SPEC, HEAD, CONFIG)


def scored(model: LinearModel, texts: Sequence[Text]) -> dict[str, Array]:
    return quality_scores(model.margins(inputs([text.text for text in texts], model.spec)))


def auc(good: Array, bad: Array) -> float:
    """Chance that a sound text scores above a bad one, ties counted half."""
    order = np.sort(bad)
    below = np.searchsorted(order, good, "left") + np.searchsorted(order, good, "right")
    return float(below.sum() / 2 / max(len(good) * len(bad), 1))


def figures(model: LinearModel, texts: Sequence[Text]) -> str:
    """AUC, and per source or sort of noise the share that the built-in threshold drops."""
    found = scored(model, texts)
    limit = QualityThresholds().minimum or 0.0
    good = np.array([text.good for text in texts])
    bad_scores = found["log_odds"][~good]
    rows = [("held back", "texts", "dropped", "AUC", "log-odds 1 %", "median")]
    sorts: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        sorts[(not text.good, text.sort)].append(place)
    groups = [("all sound", np.flatnonzero(good)), ("all bad", np.flatnonzero(~good))]
    groups += [(sort, np.array(places)) for (_, sort), places in sorted(sorts.items())]
    for name, places in groups:
        if not len(places):
            continue
        odds = found["log_odds"][places]
        sound = bool(good[places].all())
        rows.append(
            (
                name,
                f"{len(places):,}",
                f"{float((found['probability'][places] < limit).mean()):.2%}",
                f"{auc(odds, bad_scores):.4f}" if sound and len(bad_scores) else "",
                f"{np.quantile(odds, 0.01):.1f}",
                f"{np.median(odds):.1f}",
            )
        )
    return aligned(rows, right=(1, 2, 3, 4, 5))
