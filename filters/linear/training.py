"""Training a head: logistic regression on naive-Bayes weighted n-grams (Wang and Manning 2012), in int8.

    value of an n-gram     count / sqrt(n-grams of the text)
    weight before          r = log of the ratio of its smoothed shares in the two classes
    weight after           r * coefficient; a table of int8, scale = largest weight / 127

Clipping the largest weights (beyond their 99.99 % point) costs .015 to .03 of AUC on profanity: they are the words
looked for.  Where they are not, as in quality, a model may clip a few and keep the small weights finer.
Texts are cut to several lengths at random places, since a model of 400 characters loses most short texts.  All
chance is a keyed hash of the text, and the solver knows none, so equal texts in any order give the same bytes
under one version of scikit-learn, which comes with the extra `train`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.document import TextBuffers, text_buffers
from corpus.errors import InputError, PreflightError
from corpus.identity import digest_sum, hexadecimal, keyed_hash, text_digest
from filters.linear.features import FeatureSpec, buckets
from filters.linear.fold import folded_digest
from filters.linear.matching import MatchingText
from filters.linear.model import Calibration, Head, LinearModel
from filters.rule import Array


@dataclass(frozen=True, slots=True)
class Example:
    """A text that has what the head asks for, or has not.  ``weight``: how much it counts in training.

    ``group``: whose labels these are.  Sets differ in what they call by one name, and in how much of it they hold; so
    each group has an intercept of its own while the weights are fitted, and the model ships with the groups' mean.
    """

    id: str
    text: str
    label: bool
    weight: float = 1.0
    group: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """``c``: inverse strength of L2.  ``alpha``: smoothing of the counts.  ``cuts``: characters; a text is cut to
    one of them, ``pieces`` times, () leaves it whole.  ``validation``: the share of texts that calibrate and are not
    trained on.  ``seed`` keys all hashes.  ``clip``: the quantile of the weights that becomes 127; 1 clips none."""

    c: float = 10.0
    alpha: float = 1.0
    cuts: tuple[int, ...] = (60, 100, 200, 400)
    pieces: int = 1
    validation: float = 0.2
    seed: int = 7
    clip: float = 1.0


def train(examples: Iterable[Example], spec: FeatureSpec, head: str, config: TrainingConfig) -> LinearModel:
    """A model of one head.  Texts that fold to the same are used once, those of both labels not at all.

    Raises InputError where a class has fewer than 20 texts, PreflightError without scikit-learn.
    """
    keyed = _unambiguous(examples)
    chosen = [example for _, example in keyed]
    for label in (True, False):
        if sum(example.label is label for example in chosen) < 20:
            raise InputError("training texts", f"fewer than 20 have the label {label}", "Give more of them")
    limit = int(config.validation * 2**64)
    drawn = [keyed_hash(config.seed, "validation", key) < limit for key, _ in keyed]
    validated = [example for example, out in zip(chosen, drawn, strict=True) if out]
    fitted = [example for example, out in zip(chosen, drawn, strict=True) if not out]
    weights, bias = _fit(*pieces_of(fitted, config), spec, config, groups_of(fitted, config))
    scale = float(np.quantile(np.abs(weights), config.clip, method="higher") / 127) or 1.0
    table = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)[:, None]
    plain = LinearModel(spec, (Head(name=head, scale=scale, bias=bias),), table)
    texts, labels, _ = pieces_of(validated, config)
    calibration = platt(plain.margins(inputs(texts, spec)).documents[:, 0], labels)
    facts = {
        "training": {
            "digest": hexadecimal(digest_sum(pa.array([text_digest(e.text) for e in chosen], pa.binary()))),
            "positive": sum(example.label for example in chosen),
            "negative": sum(not example.label for example in chosen),
            **{key: list(value) if isinstance(value, tuple) else value for key, value in asdict(config).items()},
        }
    }
    return LinearModel(spec, (Head(name=head, scale=scale, bias=bias, calibration=calibration),), table, facts)


def inputs(texts: Sequence[str], spec: FeatureSpec) -> TextBuffers:
    """What the spec reads of texts that are in no batch."""
    text = text_buffers(pa.array(texts, pa.large_string()))
    return text if spec.input == "text" else MatchingText.make(text).text


def pieces_of(examples: Sequence[Example], config: TrainingConfig) -> tuple[list[str], Array, Array]:
    """Texts, labels and weights of the examples' pieces."""
    found = [(piece, e.label, e.weight) for e in examples for piece in cut(e.text, config)]
    return [item[0] for item in found], np.array([item[1] for item in found]), np.array([item[2] for item in found])


def groups_of(examples: Sequence[Example], config: TrainingConfig) -> Array:
    """Boolean, pieces x groups: in the order of the names, none for examples without a group."""
    names = sorted({example.group for example in examples} - {""})
    rows = [[example.group == name for name in names] for example in examples for _ in cut(example.text, config)]
    return np.array(rows, np.bool_).reshape(len(rows), len(names))


def cut(text: str, config: TrainingConfig) -> list[str]:
    """Pieces at places and of lengths drawn from the text itself, beginning behind white space where some is
    within 20 characters; the whole text where it is no longer than the length drawn."""
    if not config.cuts:
        return [text]
    found: dict[str, None] = {}
    for number in range(config.pieces):
        drawn = keyed_hash(config.seed, f"cut {number}", text.encode("utf-8"))
        length = config.cuts[drawn % len(config.cuts)]
        room = len(text) - length
        if room <= 0:
            found[text] = None
            continue
        start = (drawn >> 8) % (room + 1)
        if start:
            blanks = [place for place in range(start - 1, min(start + 19, room)) if text[place].isspace()]
            start = blanks[0] + 1 if blanks else start
        found[text[start : start + length]] = None
    return list(found)


def platt(margins: Array, labels: Array) -> Calibration:
    """Slope and intercept of the logistic curve, by Newton's method on targets smoothed as Platt (1999, 2.2) does."""
    positive, negative = float(labels.sum()), float((~labels).sum())
    target = np.where(labels, (positive + 1) / (positive + 2), 1 / (negative + 2))
    slope, intercept = 1.0, 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(slope * margins + intercept, -60, 60)))
        spread = p * (1 - p)
        gradient = np.array([((p - target) * margins).sum(), (p - target).sum()])
        hessian = np.array([[(spread * margins**2).sum(), (spread * margins).sum()],
                            [(spread * margins).sum(), spread.sum()]]) + 1e-9 * np.eye(2)  # fmt: skip
        step = np.linalg.solve(hessian, gradient)
        slope, intercept = slope - float(step[0]), intercept - float(step[1])
        if float(np.abs(step).max()) < 1e-10:
            break
    if not (np.isfinite(slope) and slope > 0):
        raise InputError("training texts", "the margins do not tell the classes of the validation split apart")
    return Calibration(slope=round(slope, 6), intercept=round(intercept, 6))


def _unambiguous(examples: Iterable[Example]) -> list[tuple[bytes, Example]]:
    """One example per folded digest, in the order of the digests; none where both labels were given."""
    found: dict[bytes, Example | None] = {}
    for example in examples:
        key = folded_digest(example.text)
        before = found.get(key, example)
        same = before is not None and before.label == example.label
        found[key] = min(before, example, key=lambda e: (e.text, e.id)) if before is not None and same else None
    return [(key, example) for key, example in sorted(found.items()) if example is not None]


def _fit(
    texts: Sequence[str], labels: Array, weights: Array, spec: FeatureSpec, config: TrainingConfig, groups: Array
) -> tuple[Array, float]:
    """Weight of every bucket, and the bias with the mean of the groups' intercepts."""
    try:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise PreflightError("malmoi train", "scikit-learn is not installed", "pip install 'malmoi[train]'") from error
    ids, offsets = buckets(inputs(texts, spec), spec)
    lengths = np.diff(offsets)
    values = np.repeat((1 / np.sqrt(np.maximum(lengths, 1))).astype(np.float64), lengths)
    counted = np.repeat(weights, lengths)
    of_positive = np.repeat(labels, lengths)
    shares = []
    for chosen in (of_positive, ~of_positive):
        smoothed = config.alpha + np.bincount(ids[chosen], counted[chosen], spec.buckets)
        shares.append(np.log(smoothed / smoothed.sum()))
    ratio = shares[0] - shares[1]
    x = csr_matrix((values * ratio[ids], ids.astype(np.int32), offsets), shape=(len(texts), spec.buckets))
    x.sum_duplicates()
    model: Any = LogisticRegression(C=config.c, solver="liblinear", max_iter=200)
    if groups.shape[1]:
        x = hstack([x, csr_matrix(groups.astype(np.float64))]).tocsr()
    model.fit(x, labels, sample_weight=weights)
    found = model.coef_[0]
    shared = float(found[spec.buckets :].mean()) if groups.shape[1] else 0.0
    return found[: spec.buckets] * ratio, float(model.intercept_[0]) + shared
