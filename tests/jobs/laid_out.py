"""Run directories of known Korean documents in any layout, as the stages before select or mix leave
them: tests lay the same documents out differently and compare what comes after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import manifest as manifests
from corpus import storage
from corpus.document import DOCUMENT, cast
from corpus.identity import document_id, hexadecimal, text_digest
from corpus.ledger import DECISION, DROPPED, KEPT, Census, Entry
from corpus.manifest import Manifest, Part, content_digest
from corpus.table import PartWriter
from filters.dedup.config import DedupConfig
from filters.dedup.verification import PAIR
from jobs.progress import Progress
from jobs.stage import StageContext
from jobs.tasks.annotate import AnnotateTask, annotate_part
from jobs.tasks.signatures import SignatureTask, signature_part
from tests import chain
from tests.oracles import dedup as oracle

END = "<|endoftext|>"


def document(source: str, kind: str, key: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": document_id(source, key),
        "source": source,
        "kind": kind,
        "class": "permitted",
        "area": source,
        "key": key,
        "url": f"https://{source}.example.kr/{key}",
        "title": f"{key} 이야기",
        "text": text,
        "created_at": datetime(2026, 1, 2, tzinfo=UTC),
        "license": "CC-BY-4.0",
        "rights": {"allowed": True, "basis": "own", "evidence": "쓸 수 있는 글"},
        "text_digest": text_digest(text),
        **more,
    }


def korean(count: int) -> list[dict[str, Any]]:
    """Documents of three kinds and two sources, one empty of words and one of a single character."""
    kinds = ("blog", "news", "댓글")
    rows = [
        document(("하루", "daily")[n % 2], kinds[n % 3], f"글-{n:04d}", chain.text(n, 3 + n % 9)) for n in range(count)
    ]
    return [
        *rows,
        document("하루", "댓글", "한 글자", "네"),
        document("daily", "blog", "이모지", "👩‍👩‍👧 가족 ㅋㅋㅋ 갂"),
    ]


def split(
    rows: Sequence[dict[str, Any]], files: int, backwards: bool = False
) -> list[tuple[str, list[dict[str, Any]]]]:
    """(file name, rows) round robin over ``files`` files; backwards: rows and files in reverse."""
    ordered = list(reversed(rows)) if backwards else list(rows)
    parts = [(f"part-{n:05d}.parquet", ordered[n::files]) for n in range(files)]
    return [(name, rows) for (name, _), (_, rows) in zip(parts, reversed(parts), strict=True)] if backwards else parts


def table(run: Path, name: str, schema: pa.Schema, rows: list[dict[str, Any]], without: tuple[str, ...] = ()) -> Part:
    with PartWriter(str(run), name, schema, without) as writer:
        if rows:
            writer.write(cast(pa.Table.from_pylist(rows, schema=schema), schema))
    return writer.done()


def census(rows: Sequence[Mapping[str, Any]], fates: Mapping[bytes, str]) -> Census:
    total = Census()
    for row in rows:
        reason = fates.get(row["id"], "")
        entry = Entry(row["source"], row["kind"], DROPPED if reason else KEPT, reason)
        total.add(entry, 1, len(row["text"].encode()), int.from_bytes(row["id"], "big"))
    return total


def ingested(run: Path, rows: Sequence[dict[str, Any]], files: int = 1, backwards: bool = False) -> Manifest:
    parts = [table(run, f"documents/{name}", DOCUMENT, part, ("text",)) for name, part in split(rows, files, backwards)]
    manifest = Manifest("ingest", "0", tuple(parts), census(rows, {}), {"content": content_digest(parts)})
    manifests.write(str(run), manifest)
    return manifest


def selected(run: Path, rows: Sequence[dict[str, Any]], dropped: Mapping[bytes, str]) -> Manifest:
    """Decisions in one part; ``dropped``: id -> reason."""
    decisions = [
        {
            **{name: row[name] for name in ("id", "source", "kind")},
            "fate": DROPPED if row["id"] in dropped else KEPT,
            "stage": "select",
            "reason": dropped.get(row["id"]),
            "all_reasons": [dropped[row["id"]]] if row["id"] in dropped else [],
        }
        for row in sorted(rows, key=lambda row: bytes(row["id"]))
    ]
    part = table(run, "decisions/part-00000.parquet", DECISION, decisions)
    kept = sum(int.from_bytes(row["id"], "big") for row in rows if row["id"] not in dropped)
    digests = {"content": content_digest([part]), "kept": hexadecimal(kept)}
    manifest = Manifest("select", "0", (part,), census(rows, dropped), digests)
    manifests.write(str(run), manifest)
    return manifest


def byte_level_bpe(texts: Sequence[str], size: int = 400) -> Tokenizer:
    model = Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    model.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=[END], initial_alphabet=sorted(alphabet), show_progress=False
    )
    model.train_from_iterator(texts, trainer)
    return model


def tokenized(run: Path, model: Tokenizer) -> Manifest:
    name = "tokenizer/tokenizer.json"
    storage.write_bytes(str(run / name), model.to_str().encode())
    length, sha256 = manifests.file_sha256(str(run / name))
    manifest = Manifest("tokenizer", "0", (Part(name, 0, length, sha256),), Census(), {"content": sha256})
    manifests.write(str(run), manifest)
    return manifest


def context(stage: str, config: Any, run: Path, inputs: Sequence[Manifest], spark: Any) -> StageContext:
    return StageContext(
        stage, config, str(run), {item.stage: item for item in inputs}, Progress(live=False), lambda: spark
    )


def annotated(run: Path, ingest: Manifest) -> Manifest:
    answers = [annotate_part(AnnotateTask(str(run), part.name)) for part in ingest.files("documents")]
    parts = tuple(Part.from_row(answer["part"]) for answer in answers)
    manifest = Manifest("annotate", "0", parts, ingest.census, {"content": content_digest(parts)})
    manifests.write(str(run), manifest)
    return manifest


def deduplicated(run: Path, ingest: Manifest, rows: Sequence[Mapping[str, Any]]) -> Manifest:
    """signatures/ by the stage's own task; pairs/ by comparing every two texts, as their definition reads."""
    answers = [signature_part(SignatureTask(str(run), part.name, DedupConfig())) for part in ingest.files("documents")]
    parts = [Part.from_row(answer["part"]) for answer in answers]
    representatives = {oracle.squeeze(row["text"]): row for row in sorted(rows, key=lambda row: bytes(row["id"]))}
    known = sorted(
        (row["id"], oracle.fold(row["text"]), set(oracle.shingles(row["text"]))) for row in representatives.values()
    )
    pairs = []
    for (a, folded, left), (b, other, right) in combinations(known, 2):
        if folded and folded == other:
            pairs.append({"a": a, "b": b, "jaccard": 1.0, "how": "folded"})
        elif len(left & right) >= 0.8 * len(left | right) > 0:
            pairs.append({"a": a, "b": b, "jaccard": len(left & right) / len(left | right), "how": "exact"})
    pairs.sort(key=lambda pair: (pair["a"], pair["b"]))
    parts.append(table(run, "pairs/part-00000.parquet", PAIR, pairs))
    manifest = Manifest("dedup", "0", tuple(parts), ingest.census, {"content": content_digest(parts)})
    manifests.write(str(run), manifest)
    return manifest
