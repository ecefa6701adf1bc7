"""What verify finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What does not hold.  ``file`` is relative to the run; ``code`` is one of missing, extra, size,
    digest, manifest, chain, fingerprint, rows, sum, order, index, summary."""

    file: str
    code: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.code}: {self.what}"
