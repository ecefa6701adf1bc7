"""Texts that every measurement of one run shares: real documents first, recombined ones up to the size asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.errors import RecordError
from corpus.extract.html import extract
from corpus.identity import keyed_hash
from corpus.sources.listing import plan
from corpus.sources.record import RecordMapper
from jobs.config import Config
from jobs.tasks.clean import Cleaner
from jobs.tasks.ingest import NATIVE, READERS

LINES = (3, 12)  # lines of a recombined document
COPIES = 8  # every so-manyth recombined document is an edited copy of the one before it
EDITED = 33  # of a copy, every so-manyth eojeol is another's: 3 %, the rate at which recall is asked


def texts(config: Config, size: int, seed: int = 0) -> list[str]:
    """Cleaned texts of about ``size`` bytes of UTF-8, the same for the same input.

    Documents come in drawn order; where the input holds less than ``size``, lines of different documents
    are recombined.  Raises InputError when the inputs hold no file.
    """
    found = list(documents(config, size))
    found.sort(key=lambda text: keyed_hash(seed, "bench.order", text.encode()))
    chosen: list[str] = []
    total = 0
    for text in found:
        if total >= size:
            return chosen
        chosen.append(text)
        total += len(text.encode())
    for text in recombined(found, seed):
        if total >= size:
            break
        chosen.append(text)
        total += len(text.encode())
    return chosen


def documents(config: Config, size: int) -> Iterator[str]:
    """Texts as ingest would write them, from at most four times ``size`` bytes, so that a small share of a
    large input is still drawn from many of its files."""
    cleaner = Cleaner(config.ingest)
    slices = [(item, piece) for item in config.inputs for task in plan(item, config.ingest) for piece in task]
    share = max(4 * size // max(len(slices), 1), 100_000)
    for item, piece in slices:
        mapper = RecordMapper(item, piece.format in NATIVE)
        taken = 0
        for raw in READERS[piece.format](piece, config.ingest.max_record_bytes):
            if taken >= share:
                break
            if raw.fields is None:
                continue
            try:
                draft = mapper.draft(raw)
            except RecordError:
                continue  # quarantined by a run; here there is nothing to measure in it
            text = draft.text if draft.text is not None else extract(draft.html or "").text
            cleaned = cleaner.clean(text, draft.title, draft.kind, verbatim=draft.verbatim).text
            taken += len(cleaned.encode())
            if cleaned:
                yield cleaned


def recombined(found: Sequence[str], seed: int) -> Iterator[str]:
    """Endless documents of lines of different documents, with edited copies among them."""
    lines = [line for text in found for line in text.split("\n") if len(line) > 20]
    last = ""
    number = 0
    while lines:
        number += 1

        def draw(at: int, limit: int, number: int = number) -> int:
            return keyed_hash(seed, "bench.recombine", f"{number}/{at}".encode()) % limit

        if last and number % COPIES == 0:
            words = last.split(" ")
            for at in range(draw(0, EDITED), len(words), EDITED):
                words[at] = lines[draw(at + 1, len(lines))].split(" ")[0]
            yield " ".join(words)
            continue
        count = LINES[0] + draw(0, LINES[1] - LINES[0] + 1)
        last = "\n".join(lines[draw(at + 1, len(lines))] for at in range(count))
        yield last
