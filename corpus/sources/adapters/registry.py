"""Which adapter an input has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from corpus.sources.adapters.adapter import Adapter, Joining, Plain
from corpus.sources.adapters.comments import CommentsAdapter
from corpus.sources.adapters.pages import EncyclopediaAdapter, NewsAdapter, PostsAdapter, StatutesAdapter
from corpus.sources.adapters.question_answer import QuestionAnswerAdapter
from corpus.sources.config import InputConfig

ADAPTERS: Mapping[str | None, Callable[[InputConfig, bool], Adapter]] = {
    None: Plain,
    "question_answer": QuestionAnswerAdapter,
    "comments": CommentsAdapter,
    "news": NewsAdapter,
    "blog": PostsAdapter,
    "cafe": PostsAdapter,
    "statutes": StatutesAdapter,
    "encyclopedia": EncyclopediaAdapter,
}
VERSION = 2  # of the adapters, and of how signals are read


def adapter_of(item: InputConfig, native: bool = False) -> Adapter:
    """The adapter of an input; ``native`` where the format names its own fields."""
    return ADAPTERS[item.adapter](item, native)


def joins(item: InputConfig) -> bool:
    """Whether records of one thread lie apart in this input."""
    adapter = adapter_of(item)
    return isinstance(adapter, Joining) and adapter.joins
