"""What people say of sampled documents: tables with the columns ``id``, ``reason`` and ``verdict``.

`malmoi sample --csv` writes such a table with an empty verdict; a person fills in what should have become of each
document, ``keep`` or ``drop`` (or 남김, 뺌).  Rows without a verdict are not labelled yet.  Other columns are theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus import storage
from corpus.errors import ConfigError
from corpus.identity import ID_BYTES
from corpus.spreadsheet import read

COLUMNS = ("id", "reason", "verdict")
Verdict = Literal["keep", "drop"]
WORDS: dict[str, Verdict] = {"keep": "keep", "drop": "drop", "남김": "keep", "뺌": "drop"}


@dataclass(frozen=True)
class Label:
    """``verdict``: what should become of document ``id``, which was shown under ``reason``."""

    id: bytes
    reason: str
    verdict: Verdict


@dataclass(frozen=True)
class Labels:
    """``rows`` by reason and id, each once; ``empty``: rows without a verdict yet."""

    rows: tuple[Label, ...]
    empty: int


def read_labels(uris: Sequence[str]) -> Labels:
    """All tables as one.  Raises ConfigError naming file, line and column of the first row at fault; two rows that
    disagree about one document and reason are a fault, too."""
    found: dict[tuple[str, bytes], Verdict] = {}
    empty = 0
    for uri in uris:
        rows = read(storage.read_bytes(uri), uri)
        missing = [name for name in COLUMNS if rows and name not in rows[0][1]]
        if missing:
            raise ConfigError(uri, f"no column {', '.join(missing)}", "`malmoi sample --csv FILE` writes such a table")
        for line, row in rows:
            where = f"{uri}:{line}, column"
            word = row.get("verdict", "").strip().lower()
            if not word:
                empty += 1
                continue
            if word not in WORDS:
                raise ConfigError(f"{where} verdict", f"{word[:20]!r} is no verdict", f"Known: {', '.join(WORDS)}")
            reason = row["reason"].strip()
            if not reason:
                raise ConfigError(f"{where} reason", "is empty")
            key = (reason, _id(row["id"], where))
            if found.setdefault(key, WORDS[word]) != WORDS[word]:
                raise ConfigError(f"{where} verdict", "another row says the opposite of this document and reason")
    return Labels(tuple(Label(key, reason, verdict) for (reason, key), verdict in sorted(found.items())), empty)


def _id(text: str, where: str) -> bytes:
    try:
        data = bytes.fromhex(text.strip())
    except ValueError:
        data = b""
    if len(data) != ID_BYTES:
        raise ConfigError(
            f"{where} id",
            f"is not {2 * ID_BYTES} hexadecimal digits",
            "Open the file with this column as text: a spreadsheet rounds an id of digits alone",
        )
    return data
