"""What filters.spam.evidence finds, written out in plain Python; slow and obvious."""

from __future__ import annotations

import re
from collections.abc import Sequence

from filters.spam.evidence import MEASURES
from filters.spam.lexicon import FAMILIES, LEFT, OFFERS, RIGHT, Term

ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
BLOCK, GAP = 200, 3
URL = re.compile(
    r"https?://([a-z0-9.-]*)[!-~]*?(?=[\"'()<>\[\]`{}]|[^!-~]|\Z)|www\.([a-z0-9.-]*)[!-~]*?(?=[\"'()<>\[\]`{}]|[^!-~]|\Z)"
)
PHONE = re.compile(
    r"1[5-8][0-9]{2}-[0-9]{4}(?![0-9])|01[0-9][0-9]{8}(?![0-9])"
    r"|(?:02|0[1-9][0-9])[-. )]?(?:[0-9]{3}(?![0-9])|[0-9]{4})[-. )]?[0-9]{4}(?![0-9])"
)
NUMBER = re.compile(r"[0-9][0-9,.]*")


def decoded(text: str) -> str:
    kept = []
    for character in text:
        if character in ZERO_WIDTH:
            continue
        point = ord(character)
        if 0xFF01 <= point <= 0xFF5E:
            character = chr(point - 0xFEE0)
        if character == "\u3000":
            character = " "
        kept.append(character.lower() if character.isascii() else character)
    return "".join(kept)


def is_word(character: str) -> bool:
    return "가" <= character <= "힣" or "a" <= character <= "z" or "0" <= character <= "9"


def is_syllable(character: str) -> bool:
    return "가" <= character <= "힣"


def is_mark(character: str) -> bool:
    point = ord(character)
    if point < 128:
        return character == " " or character in "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x7f"
    return point == 0xB7 or 0x2000 <= point <= 0x2BFF or 0x3001 <= point <= 0x303F or point >= 0x1F000


def longest(text: str, at: int, terms: Sequence[Term]) -> tuple[int, int]:
    """(number of the longest term at a place whose borders hold, its end); -1 where there is none."""
    found, end = -1, at
    for number, term in enumerate(terms):
        stop = at + len(term.text)
        if stop > end and text.startswith(term.text, at):
            left = term.borders & LEFT and at and is_word(text[at - 1])
            right = term.borders & RIGHT and stop < len(text) and is_word(text[stop])
            if not left and not right:
                found, end = number, stop
    return found, end


def taken_apart(text: str, at: int, terms: Sequence[Term]) -> tuple[int, int]:
    """The same for syllables with one or two marks behind each but the last, the first and last standing alone."""
    found, end = -1, at
    if not is_syllable(text[at]) or (at and is_syllable(text[at - 1])):
        return found, end
    spelled, j = text[at], at
    known = {term.text: number for number, term in enumerate(terms) if term.family in OFFERS}
    while j + 2 < len(text) and is_mark(text[j + 1]):
        j += 3 if not is_syllable(text[j + 2]) and is_mark(text[j + 2]) else 2
        if j >= len(text) or not is_syllable(text[j]):
            break
        spelled += text[j]
        if not any(term.text.startswith(spelled) for term in terms):
            break
        if spelled in known and (j + 1 == len(text) or not is_syllable(text[j + 1])):
            found, end = known[spelled], j + 1
    return found, end


def evidence(raw: str, terms: Sequence[Term], services: frozenset[str]) -> dict[str, int]:
    text = decoded(raw)
    row = dict.fromkeys(MEASURES, 0)
    row["characters"], row["notice_first"], row["notice_last"] = len(text), -1, -1
    events: list[tuple[int, str, int]] = []  # (place, what, term or points)
    hosts: set[str] = set()
    place, i = -GAP - 1, 0
    tags: list[tuple[int, int]] = []
    while i < len(text):
        character, at, step = text[i], i, i + 1
        before = text[i - 1] if i else " "
        if character.isascii() and character.isdigit() and not (before.isascii() and before.isdigit()):
            dotted = before == "." and i > 1 and text[i - 2] in "0123456789"
            phone = PHONE.match(text, i) if before != "-" and not dotted else None
            number = NUMBER.match(text, i)
            assert number
            if phone:
                events.append((i, "phones", 0))
                i = phone.end()
                continue
            unit = re.compile(r" ?(?:(%)|([만천] ?)?원)").match(text, number.end())
            if unit:
                events.append((i, "percents" if unit[1] else "prices", 0))
                i = unit.start(1) if unit[1] else number.end()
                continue
        elif character == "*" and before != "*":
            mask = re.compile(r"\*{4}(?:@|-\*{4})").match(text, i)
            if mask:
                events.append((i, "phones", 0))
                i = mask.end()
                continue
        elif character == "(":
            following = text[i + 1 : i + 2]
            row["glosses"] += is_syllable(before) and "a" <= following <= "z"
        elif character == "#":
            following = text[i + 1 : i + 2]
            if following and is_word(following) and not following.isdigit() and not (is_word(before) or before in "/("):
                stop = i + 1
                while stop < len(text) and text[stop] > " " and text[stop] != "#":
                    stop += 1
                tags.append((i, stop))
        elif text.startswith(("http", "www"), i):
            link = URL.match(text, i)
            if link and not (character == "w" and is_word(before)):
                host = link[1] if link[1] is not None else "www." + link[2]
                events.append((i, "urls", 0))
                row["url_characters"] += link.end() - i
                hosts.add(host)
                at, step = (link.start(1) if link[1] is not None else i), link.end()
        term, end = longest(text, at, terms) if at < len(text) else (-1, i)
        if term < 0 and at == i:
            term, end = taken_apart(text, i, terms)
            if term >= 0:
                events.append((i, "hidden", 0))
        if term >= 0:
            events.append((i, "term", term))
            step = max(step, end)
            family = terms[term].family
            if terms[term].text in services and i - place <= GAP:
                row["pairs"] += 1
            if family == "region":
                row["regions"] += 1
                place = end
            column = {"ask": "asks", "affiliate": "notices"}.get(family, family)
            if column in ("asks", "notices", "translated", "assistant", "leftover"):
                row[column] += 1
            if family == "affiliate":
                row["notice_first"] = i if row["notice_first"] < 0 else row["notice_first"]
                row["notice_last"] = i
        i = step
    row["hosts"] = min(len(hosts), 256)
    row["hashtags"] = len(tags)
    stop = len(text)
    for start, end in reversed(tags):
        if text[end:stop].strip() == "" or all(c <= " " for c in text[end:stop]):
            row["tail"] += 1
            stop = start
        else:
            break
    for _, what, _ in events:
        if what != "term":
            row[what] += 1
    for first in range(max(1, (len(text) - 1) // BLOCK + 1)):
        window = [e for e in events if first - 1 <= e[0] // BLOCK <= first]
        distinct = {number for _, what, number in window if what == "term"}
        points, weak = dict.fromkeys(FAMILIES, 0), dict.fromkeys(FAMILIES, 0)
        for n in distinct:
            (weak if terms[n].points == 1 and terms[n].family in OFFERS else points)[terms[n].family] += terms[n].points
        count = {what: sum(e[1] == what for e in window) for what in ("phones", "urls", "prices", "percents", "hidden")}
        ask = sum(terms[n].ask for n in distinct) + 2 * count["hidden"]
        ask += 2 * min(count["phones"], 2) + min(count["urls"], 2)
        weak["promotion"] += min(count["prices"], 4) + min(count["percents"], 2)
        for name in OFFERS:
            offered = points[name] + min(weak[name], 2)
            row[name] = max(row[name], min(offered, 2 * ask) - points["report"])
    return row
