"""Ids of messengers and open chats, where a word says that it is one.  Nothing but the service's word is kept.

KakaoTalk ids have 4 to 20 letters, digits, dots, dashes and underscores (as the service's sign-up asks);
LINE the same, Telegram 5 to 32 letters, digits and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters.privacy.identifier import MARK, Identifier

_ID = r"(?P<id>@?(?=[A-Za-z0-9._-]{0,19}[A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._-]{3,31})(?<![.-])(?![A-Za-z0-9@])"
_WORD = r"아이디|id|ID|친추|계정|친구 ?추가"
_TELLS = r"[ ]?[:;=\-→>)\]는은]{1,3}[ ]?"
_SERVICES = (
    ("kakao", r"카카오 ?톡|카톡|까톡|카카오|톡|kakao ?talk|kakao|카카오스토리"),
    ("telegram", r"텔레그램|텔레|텔그|telegram"),
    ("line", r"라인|(?<![A-Za-z])line"),
    ("wechat", r"위챗|wechat"),
)
LINKS = re.compile(
    r"(?:https?://)?(?:(?P<kakao>open\.kakao\.com/(?:o|me)/)|(?P<telegram>(?:t\.me|telegram\.me)/(?:joinchat/)?)"
    r"|(?P<line>line\.me/(?:ti|R/ti)/[pg]/))(?P<id>[A-Za-z0-9_~+%-]{3,64})",
    re.IGNORECASE,
)
_PATTERNS = tuple(
    (
        service,
        re.compile(
            rf"(?:{names}) ?(?:(?:{_WORD})(?:{_TELLS}| ?)|[:;=→] ?| ?\((?:{_WORD})[: ]{{0,2}}){_ID}", re.IGNORECASE
        ),
        re.compile(
            rf"(?<![A-Za-z0-9@._/-]){_ID} ?\(? ?(?:으로|로|에게)? ?(?:{names})(?:{_WORD}|[ ]?(?:주|보내|문의|연락|남|환영|상담|추가|으로|로))",
            re.IGNORECASE,
        ),
        re.compile(rf"(?:{names}) {_ID}", re.IGNORECASE),
    )
    for service, names in _SERVICES
)
# Bare words behind the service's name that are no id: what the service is called or made of.
_PLAIN = re.compile(
    r"@?(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|[0-9.,-]+|v[0-9.]+)\Z|.*\.(?:com|net|kr|org|io|js|py|md)\Z|@?(?:kakao|telegram|line|wechat|talk|corp|api|sdk|bot|id).*\Z",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Identifier]:
    """Ids in order of pattern and place; the caller keeps those apart from each other."""
    for match in LINKS.finditer(text):
        service = (
            match.lastgroup
            if match.lastgroup != "id"
            else next(name for name, _ in _SERVICES if name in match.groupdict() and match[name])
        )
        if service == "telegram" and match["id"].lower() in ("share", "s", "joinchat", "addstickers"):
            continue
        yield Identifier("messenger", match.start("id"), match.end("id"), MARK, f"{service}:{match['id']}")
    for service, named, reverse, bare in _PATTERNS:
        for pattern in (named, reverse, bare):
            for match in pattern.finditer(text):
                account = match["id"]
                if (
                    pattern is not named
                    and not re.search(r"[0-9_]", account)
                    or _PLAIN.match(account)
                    and pattern is not named
                ):
                    continue
                if re.fullmatch(r"[0-9.,-]+", account):
                    continue
                yield Identifier(
                    "messenger", match.start("id"), match.end("id"), MARK, f"{service}:{account.lstrip('@').lower()}"
                )
