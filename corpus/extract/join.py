"""What a page says of itself, joined to the document that it becomes: only what the record itself lacks."""

from __future__ import annotations

from corpus.extract.html import Extract
from corpus.sources.record import Draft, host


def fill(draft: Draft, found: Extract) -> None:
    """Sets the text; title, date, URL, licence and ``meta`` where the record has none.

    A canonical URL of another host than the record's is not believed: copies of a page point to their original.
    """
    stated = found.metadata
    draft.text, draft.html = found.text, None
    draft.title = draft.title or found.title
    if draft.created_at is None:
        draft.created_at = stated.created_at
    draft.url = draft.url or stated.url
    draft.license = draft.license or stated.license
    values = {
        "author": stated.author,
        "language": stated.language,
        "canonical": stated.url if stated.url != draft.url and _same_host(stated.url, draft.url) else None,
        "page_rights": " ".join(stated.rights) or None,
    }
    for name, value in values.items():
        if value is not None:
            draft.meta.setdefault(name, value)


def _same_host(first: str | None, second: str | None) -> bool:
    return bool(first and second) and host(first or "") == host(second or "")
