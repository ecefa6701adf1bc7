"""IPv4 addresses of persons: off unless asked for, as technical documents are full of addresses of machines.

A person's is one that a word ties to a writer (작성자 IP, 접속 아이피, 211.2.3.4 님).  Private, loopback,
link-local, documentation and multicast addresses (RFC 1918, 1122, 3927, 5737, 5771) name nobody.
Kept: the first two octets, which say no more than the provider.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
PATTERN = re.compile(rf"(?<![0-9A-Za-z.*/=-])({_OCTET}\.{_OCTET})\.{_OCTET}\.{_OCTET}(?![0-9A-Za-z*/:]|\.[0-9])")
_PERSON = re.compile(
    r"작성|글쓴|접속|회원|댓글|유저|사용자 ?(?:IP|아이피)|아이피|기여|신고|악플|님 ?\(?\Z|IP ?[:：(]?[ ]?\Z",
    re.IGNORECASE,
)
_REACH = 12


def find(text: str) -> Iterator[Identifier]:
    """Addresses in order."""
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if not ipaddress.IPv4Address(match.group()).is_global:
            continue
        if _PERSON.search(text[max(0, start - _REACH) : start]) or text[end : end + 3].lstrip(" )").startswith("님"):
            yield Identifier("address", start, end, f"{match[1]}.{MARK}")
