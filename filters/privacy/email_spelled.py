"""E-mail addresses written so that harvesters miss them: kim (at) naver (dot) com, kim골뱅이네이버.  Kept: the domain.

" at " alone is an English word: it needs a spelled dot behind.  Domains of the providers that Koreans name
in Hangul are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MAIL_MARK
from filters.privacy.email import is_person
from filters.privacy.identifier import Identifier

PROVIDERS = {
    "네이버": "naver.com",
    "naver": "naver.com",
    "다음": "daum.net",
    "daum": "daum.net",
    "한메일": "hanmail.net",
    "hanmail": "hanmail.net",
    "지메일": "gmail.com",
    "쥐메일": "gmail.com",
    "구글": "gmail.com",
    "gmail": "gmail.com",
    "네이트": "nate.com",
    "nate": "nate.com",
    "핫메일": "hotmail.com",
    "hotmail": "hotmail.com",
}
_TOP = {"컴": "com", "콤": "com", "넷": "net", "오알지": "org", "씨오케이알": "co.kr", "케이알": "kr"}

_LOCAL = r"(?<![A-Za-z0-9._%+-])(?P<local>[A-Za-z0-9][A-Za-z0-9._%+-]{1,63})"
# Signs that stand for @ and nothing else, and the bare word.
_SIGN = r" ?[(\[{<] ?(?:at|@|골뱅이|앳|엣) ?[)\]}>] ?| ?골뱅이 ?| ?앳 ?| @ |@ "
_SPELLED_DOT = r" ?[(\[{<] ?(?:dot|점|닷|쩜|\.) ?[)\]}>] ?| ?(?:닷|쩜) ?| dot | 점 "
_DOT = rf"(?:{_SPELLED_DOT}| \. |\.)"
_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]{0,30}"
_TLD = r"(?:com|net|org|edu|gov|info|biz|kr|jp|cn|us|uk|io|me|dev|컴|콤|넷|오알지|씨오케이알|케이알)(?![A-Za-z0-9])"
_PROVIDER = "|".join(sorted(PROVIDERS, key=len, reverse=True))
_HOST = (
    rf"(?:(?P<provider>{_PROVIDER})(?:{_DOT}(?:(?:co{_DOT})?{_TLD}))?"
    rf"|(?P<labels>(?:{_LABEL}{_DOT}){{1,3}}{_TLD}))(?![A-Za-z0-9])"
)
PATTERN = re.compile(
    rf"{_LOCAL}(?:(?:{_SIGN}|@){_HOST}| @(?P<glued>{_PROVIDER})(?:{_DOT}{_TLD})?(?![A-Za-z0-9./_-]))", re.IGNORECASE
)
WORDS = re.compile(rf"{_LOCAL} at (?P<labels>(?:{_LABEL}(?:{_SPELLED_DOT})){{1,3}}{_TLD})", re.IGNORECASE)
_SPACED_DOT = re.compile(_DOT, re.IGNORECASE)


def find(text: str) -> Iterator[Identifier]:
    """Addresses in order of pattern and place; the caller keeps those apart from each other."""
    for pattern in (PATTERN, WORDS):
        for match in pattern.finditer(text):
            local, domain = match["local"].rstrip("."), _domain(match)
            if is_person(local, domain):
                yield Identifier(
                    "email_spelled", match.start(), match.end(), MAIL_MARK + domain, f"{local}@{domain}".lower()
                )


def _domain(match: re.Match[str]) -> str:
    groups = match.groupdict()
    provider = groups.get("provider") or groups.get("glued")
    if provider:
        return PROVIDERS[provider.lower()]
    labels = [part.strip() for part in _SPACED_DOT.split(groups["labels"])]
    return ".".join(_TOP.get(label, label.lower()) for label in labels)
