"""HDFS by hdfs-native: no libhdfs, no JVM in the worker.

hdfs-native's own fsspec layer is not used: its reader iterates over blocks instead of lines and panics
when told to seek behind the end, and its move cannot replace a file in one step.
"""

from __future__ import annotations

import contextlib
import io
import posixpath
import socket
from collections.abc import Iterator
from typing import IO, Any, cast

from corpus.errors import ConfigError, TransientError
from corpus.filesystems.system import Status, temporary

BUFFER_BYTES = 1 << 18  # read ahead at most this much; larger reads go through as they are
CONNECT_SECONDS = 10.0


class HdfsFileSystem:
    """``authority``: host:port, a nameservice of hdfs-site.xml, or nothing for fs.defaultFS."""

    def __init__(self, authority: str) -> None:
        from hdfs_native import Client, WriteOptions

        self._options = WriteOptions
        host, _, port = authority.partition(":")
        if port:
            _knock(authority, host, port)
        try:
            self._client = Client(f"hdfs://{authority}")
        except RuntimeError as error:
            raise ConfigError(
                f"hdfs://{authority}",
                f"HDFS cannot be found ({str(error)[:200]})",
                "Name host and port of the NameNode in the URI, or set HADOOP_CONF_DIR to the cluster's configuration",
            ) from error

    def open(self, path: str) -> IO[bytes]:
        return cast("IO[bytes]", io.BufferedReader(_Reader(self._client.read(path)), BUFFER_BYTES))

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        """Written beside itself, closed, renamed by the NameNode in one step."""
        own = temporary(path)
        stream = self._client.create(own, self._options(overwrite=True))
        try:
            yield stream
            stream.close()
            self._client.rename(own, path, True)
        except BaseException:
            with contextlib.suppress(OSError):
                stream.close()
            self._client.delete(own)
            raise

    def claim(self, path: str, data: bytes) -> bool:
        """By a rename that must not replace: of many, the NameNode lets one through, with all its bytes."""
        own = temporary(path)
        with self._client.create(own, self._options(overwrite=True)) as stream:
            stream.write(data)
        try:
            self._client.rename(own, path, False)
        except FileExistsError:
            self._client.delete(own)
            return False
        return True

    def status(self, path: str) -> Status:
        found = self._client.get_file_info(path)
        return Status(found.length, f"{found.length}:{found.modification_time}", found.isdir)

    def children(self, path: str) -> Iterator[tuple[str, bool]]:
        yield from (pair for pair in self._listed(path) if pair[0] != path)  # a file lists itself

    def walk(self, path: str) -> Iterator[str]:
        for found, is_folder in self._listed(path):
            if is_folder:
                yield from self.walk(found)
            else:
                yield found

    def _listed(self, path: str) -> list[tuple[str, bool]]:
        """Folder by folder: one that vanishes meanwhile is empty, and ends no listing of the others."""
        try:
            return [(found.path, found.isdir) for found in self._client.list_status(path, False)]
        except FileNotFoundError:
            return []

    def delete(self, path: str) -> None:
        self._client.delete(path, True)

    def move(self, path: str, target: str) -> None:
        self._client.mkdirs(posixpath.dirname(target), create_parent=True)
        self._client.rename(path, target, True)


def _knock(authority: str, host: str, port: str) -> None:
    """hdfs-native tries for minutes in silence where nobody listens (above 60 s seen)."""
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise TransientError(
            f"hdfs://{authority}", f"no NameNode answers ({type(error).__name__})", "Check the address, or try later"
        ) from error


class _Reader(io.RawIOBase):
    """An open HDFS file as Python's own buffering reads it."""

    def __init__(self, inner: Any) -> None:
        self._inner, self._size = inner, len(inner)

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(self._inner.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._size}[whence]
        target = min(max(base + offset, 0), self._size)
        self._inner.seek(target)
        return target
