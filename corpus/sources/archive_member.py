"""What an archive's directory says of a member, the rules that refuse one, and its bytes under limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import RecordError
from corpus.sources.charset import decode
from corpus.sources.raw import SKIPPED

# A member may expand this many times once it has given EXPANSION_FREE bytes.  deflate cannot exceed 1,032,
# and Korean JSON with long repeated fields was seen at 60; zstd and bzip2 bombs reach 10^5 and more.
EXPANSION = 500
EXPANSION_FREE = 64 * 1024 * 1024

FILE, FOLDER, LINK, DEVICE, ENCRYPTED, UNKNOWN = "file", "folder", "link", "device", "encrypted", "unknown"

_SLIP = re.compile(r"^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """``size`` decoded and ``packed`` as stored, in bytes, as the archive states them; ``read(n)`` gives up
    to n decoded bytes and raises RecordError; ``consumed()`` the packed bytes behind what was given."""

    name: str
    kind: str
    size: int
    packed: int
    read: Callable[[int], bytes]
    consumed: Callable[[], int]


def member_name(data: bytes) -> str:
    """A name that its archive does not say the encoding of: UTF-8, then CP949 (as Korean Windows writes it)
    by proof, then one character a byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        found = decode(data)
        return found[0] if found else data.decode("cp437")


def entry_fault(entry: Entry, format_: str | None) -> tuple[str, str]:
    """(quarantine class or SKIPPED, detail) of a member that is not read; empty strings for one that is."""
    if entry.kind == FOLDER:
        return SKIPPED, "folders"
    if _SLIP.search(entry.name) or not entry.name:
        return "record.unsupported", "path that leaves its folder"
    if entry.kind != FILE:
        return "record.unsupported", f"{entry.kind} in an archive"
    if any(part[:1] in "._" for part in entry.name.split("/")):
        return SKIPPED, "hidden members"
    if format_ == "archive":
        return "record.unsupported", "archive in an archive"
    if format_ is None:
        return SKIPPED, "members of no known format"
    return "", ""


class MemberStream:
    """A member's decoded bytes, read once from the beginning.

    Raises RecordError: ``record.too_large`` for a member that expands beyond reason, and what its archive
    raises at damage.
    """

    def __init__(self, entry: Entry, file: str) -> None:
        self.entry, self.file = entry, file
        self.given = 0

    def seekable(self) -> bool:
        return False

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        left = size
        while left > 0 and (data := self.entry.read(min(left, 1 << 20))):
            parts.append(data)
            left -= len(data)
            self.given += len(data)
            if self.given > EXPANSION_FREE and self.given > EXPANSION * max(1, self.entry.consumed()):
                raise RecordError(self.file, "record.too_large", f"expands more than {EXPANSION} times")
        return b"".join(parts)
