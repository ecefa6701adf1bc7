"""One mixed part becomes one shard: encoded, written, traced to its sources, and checked on the way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import TextBuffers, text_buffers
from corpus.errors import GateError
from corpus.identity import MODULUS, digest_sum, hexadecimal
from corpus.ledger import KEPT, Census, Entry
from corpus.manifest import file_sha256
from corpus.table import read_batches
from serializer.formats import WRITERS
from serializer.formats.output import Ids, TokenBatch
from serializer.provenance import ProvenanceWriter

VERSION = 1  # of a shard's bytes; raised when equal parts and tokenizer give other bytes

COLUMNS = (
    "id",
    "copy",
    "kind",
    "source",
    "url",
    "title",
    "license",
    "rights_basis",
    "rights_evidence",
    "text",
    "tokens",
)


class Encoding(Protocol):
    """What a shard needs of a tokenizer; serializer.bpe.Encoder is one."""

    @property
    def end_of_document(self) -> int: ...

    @property
    def vocabulary_size(self) -> int: ...

    def encode_buffers(self, text: TextBuffers) -> tuple[Ids, np.ndarray[Any, np.dtype[np.int64]]]:
        """Ids of all texts one after the other, and where each begins (n + 1 of them)."""
        ...


def shard_name(part: str) -> str:
    """The name of a mixed part's shard.  The validation set's lie in a folder of their own, so that no pattern
    for the shards to train on meets them, and their last names differ too."""
    folder, file = part.split("/")[-2:]
    number = file.split(".")[0].removeprefix("part-")
    return f"shard-{number}" if folder == "mixed" else f"{folder}/{folder}-{number}"


def write_shard(
    mixed_uri: str,
    encoder: Encoding | None,
    shard_format: str,
    folder: str,
    name: str,
    sha256: str | None = None,
    beat: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Write shard ``name`` and its provenance below ``folder``; answer what a manifest row says.

    ``encoder`` may be None for a format that holds text alone.  ``sha256``: what the part must be.
    ``beat`` is called after every batch with the number of documents so far.  The answer holds
    ``files`` (rows of corpus.manifest.Part, the documents' own file first), ``rows``, ``tokens``,
    ``ids`` and ``census``.

    Raises GateError naming the part when it is damaged or its token counts are not the encoder's.
    """
    kind = WRITERS[shard_format]
    if kind.needs_ids and encoder is None:
        raise ValueError(f"{shard_format} shards need an encoder")
    census = Census()
    ids = 0
    provenance = ProvenanceWriter(folder, name)
    with ExitStack() as stack:
        local = stack.enter_context(_fetched(mixed_uri))
        if sha256 is not None and file_sha256(local)[1] != sha256:
            raise GateError(mixed_uri, "the mixed part is not the file that mix published", "Run mix again")
        writer = stack.enter_context(kind(folder, name, encoder.vocabulary_size if encoder else 0))
        stack.enter_context(provenance.part)
        for batch in _batches(local, mixed_uri):
            counted = batch.column("tokens").to_numpy()
            tokens = None
            if kind.needs_ids and encoder is not None:
                found, starts = encoder.encode_buffers(text_buffers(batch.column("text")))
                tokens = TokenBatch.of(found, starts, encoder.end_of_document)
                if not np.array_equal(tokens.lengths, counted):
                    raise GateError(
                        mixed_uri,
                        f"mix counted {int(counted.sum())} tokens where the tokenizer gives {len(tokens.ids)}",
                        "The tokenizer changed after mix: run mix again",
                    )
            writer.write(batch, tokens)
            provenance.write(batch, counted)
            ids = (ids + digest_sum(batch.column("id"))) % MODULUS
            _count(census, batch)
            if beat is not None:
                beat(provenance.documents)
    measures = {"documents": provenance.documents, "tokens": provenance.tokens, "text_bytes": census.total().bytes}
    files = [part.row() for part in (*writer.done(), provenance.part.done())]
    files[0] |= {"measures": measures, "ids": hexadecimal(ids)}
    return {
        "files": files,
        "rows": provenance.documents,
        "tokens": provenance.tokens,
        "ids": hexadecimal(ids),
        "census": census.rows(),
    }


@contextmanager
def _fetched(uri: str) -> Iterator[str]:
    """The part as a local file: read twice, once for its digest, and in pieces."""
    if storage.is_local(uri):
        yield uri
        return
    with tempfile.TemporaryDirectory(prefix="malmoi-part-") as folder:
        local = storage.join(folder, storage.name(uri))
        storage.fetch(uri, local)
        yield local


def _batches(local: str, uri: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from read_batches(local, COLUMNS)
    except (pa.ArrowException, OSError) as error:
        raise GateError(uri, f"the mixed part cannot be read ({type(error).__name__})", "Run mix again") from error


def _count(census: Census, batch: pa.RecordBatch) -> None:
    """Documents, text bytes and ids per source and kind; a copy counts every time."""
    groups = pc.binary_join_element_wise(
        batch.column("source"), batch.column("kind").fill_null(""), "\x1f"
    ).dictionary_encode()
    codes = groups.indices.to_numpy()
    sizes = pc.binary_length(batch.column("text")).to_numpy(zero_copy_only=False)
    for code, group in enumerate(groups.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        source, _, kind = group.partition("\x1f")
        census.add(
            Entry(source, kind, KEPT, ""),
            len(rows),
            int(sizes[rows].sum()),
            digest_sum(batch.column("id").take(pa.array(rows))),
        )
