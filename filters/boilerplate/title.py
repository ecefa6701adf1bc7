"""Editor: drops the title said again at the head of the body (HyperCLOVA's appendix).

Of 11,767 lines and sentences that say their title alone in 45,535 real documents (docs), the first line says it
10,633 times; below, most are lines of code, items, the syntax of a command and headings of sections.  So the first
line goes, or its first sentence, and a heading near it (title_head).  A title has at least MINIMUM characters, so
that one of one word ("개요", "서론") takes no heading of the same name with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from corpus.normalise import Utf8, utf8
from filters.boilerplate.title_head import MINIMUM, squeezed, without_title
from filters.boilerplate.title_kernel import find_all_squeezed, find_squeezed, head_of

SLACK = 16  # spaces by which a repetition may exceed one behind every character
ERRORS = "surrogatepass"


class TitleInBody:
    """The title field itself is left alone, and a body that is nothing but the title stays."""

    name = "title_in_body"
    version = 4

    def finds(self, texts: Utf8, titles: Sequence[str | None]) -> list[bool]:
        """Of each text whether its title may stand at its head; where it does not ``edit`` changes nothing."""
        wanted = [squeezed(title or "") for title in titles]
        needles = utf8([title if len(title) >= MINIMUM else "" for title in wanted])
        slack = np.array([len(title) + SLACK for title in wanted], np.int64)
        found = np.empty(len(wanted), np.bool_)
        find_all_squeezed(texts.data, texts.offsets, needles.data, needles.offsets, slack, found)
        hits: list[bool] = found.tolist()
        return hits

    def edit(self, text: str, title: str | None, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        """The body without repetitions and ``{title_in_body: dropped}``, empty when there are none."""
        wanted = squeezed(title or "")
        if len(wanted) < MINIMUM:
            return text, {}
        buffer = np.frombuffer(text.encode("utf-8", ERRORS) if encoded is None else encoded, np.uint8)
        needle = np.frombuffer(wanted.encode("utf-8", ERRORS), np.uint8)
        if find_squeezed(buffer[: head_of(buffer)], needle, 0, len(wanted) + SLACK) < 0:
            return text, {}
        left, dropped = without_title(text, wanted)
        return (left, {self.name: dropped}) if dropped and left.strip() else (text, {})
