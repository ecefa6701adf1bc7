"""The page of a study of thresholds: what each kind keeps, and of each check what other thresholds would drop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.report import charts
from corpus.report.markup import Content, Html, both, folded, number, percent, shown, table, tag
from corpus.report.shell import shell, top
from corpus.report.words import reason_words

EVERY = "*"
SHARES = ("0.001", "0.005", "0.01", "0.05")  # of those studied, the ones that the tables show


def page(study: Mapping[str, Any]) -> str:
    """One offline page of the study as JSON holds it."""
    parts: list[tuple[str, Content]] = [("kind", _kinds(study["kinds"]))]
    if study["precision"]:
        parts.append(("precision", _precision(study["precision"])))
    parts.append(("reasons", _checks(study)))
    body = tag(
        "div",
        top("thresholds"),
        tag("p", both("thresholds_how"), class_="about lines"),
        tag("main", [tag("section", tag("h2", both(name)), content, id=name) for name, content in parts]),
        class_="page",
    )
    return shell("말모이: 기준 살피기 · malmoi: study of thresholds", body)


def _kinds(kinds: Mapping[str, Sequence[int]]) -> Content:
    bars = charts.bars(
        [
            charts.Bar(
                _kind(kind), kept / documents if documents else 0.0, percent(kept / documents if documents else 0, 2)
            )
            for kind, (documents, kept) in kinds.items()
        ],
        whole=1.0,
    )
    rows = [
        (_kind(kind), documents, kept, percent(kept / documents if documents else 0, 2))
        for kind, (documents, kept) in kinds.items()
    ]
    return [bars, folded(both("table"), table([both(name) for name in ("kind", "documents", "kept", "share")], rows))]


def _kind(kind: str) -> Content:
    return both("all") if kind == EVERY else shown(kind) or "–"


def _precision(rows: Sequence[Mapping[str, Any]]) -> Content:
    lines = [
        (
            tag("code", row["reason"]),
            row["labelled"],
            row["right"],
            f"{row['share']:.3f}",
            f"{row['low']:.3f}–{row['high']:.3f}",
        )
        for row in rows
    ]
    return table([*(both(name) for name in ("because", "labelled", "right", "precision")), "95 %"], lines)


def _checks(study: Mapping[str, Any]) -> Content:
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for check in study["checks"]:
        by_reason.setdefault(check["reason"], []).append(check)
    return [
        folded(
            tag("span", tag("code", reason), " ", both(reason_words(reason)), " ", number(checks[0]["failing"])),
            _check(checks, study["kinds"]),
            is_open=bool(checks[0]["failing"]),
        )
        for reason, checks in by_reason.items()
    ]


def _check(checks: Sequence[Mapping[str, Any]], kinds: Mapping[str, Sequence[int]]) -> Content:
    every = checks[0]
    documents = kinds[EVERY][0]
    points = [(value, dropped / documents if documents else 0.0) for value, dropped in every["curve"]]
    marks = sorted({check["threshold"] for check in checks if check["threshold"] is not None})
    words = ("kind", "threshold", "dropped", "share")
    rows = []
    for check in checks:
        whole = kinds[check["kind"]][0]
        asked = {item["asked"]: item for item in check["candidates"]}
        rows.append(
            [
                _kind(check["kind"]),
                "–" if check["threshold"] is None else f"{check['threshold']:.4g}",
                check["failing"],
                percent(check["failing"] / whole if whole else 0, 2),
                *(f"{asked[share]['value']:.4g}" if share in asked else "" for share in SHARES),
            ]
        )
    head = [*(both(name) for name in words), *(f"{100 * float(share):g} %" for share in SHARES)]
    name = f"{every['score']}, {'<' if every['fails'] == 'below' else '>'}"
    return [charts.curve(points, marks, name), table(head, rows)]


__all__ = ["Html", "page"]
