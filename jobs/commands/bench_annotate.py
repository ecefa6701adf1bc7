"""Speed of the filter catalogue: the stage's task whole, the measures alone against their plain definition, and
every part of the catalogue as a plain function.

CPU seconds of this process, MB of UTF-8 text, one core.  datatrove is measured by tests/oracles/peers.py
on the same texts; `malmoi bench` divides.
"""

from __future__ import annotations

import importlib
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from corpus import storage
from corpus.document import DOCUMENT, DocumentBatch, cast, text_buffers
from corpus.errors import GateError
from corpus.identity import document_id
from corpus.table import BATCH_ROWS, PartWriter, read_batches, read_table
from filters import catalog
from filters.decision import decide
from filters.linear import shipped
from filters.linear.matching import MatchingText
from filters.profanity import lexicon
from filters.quality.statistics import MEASURES, TextStatistics
from filters.spam.evidence import Evidence
from jobs.tasks.annotate import AnnotateTask, annotate_part

SLOW_BYTES = 1_000_000  # of the texts, for what takes a second a megabyte or more
SOURCE = "bench"
# The rules that read TextStatistics alone: what datatrove's quality and repetition filters do, and more.
MEASURED = ("length", "hangul_share", "symbols", "labels", "graphemes", "words", "layout", "repetition")
# Parts of the catalogue; what several share (code points, matching copies) is made before the clock starts.
COMPONENTS: dict[str, Callable[[DocumentBatch], object]] = {
    "matching copies": lambda batch: MatchingText.make(batch.text),
    "quality model": lambda batch: shipped.margins(batch, "quality").documents,
    "spam model": lambda batch: shipped.shipped("spam").margins(MatchingText.of(batch).text).documents,
    "abuse model": lambda batch: shipped.shipped("abuse").margins(MatchingText.of(batch).text).documents,
    "spam and abuse models, one pass": lambda batch: shipped.margins(batch, "spam").documents,
    "profanity lexicon": lexicon.hits,
    "spam evidence": Evidence.of,
}


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against.  Raises GateError where a measure is not its definition's."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    batches = [pa.record_batch({"text": texts[i : i + BATCH_ROWS]}) for i in range(0, len(texts), BATCH_ROWS)]
    with tempfile.TemporaryDirectory(prefix="malmoi-annotate") as run:
        task = _documents(run, texts)
        _annotate(task)  # loads kernels, models and tables
        whole = size / _seconds(lambda: _annotate(task))
        _measure(task)
        measured = size / _seconds(lambda: _measure(task))
    plain_functions = size / _seconds(lambda: [catalog.score_batch(DocumentBatch(batch)) for batch in batches])
    buffers = [text_buffers(batch.column("text")) for batch in batches]
    alone = size / _seconds(lambda: [TextStatistics.measure(one) for one in buffers])
    plain = _plain(texts)
    rules, names = f"{len(catalog.RULES)} rules", f"{len(MEASURES)} measures"
    return [
        _row(f"{rules} and decisions, Parquet to Parquet", "catalogue", whole),
        _row(f"{rules}, plain functions", None, plain_functions),
        _row(f"{names} and their rules, Parquet to Parquet", "measures", measured, plain),
        _row(f"{names}, kernel alone", None, alone, plain),
        *(_row(name, None, size / _component(part, batches)) for name, part in COMPONENTS.items()),
    ]


def _row(name: str, work: str | None, speed: float, plain: float | None = None) -> dict[str, Any]:
    against = {"ratio": None, "against": None} if plain is None else {"ratio": speed / plain, "against": "oracle"}
    return {"name": name, "work": work, "mb_per_s": speed, **against}


def _component(part: Callable[[DocumentBatch], object], batches: Sequence[pa.RecordBatch]) -> float:
    """Seconds that a part of the catalogue takes on all batches."""
    seconds = 0.0
    for number, batch in enumerate((batches[0].slice(0, 1), *batches)):  # the first loads the kernel
        shared = DocumentBatch(batch)
        MatchingText.of(shared)
        spent = _seconds(lambda shared=shared: part(shared))  # type: ignore[misc]
        seconds += spent if number else 0.0
    return max(seconds, 1e-9)


def _measure(task: AnnotateTask) -> None:
    """Score a part by the rules of MEASURED, and write the scores."""
    rules = [rule for rule, _ in catalog.RULES if rule.name in MEASURED]
    scores = [(f"{rule.name}.{score.name}", score.type) for rule in rules for score in rule.scores]
    schema = pa.schema([("id", pa.binary()), *scores])
    with PartWriter(task.run, "measures/part-00000.parquet", schema) as writer:
        for batch in read_batches(storage.join(task.run, task.part), ("id", "source", "kind", "text")):
            documents = DocumentBatch(batch)
            found = [(rule, rule.score(documents)) for rule in rules]
            arrays = [pa.array(values[score.name], score.type) for rule, values in found for score in rule.scores]
            writer.write(pa.RecordBatch.from_arrays([documents.column("id"), *arrays], schema=schema))


def _documents(run: str, texts: Sequence[str]) -> AnnotateTask:
    """The texts as one documents file."""
    rows = pa.table(
        {
            "id": pa.array([document_id(SOURCE, str(number)) for number in range(len(texts))], pa.binary()),
            "source": [SOURCE] * len(texts),
            "kind": ["others"] * len(texts),
            "text": pa.array(texts, pa.string()),
        }
    )
    task = AnnotateTask(run, "documents/part-00000.parquet")
    with PartWriter(run, task.part, DOCUMENT, ("text",)) as writer:
        writer.write(cast(rows, DOCUMENT))
    return task


def _annotate(task: AnnotateTask) -> None:
    """What annotate and select do to a part: score it, read the scores, decide by them."""
    annotate_part(task)
    decide(read_table(storage.join(task.run, task.attributes)), catalog.FilterConfig())


def _plain(texts: Sequence[str]) -> float | None:
    """MB/s of the plain definition on the first of the texts; None where the checkout's tests are not there."""
    try:
        oracle = importlib.import_module("tests.oracles.statistics")
    except ImportError:
        return None
    few: list[str] = []
    size = 0
    for text in texts:
        if size >= SLOW_BYTES:
            break
        few.append(text)
        size += len(text.encode())
    wanted: list[dict[str, int]] = []
    seconds = _seconds(lambda: wanted.extend(oracle.statistics(text) for text in few))
    values = TextStatistics.measure(text_buffers(pa.array(few, pa.string()))).values.tolist()
    if [dict(zip(MEASURES, row, strict=True)) for row in values] != wanted:
        raise GateError("bench annotate", "the kernel's measures are not those of their definition")
    return size / 1e6 / seconds


def _seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started
