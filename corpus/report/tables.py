"""The sections of the report that are tables: sources, edits, tokenizer, shards, rights, quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpus.report import charts
from corpus.report.charts import Bar
from corpus.report.markup import Content, both, folded, number, percent, shown, table, tag
from corpus.report.samples import Samples
from corpus.report.words import reason_words

BARS = 15  # of one chart; the table below it goes on
OPEN = 12  # rows; longer tables are folded
ROWS = 100  # of one table; metrics.json holds them all


def limited(rows: list[Any], file: str = "metrics.json") -> tuple[list[Any], Content]:
    """The first ROWS rows, and a line that says how many more there are and where."""
    more = len(rows) - ROWS
    return rows[:ROWS], tag("p", f"+ {number(more)} · {file}", class_="about") if more > 0 else None


def sources(metrics: Mapping[str, Any]) -> Content:
    found = sorted(metrics["sources"], key=lambda row: (-row["read"], row["source"]))
    rows, more = limited(found)
    names = ("source", "kind", "read", "quarantined", "dropped", "kept", "share", "tokens")
    lines = [
        (
            shown(row["source"]),
            ", ".join(shown(kind) for kind in row["kinds"]),
            *(row[name] for name in ("read", "quarantined", "dropped", "kept")),
            percent(row["kept_share"]),
            row["mixed_tokens"],
        )
        for row in rows
    ]
    whole = metrics["documents"]
    counts = [whole[name] for name in ("read", "quarantined", "dropped", "kept")]
    total = (both("all"), "", *counts, percent(whole["kept_share"]), sum(row["mixed_tokens"] for row in found))
    bars = [
        Bar(shown(row["source"]), row["kept_share"], f"{percent(row['kept_share'])} · {number(row['kept'])}")
        for row in rows[:BARS]
    ]
    whole_table = table([both(name) for name in names], lines, texts=2, total=total)
    return [charts.bars(bars, 1.0), folded(both("table"), whole_table, len(lines) <= OPEN), more]


def edits(metrics: Mapping[str, Any]) -> Content:
    rows = sorted(metrics["edits"], key=lambda row: (-row["edits"], row["edit"]))
    if not rows:
        return tag("p", both("none"))
    lines = [(tag("code", shown(row["edit"])), row["documents"], row["edits"]) for row in rows]
    return table([both("type"), both("documents"), both("edits")], lines)


def adapters(metrics: Mapping[str, Any]) -> Content | None:
    """None in a run without adapters."""
    lines = [
        (shown(row["source"]), tag("code", shown(row["rule"])), row["applied"], row["not_applicable"])
        for row in metrics["adapters"]
    ]
    head = [both(name) for name in ("source", "rule", "applied", "not_applicable")]
    return table(head, lines, texts=2) if lines else None


def verdicts(metrics: Mapping[str, Any]) -> Content | None:
    """None in a run where no service judged a document."""
    rows, more = limited(metrics["verdicts"])
    cells = ("both_drop", "service_alone", "rules_alone", "neither")
    lines = [
        (
            shown(row["source"]),
            tag("code", row["type"]),
            row["judged"],
            row["dropped"],
            *(row.get(cell.removesuffix("_drop"), 0) for cell in cells),
            percent((row.get("both", 0) + row.get("neither", 0)) / row["judged"]) if row["judged"] else "–",
        )
        for row in rows
    ]
    head = [both(name) for name in ("source", "type", "judged", "dropped", *cells, "agreement")]
    return [table(head, lines, texts=2), more] if lines else None


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of every scalar of a plain tree; lists are shown by their length."""
    if isinstance(tree, Mapping):
        for key, item in tree.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list):
        yield path, len(tree)
    else:
        yield path, tree


def tokenizer(metrics: Mapping[str, Any]) -> Content:
    lines = [(tag("code", shown(key)), _fact(value)) for key, value in leaves(metrics["tokenizer"])]
    return table([both("fact"), both("value")], lines)


def _fact(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return (
        shown(value, 120)
        if isinstance(value, str)
        else number(value)
        if value == 0 or abs(value) >= 1
        else f"{value:.4f}"
    )


def shards(metrics: Mapping[str, Any]) -> Content:
    found = metrics["shards"]
    if not found:
        return tag("p", both("none"))
    rows, more = limited(found["files"])
    facts = [
        (both("format"), tag("code", found["format"])),
        *((both(name), found[name]) for name in ("shards", "documents", "tokens", "bytes")),
    ]
    lines = [
        (
            tag("span", shown(row["name"]), class_="id"),
            tag("span", row["sha256"][:16], class_="id"),
            row["rows"],
            row["bytes"],
        )
        for row in rows
    ]
    head = ["", "sha256", both("documents"), both("bytes")]
    return [table([both("fact"), both("value")], facts), table(head, lines, texts=2), more]


def rights(metrics: Mapping[str, Any]) -> Content:
    found = metrics["rights"]
    inputs = [
        (shown(row["input"]), tag("code", row["class"]), tag("code", row["basis"]), shown(row["evidence"]) or "–")
        for row in found["inputs"]
    ]
    rows, more = limited(found["mixed"])
    mixed = [
        (
            shown(row["source"]),
            tag("code", shown(row["basis"]) or "–"),
            shown(row["license"]) or "–",
            row["documents"],
            row["tokens"],
        )
        for row in rows
    ]
    head = [both(name) for name in ("input", "class_name", "basis", "evidence")]
    other = [both(name) for name in ("source", "basis", "license", "mixed_documents", "tokens")]
    return [table(head, inputs, texts=4), tag("h3", both("mixed_documents")), table(other, mixed, texts=3), more]


def quarantine(metrics: Mapping[str, Any], samples: Samples) -> Content:
    rows = [row for row in metrics["fates"] if row["fate"] == "quarantined"]
    if not rows:
        return tag("p", both("none"))
    lines = [
        (tag("code", row["reason"]), both(reason_words(row["reason"])), shown(row["source"]), row["documents"])
        for row in sorted(rows, key=lambda row: (-row["documents"], row["reason"], row["source"]))[:ROWS]
    ]
    head = [both(name) for name in ("because", "meaning", "source", "units")]
    return table(head, lines, texts=3)


def digests(metrics: Mapping[str, Any]) -> Content:
    lines = [(tag("code", key), tag("span", value, class_="id")) for key, value in metrics["digests"].items()]
    return table(["", both("digests")], lines, texts=2)
