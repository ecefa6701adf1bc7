"""Builds malmoi.zip: the five rooms as pure code for `spark-submit --py-files`.

Byte-identical for equal sources: names sorted, times fixed, no compression differences.
"""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

ROOMS = ("corpus", "filters", "mixer", "serializer", "jobs")
SUFFIXES = (".py", ".txt", ".json", ".tsv", ".css", ".properties", ".ftz", ".linear", ".md")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def build(target: Path, root: Path | None = None) -> Path:
    """Write the archive and return its path; ``root`` is the folder that holds the rooms."""
    root = root or Path(__file__).resolve().parents[2]
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for room in ROOMS:
            for path in sorted((root / room).rglob("*")):
                if path.suffix in SUFFIXES and path.is_file() and "__pycache__" not in path.parts:
                    entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), EPOCH)
                    entry.external_attr = 0o644 << 16
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, path.read_bytes())
    os.replace(temporary, target)
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]))}\n")
