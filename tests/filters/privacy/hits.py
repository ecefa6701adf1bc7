"""Every hit in real documents, for judging by eye: type, written form with digits as # and letters as a, masked context.

python tests/filters/privacy/hits.py FOLDER [NAME …]: files NAME.jsonl.zst of FOLDER, all without names.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import zstandard

from corpus.normalise import normalise
from filters.privacy.masking import mask

AROUND = 30


def documents(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
        for line in lines:
            yield normalise(json.loads(line)["text"])


def form(text: str) -> str:
    """What was hidden, without what it says."""
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "#", text))


def main() -> None:
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    paths = [folder / f"{name}.jsonl.zst" for name in names] or sorted(folder.glob("*.jsonl.zst"))
    total: Counter[str] = Counter()
    count = 0
    for path in paths:
        for number, text in enumerate(documents(path)):
            count += 1
            for span in mask(text).spans:
                total[span.type] += 1
                before = mask(text[max(0, span.start - AROUND) : span.start]).text
                after = mask(text[span.end : span.end + AROUND]).text
                line = f"{before}[[{form(text[span.start : span.end])}]]{after}".replace("\n", "⏎")
                print(f"{span.type}\t{path.name.split('.')[0]}:{number}\t{line}")
    print(f"# {count} documents:", ", ".join(f"{kind} {n}" for kind, n in sorted(total.items())))


if __name__ == "__main__":
    main()
