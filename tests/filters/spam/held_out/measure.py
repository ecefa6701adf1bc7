"""Recall of rules, model and both on the texts written by hand: ``python -m tests.filters.spam.held_out.measure``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch
from filters.catalog import RULES
from filters.rule import Array, failing
from tests.filters.spam.held_out.read import held_out

RULED = "contact links affiliate hashtags stuffing promotion gambling adult illegal".split()


def failed(texts: list[str], names: list[str]) -> Array:
    """Whether each text fails a check of the named rules, under the built-in thresholds."""
    batch = DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.large_string())}))
    found = np.zeros(len(texts), np.bool_)
    for rule, kind in RULES:
        if rule.name in names:
            values = rule.score(batch)
            for check in rule.checks(kind()):
                found |= failing(check, values[check.score])
    return found


def table(name: str) -> Iterator[tuple[str, int, int, int, int]]:
    """(kind, texts, by rules, by the model, by either) of one file, all of it last."""
    read = held_out(name)
    kinds = np.array([kind for kind, _ in read])
    rules, model = (failed([text for _, text in read], names) for names in (RULED, ["spam"]))
    for kind in [*dict.fromkeys(kinds.tolist()), "all"]:
        own = kinds == kind if kind != "all" else np.ones(len(kinds), np.bool_)
        yield kind, int(own.sum()), int(rules[own].sum()), int(model[own].sum()), int((rules | model)[own].sum())


if __name__ == "__main__":
    for file in ("notices", "stories_last", "stories_held", "stories", "third", "second", "first", "clean"):
        sys.stdout.write(f"| {file} | texts | rules | model | both |\n|---|---:|---:|---:|---:|\n")
        for kind, *numbers in table(file):
            sys.stdout.write(f"| {kind} | {' | '.join(map(str, numbers))} |\n")
