"""What corpus.storage needs of a file system, and the names of files that are not whole yet."""

from __future__ import annotations

import os
import posixpath
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class Status:
    """``stamp`` changes when the file's bytes do: size and modification time, or the store's checksum."""

    size: int
    stamp: str
    folder: bool


class FileSystem(Protocol):
    """Paths are those of one file system, without scheme; none is ever taken for a pattern."""

    def open(self, path: str) -> IO[bytes]:
        """A buffered, seekable stream of bytes.  Raises FileNotFoundError."""
        ...

    def create(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """A stream whose file replaces ``path`` at once when the context ends well, and else never was."""
        ...

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file, whole, unless there is one: one of many who try at once gets True."""
        ...

    def status(self, path: str) -> Status:
        """Raises FileNotFoundError."""
        ...

    def children(self, path: str) -> Iterator[tuple[str, bool]]:
        """(path, is a folder) of what lies directly in a folder; nothing when it is not there."""
        ...

    def walk(self, path: str) -> Iterator[str]:
        """Every file below a folder; a file answers itself; nothing when it is not there."""
        ...

    def delete(self, path: str) -> None:
        """A file or a whole folder; nothing there is not an error."""
        ...

    def move(self, path: str, target: str) -> None:
        """Rename a file, replacing the target; folders above the target are made."""
        ...


def temporary(path: str) -> str:
    """Beside ``path``, hidden, and of this process alone among all hosts that share the file system."""
    host = socket.gethostname().split(".")[0]
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f"_{name}.{host}-{os.getpid()}.tmp")
