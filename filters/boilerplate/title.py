"""Editor: drops lines and sentences of the body that only repeat the title (HyperCLOVA's appendix).

A title has at least MINIMUM characters, so that a title of one word ("개요", "서론") takes no heading
of the same name with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MINIMUM = 5

_SENTENCE = re.compile(r"(?<=[.!?。…])[ \t]+")
# What may stand around the title without making the line say more: heading marks, quotes, a full stop.
_AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"
_SLACK = 16  # spaces by which a repetition may be longer than the title


class TitleInBody:
    """The title field itself is left alone, and a body that is nothing but the title stays."""

    name = "title_in_body"
    version = 1

    def edit(self, text: str, title: str | None) -> tuple[str, Mapping[str, int]]:
        """The body without repetitions and ``{title_in_body: dropped}``, empty when there are none."""
        wanted = _squeezed(title or "")
        if len(wanted) < MINIMUM:
            return text, {}
        pieces: list[str] = []
        dropped = done = 0
        hit = _find(text, wanted, 0)
        while hit >= 0:
            start = text.rfind("\n", 0, hit) + 1
            end = text.find("\n", hit)
            end = len(text) if end < 0 else end
            rest, count = _without(text[start:end], wanted)
            if count:
                pieces += (text[done:start], rest)
                done = end if rest else end + 1
                dropped += count
            hit = _find(text, wanted, end)
        if not dropped:
            return text, {}
        left = ("".join(pieces) + text[done:]).strip("\n")
        return (left, {self.name: dropped}) if left.strip() else (text, {})


def _squeezed(text: str) -> str:
    return "".join(text.strip(_AROUND).split())


def _find(text: str, wanted: str, position: int) -> int:
    """Where ``wanted`` next stands, whatever its spacing after the second character; -1 when nowhere."""
    reach = 2 * len(wanted) + _SLACK
    position = text.find(wanted[:2], position)
    while position >= 0:
        if "".join(text[position : position + reach].split()).startswith(wanted):
            return position
        position = text.find(wanted[:2], position + 1)
    return -1


def _without(line: str, wanted: str) -> tuple[str, int]:
    """The line without its sentences that are the title, and their number; empty when it is the title."""
    if _squeezed(line) == wanted:
        return "", 1
    sentences = _SENTENCE.split(line)
    kept = [sentence for sentence in sentences if _squeezed(sentence) != wanted]
    dropped = len(sentences) - len(kept)
    rest = " ".join(kept)
    if not dropped:
        return line, 0
    return ("", dropped + 1) if _squeezed(rest) == wanted else (rest, dropped)
