"""Which rows of the services' verdict tables are of documents of the run; the others are said, not lost in silence."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.table import read_table
from jobs.tasks.decisions import array
from jobs.tasks.service_verdicts import Array, ServiceVerdicts, read_verdicts, url_digests


@dataclass(frozen=True)
class MatchTask:
    """One documents file, ``name``, of ``run``, and the tables."""

    run: str
    name: str
    verdicts: tuple[str, ...]


def matched(task: MatchTask) -> dict[str, Any]:
    """Which keys of the tables the file's documents have: a bit for each, by id and by URL, in base64."""
    service = read_verdicts(task.verdicts)
    by_url = len(service.urls.keys) > 0
    columns = ("id", "url") if by_url else ("id",)
    documents = read_table(storage.join(task.run, "documents", task.name), columns).combine_chunks()
    urls = url_digests(array(documents, "url")) if by_url else pa.array([], pa.binary())
    found = {"ids": (service.ids.keys, array(documents, "id")), "urls": (service.urls.keys, urls)}
    return {name: _packed(pc.is_in(keys, value_set=of.cast(pa.binary()))) for name, (keys, of) in found.items()}


def _packed(bits: pa.BooleanArray) -> str:
    return base64.b64encode(np.packbits(bits.to_numpy(zero_copy_only=False)).tobytes()).decode("ascii")


def told(service: ServiceVerdicts, answers: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Rows of all tables, and those of them that are of no document."""
    unmatched = {"ids": np.ones(len(service.ids.rows), np.bool_), "urls": np.ones(len(service.urls.rows), np.bool_)}
    for answer in answers:
        for name, missing in unmatched.items():
            packed: Array = np.frombuffer(base64.b64decode(answer[name]), np.uint8)
            missing &= ~np.unpackbits(packed, count=len(missing)).astype(np.bool_)
    sides = {"ids": service.ids, "urls": service.urls}
    return {
        "rows": int(sum(side.rows.sum() for side in sides.values())),
        "unmatched": int(sum(side.rows[unmatched[name]].sum() for name, side in sides.items())),
    }
