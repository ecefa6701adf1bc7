"""`malmoi study ablation --run RUN`: what each rule alone and last would drop, and how rules overlap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import pyarrow as pa

from corpus import storage
from corpus.errors import InputError
from corpus.report import charts
from corpus.report.markup import Content, Html, both, folded, number, percent, table, tag
from corpus.report.scan import batches
from corpus.report.shell import shell, top
from corpus.report.words import reason_words
from jobs.commands.closing import read_manifests
from jobs.commands.columns import aligned
from jobs.tasks.ablation import COLUMNS, Ablation, Counts, ablation


def run_study_ablation(run: str, output: str | None, stream: TextIO) -> int:
    """Print the tables; with ``output`` write ablation.json and ablation.html below it, too.

    Raises InputError when nothing was decided here.
    """
    run = run.rstrip("/") if "://" in run else storage.local_path(run)
    published = read_manifests(run)
    if "select" not in published:
        raise InputError(run, "no decisions were published here", "Run `malmoi select` first")

    def read() -> Iterator[pa.RecordBatch]:
        return batches(run, published, "select", "decisions", list(COLUMNS))

    found = ablation(read)
    written: dict[str, str] = {}
    if output:
        folder = storage.join(output) if "://" in output else storage.local_path(output)
        text = json.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n"
        written = {storage.join(folder, "ablation.json"): text, storage.join(folder, "ablation.html"): page(found)}
    for uri, data in written.items():  # before what is printed: its reader may leave early
        storage.write_bytes(uri, data.encode())
    stream.write(render(found) + "".join(f"{uri}\n" for uri in written))
    return 0


def to_json(found: Ablation) -> dict[str, object]:
    kinds = {kind: {"documents": count, "last": last} for kind, (count, last) in found.kinds.items()}
    return {**asdict(found), "kinds": kinds}


def render(found: Ablation) -> str:
    """Tables of rules and of reasons, and the overlaps of rules, for a terminal."""
    head = f"documents {found.documents:,}, kept {found.kept:,}\n\n"
    shares = [("", *(str(place) for place in range(1, len(found.rules.names) + 1)))]
    for place, name in enumerate(found.rules.names):
        whole = found.rules.alone[place]
        row = (percent(value / whole, 0).replace("\u202f", "") for value in found.rules.both[place])
        shares.append((f"{place + 1} {name}", *row))
    words = "함께 걸리는 몫 overlap: of the row's documents, the share that the column would drop, too\n"
    overlaps = words + aligned(shares, right=range(1, len(shares[0])))
    return (
        head
        + _counts("규칙 rule", found, found.rules)
        + "\n"
        + _counts("까닭 reason", found, found.reasons)
        + ("\n" + overlaps if found.rules.names else "")
    )


def _counts(title: str, found: Ablation, counts: Counts) -> str:
    rows = [(title, "혼자서 alone", "몫 share", "그것만 last", "적힘 named")]
    for place, name in enumerate(counts.names):
        share = percent(counts.alone[place] / found.documents, 2).replace("\u202f", " ")
        numbers = (f"{counts.last[place]:,}", f"{counts.first[place]:,}")
        rows.append((name, f"{counts.alone[place]:,}", share, *numbers))
    return aligned(rows, right=(1, 2, 3, 4))


def page(found: Ablation) -> str:
    """One offline page."""
    parts = [("rule", _section(found, found.rules, False)), ("because", _section(found, found.reasons, True))]
    kinds = [
        (kind or "–", rule, count, percent(count / documents, 2))
        for kind, (documents, last) in found.kinds.items()
        for rule, count in sorted(last.items(), key=lambda item: (-item[1], item[0]))
    ]
    head = [both(name) for name in ("kind", "rule", "last", "share")]
    parts.append(("kind", table(head, kinds, texts=2) if kinds else tag("p", both("none"))))
    body = tag(
        "div",
        top("ablation"),
        tag("p", both("last_how"), class_="about lines"),
        tag("main", [tag("section", tag("h2", both(name)), content, id=name) for name, content in parts]),
        class_="page",
    )
    return shell("말모이: 규칙마다 빼는 몫 · malmoi: what each rule takes", body)


def _section(found: Ablation, counts: Counts, meaning: bool) -> Content:
    if not counts.names:
        return tag("p", both("none"))
    order = sorted(range(len(counts.names)), key=lambda place: (-counts.alone[place], place))
    most = max(1, counts.alone[order[0]])
    bars = charts.paired(
        [
            (
                _name(counts.names[place], meaning),
                counts.alone[place] / most,
                counts.last[place] / most,
                f"{number(counts.alone[place])} · {number(counts.last[place])}",
            )
            for place in order
        ]
    )
    key = [
        tag("span", charts.bar(1.0, tone, 10), both(name), class_="chip")
        for tone, name in (("asked", "alone"), ("one", "last"))
    ]
    lines: list[list[Content]] = [
        [
            tag("code", counts.names[place]),
            *(values[place] for values in (counts.alone, counts.last, counts.first)),
            percent(counts.alone[place] / found.documents, 2),
        ]
        for place in range(len(counts.names))
    ]
    shares = [[value / whole for value in row] for row, whole in zip(counts.both, counts.alone, strict=True)]
    square = [
        (f"{place + 1} {name}", *(percent(share) if share else "" for share in shares[place]))
        for place, name in enumerate(counts.names)
    ]
    columns = ["", *(str(place + 1) for place in range(len(counts.names)))]
    names = ["rule" if not meaning else "because", "alone", "last", "named", "share"]
    return [
        tag("p", key, class_="key"),
        bars,
        folded(both("table"), table([both(name) for name in names], lines)),
        tag("h3", both("overlap")),
        tag("p", both("overlap_how"), class_="about lines"),
        charts.heat(counts.names, shares),
        folded(both("table"), table(columns, square)),
    ]


def _name(name: str, meaning: bool) -> Html:
    code = tag("code", name)
    return tag("span", code, " ", both(reason_words(name))) if meaning else code
