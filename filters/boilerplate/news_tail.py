"""What stands behind a news article, from the last line up: line by line what a form proves, then pieces of the last
line.  Of lines that no form knows two may stand behind one, if they look like a frame; they stay."""

from __future__ import annotations

from collections import Counter

from filters.boilerplate import news_forms as forms


def without_tail(text: str, counts: Counter[str]) -> str:
    """The text without its tail, what went counted."""
    left, behind, passed = text.rstrip(), "", 0
    text = left
    while text:
        start = text.rfind("\n") + 1
        line = text[start:]
        above = _above(text, start, line, bool(passed), counts)
        if above is not None:
            text = above.rstrip()
            left = text + behind
        elif passed < forms.PASSED and start and forms.may_pass(line):
            passed += 1
            behind = "\n" + line + behind
            text = text[:start].rstrip()
        else:
            break
    return left.lstrip("\n")


def _above(text: str, start: int, line: str, passed: bool, counts: Counter[str]) -> str | None:
    """The text without what stands behind the article in its last line; None where that is the article's.  With lines
    ``passed`` only what no list of people or titles holds."""
    hinted = any(word in line[-forms.LINE :] for word in forms.TAIL_WORDS)
    kind = _tail_kind(line) if hinted and line and len(line) <= forms.LINE else None
    if kind == "affiliation" and not forms.may_close(text[:start]):
        kind = None
    if kind is not None and (not passed or forms.SURE.search(line)):
        _count(counts, kind, line)
        return text[:start]
    cut = None if passed else _related(text)
    if cut is not None:
        counts["news.related"] += 1
        return text[:cut]
    closing = forms.closing_pieces(line) if hinted else None
    if closing is None or (passed and not all(forms.SURE.search(p) for kind, p in closing[1] if kind == "copyright")):
        return None
    for name, piece in closing[1]:
        _count(counts, name, piece)
    return text[: start + closing[0]]


def _count(counts: Counter[str], kind: str, piece: str) -> None:
    counts[f"news.{kind}"] += 1
    if forms.RESERVED.search(piece):
        counts["news.reserved"] += 1


def _tail_kind(line: str) -> str | None:
    if forms.rights_line(line):
        return "copyright"
    if forms.SIGNING_OFF_LINE.fullmatch(line):
        return "byline"
    if forms.PORTAL.fullmatch(line):
        return "related"
    return None if forms.is_prose(line) else next((kind for kind, form in _TAIL if form.fullmatch(line)), None)


_TAIL = (
    ("end", forms.END_MARK),
    ("stamp", forms.STAMP),
    ("byline", forms.BYLINE_LINE),
    ("byline", forms.DESK),
    ("credit", forms.CREDIT),
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
