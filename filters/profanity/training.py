"""What the model of abuse learns from: which label of which public set means what, and clean text beside it.

Two heads.  ``profanity``: swear words and sexual insults.  ``hate``: any abuse of a person or a group, with or
without such a word.  Both see the clean documents (statutes, news, petitions, ...), reviews rated 9 or 10 and
sentences that name a group without attacking it: comments alone teach that a year is an insult (년) and that to
name a group is hate.  Reasons for the choices are in models/abuse.md, with their figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from corpus.errors import InputError
from corpus.identity import keyed_hash
from filters.linear.features import FeatureSpec, Stream
from filters.linear.fold import folded_digest
from filters.linear.model import Head, LinearModel, joined
from filters.linear.training import Example, TrainingConfig, train
from filters.profanity.variants import tense

HEADS = ("profanity", "hate")
SPEC = FeatureSpec(
    input="matching",
    bits=19,
    streams=(Stream(form="characters", shortest=1, longest=4), Stream(form="jamo", shortest=3, longest=6)),
)
# Comments are learnt whole: cut, half of a comment would carry a label that its other half earned.
CONFIG = TrainingConfig(c=8.0, cuts=(), validation=0.1)
MOST = 500  # documents of one of them
WINDOWS = 2  # of each clean document, of WINDOW characters
WINDOW = (60, 120, 200)
OTHERS = 5
KEY = 5
# Sets that hold texts with hate and without.  They call different things by that name, BEEP mild contempt, so each has
# an intercept of its own in training (filters/linear/training.py).  Texts that are all without are dealt out among the
# sets, so that no intercept tells documents from comments: that is for the words to tell.
SETS = ("kmhas", "curse_2runo", "beep_hate", "apeach", "malicious_zizun")
# Log odds by characters alone (four n-grams of thirteen) below which a window is not read on.  Of windows of unseen
# text 2.7 % are above it, of windows that the whole model gives log odds above -1 at most .3 % below it; of the five
# figures of models/abuse.md that of APEACH alone moves, from .846 to .845.
GATE = -4.0
WEIGHTS = {"beep_hate": 2.0}  # its label is the widest: AUC .816 for .807, and no other set loses .003

Label = bool | None  # None: the set says nothing about this head


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a labelled set, or a clean document (``split`` None)."""

    id: str
    source: str
    text: str
    label: Any
    split: str | None


def meaning(record: Record) -> tuple[Label, Label]:
    """(profanity, hate) as the authors of the set meant their label."""
    label = record.label
    match record.source:
        case "kmhas":  # profanity is one of eight labels there; "none" is no hate of any kind
            return "profanity" in label, label != ["none"]
        case "curse_2runo":
            return bool(label == 1), bool(label == 1)
        case "beep_hate" | "malicious_zizun":  # those that are not of the two sets above: their swearing is not told
            abusive = label in ("hate", "offensive") if record.source == "beep_hate" else label == 0
            return (None, True) if abusive else (False, False)
        case "apeach":
            return (None, True) if label == "Spoiled" else (False, False)
        case "kosbi" | "nsmc":
            clean = label == "safe" or (isinstance(label, int) and label >= 9)
            return (False, False) if clean else (None, None)
        case _:
            return None, None


def examples(
    labelled: Iterable[Record], documents: Iterable[Record], config: TrainingConfig = CONFIG
) -> dict[str, list[Example]]:
    """Training texts per head.  No text that folds to one of a test split is among them."""
    records = list(labelled)
    tests = {folded_digest(record.text) for record in records if record.split == "test"}
    found: dict[str, list[Example]] = {head: [] for head in HEADS}
    taken: set[bytes] = set()
    for record in sorted(records, key=_rank):
        key = folded_digest(record.text)
        if record.split == "test" or key in tests or key in taken or (record.split is None and not _drawn(record)):
            continue
        taken.add(key)
        for head, label in zip(HEADS, meaning(record), strict=True):
            if label is not None:
                found[head].append(Example(record.id, record.text, label, group=record.source))
    found["profanity"] += list(_tensed(found["profanity"], tests, config))
    for document in documents:
        for number, text in enumerate(windows(document) if half(document.id) else ()):
            if folded_digest(text) not in tests:
                for head in HEADS:
                    found[head].append(Example(f"{document.id} {number}", text, False))
    # Of profanity two sets tell, and mean the same.
    found["profanity"] = [replace(example, group="") for example in found["profanity"]]
    found["hate"] = _dealt(found["hate"])
    return found


def _dealt(examples: Sequence[Example]) -> list[Example]:
    """Each under its set and with its weight; those of no set that has both labels are dealt out by a hash.  No groups
    where fewer than two sets have both."""
    both = {(example.group, example.label) for example in examples}
    sets = [name for name in SETS if {(name, True), (name, False)} <= both]
    found = []
    for example in examples:
        group = example.group
        if len(sets) < 2:
            group = ""
        elif group not in sets:
            group = sets[keyed_hash(KEY, "set", example.id.encode()) % len(sets)]
        found.append(replace(example, group=group, weight=WEIGHTS.get(example.group, 1.0)))
    return found


def _tensed(found: Iterable[Example], tests: Set[bytes], config: TrainingConfig) -> Iterator[Example]:
    """Copies with half of the lenis initials tense (병씬, 찌랄), as people write past a filter: of every profane text
    that is fitted, and of OTHERS times as many others, as among comments, so that the spelling alone says little."""
    limit = int(config.validation * 2**64)
    profane: list[Example] = []
    others: list[Example] = []
    for example in found:
        if keyed_hash(config.seed, "validation", folded_digest(example.text)) >= limit:
            (profane if example.label else others).append(example)
    others.sort(key=lambda e: keyed_hash(KEY, "tensed", e.id.encode()))
    for example in profane + others[: OTHERS * len(profane)]:
        drawn = [keyed_hash(KEY, f"tensed {place}", example.text.encode()) & 1 for place in range(len(example.text))]
        text = "".join(tense(letter) if bit else letter for letter, bit in zip(example.text, drawn, strict=True))
        if folded_digest(text) not in tests:
            yield Example(f"{example.id} tensed", text, example.label)


def _rank(record: Record) -> tuple[int, str]:
    """Of one text in two sets the set whose labels say more comes first: malicious_comments repeats two others."""
    order = ("kmhas", "curse_2runo", "beep_hate", "apeach", "kosbi", "malicious_zizun")
    return (order.index(record.source) if record.source in order else len(order), record.id)


def _drawn(record: Record) -> bool:
    """Reviews have no split and are many: one in ten of the half that is trained on."""
    return half(record.id) and keyed_hash(KEY, "review", record.id.encode()) % 10 == 0


def half(identity: str) -> bool:
    """Clean text of this half is trained on; the other half measures false drops."""
    return keyed_hash(KEY, "half", identity.encode()) % 2 == 0


def chosen(documents: Iterable[Record]) -> list[Record]:
    """Of one source: at most MOST of the half that is trained on, in the order of a hash."""
    found = [document for document in documents if half(document.id)]
    return sorted(found, key=lambda d: keyed_hash(KEY, "order", d.id.encode()))[:MOST]


def windows(document: Record) -> Iterator[str]:
    """Up to WINDOWS pieces at places drawn from the id."""
    text = document.text
    for number in range(WINDOWS):
        length = WINDOW[number % len(WINDOW)]
        if len(text) <= length:
            yield text
            return
        start = keyed_hash(KEY, f"window {number}", document.id.encode()) % (len(text) - length)
        yield text[start : start + length]


def trained(labelled: Iterable[Record], documents: Iterable[Record], config: TrainingConfig = CONFIG) -> LinearModel:
    """The model of both heads.  Raises InputError where a head lacks texts of one class."""
    found = examples(labelled, documents, config)
    models = {head: train(found[head], SPEC, head, config) for head in HEADS}
    both = joined(list(models.values()))
    facts = {head: model.facts["training"] for head, model in models.items()}
    return replace(both, heads=tuple(gated(head) for head in both.heads), facts=facts)


def gated(head: Head) -> Head:
    """The head with GATE as a margin."""
    return replace(head, gate=round((GATE - head.calibration.intercept) / head.calibration.slope, 6))


def record(line: Any, where: str) -> Record:
    """A record of a parsed JSON line.  Raises InputError where a field is missing or no string."""
    fields = line if isinstance(line, dict) else {}
    identity, source, text = (fields.get(name) for name in ("id", "source", "text"))
    if not (isinstance(identity, str) and isinstance(source, str) and isinstance(text, str)):
        raise InputError(where, "has no id, source and text", "Give JSON lines of labelled texts")
    return Record(identity, source, text, fields.get("label"), fields.get("split"))
