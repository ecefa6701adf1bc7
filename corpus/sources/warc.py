from __future__ import annotations
from collections.abc import Iterator
from corpus.sources.listing import Slice
from corpus.sources.raw import RawRecord


def read(piece: Slice, limit: int) -> Iterator[RawRecord]:
    raise NotImplementedError
