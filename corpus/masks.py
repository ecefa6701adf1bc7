"""The marks of masked identifiers: what the masker writes and the tokenizer knows as one token each.

A mask is the part that is kept and one mark.  The marks are few and fixed; no form holds what a detector
matches.  Printable ASCII, so that a mark is the same in NFC, in UTF-8 and in the byte alphabet of a
tokenizer.json.
"""

from __future__ import annotations

MARK = "****-****"
"""Stands for what is hidden of everything but e-mail addresses."""

MAIL_MARK = "****@"
"""Stands for the local part of an address, before its domain."""

MARKS = (MARK, MAIL_MARK)
"""In the order of their ids in a tokenizer: a new mark goes to the end."""
