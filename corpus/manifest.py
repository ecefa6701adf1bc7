"""Manifests: what a stage published, written last and atomically; a stage without one did not happen.

A manifest lists every file from the data that wrote it, never by listing a folder, with size and
sha256; the counts by fate and reason; order-free digests of contents; and the fingerprint of what
the stage was made from.  Clocks, hosts and process ids are kept out: those go to timings.json.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus import storage
from corpus.errors import GateError, InputError
from corpus.identity import MODULUS, hexadecimal
from corpus.ledger import Census

MANIFEST = "_manifest.json"
VERSION = 1


@dataclass(frozen=True)
class Part:
    """One published file.

    ``name`` is relative to the run directory; ``content`` is the order-free digest of its rows
    (corpus.identity.rows_digest) and ``ids`` the sum of its ids, both 0 where they mean nothing;
    ``measures`` are integer sums that the stage reports (tokens, copies, skipped comparisons ...).
    """

    name: str
    rows: int
    bytes: int
    sha256: str
    content: int = 0
    ids: int = 0
    measures: Mapping[str, int] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "content": hexadecimal(self.content),
            "ids": hexadecimal(self.ids),
            "measures": dict(sorted(self.measures.items())),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Part:
        return cls(
            row["name"],
            row["rows"],
            row["bytes"],
            row["sha256"],
            int(row["content"], 16),
            int(row["ids"], 16),
            row["measures"],
        )


@dataclass(frozen=True)
class Manifest:
    """What one stage published.

    ``digests`` names order-free digests that later stages fingerprint (``content`` always; select
    adds ``kept``).  ``details`` is JSON that the report shows and that is a function of content.
    """

    stage: str
    fingerprint: str
    parts: tuple[Part, ...]
    census: Census
    digests: Mapping[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)

    def files(self, folder: str) -> list[Part]:
        """The published files below one folder of the run, sorted by name."""
        return sorted((p for p in self.parts if p.name.startswith(folder + "/")), key=lambda p: p.name)

    def measure(self, name: str) -> int:
        return sum(part.measures.get(name, 0) for part in self.parts)

    def to_json(self) -> str:
        return (
            json.dumps(
                {
                    "version": VERSION,
                    "stage": self.stage,
                    "fingerprint": self.fingerprint,
                    "digests": dict(sorted(self.digests.items())),
                    "census": self.census.rows(),
                    "details": self.details,
                    "files": [part.row() for part in sorted(self.parts, key=lambda p: p.name)],
                },
                ensure_ascii=False,
                indent=1,
                sort_keys=True,
            )
            + "\n"
        )

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        data = json.loads(text)
        return cls(
            data["stage"],
            data["fingerprint"],
            tuple(Part.from_row(row) for row in data["files"]),
            Census.from_rows(data["census"]),
            data["digests"],
            data["details"],
        )


def content_digest(parts: Iterable[Part]) -> str:
    """Order-free digest of the rows of several files."""
    return hexadecimal(sum(part.content for part in parts) % MODULUS)


def fingerprint(facts: Mapping[str, Any]) -> str:
    """32 hexadecimal digits over config keys, versions and input digests, order-free by sorting."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16, person=b"malmoi.print").hexdigest()


def manifest_uri(run: str, stage: str) -> str:
    return storage.join(run, stage, MANIFEST)


def write(run: str, manifest: Manifest) -> None:
    storage.write_bytes(manifest_uri(run, manifest.stage), manifest.to_json().encode())


def read(run: str, stage: str) -> Manifest:
    """Raises InputError when the stage did not happen in this run, GateError when unreadable."""
    uri = manifest_uri(run, stage)
    data = storage.read_bytes(uri)
    try:
        return Manifest.from_json(data.decode())
    except (ValueError, KeyError, TypeError) as error:
        raise GateError(uri, f"the manifest is damaged ({type(error).__name__})", f"Run {stage} again") from error


def find(run: str, stage: str) -> Manifest | None:
    """The manifest, or None when the stage did not happen."""
    try:
        return read(run, stage)
    except InputError:
        return None


def file_sha256(uri: str) -> tuple[int, str]:
    """(bytes, sha256) of a file as it lies on storage now."""
    digest = hashlib.sha256()
    length = 0
    with storage.open_input(uri) as stream:
        while block := stream.read(1 << 22):
            digest.update(block)
            length += len(block)
    return length, digest.hexdigest()
