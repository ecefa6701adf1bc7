"""Border sums, recomputed from the rows: does every stage account for what the one before it kept?

Ids, counts, bytes and tokens are read from the columns that hold them, never from a manifest, and
compared with the manifests and with each other.  Memory: 16 bytes per document for the sorted ids, 24
per kept document for lengths and copies; text passes through in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.errors import MalmoiError
from corpus.identity import ID_BYTES, MODULUS, digest_sum, fixed_bytes, hexadecimal, id_strings
from corpus.ledger import DROPPED, FATES, JOINED, KEPT, QUARANTINED, Census, Entry
from corpus.manifest import Manifest, Part, content_digest
from corpus.table import read_batches, read_table
from jobs.commands.fault import Fault
from jobs.commands.shards import check_shards
from jobs.commands.twins import check_audit
from mixer.copies import id_words
from mixer.validation import drawn

Array = np.ndarray[Any, np.dtype[Any]]

# The folders whose rows a stage's `content` digest sums.
CONTENT = {
    "ingest": ("documents",),
    "annotate": ("attributes",),
    "dedup": ("pairs", "signatures"),
    "select": ("decisions",),
    "mix": ("mixed", "validation"),
}


def check(run: str, published: Mapping[str, Manifest], sound: set[str]) -> list[Fault]:
    """Faults of the data of all stages whose files are sound."""
    return Borders(run, published, sound).check()


class Borders:
    """Walks the stages in their order and keeps what the next border needs."""

    def __init__(self, run: str, published: Mapping[str, Manifest], sound: set[str]) -> None:
        self.run, self.published = run, published
        self.whole = {
            name for name, manifest in published.items() if all(part.name in sound for part in manifest.parts)
        }
        self.faults: list[Fault] = []
        self.ids = np.empty(0, f"S{ID_BYTES}")  # of all documents, ascending
        self.kept = np.empty(0, bool)  # beside ids

    def check(self) -> list[Fault]:
        stages: dict[str, Callable[[Manifest], None]] = {
            "ingest": self.ingest,
            "annotate": self.annotate,
            "dedup": self.dedup,
            "select": self.select,
            "audit": self.audit,
            "mix": self.mix,
            "serialize": self.serialize,
        }
        for name, manifest in self.published.items():
            if name not in self.whole:
                continue
            self.parts(name, manifest)
            if name in stages and all(before in self.whole for before in _needs(name)):
                try:
                    stages[name](manifest)
                except (pa.ArrowException, KeyError, ValueError, IndexError, MalmoiError) as error:
                    self.fault(f"{name}/_manifest.json", "rows", f"the rows cannot be read ({type(error).__name__})")
        return self.faults

    def fault(self, file: str, code: str, what: str) -> None:
        self.faults.append(Fault(file, code, what))

    def uri(self, part: Part) -> str:
        return storage.join(self.run, part.name)

    def expect(self, file: str, code: str, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.fault(file, code, f"{what}: {_number(found)} in the data, {_number(expected)} expected")

    # ------------------------------------------------------------------ each file against its manifest

    def parts(self, stage: str, manifest: Manifest) -> None:
        """Rows and id sums of every Parquet file; the stage's content digest from its files'."""
        for part in manifest.parts:
            if not part.name.endswith(".parquet"):
                continue
            try:
                rows, ids, named = 0, 0, False
                for batch in read_batches(self.uri(part), ["id"] if _has_id(part.name) else None):
                    rows += batch.num_rows
                    if "id" in batch.schema.names:
                        ids, named = (ids + digest_sum(batch.column("id"))) % MODULUS, True
            except (pa.ArrowException, ValueError, OSError) as error:
                self.fault(part.name, "rows", f"cannot be read as Parquet ({type(error).__name__})")
                continue
            self.expect(part.name, "rows", "rows", rows, part.rows)
            if named and part.ids != ids:
                self.fault(part.name, "sum", "the sum of its ids is not the one in its manifest")
        if stage in CONTENT:
            listed = [part for part in manifest.parts if part.name.split("/", 1)[0] in CONTENT[stage]]
            if content_digest(listed) != manifest.digests.get("content"):
                self.fault(f"{stage}/_manifest.json", "sum", "its content digest is not the sum of its files'")

    def census(self, file: str, found: Census, expected: Census, fates: tuple[str, ...], sizes: bool) -> None:
        """Compare what the rows say with what the manifest says, entry by entry."""
        entries = sorted({*found.tallies, *(entry for entry in expected.tallies if entry.fate in fates)})
        for entry in entries:
            seen = found.total(**entry._asdict())
            said = expected.total(**entry._asdict())
            name = "/".join(value or "-" for value in entry)
            self.expect(file, "sum", f"documents of {name}", seen.documents, said.documents)
            if seen.documents == said.documents and seen.ids != said.ids:
                self.fault(file, "sum", f"ids of {name} differ from the manifest's")
            if sizes and seen.bytes != said.bytes:
                self.expect(file, "sum", f"bytes of {name}", seen.bytes, said.bytes)

    # ------------------------------------------------------------------ stages

    def ingest(self, manifest: Manifest) -> None:
        found = Census()
        for part in manifest.files("documents"):
            for batch in read_batches(self.uri(part), ["id", "source", "kind", "text"]):
                sizes = np.asarray(pc.fill_null(pc.binary_length(batch.column("text")), 0))
                _add(found, batch, sizes)
        self.census("documents", found, manifest.census, (KEPT,), sizes=True)
        gone = Census()
        for part in (*manifest.files("dropped"), *manifest.files("joined")):
            for batch in read_batches(self.uri(part), ["id", "source", "kind", "fate", "reason"]):
                for (source, kind, fate, reason), mask in _groups(batch, "source", "kind", "fate", "reason"):
                    rows = batch.column("id").filter(pa.array(mask))
                    gone.add(Entry(source, kind, fate, reason), len(rows), 0, digest_sum(rows))
        self.census("dropped", gone, manifest.census, (DROPPED, JOINED), sizes=False)
        self.records(manifest)
        units: dict[tuple[str, ...], int] = {}
        for part in manifest.files("quarantine"):
            for batch in read_batches(self.uri(part), ["source", "class"]):
                for group, mask in _groups(batch, "source", "class"):
                    units[group] = units.get(group, 0) + int(mask.sum())
        said = {
            group: tally.documents for group, tally in manifest.census.by("source", "reason", fate=QUARANTINED).items()
        }
        for group in sorted({*units, *said}):
            self.expect("quarantine", "sum", f"units of {'/'.join(group)}", units.get(group, 0), said.get(group, 0))

    def records(self, manifest: Manifest) -> None:
        """Every record read has one row somewhere: by fate, their number and the sum of their digests."""
        said = manifest.details.get("records", {})
        total = [0, 0]
        for fate, folder in (
            (KEPT, "documents"),
            (DROPPED, "dropped"),
            (JOINED, "joined"),
            (QUARANTINED, "quarantine"),
        ):
            number = digests = 0
            for part in manifest.files(folder):
                for batch in read_batches(self.uri(part), ["digest"] if folder == "quarantine" else ["origin"]):
                    column = batch.column(0) if folder == "quarantine" else pc.struct_field(batch.column(0), "digest")
                    number, digests = number + len(column), (digests + digest_sum(column)) % MODULUS
            total = [total[0] + number, (total[1] + digests) % MODULUS]
            self.expect(folder, "sum", f"records that are {fate}", [number, hexadecimal(digests)], said.get(fate))
        self.expect("documents", "sum", "records read", [total[0], hexadecimal(total[1])], said.get("read"))

    def beside(self, folder: str, manifest: Manifest) -> None:
        """A table with one row per document must name the same ids, in the same order, file by file."""
        documents = {storage.name(part.name): part for part in self.published["ingest"].files("documents")}
        rows = {storage.name(part.name): part for part in manifest.files(folder)}
        for name in sorted({*documents, *rows}):
            file = f"{folder}/{name}"
            if name not in documents or name not in rows:
                self.fault(file, "rows", f"{'documents' if name in rows else folder} has no file of this name")
                continue
            one = read_table(self.uri(documents[name]), ["id"]).column("id").combine_chunks()
            other = read_table(self.uri(rows[name]), ["id"]).column("id").combine_chunks()
            if not one.equals(other.cast(one.type)):
                self.fault(file, "order", f"its ids are not those of documents/{name} in their order")

    def annotate(self, manifest: Manifest) -> None:
        self.beside("attributes", manifest)
        found = Census()
        for part in manifest.files("attributes"):
            for batch in read_batches(self.uri(part), ["id", "source", "kind", "bytes"]):
                _add(found, batch, np.asarray(batch.column("bytes")))
        self.census("attributes", found, manifest.census, FATES, sizes=True)

    def dedup(self, manifest: Manifest) -> None:
        self.beside("signatures", manifest)
        found = Census()
        for part in manifest.files("signatures"):
            for batch in read_batches(self.uri(part), ["id", "source", "kind"]):
                _add(found, batch)
        self.census("signatures", found, manifest.census, FATES, sizes=False)
        ids = self._ids(self.published["ingest"], "documents")
        last: tuple[bytes, bytes] | None = None
        for part in manifest.files("pairs"):
            for batch in read_batches(self.uri(part), ["a", "b", "jaccard"]):
                a, b = id_strings(batch.column("a")), id_strings(batch.column("b"))
                if not bool((a < b).all()):
                    self.fault(part.name, "order", "a pair does not name its smaller id first")
                if (last is not None and (a[0], b[0]) <= last) or not bool(_ascending(a, b).all()):
                    self.fault(part.name, "order", "pairs are not in ascending order")
                last = (a[-1], b[-1])
                if not (bool(_within(ids, a).all()) and bool(_within(ids, b).all())):
                    self.fault(part.name, "sum", "a pair names an id that documents does not hold")
                values = np.asarray(batch.column("jaccard"))
                if not bool(((values >= 0) & (values <= 1)).all()):
                    self.fault(part.name, "sum", "a Jaccard similarity is outside 0 to 1")

    def select(self, manifest: Manifest) -> None:
        columns = ["id", "source", "kind", "fate", "reason", "kept_id", "cluster_size"]
        found = Census()
        ids, kept, named, sizes = [], [], [], []
        for part in manifest.files("decisions"):
            for batch in read_batches(self.uri(part), columns):
                ids.append(id_strings(batch.column("id")))
                keeps = np.asarray(pc.equal(batch.column("fate"), KEPT))
                kept.append(keeps)
                named.append(id_strings(batch.column("kept_id").drop_null()))
                sizes.append(np.asarray(pc.fill_null(batch.column("cluster_size"), 1))[keeps])
                for group, mask in _groups(batch, "source", "kind", "fate", "reason"):
                    rows = batch.column("id").filter(pa.array(mask))
                    found.add(Entry(*group), len(rows), 0, digest_sum(rows))
        self.census("decisions", found, manifest.census, FATES, sizes=False)
        self.ids = np.concatenate(ids) if ids else self.ids
        self.kept = np.concatenate(kept) if kept else self.kept
        if len(self.ids) > 1 and not bool((self.ids[:-1] < self.ids[1:]).all()):
            self.fault("decisions", "order", "ids are not strictly ascending")
            return
        if not np.array_equal(self.ids, self._ids(self.published["ingest"], "documents")):
            self.fault("decisions", "sum", "its ids are not those of documents")
        twins = np.concatenate(named) if named else self.ids[:0]
        winners = self.ids[self.kept]
        if not bool(_within(winners, twins).all()):
            self.fault("decisions", "sum", "a duplicate names a twin that is not kept")
            return
        clusters = 1 + np.bincount(np.searchsorted(winners, twins), minlength=len(winners))
        if not np.array_equal(clusters, np.concatenate(sizes) if sizes else clusters[:0]):
            self.fault("decisions", "sum", "a cluster_size is not 1 + the documents that name its kept document")

    def audit(self, manifest: Manifest) -> None:
        self.faults += check_audit(self.run, manifest, self.ids[self.kept])

    def mix(self, manifest: Manifest) -> None:
        kept = self.ids[self.kept]
        lengths = [read_table(self.uri(part), ["id", "tokens"]) for part in manifest.files("lengths")]
        table = pa.concat_tables(lengths) if lengths else None
        ids = id_strings(table.column("id").combine_chunks()) if table is not None else kept[:0]
        order = np.argsort(ids, kind="stable")
        ids = ids[order]
        if not np.array_equal(ids, kept):
            self.fault("lengths", "sum", "its ids are not the kept ids of decisions")
            return
        tokens = np.asarray(table.column("tokens"))[order] if table is not None else np.empty(0, np.int32)
        found = Census()
        shares = {row["kind"]: Fraction(row["validation"]["share_exact"]) for row in manifest.details["kinds"]}
        drawing = _Drawing(shares, manifest.details.get("seed", 0))
        place, copy = self.final(manifest.files("mixed"), ids, tokens, found, drawing, False)
        apart, once = self.final(manifest.files("validation"), ids, tokens, found, drawing, True)
        self.census("mixed", found, manifest.census, (KEPT,), sizes=False)
        ranked = np.lexsort((copy, place))
        place, copy = place[ranked], copy[ranked]
        counts = np.bincount(place, minlength=len(ids))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
        if not np.array_equal(copy, np.arange(len(place)) - starts[place]):
            self.fault("mixed", "sum", "copies of a document are not numbered 0, 1, 2 ...")
        if once.any() or len(np.unique(apart)) != len(apart):
            self.fault("validation", "sum", "a document stands there more than once")
        if counts[apart].any():
            self.fault("validation", "sum", "a document is trained on as well")
        counts[apart] += 1
        left = manifest.census.total(fate=DROPPED, reason="mixture.over_budget").documents
        self.expect("mixed", "sum", "kept documents without a copy", int((counts == 0).sum()), left)

    def final(
        self, parts: Sequence[Part], ids: Array, tokens: Array, found: Census, drawing: _Drawing, apart: bool
    ) -> tuple[Array, Array]:
        """(place among the kept ids, copy) of all rows of mixed parts or, ``apart``, of the validation set."""
        places, copies, last = [np.empty(0, np.int64)], [np.empty(0, np.int32)], b""
        for part in parts:
            total = 0
            for batch in read_batches(self.uri(part), ["id", "copy", "order", "source", "kind", "tokens"]):
                positions = fixed_bytes(batch.column("order"), 8).view(">u8").astype(np.uint64)
                first, end = positions[0], positions[-1]
                if not bool((positions[:-1] <= positions[1:]).all()) or int(first).to_bytes(8, "big") < last:
                    self.fault(part.name, "order", "rows are not in the final order")
                last = int(end).to_bytes(8, "big")
                rows = id_strings(batch.column("id"))
                if not bool(_within(ids, rows).all()):
                    self.fault(part.name, "sum", "a row's id is not kept")
                    continue
                place = np.searchsorted(ids, rows)
                counted = np.asarray(batch.column("tokens"))
                if not np.array_equal(tokens[place], counted):
                    self.fault(part.name, "sum", "tokens are not those of lengths")
                if bool((drawing.apart(batch) != apart).any()):
                    where = "trained on" if not apart else "set apart"
                    self.fault(part.name, "sum", f"a document is {where} against its draw")
                total += int(counted.sum(dtype=np.int64))
                places.append(place)
                copies.append(np.asarray(batch.column("copy")))
                _add(found, batch.filter(pc.equal(batch.column("copy"), 0)))
            if "tokens" in part.measures:
                self.expect(part.name, "sum", "tokens", total, part.measures["tokens"])
        return np.concatenate(places), np.concatenate(copies)

    def serialize(self, manifest: Manifest) -> None:
        self.faults += check_shards(self.run, self.published["mix"], manifest)

    def _ids(self, manifest: Manifest, folder: str) -> Array:
        """All ids of a folder, ascending."""
        parts = [id_strings(read_table(self.uri(part), ["id"]).column("id")) for part in manifest.files(folder)]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, f"S{ID_BYTES}")


class _Drawing(NamedTuple):
    """The validation share of each kind, and the seed that it is drawn by."""

    shares: Mapping[str, Fraction]
    seed: int

    def apart(self, batch: pa.RecordBatch) -> Array:
        """Which rows of a batch with id and kind are drawn for validation."""
        result = np.zeros(batch.num_rows, bool)
        for (kind,), mask in _groups(batch, "kind"):
            ids = batch.column("id").filter(pa.array(mask))
            result[mask] = drawn(*id_words(ids), self.shares.get(kind, Fraction(0)), self.seed)
        return result


def _add(census: Census, batch: pa.RecordBatch, sizes: Array | None = None) -> None:
    """Count rows as kept, per source and kind; ``sizes`` in bytes, one per row."""
    for (source, kind), mask in _groups(batch, "source", "kind"):
        rows = batch.column("id").filter(pa.array(mask))
        size = int(sizes[mask].sum()) if sizes is not None else 0
        census.add(Entry(source, kind, KEPT, ""), len(rows), size, digest_sum(rows))


def _needs(stage: str) -> tuple[str, ...]:
    """Stages whose data a border reads."""
    return {
        "ingest": (),
        "annotate": ("ingest",),
        "dedup": ("ingest",),
        "select": ("ingest",),
        "audit": ("ingest", "select"),
        "mix": ("ingest", "select"),
        "serialize": ("mix",),
    }[stage]


def _has_id(name: str) -> bool:
    return name.split("/", 1)[0] not in ("pairs", "quarantine")


def _within(ids: Array, wanted: Array) -> Array:
    """Which of ``wanted`` are in the ascending ``ids``."""
    if len(ids) == 0:
        return np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.asarray(ids[place] == wanted)


def _ascending(a: Array, b: Array) -> Array:
    return np.asarray((a[:-1] < a[1:]) | ((a[:-1] == a[1:]) & (b[:-1] < b[1:])))


def _groups(batch: pa.RecordBatch, *names: str) -> Iterator[tuple[tuple[str, ...], Array]]:
    """(values, row mask) of every distinct combination; a null is an empty string."""
    code = np.zeros(batch.num_rows, np.int64)
    dictionaries: list[list[str]] = []
    for name in names:
        encoded = pc.fill_null(batch.column(name), "").dictionary_encode()
        values = encoded.dictionary.to_pylist()
        dictionaries.append(values)
        code = code * max(1, len(values)) + np.asarray(encoded.indices)
    for value in np.unique(code):
        rest, group = int(value), []
        for values in reversed(dictionaries):
            rest, index = divmod(rest, max(1, len(values)))
            group.append(values[index])
        yield tuple(reversed(group)), code == value


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else repr(value)
