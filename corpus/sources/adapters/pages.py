"""Adapters of records that are whole documents: news, blog and café posts, statutes, encyclopedia articles."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from corpus.sources.adapters.adapter import Plain, area_of, merged_signals, with_changes
from corpus.sources.adapters.config import Posts
from corpus.sources.config import InputConfig
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft, value
from corpus.sources.signals import permission, signal

NOT_AN_ARTICLE = "page.not_an_article"
_NUMBER = re.compile(r"([0-9]{1,9})((?:의[0-9]{1,9}){0,3})")
_NO_REDIRECT = ("n", "no", "false", "0", "0.0")


class NewsAdapter(Plain):
    """The section is the area; whether there is a title, without which its repetition cannot be found, is counted."""

    def draft(self, raw: RawRecord) -> Draft:
        draft = self.mapper.draft(raw)
        section = _text(value(raw.fields or {}, self.item.news.section))
        self.rules.note("news.section", section is not None)
        self.rules.note("news.title_in_body", draft.title is not None)
        return with_changes(draft, area=area_of(draft, section))


class PostsAdapter(Plain):
    """Boards and the service's verdicts.  A verdict given as a truth value is a score of 1 or 0."""

    def __init__(self, item: InputConfig, native: bool = False) -> None:
        super().__init__(item, native)
        self.posts: Posts = item.cafe if item.adapter == "cafe" else item.blog

    def draft(self, raw: RawRecord) -> Draft:
        record, names, rule = raw.fields or {}, self.posts, str(self.item.adapter)
        draft = self.mapper.draft(raw)
        board = _text(value(record, names.board))
        found: dict[str, Any] = {
            "board": board,
            "spam": _score(value(record, names.spam)),
            "promotion": _score(value(record, names.promotion)),
            "search_allowed": permission(self.item.name, value(record, names.search_allowed)),
            "likes": signal("int32", value(record, names.likes)),
        }
        for name in ("board", "spam", "promotion", "search_allowed"):
            self.rules.note(f"{rule}.{name}", found[name] is not None)
        return with_changes(draft, area=area_of(draft, board), signals=merged_signals(draft.signals, **found))


class StatutesAdapter(Plain):
    """Every line of a statute is law: no editor takes one, and articles keep their numbers and headings."""

    def draft(self, raw: RawRecord) -> Draft:
        record, names = raw.fields or {}, self.item.statutes
        articles = value(record, names.articles)
        structured = isinstance(articles, list)
        draft = self.mapper.draft(raw, text_needed=not structured)
        draft.meta.pop(names.articles, None)
        if self.rules.note("statutes.articles", structured) and not draft.text and not draft.html:
            written = (self._article(item) for item in articles)
            draft = with_changes(draft, text="\n\n".join(article for article in written if article))
        return with_changes(draft, verbatim=True)

    def _article(self, item: Any) -> str:
        if not isinstance(item, Mapping):
            return item if isinstance(item, str) else ""
        names = self.item.statutes
        number, heading, body = (value(item, name) for name in (names.number, names.heading, names.body))
        lines = [_article_number(number)]
        if isinstance(heading, str) and heading:
            lines[0] += f"({heading})"
        paragraphs = body if isinstance(body, list) else [body]
        lines += [part for part in paragraphs if isinstance(part, str)]
        return "\n".join(line for line in lines if line)


class EncyclopediaAdapter(Plain):
    """Articles alone, whole: redirects and pages of other namespaces are dropped, no line of an article is."""

    def draft(self, raw: RawRecord) -> Draft:
        record, names = raw.fields or {}, self.item.encyclopedia
        sections = value(record, names.sections)
        structured = isinstance(sections, list)
        draft = self.mapper.draft(raw, text_needed=not structured)
        draft.meta.pop(names.sections, None)
        if self.rules.note("encyclopedia.sections", structured) and not draft.text and not draft.html:
            draft = with_changes(draft, text="\n\n".join(filter(None, map(self._section, sections))))
        redirect, namespace = value(record, names.redirect), value(record, names.namespace)
        if isinstance(redirect, str):  # dumps give the title that it leads to, which may be a word of yes or no (참, X)
            is_redirect = redirect.strip().lower() not in _NO_REDIRECT if redirect else None
        else:
            is_redirect = signal("bool", redirect)
        drop = draft.drop
        if self.rules.note("encyclopedia.redirect", is_redirect is not None) and is_redirect:
            drop = drop or NOT_AN_ARTICLE
        known = self.rules.note("encyclopedia.namespace", isinstance(namespace, str | int))
        if known and str(namespace) not in names.namespaces:
            drop = drop or NOT_AN_ARTICLE
        return with_changes(draft, verbatim=True, drop=drop)

    def _section(self, item: Any) -> str:
        if not isinstance(item, Mapping):
            return item if isinstance(item, str) else ""
        names = self.item.encyclopedia
        parts = [value(item, name) for name in (names.heading, names.body)]
        return "\n".join(part for part in parts if isinstance(part, str) and part)


def _article_number(found: Any) -> str:
    """제2조의2 of 2의2, the number of an article that was put in later; what is no number stays as it is written."""
    if isinstance(found, float) and found.is_integer():  # a data frame's column of numbers with gaps
        found = int(found)
    number = _NUMBER.fullmatch(str(found).strip()) if isinstance(found, int | str) else None
    return f"제{number[1]}조{number[2]}" if number else str(found or "")


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None


def _score(found: Any) -> float | None:
    """A number, or a truth value as 1 or 0, also as written: "0.7", "Y", "N"."""
    if isinstance(found, str):
        try:
            number = float(found)
            return number if math.isfinite(number) else None
        except ValueError:
            pass  # a word: a truth value, or nothing that is understood
    truth = signal("bool", found) if isinstance(found, bool | str) else None
    if truth is not None:
        return float(truth)
    score: float | None = signal("float", found)
    return score
