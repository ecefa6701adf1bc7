"""The overrides table: decisions of people about an id, a host or a source, which win over rules.

Columns ``match`` (id, host or source), ``value``, ``fate`` (keep or drop), and for the record ``who``,
``why`` and ``until``.  The narrowest entry wins: an id over a host, a host over one above it
(blog.example.kr over example.kr), a host over a source.  ``keep`` sets aside the failing rules; it gives
no permission and does not spare a duplicate.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.errors import ConfigError
from corpus.identity import ID_BYTES
from corpus.table import read_table

VERSION = 1
COLUMNS = ("match", "value", "fate", "who", "why", "until")
KEEP, NONE, DROP = 1, 0, -1

Marks = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True)
class Overrides:
    """KEEP or DROP by source name, by host name in lower case, and by id."""

    sources: dict[str, int]
    hosts: dict[str, int]
    ids: dict[bytes, int]

    def marks(self, ids: pa.Array, sources: pa.Array, urls: pa.Array | None) -> Marks:
        """KEEP, NONE or DROP per document; ``urls`` may be None when no entry names a host."""
        marks: Marks = np.zeros(len(ids), np.int8)
        for source, mark in self.sources.items():
            marks[pc.fill_null(pc.equal(sources, source), False).to_numpy(zero_copy_only=False)] = mark
        if self.hosts and urls is not None:
            for row, url in enumerate(urls.to_pylist()):
                marks[row] = self._host(url, int(marks[row]))
        if self.ids:
            known = list(self.ids)
            place = pc.index_in(ids, value_set=pa.array(known, pa.binary()))
            rows = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
            values = np.array([self.ids[key] for key in known], np.int8)
            marks[rows] = values[place.drop_null().to_numpy(zero_copy_only=False)]
        return marks

    def _host(self, url: str | None, mark: int) -> int:
        try:
            host = urlsplit(url or "").hostname or ""
        except ValueError:  # an address that is none names no host
            return mark
        while host:
            if host in self.hosts:
                return self.hosts[host]
            host = host.partition(".")[2]
        return mark


NOTHING = Overrides({}, {}, {})


@lru_cache(maxsize=2)
def read_overrides(uri: str) -> Overrides:
    """Read a CSV (UTF-8, a header line) or Parquet table.  Raises ConfigError naming the row at fault."""
    sources: dict[str, int] = {}
    hosts: dict[str, int] = {}
    ids: dict[bytes, int] = {}
    for number, row in enumerate(_rows(uri), 1):
        where = f"{uri} row {number}"
        if None in row:
            raise ConfigError(where, "has more values than the header has columns")
        match, value, fate = (str(row.get(name) or "").strip() for name in ("match", "value", "fate"))
        if fate not in ("keep", "drop"):
            raise ConfigError(where, f"fate {fate!r} is neither keep nor drop")
        if not value:
            raise ConfigError(where, "value is empty")
        if str(row.get("until") or "").strip():
            raise ConfigError(
                where,
                "an entry that expires needs the date of a run, which a single run does not have",
                "Leave until empty, and remove the row when its time is over",
            )
        mark = KEEP if fate == "keep" else DROP
        if match == "source":
            known = sources.setdefault(value, mark)
        elif match == "host":
            known = hosts.setdefault(value.lower().rstrip("."), mark)
        elif match == "id":
            known = ids.setdefault(_id(value, where), mark)
        else:
            raise ConfigError(where, f"match {match!r} is none of id, host, source")
        if known != mark:
            raise ConfigError(where, f"{match} {value!r} is named twice with different fates")
    return Overrides(sources, hosts, ids)


def _id(value: str, where: str) -> bytes:
    try:
        data = bytes.fromhex(value)
    except ValueError:
        data = b""
    if len(data) != ID_BYTES:
        raise ConfigError(where, f"{value!r} is not an id of {2 * ID_BYTES} hexadecimal digits")
    return data


def _rows(uri: str) -> list[dict[str, Any]]:
    if uri.endswith(".parquet"):
        rows: list[dict[str, Any]] = read_table(uri).to_pylist()
        names = list(rows[0]) if rows else ["match", "value", "fate"]
    else:
        try:
            reader = csv.DictReader(io.StringIO(storage.read_bytes(uri).decode("utf-8-sig")), strict=True)
            rows = list(reader)
            names = list(reader.fieldnames or ())
        except (UnicodeDecodeError, csv.Error) as error:
            raise ConfigError(uri, f"not a CSV table in UTF-8 ({type(error).__name__})") from error
    unknown = [str(name) for name in names if name not in COLUMNS]
    missing = [name for name in COLUMNS[:3] if name not in names]
    if unknown or missing:
        what = f"unknown columns {', '.join(unknown)}" if unknown else f"no column {', '.join(missing)}"
        raise ConfigError(uri, what, f"Columns: {', '.join(COLUMNS)}")
    return rows
