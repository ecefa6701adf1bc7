"""Encyclopedia articles in English and Japanese about places, rivers, composers and bridges that do not exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.sample.text import Draw

HERE = Path(__file__).resolve().parent


@cache
def _sections(name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for block in (HERE / name).read_text(encoding="utf-8").split("\n\n"):
        head, *lines = block.strip().splitlines()
        found[head.strip("[]")] = tuple(lines)
    return found


def _article(language: str, key: str, joint: str) -> tuple[str, str]:
    sections, draw = _sections(f"wiki_{language}.txt"), Draw(key)
    lists = {name: items for name, items in sections.items() if not name.startswith("about ")}
    subject = draw.pick(sorted(name for name in sections if name.startswith("about ")))
    fixed = {"NAME": draw.pick(lists["stem"]) + draw.pick(lists["end"]), "REGION": draw.pick(lists["region"])}

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in fixed:
            return fixed[name]
        if name == "year":
            return str(draw.between(1120, 2019))
        if name == "small":
            return str(draw.between(2, 38))
        if name == "big":
            return f"{draw.between(101, 98_700):,}"
        return draw.pick(lists[name])

    def filled(pattern: str) -> str:
        while "{" in pattern:
            pattern = re.sub(r"\{(\w+)\}", fill, pattern)
        return pattern

    patterns = [*sections[subject][1:], *sections["about 0"]]
    sentences = [filled(pattern) for pattern in draw.some(patterns, draw.between(10, 15))]
    cut = draw.between(3, 5)
    paragraphs = [joint.join(sentences[at : at + cut]) for at in range(0, len(sentences), cut)]
    return fixed["NAME"], "\n\n".join([filled(sections[subject][0]), *paragraphs])


def english(key: str) -> tuple[str, str]:
    """Title and text."""
    return _article("en", key, " ")


def japanese(key: str) -> tuple[str, str]:
    """Title and text."""
    return _article("ja", key, "")
