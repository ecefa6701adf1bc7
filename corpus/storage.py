"""The only place that opens a URI: file, hdfs (hdfs-native, no libhdfs) and s3a (s3fs).

A path without a scheme is a local path.  Every function takes a whole URI and opens nothing else.
Nothing in a URI is decoded or stands for a query: ``#``, ``?`` and ``%`` are parts of names, as they are
to Hadoop.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import IO

from corpus.errors import ConfigError, InputError
from corpus.filesystems.hdfs import HdfsFileSystem
from corpus.filesystems.local import LocalFileSystem
from corpus.filesystems.s3 import S3FileSystem
from corpus.filesystems.system import FileSystem, Status

SCHEMES = ("file", "hdfs", "s3a")
MARKS = "*?["  # of a pattern
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/]*)")


def split(uri: str) -> tuple[str, str]:
    """(scheme, path): a local path becomes absolute; other schemes keep the whole URI as path."""
    found = _SCHEME.match(uri)
    if found is None or found[1] == "file":
        start = found.end() if found else len("file:") if uri.startswith("file:/") else 0
        return "file", os.path.abspath(uri[start:])
    if found[1] not in SCHEMES:
        raise ConfigError(uri, f"unknown URI scheme {found[1]!r}", f"Known: {', '.join(SCHEMES)}")
    return found[1], uri


def _located(uri: str) -> tuple[FileSystem, str, str]:
    """The file system of a URI, the path in it, and what stands before every path of it in a URI."""
    scheme, path = split(uri)
    if scheme == "file":
        return LocalFileSystem(), path, ""
    authority = uri[len(scheme) + 3 :].partition("/")[0]
    prefix = f"{scheme}://{authority}" if scheme == "hdfs" else f"{scheme}://"
    # A connection is never carried into a forked process, where nothing would drive it.
    return _remote(scheme, authority if scheme == "hdfs" else "", os.getpid()), uri[len(prefix) :] or "/", prefix


@lru_cache(maxsize=8)
def _remote(scheme: str, authority: str, process: int) -> FileSystem:
    """Connected on first use, since local runs need none."""
    return HdfsFileSystem(authority) if scheme == "hdfs" else S3FileSystem()


def is_local(uri: str) -> bool:
    return split(uri)[0] == "file"


def local_path(uri: str) -> str:
    """The absolute local path of a file URI.  Raises ConfigError for a remote one."""
    scheme, path = split(uri)
    if scheme != "file":
        raise ConfigError(uri, "a local path is needed here")
    return path


def join(uri: str, *names: str) -> str:
    return posixpath.join(uri, *names)


def name(uri: str) -> str:
    return posixpath.basename(uri.rstrip("/"))


def relative(uri: str, base: str) -> str:
    """The name of ``uri`` below ``base``, with forward slashes."""
    return posixpath.relpath(split(uri)[1], split(base)[1])


# ------------------------------------------------------------------ reading


def open_input(uri: str) -> IO[bytes]:
    """Open for reading bytes.  Raises InputError when the file is not there."""
    system, path, _ = _located(uri)
    try:
        return system.open(path)
    except FileNotFoundError as error:
        raise InputError(uri, "no such file") from error


def read_bytes(uri: str) -> bytes:
    with open_input(uri) as stream:
        return stream.read()


def fetch(uri: str, local: str) -> None:
    """Copy a file to a local path."""
    with open_input(uri) as source, open(local, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 22)


def exists(uri: str) -> bool:
    """Whether a file or folder is there; on s3a a folder is there when anything lies in it."""
    system, path, _ = _located(uri)
    try:
        system.status(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def size(uri: str) -> int:
    """Bytes of a file.  Raises InputError when it is not there."""
    return _status(uri).size


def stamp(uri: str) -> str:
    """What changes when a file does: size and modification time, or the store's own checksum.

    Raises InputError when it is not there.
    """
    return _status(uri).stamp


def _status(uri: str) -> Status:
    system, path, _ = _located(uri)
    try:
        return system.status(path)
    except FileNotFoundError as error:
        raise InputError(uri, "no such file") from error


# ------------------------------------------------------------------ listing


def is_pattern(uri: str) -> bool:
    """Whether ``*``, ``?`` or ``[`` stands for other characters: not where a file has just that name."""
    return any(mark in split(uri)[1] for mark in MARKS) and not exists(uri)


def files(uri: str) -> list[str]:
    """All files below a folder or matching a pattern (``*``, ``?``, ``[…]``, and ``**`` for any depth),
    sorted; hidden ones (a leading ``.`` or ``_`` in any part below) are left out.  A file answers itself."""
    system, path, prefix = _located(uri)
    if is_pattern(uri):
        base, segments = _pattern(path)
        return sorted(prefix + found for found in set(_expanded(system, base, segments)))
    base = path.rstrip("/")
    return sorted(prefix + found for found in system.walk(path) if not _hidden(found[len(base) :]))


def all_files(uri: str) -> list[str]:
    """Every file below a folder, hidden and temporary ones too, sorted."""
    system, path, prefix = _located(uri)
    return sorted(prefix + found for found in system.walk(path))


def _pattern(path: str) -> tuple[str, list[str]]:
    """The folder before the first segment with a mark, and the segments from there on."""
    segments = path.split("/")
    first = next(number for number, segment in enumerate(segments) if any(mark in segment for mark in MARKS))
    return "/".join(segments[:first]) or "/", segments[first:]


def _expanded(system: FileSystem, folder: str, segments: list[str]) -> Iterator[str]:
    """Files below ``folder`` that match, segment by segment; hidden names match nothing."""
    wanted, rest = segments[0], segments[1:]
    if wanted == "**" and rest:
        yield from _expanded(system, folder, rest)
    for path, is_folder in system.children(folder):
        own = path.rsplit("/", 1)[-1]
        if own[:1] in "._":
            continue
        if wanted == "**":
            if is_folder:
                yield from _expanded(system, path, segments)
            elif not rest:
                yield path
        elif fnmatch.fnmatchcase(own, wanted):
            if rest and is_folder:
                yield from _expanded(system, path, rest)
            elif not rest and not is_folder:
                yield path


def _hidden(below: str) -> bool:
    return any(part[:1] in ("_", ".") for part in below.split("/"))


# ------------------------------------------------------------------ writing


def create(uri: str) -> AbstractContextManager[IO[bytes]]:
    """Write a file that appears under its name, replacing what was there, only when whole.

    On an error nothing is left behind.  A killed process leaves at most a hidden temporary beside it,
    on s3a an upload that was never completed.
    """
    system, path, _ = _located(uri)
    return system.create(path)


def write_bytes(uri: str, data: bytes) -> None:
    with create(uri) as stream:
        stream.write(data)


def put(local: str, uri: str) -> None:
    """Copy a local file to a URI, whole or not at all."""
    with open(local, "rb") as source, create(uri) as target:
        shutil.copyfileobj(source, target, 1 << 22)


def claim(uri: str, data: bytes) -> bool:
    """Create a small file, with all its bytes, only if it is not there; False when somebody else's is.

    Of many processes on many hosts one gets True.
    """
    system, path, _ = _located(uri)
    return system.claim(path, data)


def move(uri: str, target: str) -> None:
    """Rename a file within one file system, replacing the target; on s3a, which has no renaming, by a
    copy that appears whole, after which the original is deleted."""
    system, path, prefix = _located(uri)
    _, target_path, target_prefix = _located(target)
    if prefix != target_prefix:
        raise ConfigError(target, f"is not on the file system of {uri}")
    system.move(path, target_path)


def delete(uri: str) -> None:
    """Remove a file or a whole folder; nothing there is not an error."""
    system, path, _ = _located(uri)
    system.delete(path)


__all__ = [
    "all_files", "claim", "create", "delete", "exists", "fetch", "files", "is_local", "is_pattern", "join",
    "local_path", "move", "name", "open_input", "put", "read_bytes", "relative", "size", "split", "stamp",
    "write_bytes",
]  # fmt: skip
