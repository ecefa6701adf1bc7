"""S3 and what speaks its protocol, by s3fs; endpoint and credentials come from the environment.

Only streams and single calls of s3fs are used: its listings are cached per process, which hides what
others write, and its deletions take ``*``, ``?`` and ``[`` in a key for a pattern.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import IO, Any, cast

from corpus.errors import ConfigError, PreflightError
from corpus.filesystems.system import Status

READ_BYTES = 4 << 20  # read ahead after a seek; s3fs would fetch 50 MB, for every column of a Parquet file
BUFFER_BYTES = 1 << 18
PART_BYTES = 16 << 20  # of a multipart upload, at most 10,000: files up to 160 GB
LISTED_AT_ONCE = DELETED_AT_ONCE = 1000  # the protocol's limits
LOST = (409, 412)  # HTTP: another writer at this moment, or before


class S3FileSystem:
    """Paths are ``bucket/key``.  A folder is a prefix that ends with a slash; empty ones do not exist."""

    def __init__(self) -> None:
        try:
            from s3fs import S3FileSystem as Client
        except ImportError as error:
            raise ConfigError("s3a://", "the s3 extra is not installed", "pip install 'malmoi[s3]'") from error
        self._client = Client(use_listings_cache=False, skip_instance_cache=True)

    def open(self, path: str) -> IO[bytes]:
        # s3fs's own lines took 7 s a MB of short ones.
        raw: Any = self._client.open(path, "rb", block_size=READ_BYTES)
        return cast("IO[bytes]", io.BufferedReader(raw, BUFFER_BYTES))

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        """An upload that is completed at the end or aborted: an object appears whole by nature."""
        stream = self._client.open(path, "wb", block_size=PART_BYTES)
        try:
            yield stream
            stream.close()
        except BaseException:
            with contextlib.suppress(OSError):
                stream.discard()
            stream.closed = True  # else closing it would complete the upload
            raise

    def claim(self, path: str, data: bytes) -> bool:
        """By a put on the condition that there is none.

        Raises PreflightError where the store does not know the condition: there a lock would lock nobody.
        """
        if not self._put_if_none(path, data):
            return False
        if self._put_if_none(path, data):
            self.delete(path)
            raise PreflightError(
                f"s3a://{path}",
                "this store ignores If-None-Match, so nothing can be locked",
                "Use a store with conditional writes, such as S3 itself",
            )
        return True

    def _put_if_none(self, path: str, data: bytes) -> bool:
        bucket, key = _split(path)
        try:
            self._client.call_s3("put_object", Bucket=bucket, Key=key, Body=data, IfNoneMatch="*")
        except OSError as error:
            answer: Any = getattr(error.__cause__, "response", None) or {}
            if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") in LOST:
                return False
            raise
        return True

    def status(self, path: str) -> Status:
        bucket, key = _split(path)
        if key:
            with contextlib.suppress(FileNotFoundError):
                found = self._client.call_s3("head_object", Bucket=bucket, Key=key)
                size = int(found["ContentLength"])
                return Status(size, f"{size}:{found['ETag']}", False)
        for _ in self._listed(path):
            return Status(0, "", True)
        raise FileNotFoundError(path)

    def children(self, path: str) -> Iterator[tuple[str, bool]]:
        yield from self._listed(path, "/")

    def walk(self, path: str) -> Iterator[str]:
        if _split(path)[1] and self._is_object(path):
            yield path
        yield from (found for found, _ in self._listed(path) if not found.endswith("/"))  # a console's folder

    def delete(self, path: str) -> None:
        bucket, key = _split(path)
        keys = [_split(found)[1] for found, _ in self._listed(path)]
        if key:
            keys.append(key)
        for start in range(0, len(keys), DELETED_AT_ONCE):
            objects = [{"Key": name} for name in keys[start : start + DELETED_AT_ONCE]]
            answer = self._client.call_s3("delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
            if failed := answer.get("Errors"):
                raise OSError(f"{failed[0].get('Code')} for s3a://{bucket}/{failed[0].get('Key')}")

    def move(self, path: str, target: str) -> None:
        """A copy made by the store, whole when it appears; then the original is deleted."""
        self._client.cp_file(path, target)
        bucket, key = _split(path)
        self._client.call_s3("delete_object", Bucket=bucket, Key=key)

    def _is_object(self, path: str) -> bool:
        try:
            return not self.status(path).folder
        except FileNotFoundError:
            return False

    def _listed(self, path: str, delimiter: str = "") -> Iterator[tuple[str, bool]]:
        """(path, is a prefix) below a folder, page after page."""
        bucket, key = _split(path.rstrip("/"))
        wanted: dict[str, Any] = {
            "Bucket": bucket,
            "Prefix": f"{key}/" if key else "",
            "Delimiter": delimiter,
            "MaxKeys": LISTED_AT_ONCE,
        }
        while True:
            try:
                page = self._client.call_s3("list_objects_v2", **wanted)
            except FileNotFoundError:
                return  # no such bucket
            for item in page.get("Contents", ()):
                if item["Key"] != wanted["Prefix"]:
                    yield f"{bucket}/{item['Key']}", False
            for item in page.get("CommonPrefixes", ()):
                yield f"{bucket}/{item['Prefix'].rstrip('/')}", True
            if not page.get("IsTruncated"):
                return
            wanted["ContinuationToken"] = page["NextContinuationToken"]


def _split(path: str) -> tuple[str, str]:
    bucket, _, key = path.partition("/")
    return bucket, key
