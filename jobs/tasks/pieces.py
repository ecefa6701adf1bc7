"""The tokenizer's sample: which kept documents it takes, their training pieces, and what its use changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus import storage, table
from corpus.document import TextBuffers, text_buffers
from corpus.identity import keyed_hash
from jobs.memory import release
from jobs.tasks.decisions import array
from jobs.tasks.kept import kept_rows, masked_batches
from jobs.tasks.lengths import BATCH_BYTES, loaded
from mixer.config import MixConfig
from mixer.copies import id_words
from mixer.validation import set_apart
from serializer.bpe import composed
from serializer.tokenizer import counts
from serializer.tokenizer.fidelity import NOTHING, fidelity

PURPOSE = "tokenizer.sample"
ALL = 1 << 64  # draws

_PENDING_ROWS = 2_000_000  # partial counts are added up when they are this many


@dataclass(frozen=True)
class PiecesTask:
    """One documents file; names are below ``run``.  ``threshold``: documents whose 64-bit draw lies
    below it are sampled, but those that ``mix`` sets apart for validation.  ``tokenizer``: the URI that fidelity_part
    judges."""

    run: str
    documents: str
    decisions: tuple[str, ...]
    seed: int
    threshold: int
    morphemes: bool
    tokenizer: str
    mix: MixConfig = MixConfig()


def threshold(kept_bytes: int, sample_share: float, floor_bytes: int) -> int:
    """Of 2^64 draws, those that are sampled: ``sample_share``, or as many as give ``floor_bytes`` in
    expectation where there is that much text.  A function of the totals alone, so of no file layout."""
    if kept_bytes <= floor_bytes:
        return ALL
    return min(ALL, max(int(sample_share * 2**64), (floor_bytes << 64) // kept_bytes))


def validation_shares(config: MixConfig) -> list[float]:
    """Every share that is asked for, of all kinds and of one."""
    return [config.validation, *(kind.validation or 0.0 for kind in config.kinds.values())]


def pieces_part(task: PiecesTask) -> dict[str, Any]:
    """Count the training pieces of one file's sample into tokenizer/counts/<stem>.parquet, which the
    stage deletes when they are summed: (piece, count) in byte order.

    Answers {"output": its name, "documents", "bytes"}.
    """
    release("filters")  # no later stage scores
    pending: list[pa.Table] = []
    documents = size = 0
    for text in sampled(task):
        documents += len(text)
        size += int(text.offsets[-1] - text.offsets[0])
        within = counts.borders(text) if task.morphemes else counts.NO_ENDS
        pending.append(counts.count_pieces(text, counts.training_ends(text, within)))
        if sum(item.num_rows for item in pending) > _PENDING_ROWS:
            pending = [counts.summed(pending)]
    output = storage.join("tokenizer", "counts", storage.name(task.documents))
    with storage.create(storage.join(task.run, output)) as stream:
        pq.write_table(counts.summed(pending), stream, compression="zstd")
    return {"output": output, "documents": documents, "bytes": size}


def fidelity_part(task: PiecesTask) -> dict[str, Any]:
    """What the finished tokenizer, which runs without the analyzer, does at morpheme borders.

    Integer sums over one file's sample: ``documents`` and those of serializer.tokenizer.fidelity.
    """
    encoder = loaded(task.tokenizer)
    sums = Counter({"documents": 0, **NOTHING})
    for text in sampled(task):
        sums.update({"documents": len(text), **fidelity(text, encoder)})
    return dict(sums)


def sampled(task: PiecesTask) -> Iterator[TextBuffers]:
    """Texts of the sampled kept documents of one file, in NFC, in batches bounded by bytes."""
    uri = storage.join(task.run, task.documents)
    kept = kept_rows(uri, [storage.join(task.run, name) for name in task.decisions])
    if any(validation_shares(task.mix)):
        rows = table.read_table(uri, ["id", "kind"]).combine_chunks()
        high, low = id_words(array(rows, "id"))
        # In whatever mode: a kind that the recipe leaves out trains no tokenizer by the same share either.
        mix = replace(task.mix, mode="proportional")
        kept &= ~set_apart(high, low, array(rows, "kind"), mix, task.seed)
    if task.threshold < ALL:
        ids = table.read_table(uri, ["id"]).column("id").to_pylist()
        for row in np.flatnonzero(kept):
            kept[row] = keyed_hash(task.seed, PURPOSE, ids[row]) < task.threshold
    for batch in masked_batches(uri, kept, ["text"], BATCH_BYTES):
        yield composed(text_buffers(batch.column("text")))
