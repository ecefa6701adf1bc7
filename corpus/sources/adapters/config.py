"""What each adapter reads and where it draws the line.  A name is a record's field; dots enter objects.

A rule whose field a record lacks is not applicable to it: the record passes, and the ingest manifest counts how
often each rule was applied and how often it could not be.  The paper is HyperCLOVA (arXiv 2109.04650), appendix A.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Adapter = Literal["question_answer", "comments", "news", "blog", "cafe", "statutes", "encyclopedia"]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAnswer:
    """A question and its answers as one document: answers that the asker adopted or a certified expert gave.

    ``answers``: the list of answers inside a question's record.  ``thread``: where questions and answers are
    records of their own, the field with the id they share; ``role`` tells them apart by ``questions``, and
    without it the question is the record whose key is that id.  ``minimum_author_level`` is the service's
    rank, lowest first; the paper drops adopted answers of low reputation without saying how low, and 2 leaves
    out the rank of a new account.  A certified expert needs no rank.
    """

    answers: str | None = "answers"
    thread: str | None = None
    role: str | None = None
    questions: tuple[str, ...] = ("question", "q", "질문")
    adopted: str = "adopted"
    expert: str = "expert"
    author_level: str = "author_level"
    likes: str = "likes"
    minimum_author_level: int | None = 2
    adopted_or_expert: bool = True
    before_question: str = ""  # written before the question and each answer; the paper does not say what NAVER wrote
    before_answer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comments:
    """Comments, joined by thread (an article's or post's) or one by one.

    ``thread`` is the field with the thread's id; ``comments`` a list inside the thread's own record, which is
    always joined.  Joined comments stand in order of time, then key.  ``minimum_likes`` null: no limit, for the
    paper has none.
    """

    mode: Literal["thread", "single"] = "thread"
    thread: str | None = None
    comments: str | None = "comments"
    likes: str = "likes"
    minimum_likes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """``section`` becomes the area.  What goes from the text is the news editor's (filters/boilerplate/news.py)."""

    section: str = "section"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posts:
    """Blog and café posts: the board becomes area and signal, and the service's own verdicts become signals.

    ``spam`` and ``promotion`` are scores from 0 to 1 or truth values; ``search_allowed`` false drops the post,
    and what is neither yes nor no quarantines it.  Of the others what is not understood is null.
    """

    board: str = "board"
    spam: str = "spam"
    promotion: str = "promotion"
    search_allowed: str = "search_allowed"
    likes: str = "likes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statutes:
    """Statutes, of which no line may go.  ``articles``: a list of articles with ``number``, ``heading``, ``body``,
    written as 제N조(제목) and its text where the record has no text of its own."""

    articles: str = "articles"
    number: str = "number"
    heading: str = "title"
    body: str = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Encyclopedia:
    """Articles: redirects and pages outside ``namespaces`` (talk, users, templates) are dropped.

    ``sections``: a list of sections with ``heading`` and ``body``, where the record has no text of its own.
    """

    redirect: str = "redirect"
    namespace: str = "namespace"
    namespaces: tuple[str, ...] = ("0", "", "main")
    sections: str = "sections"
    heading: str = "title"
    body: str = "text"


SECTIONS: Mapping[str, type] = {
    "question_answer": QuestionAnswer,
    "comments": Comments,
    "news": News,
    "blog": Posts,
    "cafe": Posts,
    "statutes": Statutes,
    "encyclopedia": Encyclopedia,
}
