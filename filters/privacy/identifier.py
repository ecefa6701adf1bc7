"""One found identifier: what every detector of this folder yields; and the marks of masks.

A mask is the part that is kept and one mark.  The marks are few and fixed, so that a tokenizer can know
each as one token; no form holds what a detector matches.
"""

from __future__ import annotations

from typing import NamedTuple

MARK = "****-****"
"""Stands for what is hidden of everything but e-mail addresses."""

MAIL_MARK = "****@"
"""Stands for the local part of an address, before its domain."""

MARKS = (MARK, MAIL_MARK)


class Identifier(NamedTuple):
    """``text[start:end]`` in characters; ``mask`` replaces it; ``contact`` is its canonical form where it
    is a way to reach or pay somebody, equal in all writings, and empty for numbers of persons."""

    type: str
    start: int
    end: int
    mask: str
    contact: str = ""
