"""What ingest counted in a document, for rules: sums of ``edits.counts``, and the hashes of ``edits.contacts``."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.document import EDITS, DocumentBatch
from filters.rule import Array


def edit_counts(batch: DocumentBatch, names: Collection[str]) -> Array:
    """int64 per document: the sum of these counts, 0 where the document has no edits."""
    counts = pc.struct_field(batch.column("edits").cast(EDITS), "counts").fill_null(
        pa.scalar([], EDITS.field("counts").type)
    )
    offsets = counts.offsets.to_numpy().astype(np.int64)
    wanted = pc.is_in(counts.keys, value_set=pa.array(sorted(names), pa.string())).to_numpy(zero_copy_only=False)
    values = np.where(wanted, counts.items.fill_null(0).to_numpy(zero_copy_only=False), 0)
    sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    found: Array = sums[offsets[1:]] - sums[offsets[:-1]]
    return found


def contact_hashes(batch: DocumentBatch) -> tuple[Array, Array]:
    """Keyed hashes of all contacts (int64), and the document of each (int64)."""
    lists = pc.struct_field(batch.column("edits").cast(EDITS), "contacts").fill_null(
        pa.scalar([], EDITS.field("contacts").type)
    )
    offsets = lists.offsets.to_numpy().astype(np.int64)
    values = lists.values.fill_null(0).to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]]
    return values.astype(np.int64), np.repeat(np.arange(len(batch)), np.diff(offsets))
