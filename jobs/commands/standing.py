"""Where one document's scores stand among the documents of its source and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from corpus import storage
from corpus.manifest import Part
from corpus.table import column_names, read_batches

# Attributes of so many documents are compared, in order of file name: a standing to a tenth of a per cent, in about a
# second.  The cuts of quantiles are exact; this is what explain shows beside every score.
COMPARED = 1_000_000


@dataclass(frozen=True)
class Standing:
    """Of ``documents`` with this score, ``below`` have a smaller value and ``equal`` the same, itself included."""

    below: int
    equal: int
    documents: int

    @property
    def quantile(self) -> float:
        """The share with a smaller value."""
        return self.below / self.documents if self.documents else 0.0


def standings(
    run: str, parts: Sequence[Part], source: str | None, kind: str | None, values: Mapping[str, float]
) -> dict[str, Standing]:
    """Column of attributes -> where its value stands; columns that a file lacks are not compared in it."""
    counts = {name: [0, 0, 0] for name in values}
    compared = 0
    for part in sorted(parts, key=lambda part: part.name):
        uri = storage.join(run, part.name)
        columns = set(column_names(uri))
        held = [name for name in values if name in columns]
        for batch in read_batches(uri, ["source", "kind", *held], rows=1 << 16):
            own = pc.and_(_is(batch.column("source"), source), _is(batch.column("kind"), kind))
            mine = batch.filter(own)
            compared += mine.num_rows
            for name in held:
                column = mine.column(name).drop_null().to_numpy(zero_copy_only=False).astype(np.float64)
                sums = (int((column < values[name]).sum()), int((column == values[name]).sum()), len(column))
                counts[name] = [one + other for one, other in zip(counts[name], sums, strict=True)]
        if compared >= COMPARED:
            break
    return {name: Standing(*found) for name, found in counts.items()}


def _is(column: object, value: str | None) -> object:
    return pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False)
