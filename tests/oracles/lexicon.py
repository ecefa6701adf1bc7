"""What the lexicon's kernel must equal: every entry looked for by str.find, borders and false friends by hand."""

from __future__ import annotations

from collections.abc import Sequence

CLASSES = ("swear", "slur", "sexual", "mild")
CONSONANTS = set("ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅌㅍ")  # without laughter, ㅋ and ㅎ
ASCII = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def syllable(character: str) -> bool:
    return "가" <= character <= "힣"


def stands(text: str, start: int, end: int, place: str) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    if place == "any":
        return True
    if place == "jamo":
        return before not in CONSONANTS and behind not in CONSONANTS
    if place == "latin":
        return before not in ASCII and behind not in ASCII
    if (before and syllable(before)) or before in ASCII:
        return False
    return place == "start" or not (behind and syllable(behind))


def hits(text: str, entries: Sequence[tuple[str, str, str, str]]) -> dict[str, int]:
    """Hits per class of one text."""
    friends, met = [], []
    for form, kind, place, _ in entries:
        at = text.find(form)
        while at >= 0:
            span = (at, at + len(form))
            if kind == "friend":
                friends.append(span)
            elif stands(text, *span, place):
                met.append((at, -len(form), kind))
            at = text.find(form, at + 1)
    found = dict.fromkeys(CLASSES, 0)
    taken = 0
    for start, length, kind in sorted(met):
        end = start - length
        if start >= taken and not any(low <= start and end <= high for low, high in friends):
            found[kind] += 1
            taken = end
    return found
