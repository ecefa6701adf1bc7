"""Features of the small linear models: hashed n-grams of characters, of jamo and of eojeol.

A text is folded first: ASCII and full-width letters to lower case, a run of white space to one
mark.  The jamo stream leaves spaces and marks out, cuts runs of a character to two and takes syllables apart,
so that spellings of one word stay near each other.  tests/oracles/linear.py is the definition in plain Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from corpus.document import DocumentBatch, TextBuffers
from corpus.hangul import CHARACTER_CLASSES, FINALS, INITIALS, VOWELS, character_classes
from filters.linear import features_kernel as kernel
from filters.linear.matching import MatchingText
from filters.rule import Array

# Raised when a text gets other buckets than before: models of another version are refused.
VERSION = 1
FORMS = ("characters", "jamo", "eojeol")
MOST_BITS = 22
HEADS = 4  # that one word of a packed table has room for
Group = tuple[Array, int, Array]  # of heads: words of a packed table, how many there are, their gates


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """N-grams of ``shortest`` to ``longest`` units of one form."""

    form: Literal["characters", "jamo", "eojeol"]
    shortest: int
    longest: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureSpec:
    """What a model reads.  Models of one input and segment may be scored in one pass.

    ``input``: the document's text, or its matching copy (filters.linear.matching).  ``bits``: log2 of the number
    of buckets.  ``segment``: characters; see ``Sums``.
    """

    input: Literal["text", "matching"]
    bits: int
    streams: tuple[Stream, ...]
    segment: int = 100

    def __post_init__(self) -> None:
        forms = [stream.form for stream in self.streams]
        if not forms or len(set(forms)) != len(forms) or not set(forms) <= set(FORMS):
            raise ValueError(f"streams must be different ones of {', '.join(FORMS)}")
        if self.input not in ("text", "matching") or not 8 <= self.bits <= MOST_BITS or not 20 <= self.segment <= 10000:
            raise ValueError("input, bits or segment out of range")
        for stream in self.streams:
            if not 1 <= stream.shortest <= stream.longest <= kernel.LONGEST:
                raise ValueError(f"n-grams of {stream.form} out of range")

    @property
    def buckets(self) -> int:
        return 1 << self.bits

    def lengths(self) -> Array:
        """int64, FORMS x (shortest, longest); longest 0 where a form is not used."""
        found = np.zeros((len(FORMS), 2), np.int64)
        for stream in self.streams:
            found[FORMS.index(stream.form)] = stream.shortest, stream.longest
        return found

    def buffers(self, batch: DocumentBatch) -> TextBuffers:
        """What the spec reads of a batch."""
        return batch.text if self.input == "text" else MatchingText.of(batch).text

    def to_json(self) -> dict[str, Any]:
        streams = [{"form": s.form, "shortest": s.shortest, "longest": s.longest} for s in self.streams]
        return {
            "bits": self.bits,
            "input": self.input,
            "segment": self.segment,
            "streams": streams,
            "version": VERSION,
        }

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> FeatureSpec:
        """Raises ValueError, TypeError or KeyError on anything but what ``to_json`` gives."""
        if tree["version"] != VERSION:
            raise ValueError(f"features of version {tree['version']}, this is version {VERSION}")
        numbers = [tree["bits"], tree["segment"], *(s[key] for s in tree["streams"] for key in ("shortest", "longest"))]
        if not all(type(number) is int for number in numbers):
            raise TypeError("bits, segment and lengths are whole numbers")
        streams = tuple(Stream(**stream) for stream in tree["streams"])
        return cls(input=tree["input"], bits=tree["bits"], streams=streams, segment=tree["segment"])


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of the weights of a text's n-grams, segment by segment.

    A segment ends before white space once it holds four fifths of ``FeatureSpec.segment`` characters, and at
    that number at the latest; an n-gram belongs to the segment that it ends in, so that a document's sum is
    the sum of its segments'.  Every document has at least one segment.  ``offsets[i]:offsets[i + 1]`` are the
    segments of document i.  Under gates (`model.Head.gate`) a segment of innocent windows holds characters alone.
    """

    weights: Array  # int64, segments x heads
    grams: Array  # int64, n-grams per segment
    offsets: Array  # int64, documents + 1


def sums(text: TextBuffers, spec: FeatureSpec, table: PackedTable) -> Sums:
    """One pass over the text for all heads (for HEADS at a time)."""
    found = [_passed(text, spec.segment, (spec, group), None)[0] for group in table.groups]
    return Sums(np.concatenate([item.weights for item in found], axis=1), found[0].grams, found[0].offsets)


def sums_of_two(
    text: TextBuffers, first: tuple[FeatureSpec, PackedTable], second: tuple[FeatureSpec, PackedTable]
) -> tuple[Sums, Sums]:
    """The same by two models of one input and segment, whose n-grams are hashed once."""
    if len(first[1].groups) > 1 or len(second[1].groups) > 1:
        return sums(text, *first), sums(text, *second)
    found = _passed(text, first[0].segment, (first[0], first[1].groups[0]), (second[0], second[1].groups[0]))
    return found[0], found[1]


def _passed(
    text: TextBuffers, segment: int, first: tuple[FeatureSpec, Group], second: tuple[FeatureSpec, Group] | None
) -> list[Sums]:
    read = text.points
    most = kernel.most_segments(read.offsets, segment)
    filled = []
    for model in (first, second):
        lengths, bits = (model[0].lengths(), model[0].bits) if model else (np.zeros((len(FORMS), 2), np.int64), 0)
        words, heads, gates = model[1] if model else (np.zeros(0, np.uint8), 0, np.zeros((0, 3)))
        filled.append((lengths, bits, words, np.zeros((most, heads), np.int64), np.zeros(most, np.int64), gates))
    offsets = np.zeros(len(text) + 1, np.int64)
    kernel.score(read.points, read.offsets, tables(), segment, filled[0], filled[1], offsets)
    used = int(offsets[-1])
    return [Sums(item[3][:used], item[4][:used], offsets) for item in filled]


@dataclass(frozen=True, slots=True)
class PackedTable:
    """Weights as the kernel reads them: per group of heads one word a bucket, a byte each, and their number.

    With them the gates: float64, heads x (scale, bias, gate), or no rows where every segment is read whole.
    """

    groups: tuple[Group, ...]

    @classmethod
    def of(cls, table: Array, gates: Array | None = None) -> PackedTable:
        """``table``: int8, buckets x heads.  Heads with gates are one group, which the caller sees to."""
        found = []
        for first in range(0, table.shape[1], HEADS):
            part = table[:, first : first + HEADS]
            width = next(width for width in (1, 2, 4) if width >= part.shape[1])
            words = np.zeros((len(table), width), np.uint8)
            words[:, : part.shape[1]] = part.astype(np.int16) + 128
            gated = np.zeros((0, 3)) if gates is None else gates
            found.append((words.view(f"<u{width}").reshape(-1), part.shape[1], gated))
        return cls(tuple(found))


def buckets(text: TextBuffers, spec: FeatureSpec) -> tuple[Array, Array]:
    """Bucket of every n-gram (uint32), and the documents' offsets into them: what training counts."""
    offsets = np.zeros(len(text) + 1, np.int64)
    kernel.collect(*_arguments(text, spec), np.zeros(0, np.uint32), offsets)
    found = np.zeros(int(offsets[-1]), np.uint32)
    kernel.collect(*_arguments(text, spec), found, offsets)
    return found, offsets


def _arguments(text: TextBuffers, spec: FeatureSpec) -> tuple[Array, Array, tuple[Array, Array], Array, int, int]:
    return text.points.points, text.points.offsets, tables(), spec.lengths(), spec.bits, spec.segment


@cache
def tables() -> tuple[Array, Array]:
    """Folded form (uint32) and jamo (uint64) of the basic plane, as `features_kernel.fold` reads them."""
    points = np.arange(0x10000, dtype=np.int64)
    low = np.where((points >= 0xFF01) & (points <= 0xFF5E), points - 0xFEE0, points)
    low += np.where((low >= 65) & (low <= 90), 32, 0)
    kinds = character_classes()[low]
    is_kind = {name: kinds == place for place, name in enumerate(CHARACTER_CLASSES)}
    blank = np.where(points == kernel.NEWLINE, kernel.NEWLINE, kernel.BLANK) | int(kernel.SPACES)
    folded = np.where(is_kind["space"], blank, low).astype(np.uint32)
    initial, vowel, final = np.unravel_index(np.clip(points - 0xAC00, 0, 11171), (19, 21, 28))
    jamo = [np.array([ord(letter) for letter in letters])[place] for letters, place in (
        (INITIALS, initial), (VOWELS, vowel), (FINALS, final))]  # fmt: skip
    syllables = jamo[0] | jamo[1] << 16 | jamo[2] << 32 | (2 + (final > 0)) << 48
    letters = np.where(is_kind["symbol"] | is_kind["other"] | is_kind["space"], 0, points | 1 << 48)
    return folded, np.where(is_kind["syllable"], syllables, letters).astype(np.uint64)
