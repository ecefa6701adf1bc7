"""Files of this machine, or of what is mounted on it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from typing import IO

from corpus.filesystems.system import Status, temporary

_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


class LocalFileSystem:
    def open(self, path: str) -> IO[bytes]:
        return open(path, "rb")

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        """Written beside itself, flushed to disk, renamed."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        own = temporary(path)
        try:
            with open(own, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(own, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(own)
            raise

    def claim(self, path: str, data: bytes) -> bool:
        """By a link, which fails where a name exists and never shows half a file."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        own = temporary(path)
        with open(own, "wb") as stream:
            stream.write(data)
        try:
            os.link(own, path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return self._claim_without_links(path, data)
        finally:
            os.unlink(own)
        return True

    @staticmethod
    def _claim_without_links(path: str, data: bytes) -> bool:
        """On file systems such as exFAT: given once all the same, but its bytes come a moment later."""
        try:
            with open(path, "xb") as stream:
                stream.write(data)
        except FileExistsError:
            return False
        return True

    def status(self, path: str) -> Status:
        found = os.stat(path)
        return Status(found.st_size, f"{found.st_size}:{found.st_mtime_ns}", os.path.isdir(path))

    def children(self, path: str) -> Iterator[tuple[str, bool]]:
        if os.path.isdir(path):
            with os.scandir(path) as entries:
                yield from ((entry.path, entry.is_dir()) for entry in entries)

    def walk(self, path: str) -> Iterator[str]:
        if os.path.isfile(path):
            yield path
        for folder, _, names in os.walk(path):
            yield from (os.path.join(folder, name) for name in names)

    def delete(self, path: str) -> None:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    def move(self, path: str, target: str) -> None:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(path, target)
