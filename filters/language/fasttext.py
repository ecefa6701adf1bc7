"""fastText models without the library: read once, scored over Arrow buffers by a kernel.

The library needs a Python string and a line feed per text (10 MB/s on whole documents) and compiles a C++
extension; the kernel gives its numbers at several times its speed.  ``tests/filters/language/test_fasttext.py``
holds the two together.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from corpus import storage
from corpus.document import TextBuffers
from corpus.errors import ConfigError, InputError
from corpus.sources.config import PinnedFile
from filters.language import fasttext_kernel as kernel
from filters.language.fasttext_file import HIERARCHICAL, LABEL, ModelFile, Quantised, read
from filters.rule import Array

# A quantised table is spelled out where it fits the caches of a few cores; beyond, its codes are read.
DENSE_BYTES = 16 << 20
_NO_CODES = np.zeros((0, 1), np.uint8)
_NO_NUMBERS = np.zeros(0, np.float32)
_NO_BITS, _NO_COUNTS, _NO_ROWS = np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int32)


class FastText:
    """A model ready to score.  ``labels`` name the columns of ``score``."""

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        self.labels = file.labels

    @classmethod
    def parse(cls, data: bytes, where: str) -> FastText:
        """Raises InputError, which names ``where``, when ``data`` is no supervised model."""
        return cls(read(data, where))

    @classmethod
    def pinned(cls, file: PinnedFile, key: str) -> FastText:
        """The model that the configuration pins under ``key``.

        Raises ConfigError when it is absent, is not the pinned one, or is no model.
        """
        try:
            data = storage.read_bytes(file.file)
        except (OSError, InputError) as error:
            raise ConfigError(f"{key}.file", f"{file.file} cannot be read", "Name a file that exists") from error
        found = hashlib.sha256(data).hexdigest()
        if found != file.digest:
            raise ConfigError(
                f"{key}.digest",
                f"{file.file} has sha256 {found}",
                "Name the model that was meant, or pin this one by its digest",
            )
        try:
            return cls.parse(data, file.file)
        except InputError as error:
            raise ConfigError(f"{key}.file", f"{file.file} {error.what}", error.fix) from error

    def score(self, text: TextBuffers) -> Array:
        """float32, documents x labels: the probability of each label; 0 in a text without features, and for
        labels below 1e-5 under hierarchical softmax.

        The numbers of the library's ``m.f.predict(text.replace("\\n", " ") + "\\n", -1, 0.0, "strict")``.
        """
        scores = np.zeros((len(text), len(self.labels)), np.float32)
        kernel.score(text.data, text.offsets, scores, *self._arrays)
        return scores

    @cached_property
    def _arrays(self) -> tuple[Any, ...]:
        """All that the kernel takes between the text and the scores."""
        file = self.file
        entries = [*file.words, *((LABEL + label).encode() for label in file.labels)]
        ends = np.concatenate([[0], np.cumsum([len(entry) for entry in entries])]).astype(np.int64)
        words = np.frombuffer(b"".join(entries), np.uint8)
        word_slots = np.full(_power(2 * len(entries)), kernel.NONE, np.int32)
        kernel.fill_words(word_slots, words, ends)
        bits, before, kept = _NO_BITS, _NO_COUNTS, _NO_ROWS
        if file.pruned is not None:
            flags = np.zeros(-(-file.bucket // 64) * 64, np.bool_)
            flags[file.pruned[:, 0]] = True
            bits = np.packbits(flags, bitorder="little").view("<u8")
            each = flags.reshape(-1, 64).sum(axis=1)
            before = (np.cumsum(each) - each).astype(np.int64)
            kept = np.ascontiguousarray(file.pruned[:, 1])
        output = file.output.rows() if isinstance(file.output, Quantised) else file.output
        left = np.zeros(max(len(file.labels) - 1, 1), np.int64)
        right = left.copy()
        if file.loss == HIERARCHICAL:
            kernel.grow(file.label_counts, left, right)
        settings = (len(file.words), file.shortest, file.longest, file.word_ngrams, file.bucket)
        return (
            *(settings, word_slots, words, ends, bits, before, kept),
            *_table(file.input),
            *(np.ascontiguousarray(output), file.loss, left, right),
        )


def _table(matrix: Array | Quantised) -> tuple[Any, ...]:
    """Dense rows, or codes, norms, centroids and the width of a subvector."""
    if not isinstance(matrix, Quantised):
        return np.ascontiguousarray(matrix), _NO_CODES, _NO_NUMBERS, _NO_NUMBERS, 1
    if len(matrix.codes) * matrix.dimension * 4 <= DENSE_BYTES:
        return matrix.rows(), _NO_CODES, _NO_NUMBERS, _NO_NUMBERS, matrix.width
    dense = np.zeros((0, matrix.dimension), np.float32)
    return dense, matrix.codes, matrix.norms, matrix.centroids, matrix.width


def _power(least: int) -> int:
    """The least power of two that is not below ``least``."""
    return 1 << max(least - 1, 1).bit_length()
