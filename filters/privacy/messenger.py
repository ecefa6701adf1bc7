"""Ids of messengers and links to open chats, where a word says that it is one.  The service's name stays.

KakaoTalk ids have 4 to 20 letters, digits, dots, dashes and underscores (as the service asks at sign-up),
LINE the same, Telegram 5 to 32 letters, digits and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.masks import MARK
from filters.privacy.identifier import Identifier

_ID = r"(?P<id>@?[A-Za-z0-9][A-Za-z0-9._-]{3,31})(?<![.-])(?![A-Za-z0-9@/])"
_WORD = r"아이디|ID|친추|계정|친구 ?추가"
_TELLS = r" ?[:;=\-→>은는]{1,3} ?"
_ASKS = r" ?(?:주|보내|문의|연락|남|환영|상담|추가|친추|으로|로)"
_SERVICES = (
    ("kakao", ("톡", "kakao"), r"카카오 ?톡|카톡|까톡|톡|kakao ?talk|kakao(?=[ :]*ID)"),
    ("telegram", ("텔레", "telegram"), r"텔레그램|텔레|telegram"),
    ("line", ("라인", "line"), rf"(?:라인|(?<![A-Za-z])line)(?= ?(?:{_WORD}))"),
    ("wechat", ("위챗", "wechat"), r"위챗|wechat"),
)
LINKS = re.compile(
    r"(?:(?P<kakao>open\.kakao\.com/(?:o|me)/)|(?<![A-Za-z0-9])(?P<telegram>(?:t|telegram)\.me/(?:joinchat/|\+)?)"
    r"|(?P<line>line\.me/(?:R/)?ti/[pg]/[~@]?))(?P<id>[A-Za-z0-9_]{3}[A-Za-z0-9_.-]{0,61}(?<![.-]))",
    re.IGNORECASE,
)
# Surely an id: 카톡 아이디: kim, 카톡: kim, 텔레그램 @kim.
_SURE = {
    name: re.compile(
        rf"(?:{words})(?: ?(?:{_WORD})(?:{_TELLS}| ?\(| ?)| ?[:;=→] ?| (?=@)){_ID}",
        re.IGNORECASE,
    )
    for name, _, words in _SERVICES
}
# One unless it is a word: 카톡(kim), 카톡 kim 문의, 카톡 kim12.
_LIKELY = {
    name: re.compile(
        rf"(?:{words})(?: ?\((?:{_WORD})?[: ]{{0,2}}(?P<id2>[A-Za-z0-9._-]{{4,32}})\)"
        rf"| {_ID}(?:(?={_ASKS})|(?<=[0-9_])))",
        re.IGNORECASE,
    )
    for name, _, words in _SERVICES
}
# kim12로 카톡 주세요: the name first, the id looked for backwards.
_ASKED = {name: re.compile(rf"(?:{words})(?:{_WORD}|{_ASKS})", re.IGNORECASE) for name, _, words in _SERVICES}
_ID_BEFORE = re.compile(r"(?<![A-Za-z0-9@._/-])(?P<id>[A-Za-z0-9][A-Za-z0-9._-]{3,31})(?:으로|로|에게)? \Z")
# No ids: numbers and versions, hosts and files, words of the services themselves.
_NUMBER = re.compile(r"v?[0-9.,-]+\Z", re.IGNORECASE)
_NAME = re.compile(
    r"(?:[A-Z]+|[A-Z][a-z]+|.*\.(?:com|net|kr|org|io|js|py|md|html?)|(?:kakao|telegram|line|wechat|talk).*"
    r"|email|e-mail|mail|mobile|phone|sms|talk|login|channel|message|messenger|https?|desktop|plus|works|pay)\Z"
)


def find(text: str) -> Iterator[Identifier]:
    """Ids in order of pattern and place; the caller keeps those apart from each other."""
    for match in LINKS.finditer(text):
        service = next(name for name in ("kakao", "telegram", "line") if match[name])
        if match["id"].lower() not in ("share", "addstickers", "joinchat"):
            yield _identifier(match, "id", service, match["id"])
    lower = text.lower()
    for service, words, _ in _SERVICES:
        if not any(word in lower for word in words):
            continue
        for match in _SURE[service].finditer(text):
            if not _NUMBER.match(match["id"].lstrip("@")):
                yield _identifier(match, "id", service)
        for match in _LIKELY[service].finditer(text):
            group = "id2" if match["id2"] else "id"
            if _is_id(match[group]):
                yield _identifier(match, group, service)
        for asked in _ASKED[service].finditer(text):
            before = _ID_BEFORE.search(text, max(0, asked.start() - 36), asked.start())
            if before and _is_id(before["id"]):
                yield _identifier(before, "id", service)


def _is_id(account: str) -> bool:
    return not _NUMBER.match(account) and not _NAME.match(account)


def _identifier(match: re.Match[str], group: str, service: str, key: str | None = None) -> Identifier:
    contact = f"{service}:{key or match[group].lstrip('@').lower()}"
    return Identifier("messenger", match.start(group), match.end(group), MARK, contact)
