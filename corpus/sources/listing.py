"""Which files an input has and how they are cut into tasks; nothing is read here but sizes and footers."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import pairwise

from corpus import storage
from corpus.errors import InputError
from corpus.sources.config import IngestConfig, InputConfig
from corpus.sources.decompress import compression
from corpus.sources.parquet import row_groups
from corpus.sources.zip_members import ZIP_MAGICS, member_ranges

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".warc": "warc",
    ".arc": "warc",  # recognised there, and quarantined with the remedy
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "mediawiki",
    ".json": "modu",
    ".txt": "text",
    ".zip": "archive",
    ".tar": "archive",
    ".tgz": "archive",
    ".tbz2": "archive",
}
COMPRESSED = (".gz", ".zst", ".bz2")

# Parts of a large dump, as Wikimedia names them: pages-articles1.xml-p1p82407.
_DUMP_PART = re.compile(r"\.xml-p[0-9]+p[0-9]+$")
# Files that lie beside data and are none.
_BESIDE = re.compile(
    r"(?:read[-_ ]?me|licen[cs]e|copying|notice|changelog|manifest|metadata|dataset_infos?|state|index|.*-index)"
    r"(?:[-_.][a-z]{2})?\.(?:txt|json)"
)

# Formats and packings that can be entered in the middle.
_DIVISIBLE = frozenset({("jsonl", "plain"), ("mediawiki", "plain"), ("mediawiki", "bzip2")})

# Text bytes expected of one compressed byte, to weigh tasks: the development data has 7.0 for zstd.
EXPANSION = 7

# A task opens its files one after another; thousands of small pages share one.
FILES_PER_TASK = 2048


@dataclass(frozen=True, slots=True)
class Slice:
    """One file's share for one task.

    ``file`` is the name below the input's root, which documents and quarantine rows carry.  ``start`` and
    ``end`` are bytes for plain JSON lines and for dumps, row groups for Parquet, members for ZIP; ``end``
    None is the whole file.  ``cost`` estimates the bytes of text.  ``member`` is the format that the
    configuration sets for an archive's members, ``encoding`` the label that it names.
    """

    uri: str
    file: str
    format: str
    start: int = 0
    end: int | None = None
    cost: int = 0
    member: str = ""
    encoding: str = ""


def format_of(uri: str) -> str | None:
    """The reader that a file's suffix names, or None."""
    name = storage.name(uri).lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    if _DUMP_PART.search(name):
        return "mediawiki"
    return None if _BESIDE.fullmatch(name) else SUFFIXES.get(posixpath.splitext(name)[1])


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
            f"Known: {', '.join(sorted(SUFFIXES))}, each also with {', '.join(COMPRESSED)}; or set `format`",
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

    Plain JSON lines and dumps are cut by bytes, bzip2 dumps by the streams that begin in a range of bytes,
    Parquet by row groups and ZIP by members; every other file is whole.
    """
    slices = [piece for uri, file in input_files(item) for piece in plan_file(item, uri, file, limits)]
    return _grouped(slices, limits.split_bytes)


def plan_file(item: InputConfig, uri: str, file: str, limits: IngestConfig) -> list[Slice]:
    """The slices of one file, in its order."""
    format_, split, named = item.format, limits.split_bytes, item.encoding or ""
    found = format_of(uri)
    kind = str(found) if format_ == "auto" or found == "archive" else format_
    member = format_ if kind == "archive" and format_ not in ("auto", "archive") else ""
    size = storage.size(uri)
    head = _head(uri)
    packing = compression(head) if head else "plain"
    expansion = 1 if packing == "plain" else EXPANSION
    if kind == "parquet":
        return [Slice(uri, file, kind, first, last, cost) for first, last, cost in row_groups(uri, split)]
    if kind == "archive" and head in ZIP_MAGICS:
        ranges = member_ranges(uri, split)
        return [Slice(uri, file, kind, first, last, cost, member, named) for first, last, cost in ranges]
    step = max(1, split // expansion)
    if (kind, packing) in _DIVISIBLE and size > step:
        cuts = [*range(0, size, step), size]
        return [
            Slice(uri, file, kind, start, end, (end - start) * expansion, encoding=named)
            for start, end in pairwise(cuts)
        ]
    return [Slice(uri, file, kind, 0, None, size * expansion, member, named)]


def _head(uri: str) -> bytes:
    with storage.open_input(uri) as stream:
        return stream.read(4)


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
