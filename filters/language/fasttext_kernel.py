"""Kernel of fastText scoring: the library's features and sums, number by number in its order.

Every sum is of float32 from left to right, as the library's loops are, so that no last bit differs.  A text is
one line to the library: here "\\n" separates words like a space, and the end of the text is the end of the line.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from corpus.kernel import kernel

FNV_START = np.uint32(2166136261)
FNV_PRIME = np.uint32(16777619)
WORD_STEP = np.uint64(116049371)
NONE = -1
FLOOR = 1e-5  # what the library adds to a probability before it takes its logarithm
REACH = 8.0  # beyond it the library's table of the logistic function is 0 or 1
STEPS = 512


@kernel
def step(state: Any, byte: Any) -> Any:
    """One byte of FNV-1a as the library has it: bytes are signed."""
    return np.uint32((state ^ np.uint32(np.int32(np.int8(byte)))) * FNV_PRIME)  # numba widens the product


@kernel
def find_word(token: Any, length: Any, state: Any, slots: Any, words: Any, ends: Any) -> Any:
    """Place of a token (words, then labels), NONE where the dictionary lacks it.

    ``token`` begins with a bracket.  ``slots`` int32 of a power of two, by the low bits of the hash; ``words``
    the bytes of all entries.
    """
    mask = np.int64(len(slots) - 1)
    slot = np.int64(state) & mask
    while slots[slot] != NONE:
        found = slots[slot]
        start = ends[found]
        if ends[found + 1] - start == length:
            same = 0
            while same < length and words[start + same] == token[1 + same]:
                same += 1
            if same == length:
                return np.int64(found)
        slot = (slot + 1) & mask
    return np.int64(NONE)


@kernel
def fill_words(slots: Any, words: Any, ends: Any) -> None:
    """Put every entry into ``slots``, filled with NONE."""
    mask = np.int64(len(slots) - 1)
    for entry in range(len(ends) - 1):
        state = FNV_START
        for i in range(ends[entry], ends[entry + 1]):
            state = step(state, words[i])
        slot = np.int64(state) & mask
        while slots[slot] != NONE:
            slot = (slot + 1) & mask
        slots[slot] = entry


@kernel
def ones(bits: Any) -> Any:
    """How many bits of 64 are set."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def kept_row(place: Any, word: Any, before: Any) -> Any:
    """Place of a kept bucket among the kept ones, NONE where it was pruned.

    ``word``: the 64 bits that say which of its neighbours are kept; ``before``: how many are kept below them.
    Of numbers alone, so that it is compiled into its callers: a call with arrays costs three times the work.
    """
    bit = np.uint64(place & 63)
    if (word >> bit) & np.uint64(1) == 0:
        return np.int64(NONE)
    return before + ones(word & ((np.uint64(1) << bit) - np.uint64(1)))


@kernel
def is_label(token: Any, length: Any) -> bool:
    prefix = (95, 95, 108, 97, 98, 101, 108, 95, 95)  # __label__
    same = 0
    while same < len(prefix) and same < length and token[1 + same] == prefix[same]:
        same += 1
    return same == len(prefix)


@kernel
def features(
    data: Any, start: Any, end: Any, settings: Any, word_slots: Any, words: Any, word_ends: Any, bits: Any,
    before: Any, kept: Any, token: Any, hashes: Any, rows: Any,
) -> int:  # fmt: skip
    """Rows of the input that a text's features have, in the library's order, into ``rows``; returns how many.

    ``settings``: words, minn, maxn, wordNgrams, buckets.  ``bits`` (uint64) says which buckets are kept, ``before``
    (int64) how many below each 64 of them, ``kept`` (int32) their rows; empty where every bucket has one.
    Scratch for a text of n bytes: ``token`` n + 6 bytes, ``hashes`` int32 of n // 2 + 2, ``rows`` int32 of `room`.
    """
    n_words, shortest, longest, word_ngrams, buckets = settings
    divisor = np.int64(max(buckets, 1))
    inverse = 1.0 / divisor
    pruned = len(bits) > 0
    count = 0
    n_hashes = 0
    i = start
    ended = False
    token[0] = 60  # <
    while not ended:
        while i < end and (data[i] == 32 or 9 <= data[i] <= 13 or data[i] == 0):
            i += 1
        state = FNV_START
        length = np.int64(0)
        if i == end:  # the end of the line is a word, too
            for byte in (60, 47, 115, 62):
                length += 1
                token[length] = byte
                state = step(state, byte)
        while i < end and not (data[i] == 32 or 9 <= data[i] <= 13 or data[i] == 0):
            length += 1
            token[length] = data[i]
            state = step(state, data[i])
            i += 1
        # A text that spells the mark out ends there.
        ended = length == 4 and token[1] == 60 and token[2] == 47 and token[3] == 115 and token[4] == 62
        place = find_word(token, length, state, word_slots, words, word_ends)
        if place >= n_words or (place < 0 and token[1] == 95 and is_label(token, length)):
            continue
        hashes[n_hashes] = np.int32(state)
        n_hashes += 1
        if place >= 0:
            rows[count] = place
            count += 1
        if ended or longest <= 0:
            continue
        size = length + 2
        token[length + 1] = 62  # >
        first = np.int64(0)
        while first < size:
            gram = FNV_START
            j = first
            following = size
            for n in range(1, longest + 1):
                if j >= size:
                    break
                byte = token[j]
                gram = step(gram, byte)
                j += 1
                while j < size and token[j] & 0xC0 == 0x80:
                    gram = step(gram, token[j])
                    j += 1
                if n == 1:
                    following = j
                if n >= shortest and not (n == 1 and (first == 0 or j == size)):
                    # gram % buckets: the quotient by floating point is off by one at most
                    rest = np.int64(gram) - np.int64(np.float64(gram) * inverse) * divisor
                    if rest < 0:
                        rest += divisor
                    elif rest >= divisor:
                        rest -= divisor
                    if pruned:
                        place = kept_row(rest, bits[rest >> 6], before[rest >> 6])
                        if place < 0:
                            continue
                        rest = np.int64(kept[place])
                    rows[count] = n_words + rest
                    count += 1
            first = following
    for a in range(n_hashes if word_ngrams > 1 else 0):
        wide = np.uint64(np.int64(hashes[a]))
        for b in range(a + 1, min(a + word_ngrams, n_hashes)):
            wide = wide * WORD_STEP + np.uint64(np.int64(hashes[b]))
            rest = np.int64(wide % np.uint64(divisor))
            if pruned:
                place = kept_row(rest, bits[rest >> 6], before[rest >> 6])
                if place < 0:
                    continue
                rest = np.int64(kept[place])
            rows[count] = n_words + rest
            count += 1
    return count


@kernel
def room(size: Any, settings: Any) -> Any:
    """The most features that a text of ``size`` bytes can have."""
    _, shortest, longest, word_ngrams, _ = settings
    n_words = size // 2 + 2
    subwords = (size + 2 * n_words) * max(longest - max(shortest, 1) + 1, 0)
    return n_words * word_ngrams + subwords


@kernel
def average(rows: Any, count: Any, dense: Any, codes: Any, norms: Any, centroids: Any, width: Any, hidden: Any) -> None:
    """Mean of these rows of the input: of ``dense``, or of the quantised table where that is empty."""
    size = len(hidden)
    for i in range(size):
        hidden[i] = 0
    for k in range(count):
        row = np.int64(rows[k])
        if len(dense):
            for i in range(size):
                hidden[i] += dense[row, i]
            continue
        for m in range(codes.shape[1]):
            first = m * width
            length = min(width, size - first)
            start = first * 256 + np.int64(codes[row, m]) * length
            for i in range(length):
                hidden[first + i] += norms[row] * centroids[start + i]
    factor = np.float32(1.0 / count)
    for i in range(size):
        hidden[i] *= factor


@kernel
def dot(matrix: Any, row: Any, hidden: Any) -> Any:
    total = np.float32(0)
    for i in range(len(hidden)):
        total += matrix[row, i] * hidden[i]
    return total


@kernel
def logarithm(value: Any) -> Any:
    """The library's: of a probability and a little, in double precision, rounded."""
    return np.float32(math.log(np.float64(value) + FLOOR))


@kernel
def softmax(output: Any, hidden: Any, scores: Any) -> None:
    largest = np.float32(-np.inf)
    for label in range(len(scores)):
        scores[label] = dot(output, label, hidden)
        largest = max(largest, scores[label])
    total = np.float32(0)
    for label in range(len(scores)):
        scores[label] = np.float32(math.exp(np.float32(scores[label] - largest)))
        total += scores[label]
    for label in range(len(scores)):
        scores[label] = math.exp(logarithm(scores[label] / total))


@kernel
def logistic(output: Any, hidden: Any, scores: Any) -> None:
    """One against all, by the library's table."""
    for label in range(len(scores)):
        value = dot(output, label, hidden)
        if value < -REACH:
            found = np.float32(0)
        elif value > REACH:
            found = np.float32(1)
        else:
            place = np.int64((value + np.float32(REACH)) * np.float32(STEPS) / np.float32(REACH) / np.float32(2))
            x = np.float32(np.float32(place * 2 * np.int64(REACH)) / np.float32(STEPS) - np.float32(REACH))
            found = np.float32(1.0 / (1.0 + np.float64(np.float32(math.exp(np.float32(-x))))))
        scores[label] = math.exp(logarithm(found))


@kernel
def tree(output: Any, hidden: Any, left: Any, right: Any, stack: Any, sums: Any, scores: Any) -> None:
    """Hierarchical softmax: from the root down; a branch below FLOOR is left, as the library does."""
    labels = len(scores)
    least = logarithm(np.float32(0))
    top = 0
    stack[0] = 2 * labels - 2
    sums[0] = np.float32(0)
    while top >= 0:
        node = stack[top]
        total = sums[top]
        top -= 1
        if total < least:
            continue
        if node < labels:
            scores[node] = math.exp(total)
            continue
        share = dot(output, node - labels, hidden)
        share = np.float32(1.0 / np.float64(np.float32(1) + np.float32(math.exp(np.float32(-share)))))
        top += 1
        stack[top] = left[node - labels]
        sums[top] = total + logarithm(np.float32(1.0 - np.float64(share)))
        top += 1
        stack[top] = right[node - labels]
        sums[top] = total + logarithm(share)


@kernel
def grow(counts: Any, left: Any, right: Any) -> None:
    """The Huffman tree over labels by their counts, in the library's order; node `labels + i` has these children."""
    labels = len(counts)
    sums = np.full(max(2 * labels - 1, 1), np.int64(10) ** 15)
    for i in range(labels):
        sums[i] = counts[i]
    leaf = labels - 1
    node = labels
    for i in range(labels, 2 * labels - 1):
        for side in range(2):
            if leaf >= 0 and sums[leaf] < sums[node]:
                child = leaf
                leaf -= 1
            else:
                child = node
                node += 1
            if side == 0:
                left[i - labels] = child
            else:
                right[i - labels] = child
        sums[i] = sums[left[i - labels]] + sums[right[i - labels]]


@kernel
def score(
    data: Any, offsets: Any, scores: Any, settings: Any, word_slots: Any, words: Any, word_ends: Any, bits: Any,
    before: Any, kept: Any, dense: Any, codes: Any, norms: Any, centroids: Any, width: Any,
    output: Any, loss: Any, left: Any, right: Any,
) -> None:  # fmt: skip
    """Fill ``scores`` (float32, documents x labels, zeroed) from UTF-8 ``data`` and ``offsets``."""
    most = np.int64(0)
    for d in range(len(offsets) - 1):
        most = max(most, offsets[d + 1] - offsets[d])
    token = np.empty(most + 6, np.uint8)
    hashes = np.empty(most // 2 + 2, np.int32)
    rows = np.empty(room(most, settings), np.int32)
    hidden = np.empty(output.shape[1], np.float32)
    stack = np.empty(2 * scores.shape[1], np.int64)
    sums = np.empty(2 * scores.shape[1], np.float32)
    for d in range(len(offsets) - 1):
        count = features(
            data,
            offsets[d],
            offsets[d + 1],
            settings,
            word_slots,
            words,
            word_ends,
            bits,
            before,
            kept,
            token,
            hashes,
            rows,
        )
        if count == 0:
            continue
        average(rows, count, dense, codes, norms, centroids, width, hidden)
        if loss == 1:
            tree(output, hidden, left, right, stack, sums, scores[d])
        elif loss == 3:
            softmax(output, hidden, scores[d])
        else:
            logistic(output, hidden, scores[d])
