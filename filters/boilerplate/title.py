"""Editor: drops lines and sentences of the body that only repeat the title (HyperCLOVA's appendix).

A title has at least MINIMUM letters, so that a one-word title ("개요", "서론") takes no heading with it:
of the development titles under 5 letters that recur as a line, most are section names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MINIMUM = 5

_SENTENCE = re.compile(r"(?<=[.!?。…])[ \t]+")
# What may stand around the title without making the line say more: heading marks, quotes, a full stop.
_AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"


class TitleInBody:
    """The title field itself is left alone, and a body that is nothing but the title stays."""

    name = "title_in_body"
    version = 1

    def edit(self, text: str, title: str | None) -> tuple[str, Mapping[str, int]]:
        """The body without repetitions and ``{title_in_body: dropped}``, empty when there are none."""
        wanted = _squeezed(title or "")
        if len(wanted) < MINIMUM:
            return text, {}
        head = wanted[:2]
        kept: list[str] = []
        dropped = 0
        for line in text.split("\n"):
            if head[0] not in line or len(line) < len(wanted):
                kept.append(line)
            elif _squeezed(line) == wanted:
                dropped += 1
            else:
                rest, count = _without(line, wanted)
                dropped += count
                kept.append(rest)
        if not dropped:
            return text, {}
        left = "\n".join(kept).strip("\n")
        return (left, {self.name: dropped}) if left.strip() else (text, {})


def _squeezed(text: str) -> str:
    return "".join(text.strip(_AROUND).split())


def _without(line: str, wanted: str) -> tuple[str, int]:
    """The line without its sentences that are the title, and their number."""
    sentences = _SENTENCE.split(line)
    if len(sentences) < 2:
        return line, 0
    kept = [sentence for sentence in sentences if _squeezed(sentence) != wanted]
    dropped = len(sentences) - len(kept)
    return (" ".join(kept), dropped) if dropped else (line, 0)
