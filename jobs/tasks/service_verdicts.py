"""Verdicts of the services themselves on their documents, joined at select: spam, promotion and the like.

Tables (CSV, JSON lines or Parquet) with the columns ``type``, ``score``, ``time`` and either ``source`` and ``key``,
from which the document's id follows, or ``url``.  For each document and type the newest verdict stands, of equally
new ones the highest score.  A document's own ``signals.spam`` and ``signals.promotion`` are the oldest verdicts.
URLs are compared without their scheme and a slash at their end, which exports and crawls write differently.
Only ids and URLs are compared, so a verdict that comes late rereads no text.
"""

from __future__ import annotations

import csv
import dataclasses
import difflib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.errors import ConfigError, MalmoiError
from corpus.identity import document_id, text_digest
from corpus.sources.dates import microseconds
from corpus.table import read_batches

VERSION = 2
COLUMNS = ("source", "key", "url", "type", "score", "time")
REQUIRED = ("type", "score", "time")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictLimits:
    """A document is dropped above the limit of a type; null sets the type aside.

    In the service's own unit.  0.5 is the middle of a score from 0 to 1, and between no (0) and yes (1).
    """

    spam: float | None = 0.5
    promotion: float | None = 0.5
    adult: float | None = 0.5
    abuse: float | None = 0.5
    blocked: float | None = 0.5  # the service itself took it down


TYPES = tuple(field.name for field in dataclasses.fields(VerdictLimits))
REASONS = tuple(f"verdict.{name}" for name in TYPES)
SIGNALS = ("spam", "promotion")
# Our own rules that answer the question of a type: by them the report tells whether we agree with the service.
_OFFERS = ("contact", "links", "affiliate", "hashtags", "stuffing", "promotion", "spam")
OURS: Mapping[str, tuple[str, ...]] = {
    "spam": (*_OFFERS, "gambling", "adult", "illegal"),
    "promotion": _OFFERS,
    "adult": ("adult",),
    "abuse": ("profanity", "abuse"),
    "blocked": (*_OFFERS, "gambling", "adult", "illegal", "profanity", "abuse"),
}


@dataclass(frozen=True)
class _Side:
    """Newest verdicts by a 16-byte digest: ``scores`` and ``times`` are (keys x TYPES), NaN and the smallest
    integer where there is none; ``rows`` counts the rows of each key."""

    keys: pa.Array
    rows: Array
    scores: Array
    times: Array


@dataclass(frozen=True)
class ServiceVerdicts:
    """What all tables together say.  Memory: about 130 bytes a document that is judged."""

    ids: _Side
    urls: _Side

    def scores(self, ids: pa.Array, urls: pa.Array | None, signals: pa.Array) -> Array:
        """The standing score of every document and type, NaN where there is none."""
        found = np.full((len(ids), len(TYPES)), np.nan)
        for name in SIGNALS:
            own = pc.cast(pc.struct_field(signals, name), pa.float64())
            found[:, TYPES.index(name)] = pc.fill_null(own, float("nan")).to_numpy(zero_copy_only=False)
        times = np.full(found.shape, np.iinfo(np.int64).min)
        for side, keys in ((self.ids, ids), (self.urls, None if urls is None else url_digests(urls))):
            if keys is None or not len(side.keys):
                continue
            place = pc.index_in(keys, value_set=side.keys)
            rows = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
            at = place.drop_null().to_numpy(zero_copy_only=False)
            newer = ~np.isnan(side.scores[at]) & (
                (side.times[at] > times[rows]) | ((side.times[at] == times[rows]) & ~(side.scores[at] <= found[rows]))
            )
            found[rows] = np.where(newer, side.scores[at], found[rows])
            times[rows] = np.where(newer, side.times[at], times[rows])
        return found


def address(url: str) -> str:
    """What of a URL is compared: all but http or https and one slash at the end of its path."""
    rest = _SCHEME.sub("", url, 1)
    return rest if "?" in rest or "#" in rest else rest.removesuffix("/")


def url_digests(urls: pa.Array) -> pa.Array:
    """The key of each URL among those of a table; null for none."""
    return pa.array([None if url is None else text_digest(address(url)) for url in urls.to_pylist()], pa.binary())


def limits_of(limits: VerdictLimits) -> Array:
    """Limits in the order of TYPES, NaN (which nothing exceeds) where set aside."""
    values = (getattr(limits, name) for name in TYPES)
    return np.array([np.nan if value is None else value for value in values], np.float64)


@lru_cache(maxsize=2)
def read_verdicts(uris: tuple[str, ...]) -> ServiceVerdicts:
    """All tables as one.  Raises ConfigError naming file, line and column of the first row at fault."""
    newest: tuple[dict[bytes, dict[int, tuple[int, float]]], ...] = ({}, {})
    counts: tuple[Counter[bytes], ...] = (Counter(), Counter())
    for uri in uris:
        for where, row in rows(uri):
            by_url, digest, kind, time, score = _parsed(where, row)
            known = newest[by_url].setdefault(digest, {})
            counts[by_url][digest] += 1
            if kind not in known or (time, score) > known[kind]:
                known[kind] = (time, score)
    return ServiceVerdicts(*(_side(*side) for side in zip(newest, counts, strict=True)))


def about(uris: Sequence[str], source: str, key: str, url: str | None) -> list[dict[str, Any]]:
    """Every row of the tables about one document, as it stands there, oldest first; a table that cannot be read
    now is named with what is wrong."""
    found: list[dict[str, Any]] = []
    for uri in uris:
        try:
            for where, row in rows(uri):
                named = {name: str(row[name]).strip() for name in COLUMNS if row.get(name) is not None}
                same = (named.get("source"), named.get("key")) == (source, key)
                if same or (url is not None and address(named.get("url", "")) == address(url)):
                    told = {name: named.get(name) for name in REQUIRED}
                    found.append({**told, "by": "key" if same else "url", "where": where})
        except MalmoiError as error:
            found.append({**dict.fromkeys(REQUIRED), "by": None, "where": error.where, "fault": error.what})
    return sorted(found, key=lambda row: (row["type"] or "", microseconds(row["time"]) or 0, row["where"]))


def _side(newest: Mapping[bytes, Mapping[int, tuple[int, float]]], counts: Mapping[bytes, int]) -> _Side:
    scores = np.full((len(newest), len(TYPES)), np.nan)
    times = np.full(scores.shape, np.iinfo(np.int64).min)
    for place, known in enumerate(newest.values()):
        for kind, (time, score) in known.items():
            scores[place, kind], times[place, kind] = score, time
    rows = np.array([counts[digest] for digest in newest], np.int64)
    return _Side(pa.array(list(newest), pa.binary()), rows, scores, times)


def _parsed(where: str, row: Mapping[str, Any]) -> tuple[bool, bytes, int, int, float]:
    """(by URL, digest, place in TYPES, microseconds, score)."""

    def fault(column: str, what: str, fix: str = "") -> ConfigError:
        return ConfigError(f"{where}, column {column}", what, fix)

    named = {name: str(row[name]).strip() for name in COLUMNS if row.get(name) is not None}
    kind = named.get("type", "")
    if kind not in TYPES:
        near = difflib.get_close_matches(kind, TYPES, 1, 0.5)
        raise fault(
            "type",
            f"no such type {kind[:40]!r}",
            f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(TYPES)}",
        )
    try:
        score = float(named.get("score", ""))
    except ValueError as error:
        raise fault("score", "is not a number") from error
    if not math.isfinite(score):
        raise fault("score", "is not a finite number")
    time = microseconds(row.get("time") if not isinstance(row.get("time"), str) else named["time"])
    if time is None:
        raise fault("time", "is not a date", "Write it as 2024-03-01T09:00:00+09:00")
    source, key, url = (named.get(name, "") for name in ("source", "key", "url"))
    if bool(url) == bool(source or key):
        raise fault("url", "a verdict names either source and key, or url", "Fill one of the two")
    if not url and not (source and key):
        raise fault("key" if source else "source", "is empty", "source and key go together")
    digest = text_digest(address(url)) if url else document_id(source, key)
    return bool(url), digest, TYPES.index(kind), time, score


def rows(uri: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(where, row) of every row of one table.  Raises ConfigError on a table that is none."""
    name = uri.lower()
    if name.endswith(".parquet"):
        yield from _parquet(uri)
    elif name.endswith((".jsonl", ".ndjson")):
        yield from _jsonl(uri)
    elif name.endswith(".csv"):
        yield from _csv(uri)
    else:
        raise ConfigError(uri, "no table of verdicts by its name", "Give .csv, .jsonl or .parquet")


def _check_names(uri: str, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in names]
    if unknown or missing:
        what = f"unknown columns {', '.join(map(str, unknown))}" if unknown else f"no column {', '.join(missing)}"
        raise ConfigError(uri, what, f"Columns: {', '.join(COLUMNS)}")


def _csv(uri: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        reader = csv.reader(io.StringIO(storage.read_bytes(uri).decode("utf-8-sig"), newline=""), strict=True)
        names = next(reader, [])
        _check_names(uri, names)
        for values in reader:
            if values and len(values) != len(names):
                raise ConfigError(f"{uri}:{reader.line_num}", f"has {len(values)} values for {len(names)} columns")
            if values:
                yield f"{uri}:{reader.line_num}", dict(zip(names, values, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(uri, f"not a CSV table in UTF-8 ({type(error).__name__})") from error


def _jsonl(uri: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with storage.open_input(uri) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            where = f"{uri}:{number}"
            try:
                row = json.loads(line.decode("utf-8"))
            except (ValueError, RecursionError) as error:
                raise ConfigError(where, f"not a JSON line in UTF-8 ({type(error).__name__})") from error
            if not isinstance(row, dict):
                raise ConfigError(where, "is no JSON object")
            _check_names(where, [*row, *(name for name in REQUIRED if name not in row)])
            yield where, row


def _parquet(uri: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    number = 0
    try:
        for batch in read_batches(uri):
            _check_names(uri, batch.schema.names)
            for row in batch.to_pylist():
                number += 1
                yield f"{uri} row {number}", row
    except (pa.ArrowException, OSError) as error:
        raise ConfigError(uri, f"not a Parquet table ({type(error).__name__})") from error
