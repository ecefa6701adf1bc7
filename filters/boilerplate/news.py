"""Editor: datelines, bylines and stamps before a news article, affiliations, tips and notices behind it.

HyperCLOVA drops a news article's first line and its closing affiliation phrase (paper, appendix A.2).  Here a
piece goes only where a form of filters/boilerplate/news_forms.py proves it, and only in the unbroken run of such
lines at the top or bottom, or at the end of the last line: what stands between two sentences stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from filters.boilerplate import news_forms as forms
from filters.boilerplate.news_tail import without_tail


class News:
    """Counts by type: ``news.dateline``, ``.byline``, ``.stamp``, ``.cue``, ``.copyright``, ``.related``, ``.tip``,
    ``.email``, ``.credit``, ``.affiliation``, ``.end``, and ``.reserved`` for a notice that bars training."""

    name = "news"
    version = 2

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        """The article, empty when the text is nothing but its frame."""
        counts: Counter[str] = Counter()
        left = without_tail(_head(text, counts), counts)
        while left != text and counts:  # what goes at one end may bare a form at the other
            text, left = left, without_tail(_head(left, counts), counts)
        return (left, dict(counts)) if counts else (text, {})


def _head(text: str, counts: Counter[str]) -> str:
    while True:
        text = text.lstrip("\n")
        end = text.find("\n")
        line = text if end < 0 else text[:end]
        hinted = len(line) <= forms.LINE and any(word in line for word in forms.HEAD_WORDS)
        kind = _head_kind(line, text) if hinted else None
        if kind is None:
            break
        counts[f"news.{kind}"] += 1
        text = "" if end < 0 else text[end + 1 :]
    while forms.may_open(text) and (found := forms.DATELINE.match(text[: forms.HEAD])):
        counts["news.dateline"] += 1
        text = text[found.end() :]
    return text


def _head_kind(line: str, text: str) -> str | None:
    if forms.STAMP.fullmatch(line):
        return "stamp"
    if forms.CUE.fullmatch(line):  # of a dialogue every turn stays
        return "cue" if forms.TURN.search(text, len(line)) is None else None
    return "byline" if forms.BYLINE_LINE.fullmatch(line) or forms.EMAIL_LINE.fullmatch(line) else None
