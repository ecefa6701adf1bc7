"""Questions and answers: one document of a question and the answers that its service vouches for.

The paper keeps answers that the asker adopted or that certified experts (doctors, lawyers) gave, and drops even
adopted ones of authors of low reputation.  Kept answers stand in order of time, then key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from corpus.errors import RecordError
from corpus.sources.adapters.adapter import Fragment, Joining, Thread, latest_versions, merged_signals, with_changes
from corpus.sources.config import InputConfig
from corpus.sources.dates import microseconds
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft, value
from corpus.sources.signals import signal

NOT_VOUCHED, LOW_LEVEL = "answer.not_adopted", "answer.author_level"
NO_ANSWER, NO_QUESTION = "thread.no_answer", "thread.no_question"
LIKES = 2**31 - 1


class Answer(NamedTuple):
    """What the rules read of an answer; None where the record does not say."""

    adopted: bool | None
    expert: bool | None
    author_level: int | None
    likes: int | None


class QuestionAnswerAdapter(Joining):
    """``joins`` where questions and answers are records of their own (``thread``)."""

    def __init__(self, item: InputConfig, native: bool = False) -> None:
        super().__init__(item, native)
        self.config = item.question_answer
        self.joins = self.config.thread is not None

    # ------------------------------------------------------------------ a thread in one record

    def draft(self, raw: RawRecord) -> Draft:
        record = raw.fields or {}
        draft = self.mapper.draft(raw, text_needed=value(record, self.item.fields.title) is None)
        draft.meta.pop(self.config.answers or "", None)
        found = self._answers(value(record, self.config.answers))
        if not self.rules.note("question_answer.answers", found is not None) or found is None:
            return draft
        draft = self.to_text(draft)
        kept: list[tuple[tuple[Any, ...], str, Answer]] = []
        losses: Counter[str] = Counter()  # answers are parts of this record: what goes of them is an edit
        for place, item in enumerate(found):
            text, answer = self._text(item), self.read(item)
            reason = "answer.without_text" if text is None else self.fault(answer)
            if reason is not None or text is None:
                losses[f"question_answer.{str(reason).partition('.')[2]}"] += 1
            else:
                kept.append((self._order(item, place), text, answer))
        kept.sort(key=lambda one: one[0])
        return self._document(draft, [(text, answer) for _, text, answer in kept], losses)

    def _answers(self, found: Any) -> list[Any] | None:
        """The answers of a question, one alone among them; None where the record has no such field.

        Raises RecordError for anything else: the question without its answers would be another document.
        """
        answers = [found] if isinstance(found, str | Mapping) else found
        if answers is None:
            return None
        if not isinstance(answers, list) or not all(
            item is None or isinstance(item, str | Mapping) for item in answers
        ):
            detail = f"{self.config.answers}: neither an answer nor a list of answers"
            raise RecordError(self.item.name, "record.malformed", detail)
        return answers

    def _text(self, item: Any) -> str | None:
        text = value(item, self.item.fields.text) if isinstance(item, Mapping) else item
        return text if isinstance(text, str) and text.strip() else None

    def _order(self, item: Any, place: int) -> tuple[Any, ...]:
        moment = microseconds(value(item, self.item.fields.created_at)) if isinstance(item, Mapping) else None
        return (moment is None, moment or 0, place)

    # ------------------------------------------------------------------ the rules

    def read(self, item: Any) -> Answer:
        """The fields of an answer's record."""
        if not isinstance(item, Mapping):
            return Answer(None, None, None, None)
        config = self.config
        return Answer(
            signal("bool", value(item, config.adopted)),
            signal("bool", value(item, config.expert)),
            signal("int32", value(item, config.author_level)),
            signal("int32", value(item, config.likes)),
        )

    def fault(self, answer: Answer) -> str | None:
        """Why an answer is left out, or None.  An expert is one where the record says so; whether an answer was
        adopted must be known before it is left out for not being."""
        if answer.expert:
            return None
        if self.config.adopted_or_expert:
            known = self.rules.note("question_answer.adopted_or_expert", answer.adopted is not None)
            if known and not answer.adopted:
                return NOT_VOUCHED
        minimum = self.config.minimum_author_level
        if minimum is not None:
            level = answer.author_level
            if self.rules.note("question_answer.author_level", level is not None) and (level or 0) < minimum:
                return LOW_LEVEL
        return None

    def _document(self, draft: Draft, kept: Sequence[tuple[str, Answer]], losses: Mapping[str, int]) -> Draft:
        config = self.config
        if not kept:
            return with_changes(draft, drop=draft.drop or NO_ANSWER, counts={**draft.counts, **losses})
        question = (draft.text or "").strip()
        pieces = [config.before_question + question] if question else []
        pieces += [config.before_answer + text.strip() for text, _ in kept]
        known = [answer for _, answer in kept]
        signals = merged_signals(
            draft.signals,
            adopted=_any(answer.adopted for answer in known),
            expert=_any(answer.expert for answer in known),
            author_level=max((a.author_level for a in known if a.author_level is not None), default=None),
            likes=_total(answer.likes for answer in known),
        )
        meta = {**draft.meta, "answers": str(len(kept))}
        counts = {**draft.counts, **losses}
        return with_changes(draft, text="\n\n".join(pieces), html=None, signals=signals, meta=meta, counts=counts)

    # ------------------------------------------------------------------ a thread in several records

    def fragment(self, raw: RawRecord) -> tuple[str, Draft, dict[str, Any]]:
        record = raw.fields or {}
        thread = value(record, self.config.thread)
        if isinstance(thread, bool) or not isinstance(thread, str | int) or thread == "":
            raise RecordError(self.item.name, "record.no_thread", f"no id in {self.config.thread}")
        question = self._is_question(record, str(thread))
        titled = question and value(record, self.item.fields.title) is not None
        draft = self.mapper.draft(raw, text_needed=not titled)
        return f"{draft.source}\x00{thread}", draft, {"question": question, **self.read(record)._asdict()}

    def _is_question(self, record: Mapping[str, Any], thread: str) -> bool:
        if self.config.role is not None:
            return value(record, self.config.role) in self.config.questions
        return str(value(record, self.item.fields.key)) == thread

    def join(self, fragments: Sequence[Fragment]) -> Thread:
        live, gone = latest_versions(fragments)
        questions = [one for one in live if one.fields["question"]]
        kept: list[tuple[Fragment, Answer]] = []
        for one in live:
            if one.fields["question"]:
                continue
            answer = Answer(*(one.fields[name] for name in Answer._fields))
            reason = self.fault(answer)
            if reason is None:
                kept.append((one, answer))
            else:
                gone.append((one, reason))
        if not questions:
            gone += [(one, NO_QUESTION) for one, _ in kept]
            return Thread(None, None, [], gone)
        primary, *others = questions
        gone += [(one, NO_ANSWER) for one in others]  # a second question of one thread has no answer of its own
        draft = self._document(primary.draft, [(one.draft.text or "", answer) for one, answer in kept], {})
        held = (primary, *(one for one, _ in kept))
        moments = [one.draft.fetched_at for one in held if one.draft.fetched_at is not None]
        draft = with_changes(draft, fetched_at=max(moments, default=None))
        return Thread(draft, primary, [one for one, _ in kept], gone)


def _any(values: Any) -> bool | None:
    known = [value for value in values if value is not None]
    return any(known) if known else None


def _total(values: Any) -> int | None:
    known = [value for value in values if value is not None]
    return min(sum(known), LIKES) if known else None
