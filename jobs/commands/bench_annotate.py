"""Speed of the text measures: the kernel alone against its plain definition, and the stage's task whole.

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
from corpus.document import DOCUMENT, cast, text_buffers
from corpus.errors import GateError
from corpus.identity import document_id
from corpus.table import BATCH_ROWS, PartWriter, read_table
from filters import catalog
from filters.decision import decide
from filters.quality.statistics import MEASURES, TextStatistics
from jobs.tasks.annotate import AnnotateTask, annotate_part

SLOW_BYTES = 1_000_000  # of the texts, for what takes a second a megabyte or more
SOURCE = "bench"


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against.  Raises GateError where a measure is not its definition's."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    buffers = [text_buffers(pa.array(texts[i : i + BATCH_ROWS])) for i in range(0, len(texts), BATCH_ROWS)]
    with tempfile.TemporaryDirectory(prefix="malmoi-annotate") as run:
        task = _documents(run, texts)
        _annotate(task)  # loads the kernel and the table of characters
        whole = size / _seconds(lambda: _annotate(task))
    alone = size / _seconds(lambda: [TextStatistics.measure(one) for one in buffers])
    plain = _plain(texts)
    names = f"{len(MEASURES)} measures"
    return [
        {
            "name": f"{names}, rules and decisions, Parquet to Parquet",
            "work": "measures",
            "mb_per_s": whole,
            "ratio": None if plain is None else whole / plain,
            "against": None if plain is None else "oracle",
        },
        {
            "name": f"{names}, kernel alone",
            "work": None,
            "mb_per_s": alone,
            "ratio": None if plain is None else alone / plain,
            "against": None if plain is None else "oracle",
        },
    ]


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
