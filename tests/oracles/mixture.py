"""The mixture as its definition reads: one document at a time, plain integers."""

from __future__ import annotations

from fractions import Fraction

from corpus.identity import keyed_hash

MASK = 2**64 - 1


def fmix64(word: int) -> int:
    word = ((word ^ (word >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    word = ((word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53) & MASK
    return word ^ (word >> 33)


def draw(document: bytes, seed: int, purpose: str) -> int:
    high, low = int.from_bytes(document[:8], "big"), int.from_bytes(document[8:], "big")
    first, second = keyed_hash(seed, purpose, b"high"), keyed_hash(seed, purpose, b"low")
    return fmix64(((fmix64((high + first) & MASK) ^ low) + second) & MASK)


def copies(document: bytes, epochs: Fraction, seed: int) -> int:
    whole = epochs.numerator // epochs.denominator
    return whole + (Fraction(draw(document, seed, "mix.copies"), 2**64) < epochs - whole)


def order(document: bytes, copy: int, seed: int) -> int:
    return fmix64((draw(document, seed, "mix.order") + 0x9E3779B97F4A7C15 * (copy + 1)) & MASK)


def part(place: int, parts: int) -> int:
    return (place >> 32) * parts >> 32
