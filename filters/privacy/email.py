"""E-mail addresses.  Kept: the domain, as HyperCLOVA did (arXiv 2109.04650, appendix)."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from corpus.masks import MAIL_MARK
from filters.privacy.identifier import Identifier

# RFC 5321 section 4.5.3.1: a local part has at most 64 octets, a domain 255.
LOCAL_LIMIT = 64
# A name in Hangul (RFC 6531, or written for the name in Latin): all that stands between a gap or mark and the @.
NAME_LIMIT = 16
_NAME = re.compile(r"(?<![가-힣A-Za-z0-9])[가-힣]{1,8}\Z")
# What stands there for an address that is not given: 받는사람@example.com (RFC 2606), 아이디@naver.com.
_NOBODY = re.compile(
    r"아이디|이메일|메일|주소|사용자.*|유저.*|이름|성명|회사.*|받는.*|보내는.*|보낸.*|수신.*|발신.*|참조|테스트|문의|예시?"
)
_EXAMPLE = re.compile(r"(?:.*\.)?example\.", re.IGNORECASE)
_LOCAL = frozenset(string.ascii_letters + string.digits + "._%+-'")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9가-힣](?:[A-Za-z0-9가-힣-]{0,61}[A-Za-z0-9가-힣])?\.){1,8}(?:[A-Za-z]{2,24}|한국)(?![A-Za-z0-9@])"
)

# `logo@2x.png` is a picture's name; `git@host` is the account of every clone address, nobody's own;
# `getty@tty1.service` is a unit of systemd.
_PICTURE = re.compile(r"[1-9](?:\.[0-9])?x\.", re.IGNORECASE)
_FILES = re.compile(
    r".*\.(?:png|jpe?g|gif|svg|webp|js|ts|tsx|jsx|css|html?|json|xml|ya?ml|txt|scss|jar|zip|gz|tgz|whl|exe|dll"
    r"|service|socket|target|timer|mount|slice|device)\Z",
    re.IGNORECASE,
)
SERVICES = frozenset({"git", "hg", "svn"})


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
        host = at + 2 if text.startswith("@", at + 1) else at + 1  # kim@@naver.com
        match = _DOMAIN.match(text, host)
        if match and start == at and not _EXAMPLE.match(match.group()):
            name = _NAME.search(text, max(floor, at - NAME_LIMIT), at)
            start = name.start() if name and not _NOBODY.fullmatch(name.group()) else start
        if match and start < at and is_person(text[start:at], match.group()):
            yield Identifier(
                "email", start, match.end(), MAIL_MARK + match.group(), f"{text[start:at]}@{match.group()}".lower()
            )
            floor = match.end()
        at = text.find("@", max(at + 1, floor))


def is_person(local: str, domain: str) -> bool:
    return local.lower() not in SERVICES and not _PICTURE.match(domain) and not _FILES.match(domain)
