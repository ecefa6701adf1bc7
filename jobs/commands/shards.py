"""Does every shard hold its mixed part, row for row, and does its provenance lead back to it?

A mixed part and its shard share a number; so do those of the validation set, apart from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from tokenizers import Tokenizer

from corpus import storage
from corpus.errors import MalmoiError
from corpus.manifest import Manifest, Part
from corpus.table import read_batches, read_table
from jobs.commands.fault import Fault
from serializer.formats.megatron import MegatronReader

# Documents at the head of every shard that are decoded and compared with their text; the order is a
# keyed hash, so that the head is a fair sample.
DECODED = 8
BLOCK = 1 << 22  # tokens looked at at once


def check_shards(run: str, mix: Manifest, serialize: Manifest) -> list[Fault]:
    """Faults of all shards of one format."""
    faults: list[Fault] = []
    mixed = {_number(part): part for part in (*mix.files("mixed"), *mix.files("validation"))}
    provenance = {_number(part): part for part in serialize.parts if "/provenance/" in part.name}
    shards: dict[str, list[Part]] = {}
    for part in serialize.parts:
        if "/provenance/" not in part.name and storage.name(part.name).startswith(("shard-", "validation-")):
            shards.setdefault(_number(part), []).append(part)
    tokenizer = _tokenizer(run, faults)
    for number in sorted({*mixed, *provenance, *shards}):
        columns: dict[str, Mapping[str, object]] = {"mixed part": mixed, "provenance": provenance, "shard": shards}
        lacking = [what for what, known in columns.items() if number not in known]
        if lacking:
            faults.append(Fault("shards", "rows", f"number {number} has no {' and no '.join(lacking)}"))
            continue
        rows = read_table(storage.join(run, mixed[number].name), ["id", "copy", "tokens"])
        faults += _provenance(run, provenance[number], rows)
        for part in shards[number]:
            if part.name.endswith(".idx"):
                faults += _megatron(run, part, mixed[number], rows, tokenizer)
            elif part.name.endswith(".parquet"):
                faults += _parquet(run, part, rows)
            elif part.name.endswith(".jsonl"):
                faults += _jsonl(run, part, rows)
    return faults


def _number(part: Part) -> str:
    """What a mixed part and its shard share: the set, where it is the validation set's, and the digits."""
    apart = "validation " if "validation" in part.name.split("/") else ""
    return apart + storage.name(part.name).split(".", 1)[0].rsplit("-", 1)[-1]


def _tokenizer(run: str, faults: list[Fault]) -> Tokenizer | None:
    uri = storage.join(run, "tokenizer", "tokenizer.json")
    if not storage.exists(uri):
        return None
    try:
        return Tokenizer.from_buffer(storage.read_bytes(uri))
    except Exception as error:  # noqa: BLE001 - the library raises bare Exception on an unreadable file
        faults.append(Fault("tokenizer/tokenizer.json", "rows", f"cannot be loaded ({type(error).__name__})"))
        return None


def _provenance(run: str, part: Part, rows: pa.Table) -> list[Fault]:
    table = read_table(storage.join(run, part.name), ["id", "copy", "first_token", "tokens"])
    faults = _same(part, table, rows, ("id", "copy", "tokens"))
    if not faults:
        tokens = np.asarray(rows.column("tokens"), np.int64)
        if not np.array_equal(np.asarray(table.column("first_token")), np.cumsum(tokens) - tokens):
            faults.append(Fault(part.name, "sum", "first_token is not the sum of the tokens before"))
    return faults


def _same(part: Part, table: pa.Table, rows: pa.Table, names: tuple[str, ...]) -> list[Fault]:
    """Columns that must be those of the mixed part, row for row."""
    if table.num_rows != rows.num_rows:
        return [Fault(part.name, "rows", f"{table.num_rows:,} rows, {rows.num_rows:,} expected")]
    faults = []
    for name in names:
        one, other = table.column(name).combine_chunks(), rows.column(name).combine_chunks()
        if not one.equals(other.cast(one.type)):
            faults.append(Fault(part.name, "sum", f"its column {name!r} is not that of the mixed part"))
    return faults


def _megatron(run: str, index: Part, mixed: Part, rows: pa.Table, tokenizer: Tokenizer | None) -> list[Fault]:
    folder, name = index.name.rsplit("/", 1)
    try:
        shard = MegatronReader(storage.join(run, folder), name.removesuffix(".idx"))
    except MalmoiError as error:
        return [Fault(storage.relative(error.where, run), "index", error.what)]
    if not np.array_equal(shard.lengths, np.asarray(rows.column("tokens"))):
        return [Fault(index.name, "index", "its lengths are not the tokens of the mixed part")]
    if tokenizer is None or len(shard) == 0:
        return []
    faults = []
    data = index.name.removesuffix(".idx") + ".bin"
    vocabulary = tokenizer.get_vocab_size(with_added_tokens=True)
    with storage.open_input(shard.bin_uri) as stream:
        while block := stream.read(BLOCK * shard.dtype.itemsize):
            if int(np.frombuffer(block, shard.dtype).max()) >= vocabulary:
                faults.append(Fault(data, "index", f"holds an id beyond the vocabulary of {vocabulary:,}"))
                break
    head = next(read_batches(storage.join(run, mixed.name), ["text"], rows=DECODED)).column("text").to_pylist()
    for number, text in enumerate(head[:DECODED]):
        ids = shard[number].tolist()
        if tokenizer.decode(ids[:-1], skip_special_tokens=False) != (text or ""):
            faults.append(Fault(data, "index", f"document {number} does not decode to its text"))
            break
    return faults


def _parquet(run: str, part: Part, rows: pa.Table) -> list[Fault]:
    table = read_table(storage.join(run, part.name), ["id", "copy"])
    return _same(part, table, rows, ("id", "copy"))


def _jsonl(run: str, part: Part, rows: pa.Table) -> list[Fault]:
    number = 0
    ids = rows.column("id")
    with storage.open_input(storage.join(run, part.name)) as stream:
        for number, line in enumerate(stream, 1):
            if number > len(ids) or json.loads(line)["id"] != ids[number - 1].as_py().hex():
                return [Fault(part.name, "sum", f"line {number} is not that document of the mixed part")]
    return [] if number == len(ids) else [Fault(part.name, "rows", f"{number:,} rows, {len(ids):,} expected")]
