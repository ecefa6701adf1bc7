"""Kernel of the editor: which lines of a text are a site's menus and footers.

Reach says where a known line may be taken out: SECTION in a run of eight or more, EDGE also in one of two
or more at the beginning or the end, BLOCK also in one of three or more amid text, ALONE also as the only
one at an edge, ANYWHERE.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.boilerplate.lines_kernel import BLANK, FENCED, HEADING, LIST, LONG, MARKS, ROW, find, read_lines

Array = np.ndarray[Any, np.dtype[Any]]

SECTION, EDGE, BLOCK, ALONE, ANYWHERE = 1, 2, 3, 4, 5
TEXT, NEUTRAL = 0, 9
RUN = 2  # known lines of a run at an edge
RUN_AMID = 3  # known lines of a run amid text
RUN_LONG = 8  # known lines of a run anywhere


@kernel
def _listed(forms: Array, lines: Array, a: int, b: int) -> bool:
    """Are the neighbours a and b items of one list, or rows of one table, with no blank line between?"""
    form = forms[lines[a]]
    return bool(form in (LIST, ROW) and forms[lines[b]] == form and lines[b] == lines[a] + 1)


@kernel
def _shrunk(states: Array, forms: Array, lines: Array, low: int, high: int, first: int, last: int) -> Any:
    """The run [low, high) without what belongs to the text beside it, inside [first, last).

    At either end: marks, the part of a list or table that goes on outside; at its end, headings of what
    follows.  Nothing is cut where the run reaches the text's own end.
    """
    while True:
        before = high - low
        if high < last:
            while high > low and (states[high - 1] == NEUTRAL or forms[lines[high - 1]] == HEADING):
                high -= 1
            while high > low and _listed(forms, lines, high - 1, high):
                high -= 1
        if low > first:
            while low < high and states[low] == NEUTRAL:
                low += 1
            while low < high and _listed(forms, lines, low - 1, low):
                low += 1
        if high - low == before:
            return low, high


@kernel
def _known(states: Array, low: int, high: int, least: int) -> int:
    total = 0
    for n in range(low, high):
        total += states[n] != NEUTRAL and states[n] >= least
    return total


@kernel
def _edge(states: Array, low: int, high: int) -> bool:
    """Is the run at an edge to go?"""
    alone = _known(states, low, high, ALONE) > 0
    return bool(alone or _known(states, low, high, EDGE) >= RUN or _known(states, low, high, SECTION) >= RUN_LONG)


@kernel
def _amid(states: Array, forms: Array, lines: Array, low: int, high: int, least: int, run: int, gone: Array) -> None:
    """Mark runs of at least ``run`` lines of reach ``least`` inside [low, high)."""
    n = low
    while n < high:
        if states[n] < least:
            n += 1
            continue
        end = n
        while end < high and states[end] >= least:
            end += 1
        start, stop = _shrunk(states, forms, lines, n, end, 0, len(states))
        if _known(states, start, stop, least) >= run:
            for k in range(start, stop):
                gone[lines[k]] = 1
        n = end


@kernel
def mark(data: Array, site: Any, keys: Array, reach: Array, low: int, high: int, ends: Array, gone: Array) -> int:
    """Set ``gone`` (uint8 per line) for the lines to remove, fill ``ends``; returns how many known ones go.

    keys[low:high] are the site's lines, ascending.
    """
    count = len(ends)
    line_keys = np.empty(count, np.uint64)
    forms = np.empty(count, np.int64)
    read_lines(data, site, ends, line_keys, forms)
    states = np.empty(count, np.int64)
    lines = np.empty(count, np.int64)  # of those that are not blank
    total = 0
    met = False
    for n in range(count):
        form = forms[n]
        if form == BLANK:
            continue
        state = np.int64(TEXT)
        if form == MARKS:
            state = np.int64(NEUTRAL)
        elif form != FENCED and form != LONG:
            place = find(keys, low, high, line_keys[n])
            if place >= 0:
                state = np.int64(reach[place])
                met = True
        states[total] = state
        lines[total] = n
        total += 1
    if not met:
        return 0
    states, lines = states[:total], lines[:total]
    first = 0
    while first < total and states[first] != TEXT:
        first += 1
    start, stop = _shrunk(states, forms, lines, 0, first, 0, total)
    first = stop
    if _edge(states, start, stop):
        for n in range(stop):
            gone[lines[n]] = 1
    else:
        stop = 0
    last = total
    while last > first and states[last - 1] != TEXT:
        last -= 1
    start, _ = _shrunk(states, forms, lines, last, total, 0, total)
    last = start
    if _edge(states, start, total):
        for n in range(start, total):
            gone[lines[n]] = 1
    _amid(states, forms, lines, stop, last, SECTION, RUN_LONG, gone)
    _amid(states, forms, lines, stop, last, BLOCK, RUN_AMID, gone)
    for n in range(total):
        alone = states[n] == ANYWHERE and forms[lines[n]] != HEADING
        beside = (n > 0 and _listed(forms, lines, n - 1, n)) or (n + 1 < total and _listed(forms, lines, n, n + 1))
        if alone and not beside:
            gone[lines[n]] = 1
    known = 0
    for n in range(total):
        known += gone[lines[n]] == 1 and states[n] != NEUTRAL
    return known
