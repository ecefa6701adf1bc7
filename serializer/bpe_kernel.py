"""Byte-pair encoding over UTF-8 buffers between marks: split, look the piece up in a memo, merge it if it is new.

The ids equal those of ``tokenizers`` for the same merges: the adjacent pair of lowest rank is merged
first, the leftmost of equals.  A piece is merged once and then copied from the memo; when the memo is
full it is emptied, which changes nothing but time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from serializer.tokenizer.pairs_kernel import EMPTY, pair_key, pair_slot
from serializer.tokenizer.pretokenizer_kernel import piece_end

Array = np.ndarray[Any, Any]

MEMO_PIECE_BYTES = 64  # longer pieces are rare and mostly unique: merged every time

_PRIME = np.uint64(0x100000001B3)
_OFFSET = np.uint64(0xCBF29CE484222325)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@kernel
def pair_table(left: Array, right: Array, merged: Array) -> tuple[Array, Array]:
    """Ranks and new ids by pair, from merges in rank order: (keys uint64, values int64 rank << 32 | id).

    Of a pair that is listed twice the later rank holds, as in ``tokenizers``.
    """
    size = 1024
    while size < 4 * len(left):
        size *= 2
    keys = np.empty(size, np.uint64)
    for slot in range(size):
        keys[slot] = EMPTY
    values = np.empty(size, np.int64)
    for rank in range(len(left)):
        key = pair_key(left[rank], right[rank])
        slot = pair_slot(keys, key)
        keys[slot] = key
        values[slot] = np.int64(rank) << 32 | np.int64(merged[rank])
    return keys, values


@kernel
def _push(heap: Array, size: int, value: np.int64) -> int:
    at = size
    while at > 0 and heap[(at - 1) // 2] > value:
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = value
    return size + 1


@kernel
def _pop(heap: Array, size: int) -> int:
    """Remove the least value, which the caller has read from ``heap[0]``."""
    size -= 1
    value = heap[size]
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = value
    return size


@kernel
def _rank(keys: Array, values: Array, left: int, right: int) -> np.int64:
    """rank << 32 | new id of a pair, or -1."""
    slot = pair_slot(keys, pair_key(np.int64(left), np.int64(right)))
    return values[slot] if keys[slot] != EMPTY else np.int64(-1)


@kernel
def merge_piece(
    data: Array, start: int, end: int, alphabet: Array, keys: Array, values: Array, out: Array, at: int
) -> int:
    """Write the ids of one piece to ``out[at:]`` and answer where they end."""
    count = end - start
    if count == 1:
        out[at] = alphabet[data[start]]
        return at + 1
    symbol = np.empty(count, np.int32)
    following = np.empty(count, np.int32)
    previous = np.empty(count, np.int32)
    heap = np.empty(2 * count, np.int64)  # count - 1 pairs at first, and one more at most per merge
    size: Any = np.int64(0)  # typed: a literal 0 would compile the heap a second time
    for i in range(count):
        symbol[i] = alphabet[data[start + i]]
        following[i] = i + 1
        previous[i] = i - 1
    for i in range(count - 1):
        found = _rank(keys, values, symbol[i], symbol[i + 1])
        if found >= 0:
            size = _push(heap, size, (found >> 32) << 32 | i)
    while size > 0:
        top = heap[0]
        size = _pop(heap, size)
        i = top & 0xFFFFFFFF
        if symbol[i] < 0 or following[i] >= count:
            continue
        j = following[i]
        found = _rank(keys, values, symbol[i], symbol[j])
        if found < 0 or found >> 32 != top >> 32:
            continue  # the pair that stood here is gone
        symbol[i] = found & 0xFFFFFFFF
        symbol[j] = -1
        following[i] = following[j]
        if following[i] < count:
            previous[following[i]] = i
            found = _rank(keys, values, symbol[i], symbol[following[i]])
            if found >= 0:
                size = _push(heap, size, (found >> 32) << 32 | i)
        if previous[i] >= 0:
            found = _rank(keys, values, symbol[previous[i]], symbol[i])
            if found >= 0:
                size = _push(heap, size, (found >> 32) << 32 | previous[i])
    i = 0
    while i < count:
        out[at] = symbol[i]
        at += 1
        i = following[i]
    return at


@kernel
def _equal(data: Array, start: int, end: int, pool: Array, at: int) -> bool:
    same = 0
    while start + same < end and data[start + same] == pool[at + same]:
        same += 1
    return start + same == end


@kernel
def encode_pieces(
    data: Array,
    offsets: Array,
    tokens: Array,
    classes: Array,
    alphabet: Array,
    keys: Array,
    values: Array,
    slots: Array,
    piece_pool: Array,
    id_pool: Array,
    state: Array,
) -> tuple[Array, Array]:
    """(ids uint32 of all texts, with room behind them, starts int64 of n + 1): text i has
    ``ids[starts[i]:starts[i + 1]]``.  ``tokens`` int64: the id of a text that is one token, else -1.

    The memo: ``slots`` int64 (2^k, 4) of hash, piece start << 8 | length, id start, id count (0: free);
    ``piece_pool`` uint8, ``id_pool`` uint32; ``state`` int64 of entries, used piece bytes, used ids.
    """
    texts = len(offsets) - 1
    out = np.empty(offsets[texts] - offsets[0], np.uint32)
    starts = np.empty(texts + 1, np.int64)
    starts[0] = 0
    mask = len(slots) - 1
    at: Any = np.int64(0)  # typed: a literal 0 would compile merge_piece a second time
    for text in range(texts):
        start, stop = offsets[text], offsets[text + 1]
        if tokens[text] >= 0:
            out[at] = tokens[text]
            at += 1
            start = stop
        while start < stop:
            end = piece_end(data, start, stop, classes)
            length = end - start
            if length > MEMO_PIECE_BYTES:
                at = merge_piece(data, start, end, alphabet, keys, values, out, at)
                start = end
                continue
            mixed = _OFFSET
            for i in range(start, end):
                mixed = (mixed ^ np.uint64(data[i])) * _PRIME
            mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
            print_ = np.int64(mixed >> np.uint64(1))
            slot = np.int64(mixed >> np.uint64(24)) & mask
            while slots[slot, 3] != 0:
                if (
                    slots[slot, 0] == print_
                    and slots[slot, 1] & 0xFF == length
                    and _equal(data, start, end, piece_pool, slots[slot, 1] >> 8)
                ):
                    break
                slot = (slot + 1) & mask
            count = slots[slot, 3]
            if count != 0:
                first = slots[slot, 2]
                for i in range(count):
                    out[at + i] = id_pool[first + i]
                at += count
                start = end
                continue
            fresh = at
            at = merge_piece(data, start, end, alphabet, keys, values, out, at)
            count = at - fresh
            full = 4 * (state[0] + 1) > 3 * len(slots)
            if full or state[1] + length > len(piece_pool) or state[2] + count > len(id_pool):
                for i in range(len(slots)):
                    slots[i, 3] = 0
                for i in range(3):
                    state[i] = 0
                slot = np.int64(mixed >> np.uint64(24)) & mask
            slots[slot, 0] = print_
            slots[slot, 1] = state[1] << 8 | length
            slots[slot, 2] = state[2]
            slots[slot, 3] = count
            for i in range(length):
                piece_pool[state[1] + i] = data[start + i]
            for i in range(count):
                id_pool[state[2] + i] = out[fresh + i]
            state[0] += 1
            state[1] += length
            state[2] += count
            start = end
        starts[text + 1] = at
    return out, starts


@kernel
def doubtful_texts(data: Array, offsets: Array, doubtful: Array) -> tuple[Array, int]:
    """Numbers of the texts (int64, with room behind them) that hold a code point whose presence leaves
    NFC in doubt, and how many they are.

    ``doubtful`` is bool of 0x110000.  ASCII never is.
    """
    found = np.empty(len(offsets) - 1, np.int64)
    count = 0
    for text in range(len(offsets) - 1):
        at, stop = offsets[text], offsets[text + 1]
        while at < stop:
            lead = data[at]
            if lead < 0x80:
                at += 1
                continue
            if lead < 0xE0:
                point = ((lead & 0x1F) << 6) | (data[at + 1] & 0x3F)
                at += 2
            elif lead < 0xF0:
                point = ((lead & 0x0F) << 12) | ((data[at + 1] & 0x3F) << 6) | (data[at + 2] & 0x3F)
                at += 3
            else:
                point = (
                    ((lead & 0x07) << 18)
                    | ((data[at + 1] & 0x3F) << 12)
                    | ((data[at + 2] & 0x3F) << 6)
                    | (data[at + 3] & 0x3F)
                )
                at += 4
            if doubtful[point]:
                found[count] = text
                count += 1
                break
    return found, count
