"""The stored form by its definition: character by character, no shortcuts, no kernel."""

from __future__ import annotations

import unicodedata

import regex

from corpus.normalise import NormaliseConfig

_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}")
_IN_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]")
_UNWANTED = regex.compile(r"\p{C}")  # the newer Unicode data of the two at hand
_CHAT = {chr(point) for point in range(0x3131, 0x318F)}
_MARKS = set("!?.~^…！？～")


def _visible(text: str) -> str:
    kept = []
    for place, character in enumerate(text):
        if character == "\u200d" and 0 < place < len(text) - 1:
            before, after = text[place - 1], text[place + 1]
            spelling = _IN_EMOJI.match(before) and _PICTOGRAPH.match(after)
            if spelling and not _UNWANTED.match(before) and not _UNWANTED.match(after):
                kept.append(character)
            continue
        if character in "\t\n" or not (_UNWANTED.match(character) or character in "\u3164\uffa0"):
            kept.append(character)
    return "".join(kept)


def _width(character: str) -> str:
    form = unicodedata.decomposition(character).split()
    return chr(int(form[1], 16)) if form and form[0] in ("<wide>", "<narrow>") else character


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for character in text:
        if runs and runs[-1][0] == character:
            runs[-1] += character
        else:
            runs.append(character)
    return runs


def normalise(text: str, config: NormaliseConfig) -> str:
    text = text.replace("\r\n", "\n")
    for mark in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
        text = text.replace(mark, "\n")
    text = _visible(text)
    if config.fold_widths:
        text = "".join(_width(character) for character in text)
    text = unicodedata.normalize("NFC", text)
    if config.plain_spaces:
        text = "".join(
            " " if unicodedata.category(character) == "Zs" and character != "\u3000" else character
            for character in text
        )
    text = "\n".join(line.rstrip() for line in text.split("\n")).rstrip().lstrip("\n")
    if config.repeats is not None:
        done = ""
        for run in _runs(text):
            rule = run[0] in _MARKS and (not done or done[-1].isspace())
            fold = (run[0] in _CHAT or run[0] in _MARKS) and not rule
            done += run[: config.repeats] if fold else run
        text = done
    lines: list[str] = []
    blank = 0
    for line in text.split("\n"):
        blank = 0 if line else blank + 1
        if config.blank_lines is None or blank <= config.blank_lines:
            lines.append(line)
    text = "\n".join(lines)
    if config.spaces is not None:
        runs = _runs(text)
        for place in range(1, len(runs) - 1):
            if runs[place][0] == " " and not runs[place - 1].isspace() and not runs[place + 1].isspace():
                runs[place] = runs[place][: config.spaces]
        text = "".join(runs)
    return text
