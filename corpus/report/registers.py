"""The sections of the report about what is kept of which register: by kind and source, by area, by quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.ledger import DROPPED, KEPT, QUARANTINED
from corpus.report import charts
from corpus.report.charts import Bar
from corpus.report.markup import Content, both, folded, number, percent, shown, table, tag
from corpus.report.tables import OPEN, limited

REASONS = 3  # named beside one row


def registers(metrics: Mapping[str, Any]) -> Content:
    """Of every kind and source what is kept, and what took the rest; kinds as bars."""
    kinds: dict[str, list[int]] = {}
    rows: dict[tuple[str, str], tuple[int, int, dict[str, int]]] = {}
    for row in metrics["fates"]:
        if row["fate"] not in (KEPT, DROPPED, QUARANTINED):
            continue
        key, documents = (row["kind"], row["source"]), row["documents"]
        read, kept, lost = rows.get(key, (0, 0, {}))
        if row["fate"] == KEPT:
            kept += documents
        else:
            lost = {**lost, row["reason"]: lost.get(row["reason"], 0) + documents}
        rows[key] = (read + documents, kept, lost)
        whole = kinds.setdefault(row["kind"], [0, 0])
        whole[0] += documents
        whole[1] += documents if row["fate"] == KEPT else 0
    if not rows:
        return tag("p", both("none"))
    bars = [
        Bar(shown(kind) or "–", kept / read, f"{percent(kept / read)} · {number(kept)}")
        for kind, (read, kept) in sorted(kinds.items(), key=lambda item: (item[1][1] / item[1][0], item[0]))
    ]
    order = sorted(rows.items(), key=lambda item: (item[0][0], -item[1][0], item[0][1]))
    some, more = limited(order)
    lines = [
        (shown(kind) or "–", shown(source), named(lost, read), read, kept, percent(kept / read))
        for (kind, source), (read, kept, lost) in some
    ]
    head = [both(name) for name in ("kind", "source", "lost", "read", "kept", "share")]
    return [charts.bars(bars, 1.0), folded(both("table"), table(head, lines, texts=3), len(lines) <= OPEN), more]


def named(lost: Mapping[str, int], whole: int) -> Content:
    """The largest reasons with their share."""
    order = sorted(lost.items(), key=lambda item: (-item[1], item[0]))
    parts: list[Content] = []
    for reason, documents in order[:REASONS]:
        parts += [", " if parts else None, tag("code", reason), f" {percent(documents / whole)}"]
    return [*parts, " …" if len(order) > REASONS else None]


def areas(metrics: Mapping[str, Any]) -> Content | None:
    """None where nothing was decided."""
    found = metrics["areas"]
    if not found:
        return None
    rows, more = limited(found["rows"])
    classes = [
        (both(f"class_{name}"), row["areas"], row["documents"], row["kept"], _share(row["kept"], row["documents"]))
        for name, row in found["classes"].items()
        if row["areas"]
    ]
    bars = [
        Bar(shown(row["area"], 60) or "–", row["kept_share"], f"{percent(row['kept_share'])} · {number(row['kept'])}")
        for row in rows[:OPEN]
    ]
    lines = [
        (
            shown(row["area"], 80) or "–",
            both(f"class_{row['class']}"),
            named(row["reasons"], row["documents"]),
            row["documents"],
            row["kept"],
            percent(row["kept_share"]),
        )
        for row in rows
    ]
    names = ("area", "class_name", "lost", "documents", "kept", "share")
    unused = [tag("p", both("unused"), ": ", ", ".join(shown(name, 60) for name in found["unused"][:OPEN]))]
    return [
        table([both(name) for name in ("class_name", "areas", "documents", "kept", "share")], classes),
        charts.bars(bars, 1.0),
        folded(both("table"), table([both(name) for name in names], lines, texts=3), len(lines) <= OPEN),
        more,
        unused if found["unused"] else None,
    ]


def quality(metrics: Mapping[str, Any]) -> Content | None:
    """A histogram a kind, and the cuts of quantiles; None without the score."""
    found = metrics["quality"]
    if not found:
        return None
    edges: Sequence[int] = found["edges"]
    labels = [f".{edge:02d}" for edge in edges]
    parts: list[Content] = [tag("p", tag("code", shown(found["score"])), class_="about")]
    for kind, counts in found["kinds"].items():
        lines = list(zip(labels, counts, strict=True))
        parts += [
            tag("h3", shown(kind) or "–", f" · {number(sum(counts))}"),
            charts.histogram(labels, counts),
            folded(both("table"), table([both("at_least"), both("documents")], lines)),
        ]
    cuts = [row for row in found["cuts"] if row["quality"] is not None or row["area"] is not None]
    some, more = limited(cuts)
    rows = [
        (shown(row["source"]), shown(row["kind"]), row["documents"], _cut(row["quality"]), _cut(row["area"]))
        for row in some
    ]
    head = [both(name) for name in ("source", "kind", "documents", "cut", "area_cut")]
    return [*parts, [tag("h3", both("cuts")), table(head, rows, texts=2), more] if cuts else None]


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else 0)


def _cut(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
