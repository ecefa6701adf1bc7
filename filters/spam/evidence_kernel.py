"""One pass over UTF-8: terms of a trie, links, numbers to call, prices, hashtags; and offers, by window.

A window is two neighbouring blocks of BLOCK characters, so that a line of spam in a long page counts as it would
alone.  Inside a window a term counts once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

BLOCK = 200  # characters; zero-width ones are none

# Columns of a document's row: the offers of lexicon.OFFERS, then these.
OFFERS = 10
(
    CHARACTERS, ASKS, NOTICES, NOTICE_FIRST, NOTICE_LAST, TRANSLATED, ASSISTANT, LEFTOVER, PAIRS, REGIONS,
    URLS, URL_CHARACTERS, HOSTS, PHONES, PRICES, PERCENTS, HASHTAGS, TAIL, HIDDEN, GLOSSES,
) = range(OFFERS, OFFERS + 20)  # fmt: skip
WIDTH = OFFERS + 20

# Families behind the offers, as in lexicon.FAMILIES; then what a window counts besides.
ASK, REPORT, AFFILIATE, REGION, SERVICE, F_TRANSLATED, F_ASSISTANT, F_LEFTOVER, NONE = range(OFFERS, OFFERS + 9)
W_PHONES, W_URLS, W_PRICES, W_PERCENTS = range(OFFERS + 9, OFFERS + 13)
WINDOW = OFFERS + 13
PROMOTION = 9  # the offer to which prices count

# Points in a window: two numbers to call, two links, four prices and two percentages count.
PHONE_POINTS, URL_POINTS, PRICE_POINTS, PERCENT_POINTS = 2, 1, 1, 1
MOST_PHONES, MOST_URLS, MOST_PRICES, MOST_PERCENTS = 2, 2, 4, 2
HIDDEN_ASK = 2  # a term that is taken apart by marks asks, whatever it says
GAP = 3  # characters between a place and the service behind it
MOST_HOSTS = 256
MET = 1 << 62  # marks a slot that is taken
REACH = 1 << 16  # of the table of first characters
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@kernel
def pair_hash(first: int, second: int) -> int:
    """Place of two characters in a table of REACH."""
    return ((np.int64(first) * 0x9E3779B1 ^ np.int64(second)) * 0x85EBCA6B >> 16) & (REACH - 1)


@kernel
def decode(data: Any, start: int, end: int, pairs: Any, points: Any, places: Any) -> Any:
    """Code points without zero-width characters; ASCII, also full-width, in lower case.  ``places``: where a term, a
    number, a tag, a mask or a link may begin.  Returns how many of both; one point 0 stands behind the last."""
    n = m = 0
    last: Any = np.int64(0)
    before_last: Any = np.int64(0)
    i = start
    while i <= end:
        point: Any = np.int64(0)
        if i == end:
            i += 1
        else:
            point = np.int64(data[i])
            if point < 0x80:
                i += 1
                if 65 <= point <= 90:
                    point += 32
            elif point < 0xE0 and i + 1 < end:
                point = (point & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F)
                i += 2
                if point == 0xAD:
                    continue
            elif point < 0xF0 and i + 2 < end:
                point = (point & 0x0F) << 12 | (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
                i += 3
                if point < 0xAC00:
                    if 0x200B <= point <= 0x200D or point == 0x2060:
                        continue
                    if point == 0x3000:
                        point = np.int64(32)
                elif point == 0xFEFF:
                    continue
                elif 0xFF01 <= point <= 0xFF5E:
                    point -= 0xFEE0
                    if 65 <= point <= 90:
                        point += 32
            elif i + 3 < end:
                point = (
                    (point & 0x07) << 18
                    | (np.int64(data[i + 1]) & 0x3F) << 12
                    | (np.int64(data[i + 2]) & 0x3F) << 6
                    | (np.int64(data[i + 3]) & 0x3F)
                )
                i += 4
            else:
                i += 1
        if last > 32:
            here = pairs[pair_hash(last, point)] != 0
            if last >= 0xAC00:
                here = here or last > 0xD7A3 or point < 0x3040 and point != 10 and not 0xAC00 <= before_last <= 0xD7A3
            elif last < 128:
                here = here or (
                    last == 35
                    or last == 40 and 0xAC00 <= before_last <= 0xD7A3
                    or last == 42 and before_last != 42
                    or 48 <= last <= 57 and not 48 <= before_last <= 57
                    or (last == 104 and point == 116 or last == 119 and point == 119)
                )
            else:
                here = here or 0x2000 <= last < 0x3000
            if here:
                places[m] = n - 1
                m += 1
        points[n] = point
        n += 1
        before_last = last
        last = point
    return n - 1, m


@kernel
def is_syllable(point: int) -> bool:
    return 0xAC00 <= point <= 0xD7A3


@kernel
def is_digit(point: int) -> bool:
    return 48 <= point <= 57


@kernel
def is_word(point: int) -> bool:
    return 0xAC00 <= point <= 0xD7A3 or 97 <= point <= 122 or 48 <= point <= 57


@kernel
def is_mark(point: int) -> bool:
    """A space, punctuation or symbol that may stand between the syllables of a term taken apart; no line break."""
    if point < 128:
        return point == 32 or 33 <= point <= 47 and point != 35 or 58 <= point <= 64 or 91 <= point <= 96 or point > 122
    return point == 0xB7 or 0x2000 <= point <= 0x2BFF or 0x3001 <= point <= 0x303F or point >= 0x1F000


@kernel
def follow(state: Any, point: Any, keys: Any, states: Any) -> Any:
    """The next state, 0 where there is none."""
    key = np.int64(state) << 21 | np.int64(point) | MET
    mask = np.int64(len(keys) - 1)
    slot = np.int64(np.uint64(key) * _SPREAD >> np.uint64(40)) & mask
    while keys[slot]:
        if keys[slot] == key:
            return np.int64(states[slot])
        slot = (slot + 1) & mask
    return np.int64(0)


@kernel
def match_apart(points: Any, n: int, i: int, root: Any, keys: Any, states: Any, terms: Any) -> Any:
    """(term, its end) of the longest term at ``i`` with one or two marks behind every syllable but the last, which
    stands alone; (-1, i) where there is none."""
    found, end = -1, i
    state = np.int64(root[points[i]])
    j = i
    while state and j + 2 < n and is_mark(points[j + 1]):
        j += 2 if is_syllable(points[j + 2]) or not is_mark(points[j + 2]) else 3
        if j >= n or not is_syllable(points[j]):
            break
        state = follow(state, points[j], keys, states)
        if state and terms[state] >= 0 and (j + 1 == n or not is_syllable(points[j + 1])):
            found, end = terms[state], j + 1
    return found, end


@kernel
def digits(points: Any, n: int, i: int, most: int) -> int:
    """How many ASCII digits stand at ``i``, up to ``most``."""
    count = 0
    while i + count < n and count < most and is_digit(points[i + count]):
        count += 1
    return count


@kernel
def gap(points: Any, n: int, i: int) -> int:
    """1 where one of - . space ) stands at ``i``."""
    return 1 if i < n and (points[i] == 45 or points[i] == 46 or points[i] == 32 or points[i] == 41) else 0


@kernel
def phone(points: Any, n: int, i: int) -> int:
    """The end of a Korean number at ``i``, ``i`` where there is none: 01x, 0xx and 1[5-8]xx, in two or three groups."""
    if i and (is_digit(points[i - 1]) or points[i - 1] == 45 or points[i - 1] == 46 and i > 1 and is_digit(points[i - 2])):
        return i
    if points[i] == 49:
        j = i + digits(points, n, i, 4)
        if j - i < 4 or not 53 <= points[i + 1] <= 56 or j == n or points[j] != 45:
            return i
    else:
        area = 2 if i + 1 < n and points[i + 1] == 50 else 3
        if digits(points, n, i, area) < area or i + 1 < n and points[i + 1] == 48:
            return i
        j = i + area
        apart = gap(points, n, j)
        j += apart
        count = digits(points, n, j, 8)
        if count == 8 and not apart and points[i + 1] == 49:
            return j + 8 if j + 8 == n or not is_digit(points[j + 8]) else i
        if not 3 <= count <= 4:
            return i
        j += count
    j += gap(points, n, j)
    if digits(points, n, j, 5) != 4:
        return i
    return j + 4


@kernel
def url(points: Any, n: int, i: int) -> Any:
    """(start of the host, its end, end of the link) of a link at ``i``; all ``i`` where there is none."""
    j = i
    if i + 7 < n and points[i] == 104 and points[i + 1] == 116 and points[i + 2] == 116 and points[i + 3] == 112:
        j = i + 4 + (points[i + 4] == 115)
        if not (j + 3 < n and points[j] == 58 and points[j + 1] == 47 and points[j + 2] == 47):
            return i, i, i
        j += 3
    elif not (i + 4 < n and points[i + 1] == 119 and points[i + 2] == 119 and points[i + 3] == 46):
        return i, i, i
    elif i and is_word(points[i - 1]):
        return i, i, i
    host = j
    while j < n and (is_word(points[j]) and not is_syllable(points[j]) or points[j] == 45 or points[j] == 46):
        j += 1
    end = j
    while j < n and 33 <= points[j] < 127 and points[j] not in (34, 39, 40, 41, 60, 62, 91, 93, 96, 123, 125):
        j += 1
    return host, end, j


@kernel
def close_block(now: Any, before: Any, shared: Any, row: Any) -> None:
    """Offers of the window of ``before`` and ``now``; then ``now`` becomes ``before``."""
    window = np.empty(WINDOW, np.int32)
    for k in range(WINDOW):
        window[k] = now[k] + before[k] - shared[k]
        before[k] = now[k]
        now[k] = 0
        shared[k] = 0
    ask = (
        window[ASK]
        + PHONE_POINTS * min(window[W_PHONES], MOST_PHONES)
        + URL_POINTS * min(window[W_URLS], MOST_URLS)
    )
    prices = PRICE_POINTS * min(window[W_PRICES], MOST_PRICES) + PERCENT_POINTS * min(window[W_PERCENTS], MOST_PERCENTS)
    for offer in range(OFFERS):
        points = window[offer] + (prices if offer == PROMOTION else 0)
        row[offer] = max(row[offer], min(points, ask) - window[REPORT])


@kernel
def blank(points: Any, i: int, end: int) -> bool:
    """Whether nothing but white space stands from ``i`` to ``end``."""
    while i < end and points[i] <= 32:
        i += 1
    return i >= end


@kernel
def number(points: Any, n: int, i: int) -> Any:
    """(end, column of ``row`` that the number adds to, or -1) of the digits at ``i``."""
    if points[i] < 50:
        end = phone(points, n, i)
        if end > i:
            return end, PHONES
    end = i
    while end < n and (is_digit(points[end]) or points[end] == 44 or points[end] == 46):
        end += 1
    k = end + (points[end] == 32)
    unit = points[k] if k < n else 0
    if unit == 37:  # %
        return k, PERCENTS
    if unit == 0xB9CC or unit == 0xCC9C:  # 만 천
        k += 1 + (points[k + 1] == 32)
        return end, PRICES if k < n and points[k] == 0xC6D0 else -1
    return end, PRICES if unit == 0xC6D0 else -1  # 원


@kernel
def masked(points: Any, n: int, i: int) -> int:
    """The end of the mark of a mask at ``i`` (corpus.masks), ``i`` where there is none."""
    for k in range(4):
        if i + k >= n or points[i + k] != 42:
            return i
    if i + 4 < n and points[i + 4] == 64:
        return i + 5
    if i + 8 >= n or points[i + 4] != 45:
        return i
    for k in range(5, 9):
        if points[i + k] != 42:
            return i
    return i + 9


@kernel
def count_host(points: Any, start: int, end: int, hosts: Any, row: Any) -> None:
    value = np.uint64(0)
    for k in range(start, end):
        value = (value ^ np.uint64(points[k])) * np.uint64(0x100000001B3)
    for k in range(row[HOSTS]):
        if hosts[k] == value:
            return
    if row[HOSTS] < MOST_HOSTS:
        hosts[row[HOSTS]] = value
        row[HOSTS] += 1


@kernel
def count_term(term: int, i: int, end: int, place: int, values: Any, seen: Any, stamp: int, now: Any, shared: Any,
               row: Any) -> int:  # fmt: skip
    """Add a term at ``i``; returns the end of the last place."""
    family = values[term, 0]
    if family == ASK:
        row[ASKS] += 1
    elif family == AFFILIATE:
        row[NOTICES] += 1
        row[NOTICE_LAST] = i
        if row[NOTICE_FIRST] < 0:
            row[NOTICE_FIRST] = i
    elif F_TRANSLATED <= family <= F_LEFTOVER:
        row[TRANSLATED + family - F_TRANSLATED] += 1
    if values[term, 4] and i - place <= GAP:
        row[PAIRS] += 1
    if family == REGION:
        row[REGIONS] += 1
        place = end
    if seen[term] != stamp:
        now[family] += values[term, 1]
        now[ASK] += values[term, 2]
        if seen[term] == stamp - 1:
            shared[family] += values[term, 1]
            shared[ASK] += values[term, 2]
        seen[term] = stamp
    return place


@kernel
def scan(
    points: Any, n: int, places: Any, m: int, root: Any, keys: Any, states: Any, terms: Any, values: Any,
    seen: Any, stamp: int, hosts: Any, row: Any,
) -> int:  # fmt: skip
    """Fill one document's ``row``; ``seen`` holds the block in which each term was met last.  Returns the last block.

    ``hosts`` is scratch of MOST_HOSTS hashes.
    """
    now, before, shared = np.zeros(WINDOW, np.int32), np.zeros(WINDOW, np.int32), np.zeros(WINDOW, np.int32)
    row[CHARACTERS] = n
    row[NOTICE_FIRST] = row[NOTICE_LAST] = -1
    mask = np.int64(len(keys) - 1)
    place = -GAP - 1
    tag_end = tail = done = 0
    border = BLOCK
    stamp += 2  # the block before the first is nobody's
    for c in range(m):
        i = np.int64(places[c])
        if i < done:
            continue
        while i >= border:
            close_block(now, before, shared, row)
            border += BLOCK
            stamp += 1
        first = points[i]
        at = i  # where a term may begin
        if is_digit(first):
            end, column = number(points, n, i)
            if column >= 0:
                row[column] += 1
                now[W_PHONES if column == PHONES else W_PRICES if column == PRICES else W_PERCENTS] += 1
                done = end
        elif first == 42:
            end = masked(points, n, i)
            if end > i:
                row[PHONES] += 1
                now[W_PHONES] += 1
                done = end
        elif first == 40:  # 인공지능(Artificial Intelligence)
            row[GLOSSES] += 97 <= points[i + 1] <= 122
        elif first == 35:
            if is_word(points[i + 1]) and not is_digit(points[i + 1]) and not (
                i and (is_word(points[i - 1]) or points[i - 1] == 47 or points[i - 1] == 40)
            ):
                row[HASHTAGS] += 1
                tail = tail + 1 if blank(points, tag_end, i) else 1
                tag_end = i + 1
                while tag_end < n and points[tag_end] > 32 and points[tag_end] != 35:
                    tag_end += 1
        elif first == 104 or first == 119:
            host, host_end, end = url(points, n, i)
            if end > i:
                row[URLS] += 1
                now[W_URLS] += 1
                row[URL_CHARACTERS] += end - i
                count_host(points, host, host_end, hosts, row)
                at, done = host, end
                first = points[at]
        if done > i and at == i:
            continue
        # Walked here and not in a function: passing arrays would cost more than the walk.
        term, end = np.int64(-1), i
        state = np.int64(root[first]) if first < REACH else follow(0, first, keys, states)
        j = at + 1
        while state:
            ending = terms[state]
            if ending >= 0:
                borders = values[ending, 3]
                if not (borders & 1 and at and is_word(points[at - 1]) or borders & 2 and is_word(points[j])):
                    term, end = np.int64(ending), j
            if j >= n:
                break
            key = state << 21 | np.int64(points[j]) | MET
            slot = np.int64(np.uint64(key) * _SPREAD >> np.uint64(40)) & mask
            while keys[slot] and keys[slot] != key:
                slot = (slot + 1) & mask
            state = np.int64(states[slot])
            j += 1
        if term < 0 and is_syllable(first) and is_mark(points[i + 1]) and not (i and is_syllable(points[i - 1])):
            term, end = match_apart(points, n, i, root, keys, states, terms)
            if term >= 0 and values[term, 1] and values[term, 0] < OFFERS:
                row[HIDDEN] += 1
                now[ASK] += HIDDEN_ASK
        if term >= 0:
            place = count_term(term, i, end, place, values, seen, stamp, now, shared, row)
            done = max(done, end)
    close_block(now, before, shared, row)
    row[TAIL] = tail if blank(points, tag_end, n) else 0
    return stamp


@kernel
def measure(
    data: Any, offsets: Any, root: Any, pairs: Any, keys: Any, states: Any, terms: Any, values: Any, out: Any
) -> None:
    """Fill ``out`` (int32, documents x WIDTH, zeroed) from UTF-8 ``data`` (uint8) and ``offsets`` (int64)."""
    longest = np.int64(0)
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    points, places = np.zeros(longest + 2, np.int32), np.empty(longest + 1, np.int32)
    seen = np.full(len(values), -2, np.int32)
    hosts = np.empty(MOST_HOSTS, np.uint64)
    stamp = 0
    for d in range(len(offsets) - 1):
        n, m = decode(data, offsets[d], offsets[d + 1], pairs, points, places)
        points[n + 1] = 0
        stamp = scan(points, n, places, m, root, keys, states, terms, values, seen, stamp, hosts, out[d])
