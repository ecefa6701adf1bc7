"""The parts of mix that need no engine: sums of what is kept, copies under a plan, rows, and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.errors import GateError
from corpus.identity import MODULUS, digest_sum, hexadecimal, rows_digest
from corpus.ledger import DROPPED, KEPT, Census, Entry
from corpus.table import PartWriter, read_batches, read_table
from jobs.tasks.by_part import by_part
from mixer.config import MixConfig
from mixer.copies import id_words
from mixer.mixed import DOCUMENT_COLUMNS, MIXED, Cut, copies_by_kind, mixed_rows
from mixer.validation import set_apart

OVER_BUDGET = "mixture.over_budget"


@dataclass(frozen=True)
class MixTask:
    """One documents file and its table of lengths, names below ``run``.

    ``epochs``: (kind, numerator, denominator) of the plan, empty before there is one; ``parts``,
    ``validation_parts``: how many equal ranges of the order the mixture and the validation set are cut in.
    """

    run: str
    documents: str
    lengths: str
    recipe: MixConfig = MixConfig()
    seed: int = 0
    epochs: tuple[tuple[str, int, int], ...] = ()
    parts: int = 1
    validation_parts: int = 0

    def cut(self) -> Cut:
        epochs = {kind: Fraction(above, below) for kind, above, below in self.epochs}
        return Cut(self.recipe, self.seed, epochs, self.parts, self.validation_parts)


def _kept(task: MixTask) -> pa.Table:
    """id, source, kind, tokens, bytes of the kept documents of the file, and whether each is set ``apart`` for
    validation; without their text."""
    lengths = read_table(storage.join(task.run, task.lengths))
    documents = read_table(storage.join(task.run, task.documents), ("id", "source", "kind"))
    rows = pc.index_in(lengths.column("id"), value_set=documents.column("id").combine_chunks())
    if rows.null_count:
        raise GateError(task.lengths, f"{rows.null_count} ids are not in {task.documents}", "Run mix again")
    found = documents.take(rows).combine_chunks()
    kept = lengths.append_column("source", found.column("source")).append_column("kind", found.column("kind"))
    if not kept.num_rows:
        return kept.append_column("apart", pa.array([], pa.bool_()))
    ids, kinds = (kept.column(name).combine_chunks() for name in ("id", "kind"))
    return kept.append_column("apart", pa.array(set_apart(*id_words(ids), kinds, task.recipe, task.seed)))


def totals_part(task: MixTask) -> dict[str, Any]:
    """[documents, bytes, tokens] of the kept documents of one file, per kind: ``train``, and set ``apart``."""
    sums = _kept(task).group_by(["kind", "apart"]).aggregate([("id", "count"), ("bytes", "sum"), ("tokens", "sum")])
    found: dict[str, dict[str, list[int]]] = {"train": {}, "apart": {}}
    for row in sorted(sums.to_pylist(), key=lambda row: str(row["kind"])):
        found["apart" if row["apart"] else "train"][row["kind"]] = [
            row["id_count"],
            row["bytes_sum"],
            row["tokens_sum"],
        ]
    return found


def copies_part(task: MixTask) -> dict[str, Any]:
    """What the plan makes of one file: its census, [rows, documents, bytes, tokens] mixed per kind, and the
    sum of the ids of all rows, those set apart included, which the census calls kept as well."""
    kept = _kept(task).combine_chunks()
    if kept.num_rows == 0:
        return {"census": [], "mixed": {}, "ids": hexadecimal(0)}
    ids = kept.column("id").chunk(0)
    apart = kept.column("apart").to_numpy()
    count = copies_by_kind(*id_words(ids), kept.column("kind").chunk(0), task.cut().epochs, task.seed)
    count[apart] = 0
    census = Census()
    mixed: dict[str, list[int]] = {}
    total = 0
    groups = pc.binary_join_element_wise(kept.column("source"), kept.column("kind"), "\x1f").combine_chunks()
    encoded = groups.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    size, tokens = (kept.column(name).to_numpy().astype(np.int64) for name in ("bytes", "tokens"))
    for code, group in enumerate(encoded.dictionary.to_pylist()):
        source, kind = group.split("\x1f")
        for fate, reason, chosen in (
            (KEPT, "", (codes == code) & ((count > 0) | apart)),
            (DROPPED, OVER_BUDGET, (codes == code) & (count == 0) & ~apart),
        ):
            if chosen.any():
                tally = digest_sum(ids.filter(pa.array(chosen)))
                census.add(Entry(source, kind, fate, reason), int(chosen.sum()), int(size[chosen].sum()), tally)
        chosen = (codes == code) & (count > 0)
        got = mixed.setdefault(kind, [0, 0, 0, 0])
        rows = count[chosen].astype(np.int64)
        for place, amount in enumerate((rows, rows > 0, rows * size[chosen], rows * tokens[chosen])):
            got[place] += int(amount.sum())
        for copies in np.unique(rows).tolist():
            total += copies * digest_sum(ids.filter(pa.array(chosen & (count == copies))))
    total += digest_sum(ids.filter(pa.array(apart)))
    return {"census": census.rows(), "mixed": dict(sorted(mixed.items())), "ids": hexadecimal(total % MODULUS)}


def rows_part(task: MixTask) -> Iterator[pa.RecordBatch]:
    """MIXED rows of one file with a column ``part``: the only reading of text in mix."""
    lengths = read_table(storage.join(task.run, task.lengths), ("id", "tokens")).combine_chunks()
    if lengths.num_rows == 0:
        return
    ids, tokens = lengths.column("id").chunk(0), lengths.column("tokens").chunk(0)
    for batch in read_batches(storage.join(task.run, task.documents), DOCUMENT_COLUMNS, rows=512, size=4_000_000):
        found = tokens.take(pc.index_in(batch.column("id"), value_set=ids))
        rows, parts = mixed_rows(batch, found, task.cut())
        if rows.num_rows:
            yield rows.append_column("part", pa.array(parts))


def part_name(number: int, parts: int) -> str:
    """The name of a part: the first ``parts`` are the mixture, those after them the validation set."""
    if number < parts:
        return f"mixed/part-{number:05d}.parquet"
    return f"validation/part-{number - parts:05d}.parquet"


def write_parts(run: str, parts: int, batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """Write parts from rows sorted by (order, id, copy), and so by part; answers each Part.row()."""
    for number, rows in by_part(batches):
        yield write_part(run, number, parts, map(_mixed, rows))


def write_part(run: str, number: int, parts: int, batches: Iterable[pa.RecordBatch]) -> dict[str, Any]:
    """One part, possibly empty, with the measures ``tokens`` and ``bytes`` (of text).

    Its content digest covers its name too: the same rows cut in other parts make other shards.
    """
    name = part_name(number, parts)
    with PartWriter(run, name, MIXED, without=("text",), level=3) as writer:
        writer.count("tokens", 0)
        writer.count("bytes", 0)
        for batch in batches:
            writer.write(batch)
            writer.count("tokens", pc.sum(batch.column("tokens")).as_py())
            writer.count("bytes", pc.sum(pc.binary_length(batch.column("text"))).as_py())
    part = writer.done()
    cut = rows_digest([pa.RecordBatch.from_pydict({"part": [name]})])
    return {**replace(part, content=(part.content + cut) % MODULUS).row(), "part": number}


def _mixed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Exactly the MIXED columns."""
    return pa.RecordBatch.from_arrays([batch.column(item.name).cast(item.type) for item in MIXED], schema=MIXED)
