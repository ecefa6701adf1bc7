"""Kernels of the features: fold a text, hash its n-grams, add up their weights.

The hash of an n-gram grows from its first unit: h = (h ^ unit) * 0x100000001B3 (the prime of FNV-1a), its
bucket is the top bits of (h ^ h >> 29) * 0x9E3779B97F4A7C15, so that n-grams of all lengths from one place
cost two multiplications and one look-up each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# Places in features.FORMS; of a type, since numba compiles a called kernel anew for every bare whole number.
CHARACTERS, JAMO, EOJEOL = np.int64(0), np.int64(1), np.int64(2)
# Seeds of the three streams: an n-gram of one never means that of another.
SEEDS = np.array([0xCBF29CE484222325, 0x6C62272E07BB0142, 0x27D4EB2F165667C5], np.uint64)
PRIME = np.uint64(0x100000001B3)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)
NEWLINE, BLANK = 10, 32
LONGEST = 6  # units of an n-gram
BLOCK = 1024  # places of a stream whose n-grams are hashed side by side
LANES, LOW = np.uint64(0x000000FF000000FF), np.uint64(0xFFFFFFFF)
PLANE = np.uint64(0x10000)  # code points that the tables hold
SPACES = np.uint64(1 << 31)  # marks white space in the table of folded characters
POINTS, UNIT = np.uint64((1 << 31) - 1), np.uint64(0xFFFF)
ONE = np.uint64(1)


@kernel
def most_segments(offsets: Any, segment: int) -> int:
    """An upper bound of the segments of a batch."""
    return int((offsets[-1] - offsets[0]) // max(segment * 4 // 5, 1) + 2 * len(offsets))


@kernel
def fold(points: Any, start: int, end: int, tables: Any, lengths: Any, segment: int, room: Any, borders: Any) -> int:
    """Fill the streams of ``room`` (see ``scratch``) and the segments' borders in each; the number of segments.

    ``tables``: of every character of the basic plane its folded form (uint32, white space marked by SPACES), and its
    jamo (uint64: three of 16 bits, above them how many count; no more than one of another letter, none of a mark).
    ``borders`` int64 (segments + 1) x 3; the last row holds the streams' lengths.
    """
    characters, jamo, eojeol = room
    folded, parts = tables
    segments = fold_characters(points, start, end, folded, segment, characters, borders)
    if lengths[JAMO, 1]:
        take_apart(characters, parts, segments, jamo, borders)
    if lengths[EOJEOL, 1]:
        hash_eojeol(characters, segments, eojeol, borders)
    return segments


@kernel
def fold_characters(points: Any, start: int, end: int, folded: Any, segment: int, characters: Any, borders: Any) -> int:
    """Code points to the stream of characters; the number of segments."""
    soft, hard = np.uint64(segment * 4 // 5), np.uint64(segment)
    segments = 1
    first = n = np.uint64(0)  # where the open segment begins, where the stream ends
    borders[0, CHARACTERS] = 0
    was_space = np.uint64(0)
    before = np.uint64(0)
    for k in range(np.uint64(start), np.uint64(end)):
        point = np.uint64(points[k])
        if point < PLANE:
            point = np.uint64(folded[point])
        space = np.uint64(point >= SPACES)
        length = n - first
        if length >= soft and (space or length >= hard):
            borders[segments, CHARACTERS] = first = n
            segments += 1
        # A run of white space is one mark, a line break if it holds one: the smaller of the two.
        merged = space & was_space
        point = min(point, before) if merged else point
        n -= merged
        characters[n] = point
        n += ONE
        was_space, before = space, point
    borders[segments, CHARACTERS] = n
    for k in range(n):
        characters[k] &= np.uint32(POINTS)
    return segments


@kernel
def take_apart(characters: Any, parts: Any, segments: int, jamo: Any, borders: Any) -> None:
    """The stream of jamo: three are written for every character, and as many count as it has."""
    n = np.uint64(0)
    previous, run = np.uint64(0xFFFFFFFF), np.uint64(0)
    for s in range(segments):
        borders[s, JAMO] = n
        for k in range(np.uint64(borders[s, CHARACTERS]), np.uint64(borders[s + 1, CHARACTERS])):
            point = np.uint64(characters[k])
            if point < PLANE:
                part = np.uint64(parts[point])
                jamo[n] = part & UNIT
                jamo[n + ONE] = (part >> np.uint64(16)) & UNIT
                jamo[n + np.uint64(2)] = (part >> np.uint64(32)) & UNIT
                count = part >> np.uint64(48)
            else:  # Han, or a symbol
                jamo[n] = point
                count = np.uint64(point >= np.uint64(0x20000))
            run = run * np.uint64(point == previous) + ONE if count else run
            previous = point if count else previous
            n += count * np.uint64(run <= 2)
    borders[segments, JAMO] = n


@kernel
def hash_eojeol(characters: Any, segments: int, eojeol: Any, borders: Any) -> None:
    """The stream of hashed eojeol; one belongs to the segment that it ends in."""
    n = 0
    word: Any = SEEDS[EOJEOL]
    in_word = False
    for s in range(segments):
        borders[s, EOJEOL] = n
        for k in range(borders[s, 0], borders[s + 1, 0]):
            point = characters[k]
            if point != BLANK and point != NEWLINE:
                word = (word ^ np.uint64(point)) * PRIME
                in_word = True
            elif in_word:
                eojeol[n] = word
                n += 1
                word = SEEDS[EOJEOL]
                in_word = False
    if in_word:
        eojeol[n] = word
        n += 1
    borders[segments, EOJEOL] = n


@kernel
def grow(units: Any, first: Any, count: Any, seed: Any, begun: Any, hashes: Any) -> None:
    """Hash two more units into each of ``count`` n-grams, whose next units begin at ``first``; from ``seed`` on where
    they are not ``begun``."""
    for k in range(count):
        h = hashes[k] if begun else seed
        h = (h ^ np.uint64(units[first + k])) * PRIME
        hashes[k] = (h ^ np.uint64(units[first + k + ONE])) * PRIME


@kernel
def grow_and_place(
    units: Any, first: Any, count: Any, seed: Any, begun: Any, hashes: Any, down: Any, places: Any, further: Any
) -> None:
    """The same, and the bucket of each n-gram into ``places``, with one more unit into ``further``."""
    for k in range(count):
        h = hashes[k] if begun else seed
        h = (h ^ np.uint64(units[first + k])) * PRIME
        places[k] = ((h ^ (h >> SHIFT)) * GOLDEN) >> down
        h = (h ^ np.uint64(units[first + k + ONE])) * PRIME
        further[k] = ((h ^ (h >> SHIFT)) * GOLDEN) >> down
        hashes[k] = h


@kernel
def weigh(
    places: Any,
    count: Any,
    down: Any,
    table: Any,
    borders: Any,
    form: Any,
    opening: Any,
    end: Any,
    weights: Any,
    at: Any,
) -> None:
    """Add the weights of ``count`` n-grams to the segments that they end in, from the segment ``opening`` on; what
    ends before it is left out.

    The first n-gram ends at the place ``end``.  A bucket is ``places[k] >> down``; a word of ``table`` holds the
    weights of heads as bytes, which are added up as lanes of 32 bits, of every other head in one sum.
    """
    k = np.uint64(max(borders[opening, form] - end, 0))
    s = opening
    while k < count:
        stop = min(count, np.uint64(max(borders[s + 1, form] - end, 0)))
        even = odd = np.uint64(0)
        while k < stop:
            word = np.uint64(table[np.uint64(places[k]) >> down])
            even += (word | word << np.uint64(16)) & LANES
            odd += (word >> np.uint64(8) | word << np.uint64(8)) & LANES
            k += ONE
        for head in range(weights.shape[1]):
            lanes = odd if head % 2 else even
            weights[at + s, head] += np.int64(lanes >> np.uint64(32) if head > 1 else lanes & LOW)
        s += 1


@kernel
def add(
    units: Any, form: Any, borders: Any, begin: int, stop: int, first: Any, second: Any, room: Any, at: Any
) -> None:
    """Add the weights of a stream's n-grams, each to the segment that it ends in: of the segments from ``begin`` to
    ``stop``, whose rows are those from ``at`` on.

    Block by block: the hashes of all n-grams that begin in it grow side by side, so that they are compiled to vectors;
    by two units at a time, since to store a hash costs as much as to make it.
    """
    lengths, bits, table, weights, grams, _ = first
    others, other_bits, other_table, other_weights, other_grams, _ = second
    hashes, places, further = room
    size = borders[stop, form]
    shortest, longest = lengths[form, 0], lengths[form, 1]
    other_shortest, other_longest = others[form, 0], others[form, 1]
    most_bits = max(bits, other_bits)
    down, spare = np.uint64(64 - most_bits), np.uint64(most_bits - bits)
    other_spare = np.uint64(most_bits - other_bits)
    seed = SEEDS[form]
    opening = begin  # the segment that holds the first place of the block
    for block in range(max(borders[begin, form] - max(longest, other_longest) + 1, 0), size, BLOCK):
        while borders[opening + 1, form] <= block:
            opening += 1
        for n in range(1, max(longest, other_longest) + 1, 2):
            count = min(BLOCK, size - block - n + 1)  # the n-grams of n + 1 units may be one fewer
            if count <= 0:
                break
            place = np.uint64(block + n - 1)
            if n + 1 < min(shortest if longest else LONGEST, other_shortest if other_longest else LONGEST):
                grow(units, place, np.uint64(count), seed, n > 1, hashes)
                continue
            grow_and_place(units, place, np.uint64(count), seed, n > 1, hashes, down, places, further)
            for m in range(n, n + 2):
                here = places if m == n else further
                begun = np.uint64(max(min(BLOCK, size - block - m + 1), 0))
                end = block + m - 1
                if shortest <= m <= longest:
                    weigh(here, begun, spare, table, borders, form, opening, end, weights, at)
                if other_shortest <= m <= other_longest:
                    weigh(here, begun, other_spare, other_table, borders, form, opening, end, other_weights, at)
    for s in range(begin, stop):
        grams[at + s] += count_grams(borders[s, form], borders[s + 1, form], shortest, longest)
        other_grams[at + s] += count_grams(borders[s, form], borders[s + 1, form], other_shortest, other_longest)


@kernel
def count_grams(first: int, last: int, shortest: int, longest: int) -> int:
    """How many n-grams end at the places ``first`` to ``last`` of a stream."""
    found = 0
    for n in range(max(shortest, 1), longest + 1):
        found += max(0, last - max(first, n - 1))
    return found


@kernel
def score(points: Any, offsets: Any, tables: Any, segment: int, first: Any, second: Any, found: Any) -> None:
    """Score by two models at once: what they share of hashing is done once.

    A model: lengths, bits, a table of unsigned integers of as many bytes as heads, each byte a weight + 128; then what
    is filled, zeroed before: weights (segments x heads) and n-grams of each segment; then scale, bias and gate of every
    head, or no row where all segments are read on.  ``found``: the documents' segment offsets.  A second model of no
    lengths costs nothing.
    """
    lengths = np.maximum(first[0], second[0])
    room, borders = scratch(offsets, segment, lengths)
    characters, jamo, eojeol = room
    sums = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    marks = np.empty((2, len(borders)), np.bool_)
    at: Any = np.int64(0)
    for row in range(len(offsets) - 1):
        n = fold_characters(points, offsets[row], offsets[row + 1], tables[0], segment, characters, borders)
        if lengths[CHARACTERS, 1]:
            add(characters, CHARACTERS, borders, 0, n, first, second, sums, at)
        marked = mark(first, n, at, marks[0])
        marked = mark(second, n, at, marks[1]) or marked
        if marked and lengths[JAMO, 1]:
            take_apart(characters, tables[1], n, jamo, borders)
            read_on(jamo, JAMO, borders, n, first, second, marks, sums, at)
        if marked and lengths[EOJEOL, 1]:
            hash_eojeol(characters, n, eojeol, borders)
            read_on(eojeol, EOJEOL, borders, n, first, second, marks, sums, at)
        at += n
        found[row + 1] = at
    centre(first[3], first[4], at)
    centre(second[3], second[4], at)


@kernel
def mark(model: Any, segments: int, at: Any, marks: Any) -> bool:
    """Mark the segments of a document whose other streams a model reads: all, or those of the windows whose margin by
    characters alone is above the gate of a head.  Whether any is marked and has such a stream."""
    lengths, _, _, weights, grams, gates = model
    marks[:segments] = len(gates) == 0
    if max(lengths[JAMO, 1], lengths[EOJEOL, 1]) == 0:
        return False
    marked = len(gates) == 0
    for window in range(max(segments - 1, 1) if len(gates) else 0):
        last = min(window + 1, segments - 1)
        count = grams[at + window] + (grams[at + last] if last > window else 0)
        for head in range(len(gates)):
            weight = weights[at + window, head] + (weights[at + last, head] if last > window else 0) - 128 * count
            if gates[head, 1] + gates[head, 0] * (weight / np.sqrt(float(max(count, 1)))) > gates[head, 2]:
                marks[window] = marks[last] = marked = True
    return marked


@kernel
def read_on(
    units: Any, form: Any, borders: Any, segments: int, first: Any, second: Any, marks: Any, room: Any, at: Any
) -> None:
    """Add the n-grams of a stream to the marked segments: of both models side by side where they read the same."""
    begin = 0
    for s in range(1, segments + 1):
        if s < segments and marks[0, s] == marks[0, begin] and marks[1, s] == marks[1, begin]:
            continue
        if marks[0, begin] and marks[1, begin]:
            add(units, form, borders, begin, s, first, second, room, at)
        elif marks[0, begin]:
            add(units, form, borders, begin, s, first, silent(second), room, at)
        elif marks[1, begin]:
            add(units, form, borders, begin, s, silent(first), second, room, at)
        begin = s


@kernel
def silent(model: Any) -> Any:
    """A model that reads nothing."""
    lengths, bits, table, weights, grams, gates = model
    return np.zeros_like(lengths), bits, table, weights, grams, gates


@kernel
def centre(weights: Any, grams: Any, segments: int) -> None:
    """Take off the 128 by which every weight of a table is raised."""
    for s in range(segments):
        for head in range(weights.shape[1]):
            weights[s, head] -= 128 * grams[s]


@kernel
def scratch(offsets: Any, segment: int, lengths: Any) -> Any:
    """(Characters, jamo, eojeol) of the longest document, a place to spare behind each, and borders."""
    longest = 1
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    borders = np.zeros((longest // max(segment * 4 // 5, 1) + 3, 3), np.int64)
    jamo = np.empty(3 * longest + 3 if lengths[JAMO, 1] else 0, np.uint32)
    eojeol = np.empty(longest // 2 + 2 if lengths[EOJEOL, 1] else 0, np.uint64)
    return (np.empty(longest + 1, np.uint32), jamo, eojeol), borders


@kernel
def collect(
    points: Any, offsets: Any, tables: Any, lengths: Any, bits: int, segment: int, found: Any, ends: Any
) -> None:
    """Fill ``ends``, and the buckets of all n-grams where ``found`` has room for them."""
    room, borders = scratch(offsets, segment, lengths)
    characters, jamo, eojeol = room
    down = np.uint64(64 - bits)
    at: Any = np.int64(0)
    for row in range(len(offsets) - 1):
        n = fold(points, offsets[row], offsets[row + 1], tables, lengths, segment, room, borders)
        for form in range(3):
            size = borders[n, form]
            shortest, longest = lengths[form, 0], lengths[form, 1]
            for i in range(size if longest else 0):
                h = SEEDS[form]
                for j in range(i, min(i + longest, size)):
                    unit = np.uint64(characters[j]) if form == 0 else np.uint64(jamo[j]) if form == 1 else eojeol[j]
                    h = (h ^ unit) * PRIME
                    if j - i + 1 >= shortest:
                        if len(found):
                            found[at] = np.uint32(((h ^ (h >> SHIFT)) * GOLDEN) >> down)
                        at += 1
        ends[row + 1] = at
