"""One pass over code points: terms of a trie, links, numbers to call, prices, hashtags; and offers, by window.

A window is two neighbouring blocks of BLOCK characters, so that a line of spam in a long page counts as it would
alone.  Inside a window a term counts once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.spam.forms_kernel import (
    FLAGS,
    KEY,
    KEY_BITS,
    POINT_BITS,
    REACH,
    SPREAD,
    blank,
    candidates,
    fold,
    follow,
    is_digit,
    is_mark,
    is_syllable,
    is_word,
    masked,
    phone,
    url,
)

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
WEAK = OFFERS + 13  # points of terms of one point, by offer
WINDOW = OFFERS + 13 + OFFERS
PROMOTION = 9  # the offer to which prices count

# Points in a window: two numbers to call, two links, four prices and two percentages count.
PHONE_POINTS, URL_POINTS, PRICE_POINTS, PERCENT_POINTS = 2, 1, 1, 1
MOST_WEAK = 2  # words that only name the thing count no more than this, however many there are
ASK_WEIGHT = 2  # an offer needs half as much that asks as that is offered
MOST_PHONES, MOST_URLS, MOST_PRICES, MOST_PERCENTS = 2, 2, 4, 2
HIDDEN_ASK = 2  # a term that is taken apart by marks asks, whatever it says
GAP = 3  # characters between a place and the service behind it
MOST_HOSTS = 256


@kernel
def match_apart(points: Any, n: Any, i: Any, root: Any, edges: Any, terms: Any, values: Any) -> Any:
    """(term, its end) of an offer's longest term at ``i`` with one or two marks behind every syllable but the last,
    which stands alone; (-1, i) where there is none."""
    found, end = -1, i
    state = np.int64(root[points[i]])
    j = i
    while state and j + 2 < n and is_mark(points[j + 1]):
        j += 2 if is_syllable(points[j + 2]) or not is_mark(points[j + 2]) else 3
        if j >= n or not is_syllable(points[j]):
            break
        state = follow(state, points[j], edges)
        ending = terms[state] if state and (j + 1 == n or not is_syllable(points[j + 1])) else -1
        if ending >= 0 and values[ending, 0] < OFFERS:
            found, end = ending, j + 1
    return found, end


@kernel
def close_block(now: Any, before: Any, shared: Any, row: Any) -> None:
    """Offers of the window of ``before`` and ``now``; then ``now`` becomes ``before``."""
    window = np.empty(WINDOW, np.int32)
    for k in range(WINDOW):
        window[k] = now[k] + before[k] - shared[k]
        before[k] = now[k]
        now[k] = 0
        shared[k] = 0
    ask = window[ASK] + PHONE_POINTS * min(window[W_PHONES], MOST_PHONES) + URL_POINTS * min(window[W_URLS], MOST_URLS)
    prices = PRICE_POINTS * min(window[W_PRICES], MOST_PRICES) + PERCENT_POINTS * min(window[W_PERCENTS], MOST_PERCENTS)
    for offer in range(OFFERS):
        points = window[offer] + min(window[WEAK + offer] + (prices if offer == PROMOTION else 0), MOST_WEAK)
        row[offer] = max(row[offer], min(points, ASK_WEIGHT * ask) - window[REPORT])


@kernel
def number(points: Any, n: Any, i: Any) -> Any:
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
def count_host(points: Any, start: Any, end: Any, hosts: Any, row: Any) -> None:
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
def count_term(term: Any, i: Any, end: Any, place: Any, values: Any, seen: Any, stamp: Any, now: Any, shared: Any,
               row: Any) -> Any:  # fmt: skip
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
        column = family + WEAK if family < OFFERS and values[term, 1] == 1 else family
        now[column] += values[term, 1]
        now[ASK] += values[term, 2]
        if seen[term] == stamp - 1:
            shared[column] += values[term, 1]
            shared[ASK] += values[term, 2]
        seen[term] = stamp
    return place


@kernel
def scan(
    points: Any, n: Any, places: Any, m: Any, root: Any, edges: Any, terms: Any, values: Any,
    seen: Any, stamp: Any, hosts: Any, row: Any,
) -> Any:  # fmt: skip
    """Fill one document's ``row``; ``seen`` holds the block in which each term was met last.  Returns the last block.

    ``hosts`` is scratch of MOST_HOSTS hashes.
    """
    now, before, shared = np.zeros(WINDOW, np.int32), np.zeros(WINDOW, np.int32), np.zeros(WINDOW, np.int32)
    row[CHARACTERS] = n
    row[NOTICE_FIRST] = row[NOTICE_LAST] = -1
    mask = np.int64(len(edges) - 1)
    place = -GAP - 1
    tag_end: Any = 0
    done: Any = 0
    tail = 0
    border = BLOCK
    stamp += 2  # the block before the first is nobody's
    for c in range(m):
        i = np.int64(places[c]) >> 1
        if i < done:
            continue
        while i >= border:
            close_block(now, before, shared, row)
            border += BLOCK
            stamp += 1
        if places[c] & 1 == 0:
            continue
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
            if (
                is_word(points[i + 1])
                and not is_digit(points[i + 1])
                and not (i and (is_word(points[i - 1]) or points[i - 1] == 47 or points[i - 1] == 40))
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
        state = np.int64(root[first]) if first < REACH else follow(0, first, edges)
        j = at + 1
        while state:
            ending = terms[state]
            if ending >= 0:
                borders = values[ending, 3]
                if not ((borders & 1 and at and is_word(points[at - 1])) or (borders & 2 and is_word(points[j]))):
                    term, end = np.int64(ending), j
            if j >= n:
                break
            key = state << POINT_BITS | (np.int64(points[j]) + 1)
            slot = np.int64(np.uint64(key) * SPREAD >> np.uint64(40)) & mask
            while edges[slot] and edges[slot] & KEY != key:
                slot = (slot + 1) & mask
            state = edges[slot] >> KEY_BITS
            j += 1
        if term < 0 and is_syllable(first) and is_mark(points[i + 1]) and not (i and is_syllable(points[i - 1])):
            term, end = match_apart(points, n, i, root, edges, terms, values)
            if term >= 0:
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
    read: Any, offsets: Any, root: Any, pairs: Any, openings: Any, characters: Any, edges: Any, terms: Any, values: Any,
    out: Any,
) -> None:  # fmt: skip
    """Fill ``out`` (int32, documents x WIDTH, zeroed) from code points ``read`` (uint32) and ``offsets`` (int64)."""
    longest = np.int64(0)
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    points, places = np.zeros(longest + 2, np.int32), np.empty(longest + 1, np.int64)
    sorts, flags = np.empty(longest + 2, np.uint16), np.empty(FLAGS, np.uint8)
    seen = np.full(len(values), -2, np.int32)
    hosts = np.empty(MOST_HOSTS, np.uint64)
    stamp: Any = np.int64(0)  # of a type: numba compiles a called kernel anew for a bare 0
    for d in range(len(offsets) - 1):
        n = fold(read, offsets[d], offsets[d + 1], characters, points, sorts)
        m = candidates(points, sorts, n, pairs, openings, flags, places)
        stamp = scan(points, n, places, m, root, edges, terms, values, seen, stamp, hosts, out[d])
