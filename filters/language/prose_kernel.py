"""Kernel of `prose`: which lines are prose of which script, what they weigh, and a sample of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# Groups of lines, by the script that they are written in.  REST (code, names, figures) stands in where a
# document has no other.
HANGUL, LATIN, HAN, LETTER, REST = 0, 1, 2, 3, 4
GROUPS = 5
# Behind them, runs of kana and Han inside Hangul lines, of Japanese and Chinese: they are weighed and not sampled.
JAPANESE, CHINESE = 5, 6
WEIGHTS = 7

# Places in corpus.hangul.CHARACTER_CLASSES; the character table holds marks of its own above them.
SYLLABLE, JAMO, LATIN_CLASS, HAN_CLASS, KANA, LETTER_CLASS, SPACE = 0, 1, 2, 3, 4, 5, 8
CLASS_BITS = 15

OWN = 5  # a line is of a script that writes one in so many of its letters
WORDS = 5  # Latin prose has so many words in a line, or more
WORD_TENTHS = 7  # and so many tenths of its eojeol are words
INDENT = 4  # columns from which on a Latin line is code, as Markdown has it
LONG = 20  # characters of an eojeol that a sample may cut
SAMPLE = 600  # characters of all samples of a document
SYLLABLE_BYTES = 3
OUTWEIGHED = 2  # runs of one foreign language count where they are so many times the Hangul, or more

# A character's entry: its class, what it is to a word above SORT, its bytes above SIZE.
KIND, SORT, SORTS, SIZE = np.uint64(15), np.uint64(4), np.uint64(7), np.uint64(7)
SPACE_SORT, OUTSIDE = 5, 5  # white space beside the sorts, and a place outside an eojeol beside the states, of a word
BLANK = 32
ONE, STATE, HIGH, LOW = np.uint64(1), np.uint64(63), np.uint64(32), np.uint64((1 << 32) - 1)


@kernel
def decode(data: Any, i: Any, end: Any) -> Any:
    """Code point at ``i``, and the bytes it has."""
    point = np.int64(data[i])
    if point < 0x80:
        return point, 1
    if point < 0xE0 and i + 1 < end:
        return (point & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F), 2
    if point < 0xF0 and i + 2 < end:
        point = (point & 0x0F) << 12 | (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
        return point, 3
    if i + 3 < end:
        point = (
            (point & 0x07) << 18
            | (np.int64(data[i + 1]) & 0x3F) << 12
            | (np.int64(data[i + 2]) & 0x3F) << 6
            | (np.int64(data[i + 3]) & 0x3F)
        )
        return point, 4
    return point, 1


# States of an eojeol on its way to being a Latin word: marks, letters, a joint between letters, marks.
BEFORE, INSIDE, JOINED, AFTER, NO_WORD = 0, 1, 2, 3, 4
WORD_LETTER, JOINT, HYPHEN, MARK, STRANGE = 0, 1, 2, 3, 4


@kernel
def word_state(state: Any, sort: Any) -> Any:
    """Where an eojeol stands behind one more character, of `sort_of`."""
    if sort == WORD_LETTER:
        return INSIDE if state <= JOINED else NO_WORD
    if sort == STRANGE or (sort == HYPHEN and state == BEFORE):  # -o and --all are options of a command
        return NO_WORD
    if state == INSIDE:
        return AFTER if sort == MARK else JOINED
    return AFTER if state == JOINED else state


@kernel
def sort_of(point: Any, kind: Any) -> Any:
    """What a character is to a Latin word."""
    if kind == LATIN_CLASS:
        return WORD_LETTER
    if point == 39 or point == 0x2019:  # ' ’
        return JOINT
    if point == 45:
        return HYPHEN
    # ! " ( ) * , . : ; ? [ ] _ “ ” ‘
    if (
        point == 33
        or point == 34
        or 40 <= point <= 42
        or point == 44
        or point == 46
        or point == 58
        or point == 59
        or point == 63
        or point == 91
        or point == 93
        or point == 95
        or 0x201C <= point <= 0x201D
        or point == 0x2018
    ):
        return MARK
    return STRANGE


@kernel
def moves_of() -> Any:
    """`word_state` as numbers to shift (uint64, by sort): the state behind a character is six bits of its sort's
    number, from the bit on that the state before it names (6 x state)."""
    moves = np.zeros(SPACE_SORT + 1, np.uint64)
    for sort in range(SPACE_SORT + 1):
        for state in range(OUTSIDE + 1):
            after = OUTSIDE
            if sort != SPACE_SORT:
                after = word_state(BEFORE if state == OUTSIDE else state, sort)
            moves[sort] |= np.uint64(6 * after) << np.uint64(6 * state)
    return moves


@kernel
def fill_sorts(table: Any, sorts: Any) -> None:
    """The entry of every code point that ``table`` has."""
    for point in range(len(sorts)):
        kind = np.int64(table[point]) & CLASS_BITS
        sort = SPACE_SORT if kind == SPACE else sort_of(np.int64(point), kind)
        size = 1 + (point >= 0x80) + (point >= 0x800) + (point >= 0x10000)
        sorts[point] = kind | sort << np.int64(SORT) | size << np.int64(SIZE)


@kernel
def weigh_runs(points: Any, first: Any, last: Any, sorts: Any, simplified: Any, weights: Any) -> None:
    """Bytes of the runs of kana and Han in ``points[first:last]``: as Japanese where a run holds kana, as Chinese where
    it holds a character of ``simplified`` (bool of the basic plane) instead; Hanja have neither and weigh nothing."""
    weight = np.int64(0)
    kana = chinese = False
    for k in range(first, last + ONE):
        point = np.uint64(points[k]) if k < last else np.uint64(BLANK)
        entry = np.uint64(sorts[point])
        kind = np.int64(entry & KIND)
        if kind in (KANA, HAN_CLASS):
            weight += np.int64(entry >> SIZE)
            kana = kana or kind == KANA
            chinese = chinese or bool(point < np.uint64(len(simplified)) and simplified[point])
        elif weight > 0:
            if kana:
                weights[JAPANESE] += weight
            elif chinese:
                weights[CHINESE] += weight
            weight = np.int64(0)
            kana = chinese = False


@kernel
def read_lines(
    points: Any, begin: Any, stop: Any, start: Any, end: Any, sorts: Any, moves: Any, simplified: Any, lines: Any,
    weights: Any, tally: Any, ended: Any,
) -> int:  # fmt: skip
    """Group, bounds (in bytes) and characters of every line that has a letter into ``lines`` (int64, n x 4).

    ``points[begin:stop]`` are the code points of the bytes from ``start`` to ``end``.  ``weights`` (int64 of WEIGHTS):
    bytes of the letters that each group's lines have of its own script; of all letters for REST; then of foreign runs
    in Hangul lines.  Returns how many lines there are.

    Of a line every character is counted without a branch: in ``tally`` (uint64) those of each class, and above bit 32
    their bytes; in ``ended`` (int64) the eojeol by the state, times six, that they end in.
    """
    count = 0
    fenced = False
    k, i = np.uint64(begin), start
    while k < np.uint64(stop):
        first = i
        indent = np.int64(0)
        mark = np.int64(0)  # of a fence: how many ` or ~ the line begins with
        opening = k
        while opening < np.uint64(stop) and points[opening] != 10:
            point = points[opening]
            if np.uint64(sorts[np.uint64(point)]) >> SORT & SORTS == SPACE_SORT:
                if mark == 0:
                    indent += np.int64(INDENT if point == 9 else 1)
            elif point == 96 or point == 126:
                mark += 1
            else:
                break
            opening += ONE
        tally[:] = 0
        ended[:] = 0
        state = np.uint64(6 * OUTSIDE)
        opening = k
        while k < np.uint64(stop) and points[k] != 10:
            entry = np.uint64(sorts[np.uint64(points[k])])
            size, sort = entry >> SIZE, entry >> SORT & SORTS
            tally[entry & KIND] += size << HIGH | ONE
            ended[state] += np.int64(sort == SPACE_SORT)
            state = moves[sort] >> state & STATE
            i += np.int64(size)
            k += ONE
        ended[state] += 1
        last = min(i, end)
        i += 1
        characters = np.int64(k - opening)
        k += ONE
        words = ended[6 * INSIDE] + ended[6 * JOINED] + ended[6 * AFTER]
        eojeol = words + ended[6 * BEFORE] + ended[6 * NO_WORD]
        hangul, han = tally[SYLLABLE] + tally[JAMO], tally[HAN_CLASS] + tally[KANA]
        latin, letter = tally[LATIN_CLASS], tally[LETTER_CLASS]
        letters = np.int64((hangul + latin + han + letter) & LOW)
        if mark >= 3:
            fenced = not fenced
            continue
        if letters == 0:
            continue
        hangul_bytes, latin_bytes = np.int64(hangul >> HIGH), np.int64(latin >> HIGH)
        han_bytes, letter_bytes = np.int64(han >> HIGH), np.int64(letter >> HIGH)
        of_hangul, of_han, of_letter = np.int64(hangul & LOW), np.int64(han & LOW), np.int64(letter & LOW)
        prose = words >= WORDS and 10 * words >= WORD_TENTHS * eojeol
        if OWN * of_hangul >= letters or (
            of_hangul > 0 and not prose and OWN * of_han < letters and OWN * of_letter < letters
        ):
            group = HANGUL
            weights[HANGUL] += hangul_bytes
            if of_han > 0:
                weigh_runs(points, opening, opening + np.uint64(characters), sorts, simplified, weights)
        elif OWN * of_han >= letters:
            group = HAN
            weights[HAN] += han_bytes
        elif OWN * of_letter >= letters:
            group = LETTER
            weights[LETTER] += letter_bytes
        elif prose and not fenced and indent < INDENT:
            group = LATIN
            weights[LATIN] += latin_bytes
        else:
            group = REST
            weights[REST] += hangul_bytes + latin_bytes + han_bytes + letter_bytes
        lines[count, 0] = group
        lines[count, 1] = first
        lines[count, 2] = last
        lines[count, 3] = characters + 1
        count += 1
    return count


@kernel
def take_sample(data: Any, lines: Any, count: Any, group: Any, most: Any, table: Any, out: Any, at: Any) -> Any:
    """Write at most ``most`` characters of a group's lines to ``out[at:]``; returns where it ended, and how many
    letters of another script it has, jamo left out (models know no ㅋㅋㅋ).

    Of longer text three spans are taken, from its beginning, its middle and its end; an eojeol (of text without
    spaces, LONG characters) that begins in a span is taken whole.  Left out are paths and addresses (what holds a
    slash), in Latin lines all but words, in others what has no letter of another script.
    """
    total = np.int64(0)
    for k in range(count):
        if lines[k, 0] == group:
            total += lines[k, 3]
    span = most // 3 - LONG - 1
    middle = (total - span) // 2
    final = total - span
    place = np.int64(0)  # of the next character among the group's
    letters = written = np.int64(0)
    for k in range(count):
        if lines[k, 0] != group:
            continue
        i, end = lines[k, 1], lines[k, 2]
        following = place + lines[k, 3]
        if total > most and (
            (place >= span and following <= middle) or (place >= middle + span and following <= final)
        ):
            i = end
        state = np.int64(BEFORE)
        slash = False
        while i < end:
            first, opening = i, place
            length = other = np.int64(0)
            last = first
            spaced = False
            while i < end and length < LONG and not spaced:
                point, size = decode(data, i, end)
                kind = np.int64(table[point]) & CLASS_BITS
                i += size
                place += 1
                if kind == SPACE:
                    spaced = True
                    continue
                last = i
                length += 1
                slash = slash or point == 47
                state = word_state(state, sort_of(point, kind))
                other += 1 if kind <= LETTER_CLASS and kind != LATIN_CLASS and kind != JAMO else 0
            wanted = group == REST or (INSIDE <= state <= AFTER if group == LATIN else other > 0)
            inside = total <= most or opening < span or middle <= opening < middle + span or opening >= final
            if length > 0 and wanted and inside and not slash and written + length + 1 <= most:
                for j in range(first, last):
                    out[at] = data[j]
                    at += 1
                out[at] = 32
                at += 1
                written += length + 1
                letters += other
            if spaced:
                state = np.int64(BEFORE)
                slash = False
        place = following
    return at, letters


@kernel
def sample(
    data: Any, offsets: Any, points: Any, point_offsets: Any, table: Any, sorts: Any, simplified: Any, least: Any,
    weights: Any, out: Any, ends: Any, owners: Any,
) -> Any:  # fmt: skip
    """Fill ``weights`` (int64, documents x WEIGHTS, zeroed) and the samples; returns how many samples there are.

    Sample k is ``out[ends[k]:ends[k + 1]]``, of group ``owners[k] % GROUPS`` of document ``owners[k] // GROUPS``.
    Of Hangul with fewer than ``least`` syllables there is none.  Room for 4 * SAMPLE + GROUPS bytes a document.
    """
    longest = np.int64(0)
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    lines = np.empty((longest // 2 + 2, 4), np.int64)  # pages that no document reaches are never touched
    moves, tally, ended = moves_of(), np.zeros(CLASS_BITS + 1, np.uint64), np.zeros(STATE + ONE, np.int64)
    found = 0
    at = np.int64(0)
    ends[0] = 0
    for d in range(len(offsets) - 1):
        row = weights[d]
        count = read_lines(
            points, point_offsets[d], point_offsets[d + 1], offsets[d], offsets[d + 1], sorts, moves, simplified, lines,
            row, tally, ended,
        )  # fmt: skip
        both = row[JAPANESE] > 0 and row[CHINESE] > 0
        if not both and row[JAPANESE] + row[CHINESE] < OUTWEIGHED * row[HANGUL]:
            row[JAPANESE] = row[CHINESE] = 0
        groups = 0
        for group in range(REST):
            groups += 1 if row[group] > 0 else 0
        if groups > 0:
            row[REST] = 0
        elif row[REST] > 0:
            groups = 1
        for group in range(GROUPS):
            if row[group] == 0 or (group == HANGUL and row[group] < SYLLABLE_BYTES * least):
                continue
            before = at
            at, others = take_sample(data, lines, count, group, SAMPLE // groups, table, out, at)
            if group == HANGUL and others < least // groups:
                at = before
            if at > before:
                owners[found] = d * GROUPS + group
                found += 1
                ends[found] = at
    return found
