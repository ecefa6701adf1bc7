"""From summed pieces to the published files, and the facts that go with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.document import text_buffers
from corpus.errors import ConfigError
from corpus.manifest import Part
from serializer.bpe import Encoder
from serializer.config import TokenizerConfig
from serializer.tokenizer import merges, morphemes, pretokenizer, write
from serializer.tokenizer.marks import OWN
from serializer.tokenizer.merges import learn

TOKENIZER_FILE, CONFIG_FILE, FACTS_FILE = "tokenizer.json", "tokenizer_config.json", "training.json"


def versions() -> dict[str, int | str]:
    """Everything besides configuration and text that the merges are a function of."""
    return {
        "split": pretokenizer.VERSION,
        "pattern": pretokenizer.digest(),
        "morphemes": morphemes.VERSION,
        "merges": merges.VERSION,
        "file": write.VERSION,
        **morphemes.versions(),
    }


@dataclass(frozen=True)
class Trained:
    """``tokenizer``: bytes of tokenizer.json.  ``facts``: JSON, a function of content alone."""

    tokenizer: bytes
    facts: Mapping[str, Any]


def trained(config: TokenizerConfig, counts: pa.Table, sample: Mapping[str, int]) -> Trained:
    """Merges of the (piece, count) rows, which are in byte order.  ``sample`` goes into the facts."""
    pieces = counts.column("piece").combine_chunks()
    sums = counts.column("count").to_numpy()
    learned = learn(text_buffers(pieces), sums, config.vocabulary_size, config.min_count)
    facts = {
        "vocabulary_size": write.FIRST_MERGE_ID + len(learned.pairs),
        "merges": len(learned.pairs),
        "last_merge_count": int(learned.counts[-1]) if len(learned.counts) else None,
        "min_count": config.min_count,
        "morphemes": config.morphemes,
        "end_of_document": {"token": write.END_OF_DOCUMENT, "id": 0},
        "marks": OWN,
        "sample": {
            **sample,
            "pieces": int(sums.sum()),
            "distinct_pieces": counts.num_rows,
            "distinct_bytes": int(pc.sum(pc.binary_length(pieces)).as_py() or 0),
        },
        "versions": versions(),
    }
    return Trained(write.tokenizer_json(learned.pairs.tolist()), facts)


def given(path: str, sha256: str | None) -> Trained:
    """A finished tokenizer.json as it is.  Raises ConfigError unless its sha256 is the pinned one."""
    data = storage.read_bytes(path)
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        fault = "is not set" if sha256 is None else f"is {sha256}, the file's is {found}"
        raise ConfigError("tokenizer.sha256", f"{fault} ({path})", f"Set it to {found} if this is the file you mean")
    encoder = Encoder(path)
    return Trained(
        data,
        {
            "given": sha256,
            "vocabulary_size": encoder.vocabulary_size,
            "end_of_document": {"token": encoder.end_name, "id": encoder.end_of_document},
        },
    )


def facts_json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def published(run: str, name: str, data: bytes) -> Part:
    """Write one file of RUN/tokenizer/."""
    storage.write_bytes(storage.join(run, "tokenizer", name), data)
    return Part(storage.join("tokenizer", name), 1, len(data), hashlib.sha256(data).hexdigest())
