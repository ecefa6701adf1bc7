"""Speed of deduplication: signatures against datasketch, and all of it from text to kept documents.

CPU seconds of this process, MB of UTF-8 text, one core.  rensa and datatrove are measured by
tests/oracles/peers.py on the same texts; `malmoi bench` divides.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.document import DOCUMENT, DocumentBatch, cast
from corpus.errors import GateError
from corpus.identity import document_id, text_digest
from corpus.ledger import Census
from corpus.manifest import Manifest, Part
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import PartWriter, read_batches, read_table
from filters.dedup.config import DedupConfig
from filters.dedup.election import KEPT, elect_local
from filters.dedup.rank import ranks
from filters.dedup.signature import signatures
from jobs.config import Config
from jobs.progress import Progress
from jobs.stage import StageContext
from jobs.tasks.candidates import CandidateTask, entry_blocks, write_candidates
from jobs.tasks.signatures import SignatureTask, signature_part
from jobs.tasks.verification import verify_locally

CONFIG = DedupConfig()
SLOW_BYTES = 2_000_000  # of the texts, for what takes a second a megabyte or more
BATCH = 4096
ROUNDS = 3
SOURCE = "bench"
KEPT_ROWS = pa.schema([("id", pa.binary()), ("text", pa.string())])  # what the peers write, too


def bench(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of name, work, mb_per_s, ratio, against.  Raises GateError where shingles are not those of the
    plain definition, or where no copy was found among texts that hold one."""
    with tempfile.TemporaryDirectory(prefix="malmoi-dedup") as run:
        context = _documents(run, texts)
        size = sum(len(text.encode()) for text in texts) / 1e6
        _near(context)  # loads the kernels and the table of letters
        batches = [DocumentBatch(batch) for batch in read_batches(context.uri("documents/part-00000.parquet"))]
        signing = _seconds(lambda: [signatures(batch, CONFIG) for batch in batches])
        near = _seconds(lambda: _near(context))
        kept = _near(context)
    few = _few(texts)
    _same_shingles(few)
    theirs = _datasketch(few)
    ours = size / signing
    return [
        {
            "name": "signatures, character 5-grams, 112 lanes",
            "work": "signatures",
            "mb_per_s": ours,
            "ratio": None if theirs is None else ours / theirs,
            "against": None if theirs is None else "datasketch",
        },
        {
            "name": f"near-duplicates, Parquet to Parquet ({kept:,} of {len(texts):,} kept)",
            "work": "near",
            "mb_per_s": size / near,
            "ratio": None,
            "against": None,
        },
    ]


def _documents(run: str, texts: Sequence[str]) -> StageContext:
    """The texts as a documents file, and the context of stage dedup over it."""
    rows = {
        "id": [document_id(SOURCE, str(number)) for number in range(len(texts))],
        "source": [SOURCE] * len(texts),
        "kind": ["others"] * len(texts),
        "class": ["open"] * len(texts),
        "text": list(texts),
        "text_digest": [text_digest(text) for text in texts],
    }
    with PartWriter(run, "documents/part-00000.parquet", DOCUMENT, ("text",)) as writer:
        whole = cast(pa.table(rows), DOCUMENT)
        for at in range(0, whole.num_rows, BATCH):
            writer.write(whole.slice(at, BATCH))
    inputs = (InputConfig(name=SOURCE, uri=run, rights=RightsBasis(basis="own"), class_="open"),)
    ingest = Manifest("ingest", "", (writer.done(),), Census(), {})
    return StageContext("dedup", Config(inputs=inputs), run, {"ingest": ingest}, Progress(live=False), _no_session)


def _no_session() -> Any:
    raise GateError("bench", "deduplication of few pairs needs no Spark")


def _near(context: StageContext) -> int:
    """The stage without an engine, the election, and the kept documents written; how many they are."""
    documents = context.inputs["ingest"].files("documents")
    signed = [
        Part.from_row(signature_part(SignatureTask(context.run, part.name, CONFIG))["part"]) for part in documents
    ]
    blocks = [block for part in signed for block in entry_blocks(CandidateTask(context.run, part.name, (), 1))]
    found = [Part.from_row(row) for row in write_candidates(context.run, CONFIG.comparisons, blocks)]
    pairs = [read_table(context.uri(part.name)) for part in verify_locally(context, documents, signed, found)]
    table = pa.concat_tables(pairs)
    rows = pa.concat_tables([read_table(context.uri(part.name)) for part in signed])
    elected = elect_local(
        rows["id"],
        rows["squeezed"],
        ranks(rows, {}),
        np.ones(len(rows), np.bool_),
        table["a"],
        table["b"],
        table["jaccard"].to_numpy(),
        table["how"],
    )
    kept = pa.array(elected.fate == KEPT)
    at = 0
    with PartWriter(context.run, "kept.parquet", KEPT_ROWS, ("text",)) as writer:
        for part in documents:
            for batch in read_batches(storage.join(context.run, part.name), KEPT_ROWS.names):
                writer.write(batch.filter(kept.slice(at, batch.num_rows)))
                at += batch.num_rows
    return writer.done().rows


def _few(texts: Sequence[str]) -> list[str]:
    """The first texts, up to SLOW_BYTES."""
    chosen: list[str] = []
    total = 0
    for text in texts:
        if total >= SLOW_BYTES:
            break
        chosen.append(text)
        total += len(text.encode())
    return chosen


def _shingles(text: str) -> list[str]:
    squeezed = "".join(text.split())
    return [squeezed[at : at + 5] for at in range(len(squeezed) - 4)]


def _same_shingles(texts: Sequence[str]) -> None:
    signed = signatures(DocumentBatch(pa.RecordBatch.from_pydict({"text": pa.array(texts, pa.string())})), CONFIG)
    if signed.column("shingles").to_pylist() != [len(_shingles(text)) for text in texts]:
        raise GateError("bench", "shingles differ from those of the plain definition")


def _datasketch(texts: Sequence[str]) -> float | None:
    """MB/s of datasketch's MinHash with as many permutations of the same shingles; None where it is not installed."""
    try:
        sketch = importlib.import_module("datasketch").MinHash
    except ImportError:
        return None

    empty = sketch(num_perm=CONFIG.bands * CONFIG.lanes_per_band)  # its permutations are drawn once

    def sign() -> None:
        for text in texts:
            empty.copy().update_batch([shingle.encode() for shingle in _shingles(text)])

    return sum(len(text.encode()) for text in texts) / 1e6 / _seconds(sign, 1)


def _seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds, the median of some rounds."""
    found = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)
