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
    "g메일": "gmail.com",
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
_SIGN = r" ?[(\[{<] ?(?:at|@|골뱅이|앳|엣) ?[)\]}>] ?| ?골뱅이 ?| ?앳 ?| @ |@ |%40"
_SPELLED_DOT = r" ?[(\[{<] ?(?:dot|점|닷|쩜|\.) ?[)\]}>] ?| ?(?:닷|쩜) ?| dot | 점 |점(?=[A-Za-z컴콤넷])"
_DOT = rf"(?:{_SPELLED_DOT}| \. |\.)"
_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]{0,30}"
_TLD = r"(?:com|net|org|edu|gov|info|biz|kr|jp|cn|us|uk|io|me|dev|컴|콤|넷|오알지|씨오케이알|케이알)(?![A-Za-z0-9])"
# What stands for the dot behind a provider's name, whose domain is known: naver,com, naver. com, naver.c o m.
_SLIPPED = r" ?(?:,|\. ?) ?(?:com|net|c o m|n e t)(?![A-Za-z0-9])"
_PROVIDER = "|".join(sorted(PROVIDERS, key=len, reverse=True))
_HOST = (
    rf"(?:(?P<provider>{_PROVIDER})(?:{_DOT}(?:co{_DOT})?{_TLD}|{_SLIPPED})?"
    rf"|(?P<labels>(?:{_LABEL}{_DOT}){{1,3}}{_TLD}))(?![A-Za-z0-9])"
)
PATTERN = re.compile(
    rf"{_LOCAL}(?:(?:{_SIGN}|@){_HOST}| @(?P<glued>{_PROVIDER})(?:{_DOT}{_TLD})?(?![A-Za-z0-9./_-]))", re.IGNORECASE
)
WORDS = re.compile(rf"{_LOCAL} at (?P<labels>(?:{_LABEL}(?:{_SPELLED_DOT})){{1,3}}{_TLD})", re.IGNORECASE)
_SPACED_DOT = re.compile(_DOT, re.IGNORECASE)
# Written like a name of a program: only before the providers.
UNDERSCORED = re.compile(
    rf"(?<![A-Za-z0-9._%+-])(?P<local>[A-Za-z0-9][A-Za-z0-9._%+-]{{1,63}}?)_at_"
    rf"(?P<provider>{_PROVIDER})(?:\.|_dot_){_TLD}(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
# k i m @ n a v e r . c o m
SPACED = re.compile(
    r"(?<![A-Za-z0-9._+-])(?<!(?<![A-Za-z0-9])[A-Za-z0-9] )(?P<local>[A-Za-z0-9](?: [A-Za-z0-9._-]){1,30}) @"
    r"(?P<spaced>(?: [A-Za-z0-9.-]){2,30} \. (?:c o m|n e t|o r g|k r))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LETTER = re.compile("[A-Za-z]")
# What stands before "at" where English says where something is: look at google dot com.
_SAID = re.compile(
    "look|looking|looked|looks|see|seen|find|found|live|lives|work|works|working|worked|is|are|was|be|it|me|us"
    "|him|her|them|you|we|out|up|down|here|now|more|site|website|page|blog|available|hosted|host|visit|online"
    "|read|start|started|arrive|arrived|meet|buy|sell|order|sign|join|check|watch|listed|sold|based|located"
    "|shop|also|and|or|that|this",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Identifier]:
    """Addresses in order of pattern and place; the caller keeps those apart from each other."""
    for pattern in (PATTERN, WORDS, UNDERSCORED, SPACED):
        for match in pattern.finditer(text):
            local, domain = match["local"].rstrip(".").replace(" ", ""), _domain(match)
            if pattern is WORDS and _SAID.fullmatch(local):
                continue
            if "%40" in match.group() and not match["provider"] and not _LETTER.search(local):
                continue  # an id of a message: 8761.1358436950%40lists.example.org
            if is_person(local, domain):
                yield Identifier(
                    "email_spelled", match.start(), match.end(), MAIL_MARK + domain, f"{local}@{domain}".lower()
                )


def _domain(match: re.Match[str]) -> str:
    groups = match.groupdict()
    provider = groups.get("provider") or groups.get("glued")
    if provider:
        return PROVIDERS[provider.lower()]
    if groups.get("spaced"):
        return groups["spaced"].replace(" ", "").lower()
    labels = [part.strip() for part in _SPACED_DOT.split(groups["labels"])]
    return ".".join(_TOP.get(label, label.lower()) for label in labels)
