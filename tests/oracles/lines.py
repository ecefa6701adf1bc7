"""The definition of repeated lines, slow and obvious: what the kernels of filters.boilerplate must equal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

BLANK, MARKS, FENCED, LONG, PLAIN, LIST, ROW, HEADING = 0, 1, 2, 3, 4, 5, 6, 7
SECTION, EDGE, BLOCK, ALONE, ANYWHERE = 1, 2, 3, 4, 5
MAXIMUM = 800
LETTER = re.compile("[A-Za-z\u00c0-\u1fff\u3040-\ud7ff]")


def folded(line: str) -> str:
    """What of a line its key depends on."""
    line = re.sub(r"(?<![0-9])[0-9]+(?:[,.:]?[0-9]+)*", "0", line)
    return re.sub("[\x01-\x20\u00a0\u3000]", "", line)


def form(line: str) -> int:
    """Of a line outside fences."""
    bare = line.lstrip(" \t")
    if len(line.encode()) > MAXIMUM:
        return LONG
    if re.match(r"```|~~~", bare) or (bare and re.match("\t|[ \t]{4}", line) and not re.match(r"#|[-*+] |•", bare)):
        found = FENCED
    elif bare.startswith("#"):
        found = HEADING
    elif re.match(r"[-*+] |•", bare):
        found = LIST
    else:
        found = ROW if "|" in line else PLAIN
    if not folded(line):
        return BLANK
    return found if found == FENCED or LETTER.search(line) else MARKS


def forms(lines: Sequence[str]) -> list[int]:
    found, fence = [], ""
    for line in lines:
        kind = form(line)
        mark = line.lstrip(" \t")[:3]
        if kind == FENCED and mark in ("```", "~~~"):
            fence = "" if fence == mark else fence or mark
        elif fence:
            kind = FENCED
        found.append(kind)
    return found


def kept(lines: Sequence[str], known: Mapping[str, int]) -> list[str]:
    """The lines with ink that stay, in one pass; ``known``: folded line -> reach."""
    kinds = forms(lines)
    rows = [(n, line, kind) for n, (line, kind) in enumerate(zip(lines, kinds, strict=True)) if kind != BLANK]
    reach = [known.get(folded(line), 0) if kind in (PLAIN, LIST, ROW, HEADING) else 0 for _, line, kind in rows]
    marks = [kind == MARKS for _, _, kind in rows]
    size = len(rows)

    def one_list(a: int, b: int) -> bool:
        return rows[a][2] == rows[b][2] and rows[a][2] in (LIST, ROW) and rows[b][0] == rows[a][0] + 1

    def shrunk(run: list[int]) -> list[int]:
        while True:
            before = len(run)
            while run and run[-1] + 1 < size and (marks[run[-1]] or rows[run[-1]][2] == HEADING):
                run = run[:-1]
            while run and run[-1] + 1 < size and one_list(run[-1], run[-1] + 1):
                run = run[:-1]
            while run and run[0] > 0 and marks[run[0]]:
                run = run[1:]
            while run and run[0] > 0 and one_list(run[0] - 1, run[0]):
                run = run[1:]
            if len(run) == before:
                return run

    def told(run: list[int]) -> list[int]:
        return [reach[n] for n in run if not marks[n]]

    def edge_goes(run: list[int]) -> bool:
        values = told(run)
        return (
            len(values) >= 8 or sum(value >= EDGE for value in values) >= 2 or any(value >= ALONE for value in values)
        )

    gone: set[int] = set()
    head = 0
    while head < size and (reach[head] or marks[head]):
        head += 1
    first = shrunk(list(range(head)))
    removed_to = 0
    if edge_goes(first):
        gone |= set(first)
        removed_to = len(first)
    tail = size
    while tail > len(first) and (reach[tail - 1] or marks[tail - 1]):
        tail -= 1
    last = shrunk(list(range(tail, size)))
    amid_to = last[0] if last else size
    if edge_goes(last):
        gone |= set(last)
    for least, length in ((SECTION, 8), (BLOCK, 3)):
        run: list[int] = []
        for n in range(removed_to, amid_to + 1):
            if n < amid_to and (reach[n] >= least or marks[n]):
                run += [n]
            elif run:
                block = shrunk(run)
                if len(told(block)) >= length:
                    gone |= set(block)
                run = []
    for n in range(size):
        beside = (n > 0 and one_list(n - 1, n)) or (n + 1 < size and one_list(n, n + 1))
        if reach[n] == ANYWHERE and rows[n][2] != HEADING and not beside:
            gone.add(n)
    return [line for n, (_, line, _) in enumerate(rows) if n not in gone and line.strip()]
