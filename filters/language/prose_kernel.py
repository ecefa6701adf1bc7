"""Kernel of `prose`: which lines are prose of which script, what they weigh, and a sample of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

# Groups of lines, by the script that they are written in.  REST (code, names, figures) stands in where a
# document has no other.
HANGUL, LATIN, HAN, LETTER, REST = 0, 1, 2, 3, 4
GROUPS = 5

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
def read_lines(data: Any, start: Any, end: Any, table: Any, lines: Any, weights: Any) -> int:
    """Group, bounds and characters of every line that has a letter into ``lines`` (int64, n x 4).

    ``weights`` (int64 of GROUPS): bytes of the letters that each group's lines have of its own script; of all
    letters for REST.  Returns how many lines there are.
    """
    count = 0
    fenced = False
    i = start
    while i < end:
        first = i
        hangul = latin = han = letter = np.int64(0)  # letters of each
        hangul_bytes = han_bytes = letter_bytes = latin_bytes = np.int64(0)
        characters = np.int64(0)
        eojeol = words = np.int64(0)
        state: Any = np.int64(BEFORE)
        within = False  # an eojeol
        indent = np.int64(0)
        begun = False
        mark = np.int64(0)  # of a fence: how many ` or ~ the line begins with
        while i < end and data[i] != 10:
            point, size = decode(data, i, end)
            kind = np.int64(table[point]) & CLASS_BITS
            i += size
            characters += 1
            if kind == SPACE:
                if within:
                    eojeol += 1
                    words += 1 if INSIDE <= state <= AFTER else 0
                    within = False
                if not begun and mark == 0:
                    indent += np.int64(INDENT if point == 9 else 1)
                continue
            if not within:
                within = True
                state = BEFORE
            if not begun and (point == 96 or point == 126):
                mark += 1
            else:
                begun = True
            state = word_state(state, sort_of(point, kind))
            if kind == LATIN_CLASS:
                latin += 1
                latin_bytes += size
            elif kind <= JAMO:
                hangul += 1
                hangul_bytes += size
            elif kind < LETTER_CLASS:
                han += 1
                han_bytes += size
            elif kind == LETTER_CLASS:
                letter += 1
                letter_bytes += size
        if within:
            eojeol += 1
            words += 1 if INSIDE <= state <= AFTER else 0
        last = i
        i += 1
        letters = hangul + latin + han + letter
        if mark >= 3:
            fenced = not fenced
            continue
        if letters == 0:
            continue
        prose = words >= WORDS and 10 * words >= WORD_TENTHS * eojeol
        if OWN * hangul >= letters or (hangul > 0 and not prose and OWN * han < letters and OWN * letter < letters):
            group = HANGUL
            weights[HANGUL] += hangul_bytes
        elif OWN * han >= letters:
            group = HAN
            weights[HAN] += han_bytes
        elif OWN * letter >= letters:
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
def sample(data: Any, offsets: Any, table: Any, least: Any, weights: Any, out: Any, ends: Any, owners: Any) -> Any:
    """Fill ``weights`` (int64, documents x GROUPS, zeroed) and the samples; returns how many samples there are.

    Sample k is ``out[ends[k]:ends[k + 1]]``, of group ``owners[k] % GROUPS`` of document ``owners[k] // GROUPS``.
    Of Hangul with fewer than ``least`` syllables there is none.  Room for 4 * SAMPLE + GROUPS bytes a document.
    """
    longest = np.int64(0)
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    lines = np.empty((longest // 2 + 2, 4), np.int64)  # pages that no document reaches are never touched
    found = 0
    at = np.int64(0)
    ends[0] = 0
    for d in range(len(offsets) - 1):
        row = weights[d]
        count = read_lines(data, offsets[d], offsets[d + 1], table, lines, row)
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
