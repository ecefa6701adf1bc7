"""Reads the texts that were written by hand to measure by."""

from __future__ import annotations

from pathlib import Path


def held_out(name: str) -> list[tuple[str, str]]:
    """(kind, text) of one file, in its order."""
    kind, found = "", []
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            kind = line[3:]
        elif line and not line.startswith("# "):
            found.append((kind, line.replace("\\n", "\n")))
    return found
