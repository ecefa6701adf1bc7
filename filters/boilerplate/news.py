"""Editor: datelines, bylines and stamps before a news article, affiliations, tips and notices behind it.

HyperCLOVA drops a news article's first line and its closing affiliation phrase (paper, appendix A.2).  Here a
piece goes only where a form of filters/boilerplate/news_forms.py proves it, and only in the unbroken run of such
lines at the top or bottom, or at the end of the last line: what stands between two sentences stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from filters.boilerplate import news_forms as forms


class News:
    """Counts by type: ``news.dateline``, ``.byline``, ``.stamp``, ``.copyright``, ``.related``, ``.tip``,
    ``.email``, ``.affiliation``, ``.end``, and ``.reserved`` for a notice that bars training."""

    name = "news"
    version = 1

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        """The article, empty when the text is nothing but its frame."""
        counts: Counter[str] = Counter()
        left = _tail(_head(text, counts), counts)
        while left != text and counts:  # what goes at one end may bare a form at the other
            text, left = left, _tail(_head(left, counts), counts)
        return (left, dict(counts)) if counts else (text, {})


def _head(text: str, counts: Counter[str]) -> str:
    while True:
        text = text.lstrip("\n")
        end = text.find("\n")
        line = text if end < 0 else text[:end]
        hinted = len(line) <= forms.LINE and any(word in line for word in forms.HEAD_WORDS)
        kind = _head_kind(line) if hinted else None
        if kind is None:
            break
        counts[f"news.{kind}"] += 1
        text = "" if end < 0 else text[end + 1 :]
    while forms.may_open(text) and (found := forms.DATELINE.match(text[: forms.HEAD])):
        counts["news.dateline"] += 1
        text = text[found.end() :]
    return text


def _head_kind(line: str) -> str | None:
    if forms.STAMP.fullmatch(line):
        return "stamp"
    return "byline" if forms.BYLINE_LINE.fullmatch(line) or forms.EMAIL_LINE.fullmatch(line) else None


def _tail(text: str, counts: Counter[str]) -> str:
    while text := text.rstrip():
        start = text.rfind("\n") + 1
        line = text[start:]
        hinted = any(word in line[-forms.LINE :] for word in forms.TAIL_WORDS)
        kind = _tail_kind(line) if hinted and line and len(line) <= forms.LINE else None
        if kind == "affiliation" and not forms.may_close(text[:start]):
            kind = None
        if kind is not None:
            _count(counts, kind, line)
            text = text[:start]
            continue
        cut = _related(text)
        if cut is not None:
            counts["news.related"] += 1
            text = text[:cut]
            continue
        closing = forms.closing_pieces(line) if hinted else None
        if closing is None:
            return text
        for name, piece in closing[1]:
            _count(counts, name, piece)
        text = text[: start + closing[0]]
    return text


def _count(counts: Counter[str], kind: str, piece: str) -> None:
    counts[f"news.{kind}"] += 1
    if forms.RESERVED.search(piece):
        counts["news.reserved"] += 1


def _tail_kind(line: str) -> str | None:
    if forms.rights_line(line):
        return "copyright"
    return None if forms.is_prose(line) else next((kind for kind, form in _TAIL if form.fullmatch(line)), None)


_TAIL = (
    ("end", forms.END_MARK),
    ("stamp", forms.STAMP),
    ("byline", forms.BYLINE_LINE),
    ("tip", forms.TIP),
    ("tip", forms.CONTACT),
    ("email", forms.EMAIL_LINE),
    ("related", forms.RELATED),
    ("related", forms.RELATED_HEAD),
    ("affiliation", forms.AFFILIATION),
)


def _related(text: str) -> int | None:
    """Where a closing heading of related articles begins: below it only short lines that are no sentences."""
    end = len(text)
    if not any(word in text[-forms.RELATED_LINES * forms.RELATED_CHARACTERS :] for word in forms.RELATED_WORDS):
        return None
    for _ in range(forms.RELATED_LINES + 1):
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if line and forms.RELATED_HEAD.fullmatch(line[: forms.LINE + 1]):
            return start
        if start == 0 or len(line) > forms.RELATED_CHARACTERS or line.rstrip()[-1:] in tuple(".!?。"):
            return None
        end = start - 1
    return None
