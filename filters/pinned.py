"""Tables that depend on a whole corpus: read once, and only if they are the ones that were pinned."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq

from corpus import storage
from corpus.errors import ConfigError
from corpus.sources.config import PinnedTable


def read_pinned(pinned: PinnedTable, key: str, schema: pa.Schema) -> pa.Table:
    """A table of the study.  Raises ConfigError when it is not the pinned one, ``key`` names its place."""
    with storage.open_input(pinned.table) as stream:
        data = stream.read()
    found = hashlib.sha256(data).hexdigest()
    if found != pinned.digest:
        raise ConfigError(
            f"{key}.digest",
            f"{pinned.table} has sha256 {found}",
            "Name the table that was meant, or pin this one by its digest",
        )
    table = pq.read_table(pa.BufferReader(data))
    wanted = (schema.metadata or {})[b"malmoi.schema"]
    if (table.schema.metadata or {}).get(b"malmoi.schema") != wanted or table.schema.names != schema.names:
        raise ConfigError(
            f"{key}.table", f"{pinned.table} is no table of {wanted.decode()}", "Make it by `malmoi study lines`"
        )
    return table
