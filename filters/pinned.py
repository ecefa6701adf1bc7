"""Files that a configuration pins, models and tables of a whole corpus: read only if they are the ones meant."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq

from corpus import storage
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile, PinnedTable


def read_pinned(pinned: PinnedTable, key: str, schema: pa.Schema) -> pa.Table:
    """A table of the study.  Raises ConfigError when it is not the pinned one, ``key`` names its place."""
    data = _checked(pinned.table, pinned.digest, key)
    table = pq.read_table(pa.BufferReader(data))
    wanted = (schema.metadata or {})[b"malmoi.schema"]
    if (table.schema.metadata or {}).get(b"malmoi.schema") != wanted or table.schema.names != schema.names:
        raise ConfigError(
            f"{key}.table", f"{pinned.table} is no table of {wanted.decode()}", "Make it by `malmoi study lines`"
        )
    return table


def read_pinned_file(pinned: PinnedFile, key: str) -> bytes:
    """The file's bytes.  Raises ConfigError when it is not the pinned one, ``key`` names its place."""
    return _checked(pinned.file, pinned.digest, key)


def _checked(uri: str, digest: str, key: str) -> bytes:
    with storage.open_input(uri) as stream:
        data = bytes(stream.read())
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise ConfigError(
            f"{key}.digest", f"{uri} has sha256 {found}", "Name the file that was meant, or pin this one by its digest"
        )
    return data
