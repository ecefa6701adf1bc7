"""The offline report: one HTML page, everything inline, no script, nothing fetched.

Sections stand in the order in which a reader asks: is it sound, what first, where did documents go and
why, is the mixture what was asked, and then the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.report import registers, sections, tables
from corpus.report.markup import Content, Html, both, join, korean_number, number, percent, shown, tag
from corpus.report.samples import Samples
from corpus.report.shell import shell, top
from corpus.report.verdict import Note, colour, notes

FIRST = 5  # notes on the first screen

SIGNS = {
    "green": ("M12 21.5l6.5 6.5L29 15.5",),
    "amber": ("M20 11.5v11", "M20 28.6v.1"),
    "red": ("M13.5 13.5l13 13", "M26.5 13.5l-13 13"),
}
DOTS = {"red": "✕", "amber": "!", "plain": "·"}


def page(metrics: Mapping[str, Any], samples: Samples, timings: Mapping[str, Any], extent: Mapping[str, int]) -> str:
    """The whole page.  ``timings`` is RUN/timings.json; ``extent`` what verify reread (files, bytes)."""
    told = notes(metrics)
    parts: list[tuple[str, Content]] = [
        ("funnel", sections.funnel(metrics)),
        ("reasons", sections.reasons(metrics, samples)),
        ("sources", tables.sources(metrics)),
        ("registers", registers.registers(metrics)),
        ("areas", registers.areas(metrics)),
        ("quality", registers.quality(metrics)),
        ("mixture", sections.mixture(metrics)),
        ("dedup", sections.dedup(metrics, samples)),
        ("lengths", sections.lengths(metrics)),
        ("identifiers", tables.edits(metrics)),
        ("adapters", tables.adapters(metrics)),
        ("verdicts", tables.verdicts(metrics)),
        ("tokenizer", tables.tokenizer(metrics)),
        ("shards", tables.shards(metrics)),
        ("rights", tables.rights(metrics)),
        ("quarantine", tables.quarantine(metrics, samples)),
        ("digests", tables.digests(metrics)),
        ("timings", sections.timings(timings, extent)),
    ]
    parts = [(name, content) for name, content in parts if content is not None]
    body = tag(
        "div",
        top("title"),
        _verdict(metrics, colour(metrics), told, extent),
        _tiles(metrics),
        _first(told),
        tag("nav", [tag("a", both(name), href=f"#{name}") for name, _ in parts], class_="toc", aria_label="contents"),
        tag("main", [tag("section", tag("h2", both(name)), content, id=name) for name, content in parts]),
        tag("footer", tag("p", both("how_to_read")), tag("p", both("masked"))),
        class_="page",
    )
    return shell("말모이 실행 보고서 · malmoi run report", body)


def _verdict(metrics: Mapping[str, Any], tone: str, told: Sequence[Note], extent: Mapping[str, int]) -> Html:
    sign = tag(
        "svg",
        tag("circle", cx=20, cy=20, r=20, class_="disc"),
        [tag("path", d=line, class_="stroke") for line in SIGNS[tone]],
        viewBox="0 0 40 40",
        class_="sign",
        aria_hidden="true",
    )
    documents, mixed = metrics["documents"], metrics["mixture"].get("mixed", {})
    kept, read, tokens = number(documents["kept"]), number(documents["read"]), number(mixed.get("tokens", 0))
    share, files = percent(documents["kept_share"]), number(extent.get("files", 0))
    korean = [f"읽은 기록 {read}건 가운데 {kept}건({share})을 남겨 {tokens} 토큰을 적었습니다."]
    english = [f"Of {read} records, {kept} ({share}) are kept; {tokens} tokens are written."]
    faults = metrics["verify"]["faults"] if metrics["verify"] else None
    if faults == 0:
        korean.append(f"파일 {files}개를 다시 읽어 모든 합과 지문이 맞는 것을 확인했습니다.")
        english.append(f"{files} files were read again; every sum and digest holds.")
    serious = sum(note.level != "plain" for note in told)
    if serious:
        korean.append(f"아래 {serious}가지를 먼저 보세요.")
        english.append(
            f"Look at the {serious} points below first." if serious > 1 else "Look at the point below first."
        )
    return tag(
        "header",
        tag("h1", sign, tag("span", both(tone))),
        tag("p", " ".join(korean), class_="ko", lang="ko"),
        tag("p", " ".join(english), class_="en", lang="en"),
        class_=f"verdict {tone}",
        id="verdict",
    )


def _tiles(metrics: Mapping[str, Any]) -> Html:
    documents, dedup, mixed = metrics["documents"], metrics["dedup"], metrics["mixture"].get("mixed", {})
    duplicates = dedup["exact"] + dedup["near"]
    tiles = [
        ("kept", documents["kept"], percent(documents["kept_share"])),
        ("tokens", mixed.get("tokens", 0), tag("span", korean_number(mixed.get("tokens", 0)), class_="ko")),
        ("dedup", duplicates, percent(duplicates / documents["read"] if documents["read"] else 0)),
        (
            "dropped",
            documents["dropped"],
            percent(documents["dropped"] / documents["read"] if documents["read"] else 0),
        ),
        ("quarantined", documents["quarantined"], percent(documents["quarantined_share"])),
        ("shards", metrics["shards"].get("shards", 0), metrics["shards"].get("format")),
    ]
    return tag(
        "div",
        [
            tag(
                "div",
                tag("span", both(name), class_="what"),
                tag("b", number(value), class_=_size(number(value))),
                tag("small", note),
                class_="tile",
            )
            for name, value, note in tiles
        ],
        class_="tiles",
    )


def _size(figure: str) -> str | None:
    """Long figures are set smaller, so that they stay on one line of a tile."""
    return "longest" if len(figure) > 13 else "long" if len(figure) > 9 else None


def _first(told: Sequence[Note]) -> Html:
    rows = [
        tag(
            "li",
            tag("span", DOTS[note.level], class_=f"dot {note.level}", aria_hidden="true"),
            tag(
                "a",
                tag("span", shown(note.words.ko), class_="ko", lang="ko"),
                " ",
                tag("span", shown(note.words.en), class_="en", lang="en"),
                href=f"#{note.section}",
            ),
        )
        for note in told[:FIRST]
    ]
    content = tag("ul", rows) if rows else tag("p", both("nothing"))
    return tag("div", tag("h2", both("first")), content, class_="first")


__all__ = ["join", "page"]
