"""Kernel of what repeats inside a document: lines, paragraphs, stems, n-grams of eojeol.

It works on the hashes and lengths that the scan leaves.  An n-gram is keyed by the table slots of its two
(n-1)-grams, and only places whose (n-1)-grams repeat go on to n, beginning with the stems of single eojeol, so
that ordinary text is done after n = 2.  A slot is a key beside a generation (high 32 bits) and a count: one cache
line a look-up, and a new generation instead of clearing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

SEED = np.uint64(0x9E3779B97F4A7C15)
STEP = np.uint64(0xD6E8FEB86659FD93)
SHIFT = np.uint64(32)
ONE = np.uint64(1)
MET = np.uint64(1 << 31)  # of a count: the n-gram was passed once by the search for duplicates
COUNT = np.uint64((1 << 31) - 1)


@kernel
def mix(state: Any, value: Any) -> Any:
    """One step of the 64-bit hash of a sequence; xor-shift keeps the multiplication from being linear."""
    state = (state ^ value) * STEP
    return state ^ (state >> SHIFT)


@kernel
def slot_of(key: Any, generation: Any, table: Any, mask: Any) -> Any:
    """The slot (uint64) that holds ``key`` in this generation, taken with count 0 when it is new."""
    slot = (key * SEED) >> SHIFT & mask
    while table[slot, 1] >> SHIFT == generation:
        if table[slot, 0] == key:
            return slot
        slot = (slot + ONE) & mask
    table[slot, 0] = key
    table[slot, 1] = generation << SHIFT
    return slot


@kernel
def duplicates(items: Any, n: int, generation: Any, table: Any, mask: Any) -> Any:
    """How many of ``items`` (hash, characters) occurred before, and their characters."""
    repeated = characters = np.int64(0)
    for i in range(n):
        slot = slot_of(items[i, 0], generation, table, mask)
        if table[slot, 1] & COUNT:
            repeated += 1
            characters += np.int64(items[i, 1])
        table[slot, 1] |= ONE
    return repeated, characters


@kernel
def stems_of(
    n_words: int, generation: Any, stems: Any, korean: Any, table: Any, mask: Any, places: Any, fresh: Any
) -> Any:
    """Distinct stems and occurrences of the most frequent one, both among eojeol with ``korean`` set; and
    how many ``places`` hold a stem that occurs twice or more, ascending."""
    distinct = most = np.int64(0)
    for i in range(np.uint64(n_words)):
        slot = slot_of(stems[i], generation, table, mask)
        state = table[slot, 1] + ONE
        table[slot, 1] = state
        count = np.int64(state & COUNT)
        fresh[i] = slot
        is_korean = np.int64(korean[i])
        distinct += is_korean & (count == 1)
        most = max(most, count * is_korean)
    repeating = np.uint64(0)
    for i in range(np.uint64(n_words)):
        places[repeating] = i
        repeating += np.uint64(table[np.uint64(fresh[i]), 1] & COUNT > ONE)
    return distinct, most, repeating


@kernel
def repetition(
    n_words: int, repeating: Any, generation: Any, words: Any, ends: Any, table: Any, mask: Any,
    places: Any, slots: Any, fresh: Any, top: Any, duplicate: Any,
) -> Any:  # fmt: skip
    """Top 2- to 4-grams into ``top`` and duplicate 5- to 10-grams into ``duplicate``; returns the generation reached.

    ``places``, ``slots`` and ``fresh`` are uint32 scratch of at least n_words: the starts of the n-grams
    that repeat, ascending (``repeating`` of them on entry, of single eojeol), and their table slots.
    """
    total = ends[n_words]
    for n in range(2, 11):
        generation += ONE
        best = best_characters = np.int64(0)
        tried = np.uint64(0)
        for k in range(max(repeating, ONE) - ONE):
            i = np.int64(places[k])
            if np.int64(places[k + ONE]) != i + 1:
                continue
            if n == 2:
                key = mix(mix(SEED, words[i]), words[i + 1])  # mix alone is symmetric in a first pair
            else:
                key = np.uint64(slots[k]) << SHIFT | np.uint64(slots[k + ONE])
            slot = slot_of(key, generation, table, mask)
            state = table[slot, 1] + ONE
            table[slot, 1] = state
            count = np.int64(state & COUNT)
            places[tried] = i
            fresh[tried] = slot
            tried += ONE
            if n <= 4 and count >= best:
                characters = ends[i + n] - ends[i]
                if count > best or characters > best_characters:
                    best = count
                    best_characters = characters
        repeating = np.uint64(0)
        free = repeated = np.int64(0)
        for k in range(tried):
            slot = np.uint64(fresh[k])
            state = table[slot, 1]
            i = np.int64(places[k])
            places[repeating] = i
            slots[repeating] = slot
            repeats = state & COUNT > ONE
            repeating += np.uint64(repeats)
            if n >= 5 and repeats and i >= free:
                if state & MET:
                    repeated += ends[i + n] - ends[i]
                    free = i + n
                else:
                    table[slot, 1] = state | MET
        if repeating == 0:
            return generation
        if n <= 4:
            top[n - 2] = min(best * best_characters, total)
        else:
            duplicate[n - 5] = repeated
    return generation
