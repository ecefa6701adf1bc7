"""What of a text's first lines says its title and nothing more, and may go: never code, items, quotes or verse."""

from __future__ import annotations

import re

MINIMUM = 5  # characters of a title, and letters of what follows it in its line
# Lines that are not blank: a heading that says its page's title stands below a script and a summary, one of the first
# level also below a menu; one of another level further down is a section's.
HEADINGS, FIRST_LEVEL = 6, 24
VERSE, VERSE_LINES = 40, 4  # characters, lines: a text of so many lines, none longer, is verse or a list

_SENTENCE = re.compile(r"(?<=[.!?。…])[ \t]+")
_ANCHOR = re.compile(r"\s*\{#[^{}\s]{1,80}\}\s*$")  # # 제목 {#title}
# What may stand around the title without making the line say more: heading marks, quotes, a full stop.
_AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"
_MARKS = 144  # characters around a title in its line
_CODE = tuple(";{}(=\\")
_FENCES = ("```", "~~~")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
# Lines that belong to something else: indented, items, quotes, table rows, numbers, code (and _CODE at the end).
_BOUND = re.compile(
    r" {4}| {0,3}\t|\s*(?:[-+*•·○●◦▪□■▶]\s|[>|]|\(?[0-9]{1,4}[.)]|(?!\([주사재유]\))\(?[가-힣A-Za-z][.)]|[①-⑳㉮-㉻⑴-⒇])"
    r"|\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?\s*$|from\s+[\w.]+\s+import\s|#include|#!|<[A-Za-z/!])"
)


def squeezed(text: str) -> str:
    return "".join(text.strip(_AROUND).split())


def without_title(text: str, wanted: str) -> tuple[str, int]:
    """The text without the repetitions at its head, and their number.  A line that goes is not counted, so that
    what comes to the head with it is looked at as if it had stood there."""
    kept: list[str] = []
    start = number = dropped = 0
    fenced = cut = False
    while number < FIRST_LEVEL and start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start : start + 8].lstrip().startswith(_FENCES):
            fenced = not fenced
        elif not fenced and (said := _said(text, start, end, wanted, number)):
            dropped += said[1]
            start, cut = start + said[0], True
            if start > end:
                continue
        blank = not text[start:end].strip()
        if not (blank and cut and (not kept or not kept[-1].strip())):  # of blank lines around it one side stays
            kept.append(text[start:end])
            cut = False
        number += not blank
        start = end + 1
    return "\n".join([*kept, text[start:]] if start <= len(text) else kept).strip("\n"), dropped


def _said(text: str, start: int, end: int, wanted: str, number: int) -> tuple[int, int] | None:
    """How many characters at the beginning of a line say nothing but the title, and how often; where the line goes
    whole, its break is one of them.  ``number`` lines that are not blank stay above it."""
    reach = 2 * len(wanted) + _MARKS
    if _HEADING.match(text, start, end):
        if number >= HEADINGS and not text.startswith("# ", start):
            return None
        line = text[start : min(end, start + reach)]
        said = len(line) == end - start and wanted in (squeezed(line), squeezed(_ANCHOR.sub("", line)))
        return (end + 1 - start, 1) if said else None
    if number or _BOUND.match(text, start, end) or text[max(start, end - 8) : end].rstrip().endswith(_CODE):
        return None
    at, times = start, 0
    while True:
        opening = text[at : min(end, at + reach)]
        if at + len(opening) == end and squeezed(opening) == wanted:
            at, times = end + 1, times + 1
            break
        split = _SENTENCE.search(opening)
        if split is None or squeezed(opening[: split.start()]) != wanted:
            break
        rest = at + split.end()
        if sum(map(str.isalpha, text[rest : min(end, rest + reach)])) < MINIMUM:
            break
        at, times = rest, times + 1
    return (at - start, times) if times and not _recurs(text[end + 1 :], wanted) else None


def _recurs(below: str, wanted: str) -> bool:
    """Whether a line further down says the same, a refrain or a form's field, or all is verse that begins with it."""
    apart = not below.partition("\n")[0].strip()  # as a title stands, and no verse
    lines = [line for line in below.split("\n") if line and not line.isspace() and not _HEADING.match(line)]
    if not apart and len(lines) >= VERSE_LINES and max(map(len, lines)) <= VERSE:
        return True
    reach = 2 * len(wanted) + _MARKS
    return any(len(wanted) <= len(line) <= reach and squeezed(line) == wanted for line in lines)
