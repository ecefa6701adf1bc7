"""What every reader yields: one raw record, readable or not, with where it lies and a digest of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

# Not a quarantine class: an item of a container that is no document by its nature (a WARC request, a
# redirect).  It is counted apart from the records read, so that nothing of a file goes unaccounted.
SKIPPED = "skipped"


class RawRecord(NamedTuple):
    """``fields`` is None exactly when ``fault`` names a quarantine class, or ``SKIPPED``.

    ``offset`` and ``size`` are in the units of ``DOCUMENT.origin`` and in bytes; ``digest`` is
    ``corpus.identity.bytes_digest`` of the raw bytes; ``detail`` holds no content.  A record of an archive's
    member says which ``file`` (archive!member) and ``format`` it is of; others leave that to their slice.
    """

    offset: int
    size: int
    digest: bytes
    fields: Mapping[str, Any] | None
    fault: str = ""
    detail: str = ""
    file: str = ""
    format: str = ""


def record_hasher() -> hashlib.blake2b:
    """The incremental form of ``corpus.identity.bytes_digest``, for records too large to hold."""
    return hashlib.blake2b(digest_size=16, person=b"malmoi.record")
