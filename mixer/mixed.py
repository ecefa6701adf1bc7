"""Rows of the mixture: kept documents, each repeated by its copies, with their place in the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mixer.config import MixConfig
from mixer.copies import Counts, copies, id_words, order_keys, packed, parts_of
from mixer.validation import set_apart

MIXED = pa.schema(
    [
        ("id", pa.binary()),  # 16 bytes
        ("copy", pa.int32()),  # 0 for the first
        ("order", pa.binary()),  # 8 bytes big-endian; the file is sorted by (order, id, copy)
        ("kind", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("title", pa.string()),
        ("license", pa.string()),
        ("rights_basis", pa.string()),
        ("rights_evidence", pa.string()),
        ("text", pa.string()),
        ("text_digest", pa.binary()),  # 16 bytes; stands for the text in content digests
        ("tokens", pa.int32()),  # with the end-of-document
    ],
    metadata={"malmoi.schema": "mixed 1"},
)

# Columns of a documents file that a mixed row takes, `rights` by its two leaves.
DOCUMENT_COLUMNS = (
    *("id", "kind", "source", "url", "title", "license", "text", "text_digest"),
    *("rights.basis", "rights.evidence"),
)


def copies_by_kind(
    high: np.ndarray[Any, np.dtype[np.uint64]],
    low: np.ndarray[Any, np.dtype[np.uint64]],
    kinds: pa.Array,
    epochs: Mapping[str, Fraction],
    seed: int,
) -> Counts:
    """Copies of each document under its kind's epochs; a kind that the plan lacks gets none."""
    result: Counts = np.zeros(len(kinds), np.int32)
    encoded = kinds.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    for code, kind in enumerate(encoded.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        result[rows] = copies(high[rows], low[rows], epochs.get(kind, Fraction(0)), seed)
    return result


@dataclass(frozen=True)
class Cut:
    """What a plan makes of a document: copies by its kind's ``epochs`` in ``parts`` ranges of the order, or,
    where the recipe sets it apart, one row in the ``validation_parts`` ranges that are numbered after them."""

    recipe: MixConfig
    seed: int
    epochs: Mapping[str, Fraction]
    parts: int
    validation_parts: int = 0


def mixed_rows(documents: pa.RecordBatch, tokens: pa.Array, cut: Cut) -> tuple[pa.RecordBatch, Counts]:
    """(MIXED rows, the part of each) of a batch with DOCUMENT_COLUMNS.

    ``tokens`` is null for a document that is not kept; it and those without a copy give no row.
    """
    seed = cut.seed
    kept = np.flatnonzero(tokens.is_valid().to_numpy(zero_copy_only=False))
    ids = documents.column("id").take(pa.array(kept))
    high, low = id_words(ids)
    kinds = documents.column("kind").take(pa.array(kept))
    apart = set_apart(high, low, kinds, cut.recipe, seed)
    count = np.where(apart, 1, copies_by_kind(high, low, kinds, cut.epochs, seed))
    rows = np.repeat(np.arange(len(kept)), count)
    copy = (np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)).astype(np.int32)
    order = order_keys(high[rows], low[rows], copy, seed)
    taken = documents.take(pa.array(kept[rows]))
    rights = taken.column("rights")
    columns = {name: taken.column(name) for name in taken.schema.names if name != "rights"}
    columns |= {
        "copy": pa.array(copy),
        "order": packed(order),
        "rights_basis": pc.struct_field(rights, "basis"),
        "rights_evidence": pc.struct_field(rights, "evidence"),
        "tokens": tokens.take(pa.array(kept[rows])),
    }
    arrays = [columns[item.name].cast(item.type) for item in MIXED]
    part = np.where(apart[rows], cut.parts + parts_of(order, cut.validation_parts), parts_of(order, cut.parts))
    return pa.RecordBatch.from_arrays(arrays, schema=MIXED), part.astype(np.int32)
