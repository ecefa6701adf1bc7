"""E-mail addresses.  Kept: the domain, as HyperCLOVA did (arXiv 2109.04650, appendix)."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from filters.privacy.identifier import Identifier

# RFC 5321 section 4.5.3.1: a local part has at most 64 octets, a domain 255.
LOCAL_LIMIT = 64
_LOCAL = frozenset(string.ascii_letters + string.digits + "._%+-'")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9@])")

# `logo@2x.png` is a picture's name; `git@host` is the account of every clone address, nobody's own.
_PICTURE = re.compile(r"[1-9](?:\.[0-9])?x\.", re.IGNORECASE)
_SERVICES = frozenset({"git", "hg", "svn"})


def find(text: str) -> Iterator[Identifier]:
    """Addresses in order.  Time is linear: each @ looks at most 64 characters back and 255 ahead."""
    floor = 0
    at = text.find("@")
    while at >= 0:
        start = at
        lowest = max(floor, at - LOCAL_LIMIT)
        while start > lowest and text[start - 1] in _LOCAL:
            start -= 1
        while start < at and text[start] in ".-'%+":  # a quote or bullet before the address
            start += 1
        match = _DOMAIN.match(text, at + 1) if start < at else None
        if match and text[start:at].lower() not in _SERVICES and not _PICTURE.match(text, at + 1):
            domain = match.group()
            yield Identifier("email", start, match.end(), "****@" + domain, f"{text[start:at]}@{domain}".lower())
            floor = match.end()
        at = text.find("@", max(at + 1, floor))
