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
_WORD = r"아이디|ID(?![A-Za-z])|친추|계정|친구 ?추가"
_OPEN = r"(?:[\"'`‘“\[【「『<(] ?)?"
_CLOSE = r"(?: ?[\"'`’”\]】」』>)])?"
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
        rf"(?:{words})(?: ?(?P<told>{_WORD})(?P<tells>{_TELLS}| ?\(| ?)| ?(?:문의|상담|연락|예약)? ?[:;=→] ?| (?=@))"
        rf"{_OPEN}{_ID}",
        re.IGNORECASE,
    )
    for name, _, words in _SERVICES
}
# The id first: ID : kim12 (카톡).
_SERVED = {
    name: re.compile(rf"(?<![A-Za-z])(?:아이디|ID) ?[:=] ?{_OPEN}{_ID}{_CLOSE} ?[(\[](?:{words})", re.IGNORECASE)
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
    r"(?:[A-Z]+|[A-Z][a-z]+|(?:[A-Z]+[a-z]+){2,}[0-9]*|.*\.(?:com|net|kr|org|io|js|py|md|html?)"
    r"|(?i:kakao|telegram|line|wechat|talk).*|(?i:oauth[0-9.]*|ios[0-9.]*|android[0-9.]*|windows[0-9.]*|sdk[0-9.]*"
    r"|email|e-mail|mail|mobile|phone|sms|talk|login|channel|message|messenger|https?|desktop|plus|works|pay))\Z"
)
# line id is a word of programs: an id of letters alone behind it and a space is one only outside of a sentence.
_SENTENCE = re.compile(" [a-z]{2}")
_ATTRIBUTE = re.compile(
    r"(?:attribute|column|field|value|number|token|name|type|list|string|index|table|parameter|property"
    r"|class|element|variable|range|from|with|that|must|should|will|does|have|this|when|into|are|and|for|not)s?\Z"
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
        for pattern in (_SURE, _SERVED):
            for match in pattern[service].finditer(text):
                if _is_told(match, service):
                    yield _identifier(match, "id", service)
        for match in _LIKELY[service].finditer(text):
            group = "id2" if match["id2"] else "id"
            if _is_id(match[group]):
                yield _identifier(match, group, service)
        for asked in _ASKED[service].finditer(text):
            before = _ID_BEFORE.search(text, max(0, asked.start() - 36), asked.start())
            if before and _is_id(before["id"]):
                yield _identifier(before, "id", service)


def _is_told(match: re.Match[str], service: str) -> bool:
    """No number; behind a colon alone no name either; behind ``line id`` no word of a sentence in English."""
    account = match["id"]
    if _NUMBER.match(account.lstrip("@")):
        return False
    groups = match.groupdict()
    told = groups.get("told", "아이디")
    if not told and not account.startswith("@"):
        return not _NAME.match(account)
    if service == "line" and told.lower() == "id" and groups["tells"] in ("", " ") and account.isalpha():
        return not _ATTRIBUTE.match(account.lower()) and not _SENTENCE.match(match.string, match.end())
    return True


def _is_id(account: str) -> bool:
    return not _NUMBER.match(account) and not _NAME.match(account)


def _identifier(match: re.Match[str], group: str, service: str, key: str | None = None) -> Identifier:
    contact = f"{service}:{key or match[group].lstrip('@').lower()}"
    return Identifier("messenger", match.start(group), match.end(group), MARK, contact)
