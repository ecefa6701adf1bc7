"""The definition of prose and its sample in plain Python, one character at a time where the kernel is clever."""

from __future__ import annotations

import re

from corpus.hangul import character_class

GROUPS = ("hangul", "latin", "han", "letter", "rest", "japanese", "chinese")
MARKS = '!"()*,.:;?[]_“”‘'
JOINTS = "'’"


def is_word(eojeol: str) -> bool:
    """Latin letters, joined by single joints, with marks around; -o is an option, no word."""
    signs = "".join(
        "a" if character_class(one) == "latin" else "'" if one in JOINTS else "." if one in MARKS else one
        for one in eojeol
    )
    return re.fullmatch(r"[.']*a+(['-]a+)*[.'-]*", signs) is not None


def split(line: str) -> list[str]:
    return "".join(" " if character_class(one) == "space" else one for one in line).split(" ")


def lines(text: str) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """(group, line) of every line with a letter, and the bytes that each group weighs."""
    found: list[tuple[str, str]] = []
    weights = dict.fromkeys(GROUPS, 0)
    fenced = False
    for line in text.split("\n"):
        bare = "".join(one for one in line if character_class(one) != "space")
        if len(bare) - len(bare.lstrip("`~")) >= 3:
            fenced = not fenced
            continue
        of: dict[str, list[str]] = {name: [] for name in GROUPS[:4]}
        for one in line:
            kind = character_class(one)
            name = {"syllable": "hangul", "jamo": "hangul", "kana": "han"}.get(kind, kind)
            if name in of:
                of[name].append(one)
        letters = sum(map(len, of.values()))
        if not letters:
            continue
        eojeol = [one for one in split(line) if one]
        words = sum(map(is_word, eojeol))
        prose = words >= 5 and 10 * words >= 7 * len(eojeol)
        indent = 0
        for one in line:
            if character_class(one) != "space":
                break
            indent += 4 if one == "\t" else 1
        share = {name: 5 * len(ones) >= letters for name, ones in of.items()}
        if share["hangul"] or (of["hangul"] and not prose and not share["han"] and not share["letter"]):
            group = "hangul"
        elif share["han"]:
            group = "han"
        elif share["letter"]:
            group = "letter"
        else:
            group = "latin" if prose and not fenced and indent < 4 else "rest"
        own = "".join(of[group] if group != "rest" else [one for ones in of.values() for one in ones])
        weights[group] += len(own.encode())
        found.append((group, line))
    if any(weights[name] for name in GROUPS[:4]):
        weights["rest"] = 0
    for group, line in found:
        for name, run in runs(line) if group == "hangul" else ():
            weights[name] += len(run.encode())
    foreign = weights["japanese"] + weights["chinese"]
    if not (weights["japanese"] and weights["chinese"]) and foreign < 2 * weights["hangul"]:
        weights["japanese"] = weights["chinese"] = 0
    return found, weights


def simplified(one: str) -> bool:
    """GB 2312 has it, and the standards of Korea and Japan have not."""
    return [bool(one.encode(name, "ignore")) for name in ("gb2312", "euc_kr", "shift_jis")] == [True, False, False]


def runs(line: str) -> list[tuple[str, str]]:
    """(language, run) of every run of kana and Han that is Japanese by its kana or else Chinese by its characters."""
    marked = "".join(one if character_class(one) in ("kana", "han") else " " for one in line)
    found = []
    for run in marked.split():
        if any(character_class(one) == "kana" for one in run):
            found.append(("japanese", run))
        elif any(map(simplified, run)):
            found.append(("chinese", run))
    return found


def samples(text: str, room: int = 600) -> dict[str, str]:
    """Sample of every group that weighs something; of Hangul from 100 letters on."""
    found, weights = lines(text)
    groups = [name for name in GROUPS[:5] if weights[name]]
    result = {}
    for group in groups:
        most = room // len(groups)
        chosen = [line for name, line in found if name == group]
        total = sum(len(line) + 1 for line in chosen)
        span = most // 3 - 21
        starts = (0, (total - span) // 2, total - span)
        place, written, letters, sample = 0, 0, 0, ""
        for line in chosen:
            for start, chunk, whole in chunks(line):
                at = place + start
                inside = total <= most or any(first <= at < first + span for first in starts)
                others = sum(character_class(one) in ("syllable", "han", "kana", "letter") for one in chunk)
                wanted = group == "rest" or (is_word(whole) if group == "latin" else others > 0)
                if inside and wanted and "/" not in whole and written + len(chunk) + 1 <= most:
                    sample += chunk + " "
                    written += len(chunk) + 1
                    letters += others
            place += len(line) + 1
        if group == "hangul" and (weights[group] < 300 or letters < 100 // len(groups)):
            continue
        if sample:
            result[group] = sample
    return result


def chunks(line: str) -> list[tuple[int, str, str]]:
    """Start, at most 20 characters, and the eojeol up to their end."""
    found = []
    start = 0
    for eojeol in re.split(r"(?s)(?<= )", "".join(" " if character_class(one) == "space" else one for one in line)):
        bare = eojeol.rstrip(" ")
        for first in range(0, len(bare), 20):
            found.append((start + first, bare[first : first + 20], bare[: first + 20]))
        start += len(eojeol)
    return found
