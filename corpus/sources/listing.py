"""Which files an input has and how they are cut into tasks; nothing is read here but sizes and footers."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from itertools import pairwise

from corpus import storage
from corpus.errors import InputError
from corpus.sources.config import IngestConfig, InputConfig
from corpus.sources.parquet import row_groups

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".warc": "warc",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
COMPRESSED = (".gz", ".zst")

# Text bytes expected of one compressed byte, to weigh tasks: the development data has 7.0 for zstd.
EXPANSION = 7

# A task opens its files one after another; thousands of small pages share one.
FILES_PER_TASK = 2048


@dataclass(frozen=True, slots=True)
class Slice:
    """One file's share for one task.

    ``file`` is the name below the input's root, which documents and quarantine rows carry.  ``start`` and
    ``end`` are bytes for plain JSON lines and row groups for Parquet; ``end`` None is the whole file.
    ``cost`` estimates the bytes of text.
    """

    uri: str
    file: str
    format: str
    start: int = 0
    end: int | None = None
    cost: int = 0


def format_of(uri: str) -> str | None:
    """The reader that a file's suffix names, or None."""
    name = storage.name(uri).lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return SUFFIXES.get(posixpath.splitext(name)[1])


def input_files(item: InputConfig) -> list[tuple[str, str]]:
    """(URI, name below the input's root) of every file that the input reads, sorted by name.

    Raises InputError when there is nothing to read.
    """
    found = storage.files(item.uri)
    if not found:
        raise InputError(item.uri, f"input {item.name!r} finds no file here", "Check the path or pattern")
    readable = [uri for uri in found if item.format != "auto" or format_of(uri) is not None]
    if not readable:
        raise InputError(
            item.uri,
            f"input {item.name!r} finds {len(found)} files, none with a known suffix",
            f"Known: {', '.join(sorted(SUFFIXES))}, each also with .gz or .zst; or set `format`",
        )
    root = _root(item.uri, found)
    return sorted(((uri, storage.relative(uri, root)) for uri in readable), key=lambda pair: pair[1])


def _root(uri: str, found: list[str]) -> str:
    if storage.is_pattern(uri):
        pattern = min(uri.find(mark) for mark in storage.MARKS if mark in uri)
        return posixpath.dirname(uri[:pattern]) or "."
    single = len(found) == 1 and storage.split(found[0])[1] == storage.split(uri)[1]
    return posixpath.dirname(found[0]) if single else uri


def plan(item: InputConfig, limits: IngestConfig) -> list[tuple[Slice, ...]]:
    """Slices grouped into tasks of about ``split_bytes`` of text, the costliest first.

    Plain JSON lines are cut by bytes and Parquet by row groups; every other file is whole.
    """
    slices = [piece for uri, file in input_files(item) for piece in plan_file(item, uri, file, limits)]
    return _grouped(slices, limits.split_bytes)


def plan_file(item: InputConfig, uri: str, file: str, limits: IngestConfig) -> tuple[Slice, ...]:
    """The slices of one file."""
    kind = format_of(uri) if item.format == "auto" else item.format
    size = storage.size(uri)
    compressed = uri.lower().endswith(COMPRESSED)
    if kind == "jsonl" and not compressed and size > limits.split_bytes and not _is_compressed(uri):
        cuts = [*range(0, size, limits.split_bytes), size]
        return tuple(Slice(uri, file, kind, start, end, end - start) for start, end in pairwise(cuts))
    if kind == "parquet":
        ranges = row_groups(uri, limits.split_bytes)
        return tuple(Slice(uri, file, kind, first, last, cost) for first, last, cost in ranges)
    return (Slice(uri, file, str(kind), 0, None, size * (EXPANSION if compressed else 1)),)


def _is_compressed(uri: str) -> bool:
    with storage.open_input(uri) as stream:
        head = stream.read(4)
    return head[:2] == b"\x1f\x8b" or head == b"\x28\xb5\x2f\xfd"


def _grouped(slices: list[Slice], size: int) -> list[tuple[Slice, ...]]:
    tasks: list[tuple[Slice, ...]] = []
    group: list[Slice] = []
    cost = 0
    for piece in slices:
        if group and (cost + piece.cost > size or len(group) >= FILES_PER_TASK):
            tasks.append(tuple(group))
            group, cost = [], 0
        group.append(piece)
        cost += piece.cost
    if group:
        tasks.append(tuple(group))
    # Longest first keeps the cores busy to the end; a tie is broken by name, never by chance.
    tasks.sort(key=lambda task: (-sum(piece.cost for piece in task), task[0].file, task[0].start))
    return tasks
