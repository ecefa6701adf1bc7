"""Words and marks of UTF-8 text that an address or a messenger's id stands beside: what the pass for candidates
asks where it meets a letter, a bracket or a @."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.kernel import kernel

Array = np.ndarray[Any, Any]

EMAIL, MESSENGER = 2, 4  # kinds of candidates


@kernel
def lower(byte: Any) -> Any:
    return byte | 0x20 if 0x41 <= byte <= 0x5A else byte


@kernel
def _is_id(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or byte == 0x5F


@kernel
def letter_before(data: Array, at: int) -> Any:
    """The ASCII character before byte ``at`` in lower case, full-width letters as ASCII; 0 for any other."""
    if at == 0:
        return 0
    byte = np.int64(data[at - 1])
    if byte < 0x80:
        return lower(byte)
    if at >= 3 and data[at - 3] == 0xEF and (data[at - 2] == 0xBC or data[at - 2] == 0xBD):
        return lower((np.int64(data[at - 2]) - 0xBC) * 64 + byte - 0x80 + 0x20)
    return 0


@kernel
def two_letters_before(data: Array, end: int) -> bool:
    """Two ASCII letters, no more, stand before seven digits that end at byte ``end``; = before them is a parameter
    of a link.  Full-width digits are rare enough to be looked at always."""
    at = end - 7
    if data[end - 1] >= 0x80:
        return True
    if at < 2 or not 0x61 <= letter_before(data, at - 1) <= 0x7A:
        return False
    return at == 2 or not (_is_id(data[at - 3]) or data[at - 3] == 0x3D)


@kernel
def _follows(data: Array, at: int, word: Array) -> bool:
    """``word`` (lower case) stands at ``at``."""
    if at < 0 or at + len(word) > len(data):
        return False
    for i in range(len(word)):  # noqa: SIM110 - compiled
        if lower(np.int64(data[at + i])) != word[i]:
            return False
    return True


@kernel
def _id_is_near(data: Array, at: int, back: int, ahead: int) -> bool:
    """Three signs of an account name within the next ``ahead`` bytes, or within ``back`` bytes before; dots
    and dashes count behind the first."""
    run = 0
    for i in range(max(0, at - back), min(len(data), at + ahead)):
        if i == at:
            run = 0
        run = run + 1 if _is_id(data[i]) or (run and (data[i] == 0x2D or data[i] == 0x2E)) else 0
        if run >= 3:
            return True
    return False


@kernel
def at_is_mail(data: Array, at: int) -> bool:
    """A @ at byte ``at`` with a sign of a name before it and of a host behind, spaces and marks between
    allowed; @ alone before a word (mentions, decorators) and host names without a dot are none.  The
    full-width @ is rare enough to be looked at always."""
    if data[at] >= 0x80:
        return True
    before = at - 1
    named = at >= 3 and 0xEA <= data[at - 3] <= 0xED and data[before] >= 0x80  # a syllable: 김철수@naver.com
    while not named and before >= 0 and at - before <= 8 and not _is_id(data[before]):
        if data[before] == 0x0A:
            return False
        before -= 1
    if not named and (before < 0 or at - before > 8):
        return False
    spaced = before < at - 1 and data[at - 1] == 0x20
    after = at + 1
    while after < len(data) and after - at < 9 and not _is_id(data[after]) and data[after] < 0xE0:
        if data[after] == 0x0A:
            return False
        after += 1
    if after >= len(data) or after - at >= 9:
        return False
    if data[after] >= 0xE0:
        return not spaced
    host = after
    while after < len(data) and after - host < 64 and (_is_id(data[after]) or data[after] == 0x2D):
        after += 1
    if after < len(data):
        byte = data[after]
        # "naver.com", "naver닷컴", "naver . com", "naver (dot) com"
        if byte == 0x2E or byte >= 0x80 or byte == 0x20 or byte == 0x28 or byte == 0x5B:
            return True
    first = lower(np.int64(data[host]))
    # naver, nate, gmail, daum, hanmail, hotmail
    return not spaced and after - host >= 4 and (first == 0x6E or first == 0x67 or first == 0x64 or first == 0x68)


_WORDS = ("at", "%40", "_at_", "dot", "ram", "tele", "kakao", "t.me", "line", "wechat", "뱅이", "레", "인", "챗")
(
    _A,
    _ESCAPED_AT,
    _LINED_AT,
    _DOT,
    _RAM,
    _TELE,
    _KAKAO,
    _TME,
    _LINE,
    _WECHAT,
    _SNAIL_REST,
    _TELE_REST,
    _LINE_REST,
    _WECHAT_REST,
) = (np.frombuffer(word.encode(), np.uint8) for word in _WORDS)
_ID, _ID_HANGUL, _ME = (np.frombuffer(word.encode(), np.uint8) for word in ("id", "아이디", ".me/"))


@kernel
def word(data: Array, at: int, point: int) -> int:
    """The kind of candidate whose word is at byte ``at``, where ``point`` stands; 0 for none."""
    if point == 0xACE8:  # 골
        return EMAIL if _follows(data, at + 3, _SNAIL_REST) else 0
    if point == 0xD1A1:  # 톡
        return MESSENGER if _id_is_near(data, at + 3, 24, 40) else 0
    if point == 0xD154:  # 텔
        return MESSENGER if _follows(data, at + 3, _TELE_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if point == 0xC704:  # 위
        return MESSENGER if _follows(data, at + 3, _WECHAT_REST) and _id_is_near(data, at + 6, 24, 40) else 0
    if point == 0xB77C:  # 라
        return MESSENGER if _follows(data, at + 3, _LINE_REST) and _names_id(data, at + 6) else 0
    if point == 0x2F:
        return MESSENGER if _follows(data, at - 4, _TME) and _id_is_near(data, at, 0, 40) else 0
    if point == 0x25 or point == 0x5F:  # kim%40naver.com, kim_at_naver.com
        found = _follows(data, at, _ESCAPED_AT) or _follows(data, at, _LINED_AT)
        return EMAIL if found and _is_sign_before(data, at, 2) else 0
    if point == 0xC573 or point == 0xC5E3:  # kim앳naver.com, kim(엣)naver.com
        bracketed = at > 0 and (data[at - 1] == 0x28 or data[at - 1] == 0x20 or data[at - 1] == 0x5B)
        return EMAIL if (point == 0xC573 or bracketed) and _is_sign_before(data, at, 4) else 0
    if point < 0x40 or point == 0x5B or point == 0x7B:  # ( < [ {
        inside = at + 2 if at + 1 < len(data) and data[at + 1] == 0x20 else at + 1
        return EMAIL if _follows(data, inside, _A) and not _is_id_at(data, inside + 2) else 0
    point |= 0x20
    if point == 0x67:
        found = _follows(data, at + 1, _RAM) and _follows(data, at - 4, _TELE)
        return MESSENGER if found and _id_is_near(data, at + 4, 0, 40) else 0
    if point == 0x6B:
        return MESSENGER if _follows(data, at, _KAKAO) and _id_is_near(data, at + 5, 0, 40) else 0
    before = letter_before(data, at)
    if 0x61 <= before <= 0x7A:
        return 0
    if point == 0x64:
        return EMAIL if _follows(data, at, _DOT) and not _is_id_at(data, at + 3) else 0
    if point == 0x6C:
        return MESSENGER if _follows(data, at, _LINE) and _names_id(data, at + 4) else 0
    return MESSENGER if _follows(data, at, _WECHAT) else 0


@kernel
def may_be_word(data: Array, at: int, byte: Any) -> bool:
    """Whether the ASCII sign at byte ``at``, which is not the last, can be that of ``_word``, or is a @."""
    ahead = lower(np.int64(data[at + 1]))
    before = lower(np.int64(data[at - 1])) if at else 0
    if byte == 0x2F:
        return bool(before == 0x65)
    if byte == 0x25:
        return bool(ahead == 0x34)
    if byte == 0x5F:
        return bool(ahead == 0x61)
    if byte < 0x40 or byte == 0x5B or byte == 0x7B:
        return bool(ahead == 0x61 or ahead == 0x20)
    letter = byte | 0x20
    if letter == 0x67:
        return bool(ahead == 0x72)
    if letter == 0x6B:
        return bool(ahead == 0x61)
    return byte == 0x40 or not 0x61 <= before <= 0x7A


@kernel
def _names_id(data: Array, at: int) -> bool:
    """What must follow the name of a messenger that is a common word, too: 라인 아이디, LINE ID, line.me/."""
    if at < len(data) and data[at] == 0x20:
        at += 1
    return _follows(data, at, _ID) or _follows(data, at, _ID_HANGUL) or _follows(data, at, _ME)


@kernel
def _is_sign_before(data: Array, at: int, back: int) -> bool:
    """A sign of a name within ``back`` bytes before."""
    for i in range(max(0, at - back), at):  # noqa: SIM110 - compiled
        if _is_id(data[i]):
            return True
    return False


@kernel
def _is_id_at(data: Array, at: int) -> bool:
    return at < len(data) and _is_id(data[at])
