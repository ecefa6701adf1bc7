"""What a service says of a document, in the types of DOCUMENT.signals.

A signal that is not understood is null, as one that is not there, and a rule that asks for it is not applicable.
But for ``search_allowed``: what is not understood there might be a refusal, and the record is quarantined.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from corpus.errors import RecordError
from corpus.normalise import encodable

SEARCH_ALLOWED = "search_allowed"
UNCLEAR = "record.unclear_permission"

# As tables of Korean services and of those who export them write a truth value: words of yes and no, of a permission
# given and refused, the marks O and X, numbers with and without their point.
_YES = frozenset(
    (
        *("y", "yes", "true", "t", "1", "1.0", "on", "o", "○", "allow", "allowed", "enabled"),
        *("예", "네", "참", "가", "가능", "허용", "허가", "공개", "동의"),
    )
)
_NO = frozenset(
    (
        *("n", "no", "false", "f", "0", "0.0", "off", "x", "×", "deny", "denied", "disallow", "disallowed", "disabled"),
        *("아니오", "아니요", "아뇨", "거짓", "부", "불가", "불가능", "비허용", "불허", "허용안함", "미허용"),
        *("금지", "거부", "차단", "비공개", "미동의"),
    )
)
_LONGEST = max(map(len, _YES | _NO))


def truth(found: Any) -> bool | None:
    """The truth value, or None for what is none; written in any case, spacing and normal form."""
    if isinstance(found, str):
        written = "".join(unicodedata.normalize("NFC", found[: 8 * _LONGEST]).casefold().split())
        return True if written in _YES else False if written in _NO else None
    if isinstance(found, int | float) and found in (0, 1):  # False and True among them
        return bool(found)
    return None


def permission(where: str, found: Any) -> bool | None:
    """``search_allowed``: null only where the record has no value (null, blank, NaN), as data frames write it.

    Raises RecordError for a value that is neither yes nor no.
    """
    answer = truth(found)
    if answer is None and not (found is None or found != found or (isinstance(found, str) and not found.strip())):
        raise RecordError(where, UNCLEAR, f"{SEARCH_ALLOWED}: a {type(found).__name__} that is neither yes nor no")
    return answer


def signal(kind: str, found: Any) -> Any:
    """The value in the signal's type, or None when it is not one."""
    if kind == "bool":
        return truth(found)
    if kind == "string":
        return encodable(found) if isinstance(found, str) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    if kind == "int32":
        return int(found) if abs(found) < 2**31 else None
    return float(found)
