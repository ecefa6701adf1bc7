"""Reads a supervised fastText model (.bin, or .ftz as `fasttext quantize` writes it) into numpy arrays.

The file is untrusted: every size is compared with the bytes that are left before anything is allocated, every
index is in range, every number finite, and nothing may follow the last matrix.  So a file that is read can be
scored without further checks.  The layout is that of fastText 0.2 to 0.9 (file versions 11 and 12).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.errors import InputError

Array = np.ndarray[Any, np.dtype[Any]]

MAGIC = 793712314
VERSIONS = (11, 12)
HIERARCHICAL, NEGATIVE, SOFTMAX, ONE_VS_ALL = 1, 2, 3, 4  # args.loss
SUPERVISED = 3  # args.model
LABEL = "__label__"  # the file does not hold another prefix
CENTROIDS = 256  # of one subquantiser: a code is a byte
MAXIMUM_BYTES = 512 << 20  # lid.176.bin has 131 MB; a worker may use 600
MAXIMUM_DIMENSION = 4096
MAXIMUM_GRAM = 64  # characters of a subword, words of a word n-gram
MAXIMUM_LABELS = 1 << 20


@dataclass(frozen=True)
class Quantised:
    """A product-quantised matrix: row i, subvector m is ``norms[i] * centroids[m, codes[i, m]]``."""

    codes: Array  # uint8, rows x subquantisers
    norms: Array  # float32, one a row; ones where the file has none
    centroids: Array  # float32, flat: the last subvector may be shorter than the others
    width: int  # numbers of a subvector
    dimension: int

    def rows(self) -> Array:
        """The matrix as float32, each number rounded once, as the library computes it."""
        count = self.codes.shape[1]
        dense = np.empty((len(self.codes), self.dimension), np.float32)
        for m in range(count):
            first, last = m * self.width, min((m + 1) * self.width, self.dimension)
            table = self.centroids[m * CENTROIDS * self.width :][: CENTROIDS * (last - first)]
            dense[:, first:last] = self.norms[:, None] * table.reshape(CENTROIDS, last - first)[self.codes[:, m]]
        return dense


@dataclass(frozen=True)
class ModelFile:
    """What the file holds, checked."""

    dimension: int
    word_ngrams: int
    loss: int
    bucket: int
    shortest: int  # characters of a subword, `minn`
    longest: int  # `maxn`; 0: words alone
    words: tuple[bytes, ...]  # row i of the input is word i; behind the words come the buckets
    labels: tuple[str, ...]  # without the prefix
    label_counts: Array  # int64, what the tree of hierarchical softmax is built from
    pruned: Array | None  # int32, (bucket, row behind the words), ascending; None: every bucket has a row
    input: Array | Quantised
    output: Array | Quantised


def read(data: bytes, where: str) -> ModelFile:
    """Raises InputError, which names ``where`` and the fault, when this is no supervised model."""
    if len(data) > MAXIMUM_BYTES:
        raise _fault(where, f"has {len(data):,} bytes, more than {MAXIMUM_BYTES:,}")
    return _Reader(data, where).model()


def _fault(where: str, what: str) -> InputError:
    return InputError(where, what, "Give a supervised fastText model, .bin or .ftz")


class _Reader:
    def __init__(self, data: bytes, where: str) -> None:
        self.data, self.where, self.at = data, where, 0

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            raise _fault(self.where, f"{what} (before byte {self.at:,})")

    def numbers(self, form: str) -> tuple[Any, ...]:
        layout = struct.Struct(f"<{form}")
        self.check(self.at + layout.size <= len(self.data), "ends too early")
        found = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return found

    def flag(self) -> bool:
        (value,) = self.numbers("B")
        self.check(value <= 1, f"a flag is {value}")
        return bool(value)

    def array(self, count: int, form: str) -> Array:
        size = count * np.dtype(form).itemsize
        self.check(0 <= size <= len(self.data) - self.at, "a table is longer than the file")
        found: Array = np.frombuffer(self.data, form, count, self.at)
        self.at += size
        if found.dtype.kind == "f":
            self.check(bool(np.isfinite(found).all()), "a weight is not finite")
        return found

    def model(self) -> ModelFile:
        magic, version = self.numbers("ii")
        self.check(magic == MAGIC, "does not begin as a fastText model")
        self.check(version in VERSIONS, f"is of file version {version}")
        dimension, _, _, _, _, word_ngrams, loss, kind, bucket, shortest, longest, _ = self.numbers("12i")
        self.numbers("d")
        longest = 0 if version == 11 else longest  # supervised models had no subwords then
        self.check(kind == SUPERVISED, "is no supervised model")
        self.check(loss in (HIERARCHICAL, NEGATIVE, SOFTMAX, ONE_VS_ALL), f"has the unknown loss {loss}")
        self.check(1 <= dimension <= MAXIMUM_DIMENSION, f"has dimension {dimension}")
        self.check(0 <= shortest <= MAXIMUM_GRAM and 0 <= longest <= MAXIMUM_GRAM, "subword lengths are out of range")
        self.check(1 <= word_ngrams <= MAXIMUM_GRAM, f"has wordNgrams {word_ngrams}")
        self.check(bucket > 0 or (bucket == 0 and longest == 0 and word_ngrams == 1), f"has {bucket} buckets")
        words, labels, counts, pruned = self.dictionary(bucket)
        quantised = self.flag()
        self.check(quantised or pruned is None, "is pruned but not quantised")
        rows = len(words) + (bucket if pruned is None else len(pruned))
        source = self.matrix(quantised, rows, dimension)
        # The flag may be set in a model that is not quantised; it says nothing there.
        quantised = self.flag() and quantised
        output = self.matrix(quantised, len(labels), dimension)
        self.check(self.at == len(self.data), "goes on behind its last matrix")
        return ModelFile(
            dimension, word_ngrams, loss, bucket, shortest, longest, words, labels, counts, pruned, source, output
        )

    def dictionary(self, bucket: int) -> tuple[tuple[bytes, ...], tuple[str, ...], Array, Array | None]:
        size, n_words, n_labels, _, n_pruned = self.numbers("iiiqq")
        self.check(n_words >= 0 and 1 <= n_labels <= MAXIMUM_LABELS, f"has {n_words} words and {n_labels} labels")
        self.check(size == n_words + n_labels, "the sizes of its dictionary differ")
        self.check(size * 10 <= len(self.data) - self.at, "its dictionary is longer than the file")
        names: list[bytes] = []
        counts: list[int] = []
        for place in range(size):
            end = self.data.find(b"\0", self.at)
            self.check(end >= 0, "ends inside a word")
            names.append(self.data[self.at : end])
            self.at = end + 1
            count, sort = self.numbers("qB")
            self.check(sort == (place >= n_words), "words and labels are not in order")
            self.check(0 <= count < 1 << 40, "a count is out of range")
            counts.append(count)
        self.check(len(set(names)) == size, "a word occurs twice")
        self.check(not any(set(name) & set(b" \t\n\v\f\r") or not name for name in names), "a word holds white space")
        try:
            labels = tuple(name.decode("utf-8").removeprefix(LABEL) for name in names[n_words:])
        except UnicodeDecodeError as error:
            raise _fault(self.where, "a label is not UTF-8") from error
        self.check(all(name.startswith(LABEL.encode()) for name in names[n_words:]), f"a label lacks {LABEL}")
        return tuple(names[:n_words]), labels, np.array(counts[n_words:], np.int64), self.pruning(n_pruned, bucket)

    def pruning(self, size: int, bucket: int) -> Array | None:
        """Bucket and row of every bucket that was kept; None where the model is not pruned (-1)."""
        if size < 0:
            self.check(size == -1, f"has {size} kept buckets")
            return None
        self.check(size <= bucket, "keeps more buckets than it has")
        pairs = self.array(2 * size, "<i4").reshape(size, 2)
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        kept, rows = pairs[:, 0], pairs[:, 1]
        self.check(
            bool(((kept >= 0) & (kept < bucket) & (rows >= 0) & (rows < size)).all()), "a bucket is out of range"
        )
        self.check(bool((np.diff(kept) > 0).all()), "a bucket is kept twice")
        return pairs

    def matrix(self, quantised: bool, rows: int, columns: int) -> Array | Quantised:
        if quantised:
            return self.quantised(rows, columns)
        found_rows, found_columns = self.numbers("qq")
        self.check((found_rows, found_columns) == (rows, columns), "a matrix has not the size of its dictionary")
        return self.array(rows * columns, "<f4").reshape(rows, columns)

    def quantised(self, rows: int, columns: int) -> Quantised:
        has_norms = self.flag()
        found_rows, found_columns, size = self.numbers("qqi")
        self.check((found_rows, found_columns) == (rows, columns), "a matrix has not the size of its dictionary")
        self.check(0 <= size <= len(self.data) - self.at, "a table is longer than the file")
        codes = self.array(size, "u1")
        count, width, centroids = self.quantiser(columns)
        self.check(size == rows * count, "has not one code for each row and subvector")
        norms = np.ones(rows, np.float32)
        if has_norms:
            norm_codes = self.array(rows, "u1")
            _, _, table = self.quantiser(1)
            norms = table[norm_codes]
        return Quantised(codes.reshape(rows, count), norms, centroids, width, columns)

    def quantiser(self, columns: int) -> tuple[int, int, Array]:
        """Subquantisers, numbers of a subvector, centroids."""
        dimension, count, width, last = self.numbers("4i")
        self.check(dimension == columns, "a quantiser has not the size of its matrix")
        self.check(1 <= width <= columns, f"a subvector has {width} numbers")
        self.check(count == -(-columns // width) and last == columns - (count - 1) * width, "subvectors do not fit")
        return count, width, self.array(columns * CENTROIDS, "<f4")
