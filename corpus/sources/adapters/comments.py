"""Comments: those of one article or post as one document, in order of time, or each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.errors import RecordError
from corpus.sources.adapters.adapter import Fragment, Joining, Thread, latest_versions, merged_signals, with_changes
from corpus.sources.config import InputConfig
from corpus.sources.dates import microseconds
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft, value
from corpus.sources.signals import signal

BELOW_LIKES, NO_COMMENT = "comment.below_likes", "thread.no_comment"
LIKES = 2**31 - 1


class CommentsAdapter(Joining):
    """``joins`` where ``thread`` names a field and the mode is thread."""

    def __init__(self, item: InputConfig, native: bool = False) -> None:
        super().__init__(item, native)
        self.config = item.comments
        self.joins = self.config.mode == "thread" and self.config.thread is not None

    def draft(self, raw: RawRecord) -> Draft:
        """A comment, or the list of comments inside a thread's record."""
        record = raw.fields or {}
        found = value(record, self.config.comments)
        if not isinstance(found, list):
            draft = self.mapper.draft(raw)
            likes = signal("int32", value(record, self.config.likes))
            drop = draft.drop or (BELOW_LIKES if self.below(likes) else None)
            return with_changes(draft, signals=merged_signals(draft.signals, likes=likes), drop=drop)
        draft = self.mapper.draft(raw, text_needed=False)
        kept: list[tuple[tuple[Any, ...], str, int | None]] = []
        lost = empty = 0
        for place, item in enumerate(found):
            text = value(item, self.item.fields.text) if isinstance(item, Mapping) else item
            likes = signal("int32", value(item, self.config.likes)) if isinstance(item, Mapping) else None
            if not isinstance(text, str) or not text.strip():
                empty += 1
            elif self.below(likes):
                lost += 1
            else:
                moment = microseconds(value(item, self.item.fields.created_at)) if isinstance(item, Mapping) else None
                kept.append(((moment is None, moment or 0, place), text.strip(), likes))
        kept.sort(key=lambda one: one[0])
        counts = {"comments.below_likes": lost, "comments.without_text": empty}
        draft = with_changes(draft, counts={**draft.counts, **{k: n for k, n in counts.items() if n}})
        return self._document(draft, [(text, likes) for _, text, likes in kept])

    def below(self, likes: int | None) -> bool:
        """Whether a comment has fewer likes than asked; not where the record does not tell them."""
        minimum = self.config.minimum_likes
        if minimum is None or not self.rules.note("comments.minimum_likes", likes is not None):
            return False
        return (likes or 0) < minimum

    def _document(self, draft: Draft, kept: Sequence[tuple[str, int | None]]) -> Draft:
        """The text of the thread's record is the article's, not a comment: it is left out."""
        if not kept:
            return with_changes(draft, text="", html=None, drop=draft.drop or NO_COMMENT)
        known = [likes for _, likes in kept if likes is not None]
        signals = merged_signals(draft.signals, likes=min(sum(known), LIKES) if known else None)
        text = "\n".join(text for text, _ in kept)
        meta = {**draft.meta, "comments": str(len(kept))}
        return with_changes(draft, text=text, html=None, signals=signals, meta=meta)

    def fragment(self, raw: RawRecord) -> tuple[str, Draft, dict[str, Any]]:
        record = raw.fields or {}
        thread = value(record, self.config.thread)
        if isinstance(thread, bool) or not isinstance(thread, str | int) or thread == "":
            raise RecordError(self.item.name, "record.no_thread", f"no id in {self.config.thread}")
        draft = self.mapper.draft(raw)
        likes = signal("int32", value(record, self.config.likes))
        return f"{draft.source}\x00{thread}", draft, {"thread": str(thread), "likes": likes}

    def join(self, fragments: Sequence[Fragment]) -> Thread:
        """The document has the thread's id as its key, and the place of its first comment."""
        live, gone = latest_versions(fragments)
        kept = [one for one in live if not self.below(one.fields["likes"])]
        gone += [(one, BELOW_LIKES) for one in live if one not in kept]
        if not kept:
            return Thread(None, None, [], gone)
        first = kept[0]
        moments = [one.draft.fetched_at for one in kept if one.draft.fetched_at is not None]
        draft = with_changes(
            first.draft,
            key=first.fields["thread"],
            title=next((one.draft.title for one in kept if one.draft.title), None),
            fetched_at=max(moments, default=None),
            license=_only([one.draft.license for one in kept]),
            meta={},  # of one comment
        )
        texts = [((one.draft.text or "").strip(), one.fields["likes"]) for one in kept]
        return Thread(self._document(draft, texts), first, kept[1:], gone)


def _only(values: Sequence[str | None]) -> str | None:
    """The licences of all, each once."""
    known = sorted({value for value in values if value})
    return ", ".join(known) if known else None
