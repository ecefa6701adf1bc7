"""The only place that opens a URI: file, hdfs (hdfs-native, no libhdfs) and s3a (s3fs).

A path without a scheme is a local path.  Every function takes a whole URI and opens nothing else.
"""

from __future__ import annotations

import contextlib
import glob as _glob
import os
import posixpath
import shutil
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any
from urllib.parse import urlsplit

from corpus.errors import ConfigError, InputError

SCHEMES = ("file", "hdfs", "s3a")


def split(uri: str) -> tuple[str, str]:
    """(scheme, path): a local path becomes absolute; other schemes keep the whole URI as path."""
    scheme = urlsplit(uri).scheme if "://" in uri or uri.startswith("file:") else ""
    if scheme in ("", "file"):
        return "file", os.path.abspath(urlsplit(uri).path if scheme else uri)
    if scheme not in SCHEMES:
        raise ConfigError(uri, f"unknown URI scheme {scheme!r}", f"Known: {', '.join(SCHEMES)}")
    return scheme, uri


@lru_cache(maxsize=8)
def _remote(scheme: str, authority: str) -> Any:
    """The fsspec file system of a remote URI; imported on first use, since local runs need none."""
    if scheme == "hdfs":
        from hdfs_native.fsspec import HdfsFileSystem

        host, _, port = authority.partition(":")
        return HdfsFileSystem(host=host, port=int(port) if port else None)
    try:
        from s3fs import S3FileSystem
    except ImportError as error:
        raise ConfigError("s3a://" + authority, "the s3 extra is not installed", "pip install 'malmoi[s3]'") from error
    return S3FileSystem()


def _open_remote(uri: str) -> tuple[Any, str]:
    parts = urlsplit(uri)
    path = uri.replace("s3a://", "s3://", 1) if parts.scheme == "s3a" else parts.path
    return _remote(parts.scheme, parts.netloc), path


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


def open_input(uri: str) -> IO[bytes]:
    """Open for reading bytes.  Raises InputError when the file is not there."""
    scheme, path = split(uri)
    try:
        if scheme == "file":
            return open(path, "rb")
        system, path = _open_remote(uri)
        stream: IO[bytes] = system.open(path, "rb")
        return stream
    except FileNotFoundError as error:
        raise InputError(uri, "no such file") from error


@contextlib.contextmanager
def create(uri: str) -> Iterator[IO[bytes]]:
    """Write a file that appears under its name only when whole.

    Written beside itself under a temporary name that begins with ``_``, flushed to disk, then
    renamed; on s3a an object appears at once by nature.  On an error nothing is left behind.
    """
    scheme, path = split(uri)
    if scheme == "file":
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        temporary = os.path.join(folder, f"_{os.path.basename(path)}.{os.getpid()}.tmp")
        try:
            with open(temporary, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        return
    system, path = _open_remote(uri)
    if scheme == "s3a":
        with system.open(path, "wb") as stream:
            yield stream
        return
    temporary = posixpath.join(posixpath.dirname(path), f"_{posixpath.basename(path)}.{os.getpid()}.tmp")
    try:
        with system.open(temporary, "wb") as stream:
            yield stream
        if system.exists(path):
            system.rm_file(path)
        system.mv(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            system.rm_file(temporary)
        raise


def read_bytes(uri: str) -> bytes:
    with open_input(uri) as stream:
        return stream.read()


def write_bytes(uri: str, data: bytes) -> None:
    with create(uri) as stream:
        stream.write(data)


def exists(uri: str) -> bool:
    scheme, path = split(uri)
    if scheme == "file":
        return os.path.exists(path)
    system, path = _open_remote(uri)
    return bool(system.exists(path))


def size(uri: str) -> int:
    """Bytes of a file.  Raises InputError when it is not there."""
    scheme, path = split(uri)
    try:
        if scheme == "file":
            return os.stat(path).st_size
        system, path = _open_remote(uri)
        return int(system.info(path)["size"])
    except FileNotFoundError as error:
        raise InputError(uri, "no such file") from error


def files(uri: str) -> list[str]:
    """All files below a folder or matching a glob pattern (``*``, ``**``), sorted; hidden ones
    (a leading ``.`` or ``_`` in any part below) are left out.  A file answers itself."""
    scheme, path = split(uri)
    if scheme == "file":
        if any(mark in path for mark in "*?["):
            found = [p for p in _glob.glob(path, recursive=True) if os.path.isfile(p)]
        elif os.path.isfile(path):
            return [path]
        else:
            found = [os.path.join(folder, item) for folder, _, items in os.walk(path) for item in items]
        base = path.split("*")[0].split("?")[0].split("[")[0]
        base = base if os.path.isdir(base) else os.path.dirname(base)
        return sorted(p for p in found if not _hidden(os.path.relpath(p, base)))
    system, path = _open_remote(uri)
    root = uri[: len(uri) - len(path)] if scheme == "hdfs" else "s3a://"
    found = system.glob(path) if any(mark in path for mark in "*?[") else system.find(path)
    base = path.split("*")[0].rsplit("/", 1)[0]
    return sorted(root + _bare(p) for p in found if not _hidden(posixpath.relpath(_bare(p), _bare(base))))


def _bare(path: str) -> str:
    return path.split("://", 1)[1] if path.startswith("s3://") else path


def _hidden(relative: str) -> bool:
    return any(part[:1] in "._" and part not in (".", "..") for part in relative.split("/"))


def delete(uri: str) -> None:
    """Remove a file or a whole folder; nothing there is not an error."""
    scheme, path = split(uri)
    if scheme == "file":
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        return
    system, path = _open_remote(uri)
    if system.exists(path):
        system.rm(path, recursive=True)


def move(uri: str, target: str) -> None:
    """Rename a file within one file system, replacing the target."""
    scheme, path = split(uri)
    if scheme == "file":
        target_path = local_path(target)
        os.makedirs(os.path.dirname(target_path), exist_ok=True)
        os.replace(path, target_path)
        return
    system, path = _open_remote(uri)
    _, target_path = _open_remote(target)
    if system.exists(target_path):
        system.rm_file(target_path)
    system.makedirs(posixpath.dirname(target_path), exist_ok=True)
    system.mv(path, target_path)


def fetch(uri: str, local: str) -> None:
    """Copy a file to a local path."""
    with open_input(uri) as source, open(local, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 22)


def put(local: str, uri: str) -> None:
    """Copy a local file to a URI, whole or not at all."""
    with open(local, "rb") as source, create(uri) as target:
        shutil.copyfileobj(source, target, 1 << 22)


def claim(uri: str, data: bytes) -> bool:
    """Create a small file only if it is not there; False when somebody else's already is."""
    scheme, path = split(uri)
    if scheme == "file":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            with open(path, "xb") as stream:
                stream.write(data)
        except FileExistsError:
            return False
        return True
    system, path = _open_remote(uri)
    if system.exists(path):
        return False
    with system.open(path, "wb") as stream:
        stream.write(data)
    return True


def stamp(uri: str) -> str:
    """What changes when a file does: size and modification time, or the store's own checksum."""
    scheme, path = split(uri)
    if scheme == "file":
        try:
            status = os.stat(path)
        except FileNotFoundError as error:
            raise InputError(uri, "no such file") from error
        return f"{status.st_size}:{status.st_mtime_ns}"
    system, path = _open_remote(uri)
    information = system.info(path)
    return ":".join(str(information.get(key, "")) for key in ("size", "ETag", "mtime", "modification_time"))


def all_files(uri: str) -> list[str]:
    """Every file below a folder, hidden and temporary ones too, sorted."""
    scheme, path = split(uri)
    if scheme == "file":
        return sorted(os.path.join(folder, item) for folder, _, items in os.walk(path) for item in items)
    system, path = _open_remote(uri)
    root = uri[: len(uri) - len(path)] if scheme == "hdfs" else "s3a://"
    return sorted(root + _bare(found) for found in system.find(path))


def relative(uri: str, base: str) -> str:
    """The name of ``uri`` below ``base``, with forward slashes."""
    return posixpath.relpath(split(uri)[1], split(base)[1])
