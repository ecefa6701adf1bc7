"""Speed of the language rule, and of the fastText kernel against the library on the same samples.

CPU seconds of this process, MB of UTF-8 text, one core.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from typing import Any

import pyarrow as pa

from corpus.document import DocumentBatch
from corpus.errors import GateError
from corpus.table import BATCH_ROWS
from filters.language.identifier import SHIPPED, identifier
from filters.language.language import Language
from filters.language.prose import Prose

TEXTS = 2000  # samples that the library is given: it takes half a millisecond each


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against.  Raises GateError where the library's numbers differ."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    batches = [pa.record_batch({"text": texts[i : i + BATCH_ROWS]}) for i in range(0, len(texts), BATCH_ROWS)]
    rule = Language()
    rule.score(DocumentBatch(batches[0].slice(0, 1)))  # loads kernels, model and table of characters
    whole = size / _seconds(lambda: [rule.score(DocumentBatch(batch)) for batch in batches])
    kernel, library = _samples(DocumentBatch(batches[0]))
    return [
        {"name": "language rule, whole texts", "work": None, "mb_per_s": whole, "ratio": None, "against": None},
        {
            "name": "fastText scores, samples",
            "work": None,
            "mb_per_s": kernel,
            "ratio": None if library is None else kernel / library,
            "against": None if library is None else "fastText",
        },
    ]


def _samples(batch: DocumentBatch) -> tuple[float, float | None]:
    """MB/s of the kernel, and of the library where it is installed, on the samples of a batch."""
    model, found = identifier().model, Prose.of(batch).samples
    spans = zip(found.offsets[:TEXTS].tolist(), found.offsets[1 : TEXTS + 1].tolist(), strict=False)
    texts = [found.data[start:end].tobytes().decode() for start, end in spans]
    size = sum(len(text.encode()) for text in texts) / 1e6
    few = DocumentBatch(pa.record_batch({"text": texts})).text
    ours = size / max(_seconds(lambda: model.score(few)), 1e-9)
    try:
        library = importlib.import_module("fasttext")
    except ImportError:
        return ours, None
    library.FastText.eprint = lambda *_: None  # a notice on every load
    with as_file(files("filters.language") / "models" / SHIPPED) as path:
        other = library.load_model(str(path))
    best: list[Any] = []
    theirs = size / _seconds(lambda: best.extend(other.f.predict(f"{text}\n", 1, 0.0, "strict")[0] for text in texts))
    if [float(row.max()) for row in model.score(few)] != [share for share, _ in best]:
        raise GateError("bench language", "the kernel's numbers are not the library's")
    return ours, theirs


def _seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started
