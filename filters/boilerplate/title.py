"""Editor: drops lines and sentences of the body that only repeat the title (HyperCLOVA's appendix).

A title has at least MINIMUM characters, so that a title of one word ("개요", "서론") takes no heading
of the same name with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from corpus.normalise import Utf8, utf8
from filters.boilerplate.title_kernel import find_all_squeezed, find_squeezed

MINIMUM = 5

_SENTENCE = re.compile(r"(?<=[.!?。…])[ \t]+")
# What may stand around the title without making the line say more: heading marks, quotes, a full stop.
_AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"
_SLACK = 16  # spaces by which a repetition may exceed one behind every character
_ERRORS = "surrogatepass"


class TitleInBody:
    """The title field itself is left alone, and a body that is nothing but the title stays."""

    name = "title_in_body"
    version = 3

    def finds(self, texts: Utf8, titles: Sequence[str | None]) -> list[bool]:
        """Of each text whether its title may be a line or sentence of it; where it is none ``edit`` changes nothing."""
        wanted = [_squeezed(title or "") for title in titles]
        needles = utf8([title if len(title) >= MINIMUM else "" for title in wanted])
        slack = np.array([len(title) + _SLACK for title in wanted], np.int64)
        found = np.empty(len(wanted), np.bool_)
        find_all_squeezed(texts.data, texts.offsets, needles.data, needles.offsets, slack, found)
        hits: list[bool] = found.tolist()
        return hits

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        """The body without repetitions and ``{title_in_body: dropped}``, empty when there are none."""
        wanted = _squeezed(title or "")
        if len(wanted) < MINIMUM:
            return text, {}
        data = text.encode("utf-8", _ERRORS) if encoded is None else encoded
        needle = np.frombuffer(wanted.encode("utf-8", _ERRORS), np.uint8)
        buffer = np.frombuffer(data, np.uint8)
        slack = len(wanted) + _SLACK
        pieces: list[bytes] = []
        dropped = done = 0
        hit = find_squeezed(buffer, needle, 0, slack)
        while hit >= 0:
            start = data.rfind(b"\n", 0, hit) + 1
            end = data.find(b"\n", hit)
            end = len(data) if end < 0 else end
            rest, count = _without(data[start:end].decode("utf-8", _ERRORS), wanted)
            if count:
                pieces += (data[done:start], rest.encode("utf-8", _ERRORS))
                done = end if rest else end + 1
                dropped += count
            hit = find_squeezed(buffer, needle, end, slack)
        if not dropped:
            return text, {}
        left = (b"".join(pieces) + data[done:]).decode("utf-8", _ERRORS).strip("\n")
        return (left, {self.name: dropped}) if left.strip() else (text, {})


def _squeezed(text: str) -> str:
    return "".join(text.strip(_AROUND).split())


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
