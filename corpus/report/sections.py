"""The sections of the report that have a chart: funnel, reasons, mixture, duplicates, lengths, timings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.report import charts
from corpus.report.charts import Bar, Step
from corpus.report.markup import Content, Html, both, folded, number, percent, shown, table, tag
from corpus.report.samples import Samples, differences, excerpt
from corpus.report.words import reason_words, stage_words

BARS = 15  # of one chart; metrics.json holds the rest
LOSSES = 3  # reasons named beside one step of the funnel


def funnel(metrics: Mapping[str, Any]) -> Content:
    rows = metrics["funnel"]
    if not rows:
        return tag("p", both("none"))
    steps, lines = [], []
    before = rows[0]["documents"]
    for row in rows:
        lost = before - row["documents"]
        named = sorted(row["lost"], key=lambda item: (-item["documents"], item["reason"]))
        note: Content = None
        if lost:
            names = ", ".join(item["reason"] for item in named[:LOSSES]) + (" …" if len(named) > LOSSES else "")
            note = [tag("b", f"−{number(lost)}"), " ", names]
        steps.append(Step(both(stage_words(row["stage"])), row["documents"], note))
        share = percent(row["documents"] / rows[0]["documents"] if rows[0]["documents"] else 0)
        lines.append((both(stage_words(row["stage"])), row["documents"], share, lost, row["bytes"]))
        before = row["documents"]
    head = [both(name) for name in ("stage", "left", "share", "lost", "bytes")]
    return [charts.funnel(steps), folded(both("table"), table(head, lines))]


def reasons(metrics: Mapping[str, Any], samples: Samples) -> Content:
    rows = metrics["reasons"]
    if not rows:
        return tag("p", both("none"))
    highest = rows[0]["documents"]
    blocks = []
    for place, row in enumerate(rows):
        tone = "warm" if row["fate"] == "quarantined" else "one"
        name: Content = [tag("code", row["reason"]), both(reason_words(row["reason"]))]
        note = f"{number(row['documents'])} · {percent(row['share'])}"
        summary = charts.bars([Bar(name, row["documents"], note, tone)], highest)
        content = _samples(samples.reasons.get(row["reason"], []))
        if row["fate"] == "quarantined":
            content = _origins(samples.quarantine.get(row["reason"], []))
        blocks.append(tag("details", tag("summary", summary), content, class_="reason", open=place == 0))
    head = [both(name) for name in ("because", "meaning", "documents", "share", "bytes")]
    lines = [
        (
            tag("code", row["reason"]),
            both(reason_words(row["reason"])),
            row["documents"],
            percent(row["share"], 2),
            row["bytes"],
        )
        for row in rows
    ]
    return [tag("p", both("masked"), class_="about lines"), blocks, folded(both("table"), table(head, lines, texts=2))]


def _samples(rows: Sequence[Mapping[str, Any]]) -> Html:
    head = [both(name) for name in ("document", "source", "excerpt", "value", "threshold")]
    lines = [
        (
            tag("span", row["id"].hex(), class_="id"),
            shown(row.get("source")),
            document(row),
            _measure(row.get("value")),
            _measure(row.get("threshold")),
        )
        for row in rows
    ]
    return table(head, lines, texts=3) if lines else tag("p", both("none"))


def document(row: Mapping[str, Any]) -> Html:
    """Title and the beginning of the text."""
    title = tag("b", shown(row.get("title"), 80)) if row.get("title") else None
    text = row.get("text")
    return tag("div", title, shown(excerpt(text)) if text else tag("i", both("none")), class_="text")


def _measure(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else number(round(value))


def _origins(rows: Sequence[Mapping[str, Any]]) -> Html:
    head = [both(name) for name in ("source", "document", "excerpt", "bytes")]
    lines = [
        (
            shown(row["source"]),
            tag("span", f"{shown(row['file'], 120)}:{row['offset'] or 0}", class_="id"),
            shown(row["detail"], 120),
            row["bytes"] or 0,
        )
        for row in rows
    ]
    return table(head, lines, texts=3) if lines else tag("p", both("none"))


def mixture(metrics: Mapping[str, Any]) -> Content:
    found = metrics["mixture"]
    if not found.get("kinds"):
        return tag("p", both("none"))
    kinds, apart = sorted(found["kinds"], key=lambda row: (-row["mixed"]["tokens"], row["kind"])), found["validation"]
    key = tag(
        "p",
        [
            tag("span", charts.bar(1.0, tone, 10), both(name), class_="chip")
            for tone, name in (("asked", "asked_share"), ("one", "achieved_share"))
        ],
        class_="key",
    )
    bars = charts.paired(
        [
            (
                shown(row["kind"]) or "–",
                row["asked"]["share"],
                row["mixed"]["share"],
                f"{percent(row['asked']['share'])} → {percent(row['mixed']['share'])}",
            )
            for row in kinds
        ]
    )
    names = (
        "kind",
        "available",
        "asked",
        "achieved",
        "asked_share",
        "achieved_share",
        "difference",
        "epochs",
        "over_budget",
        *(("validation_documents", "validation_tokens") if apart["documents"] else ()),
    )
    lines = [
        (
            shown(row["kind"]) or "–",
            row["available"]["tokens"],
            row["asked"]["tokens"],
            row["mixed"]["tokens"],
            percent(row["asked"]["share"], 2),
            percent(row["mixed"]["share"], 2),
            f"{100 * (row['mixed']['share'] - row['asked']['share']):+.2f}",
            f"{row['mixed']['epochs']:.3f}",
            row["over_budget"],
            *((row["validation"]["documents"], row["validation"]["tokens"]) if apart["documents"] else ()),
        )
        for row in kinds
    ]
    sums = found["available"]["tokens"], found["asked_tokens"], found["mixed"]["tokens"]
    ends = (found["over_budget"], *((apart["documents"], apart["tokens"]) if apart["documents"] else ()))
    total = (both("all"), *sums, "", "", "", f"{found['mixed']['epochs']:.3f}", *ends)
    mode = tag("p", both("mode"), ": ", tag("code", str(found.get("mode", ""))), class_="about")
    return [
        mode,
        key,
        bars,
        folded(both("table"), table([both(name) for name in names], lines, total=total), is_open=True),
    ]


def dedup(metrics: Mapping[str, Any], samples: Samples) -> Content:
    found = metrics["dedup"]
    losses = [row for row in metrics["sources"] if row["dedup_exact"] + row["dedup_near"]]
    losses.sort(key=lambda row: (-(row["dedup_exact"] + row["dedup_near"]), row["source"]))
    facts = [(both(name), found[name]) for name in ("exact", "near", "pairs")]
    facts += [(both("classes"), found["clusters"]), (both("cluster_size"), f"≤ {number(found['largest_cluster'])}")]
    bars = [
        Bar(
            shown(row["source"]),
            row["dedup_exact"] + row["dedup_near"],
            f"{number(row['dedup_exact'] + row['dedup_near'])} · {percent(row['dedup_share'])}",
        )
        for row in losses[:BARS]
    ]
    sizes, counts = ranges(found["cluster_sizes"]["edges"], 1), found["cluster_sizes"]["counts"]
    near = [edge for edge, count in zip(found["jaccard"]["edges"], found["jaccard"]["counts"], strict=True) if count]
    low = min(near, default=0)
    places = [n for n, edge in enumerate(found["jaccard"]["edges"]) if edge >= low]
    similarity = [f".{found['jaccard']['edges'][n]:02d}" for n in places]
    similar = [found["jaccard"]["counts"][n] for n in places]
    crossing = [
        (shown(row["dropped_source"]), shown(row["kept_source"]), row["documents"])
        for row in sorted(found["crossing"], key=lambda r: (-r["documents"], r["dropped_source"], r["kept_source"]))[
            :40
        ]
    ]
    return [
        table([both("fact"), both("value")], facts),
        [tag("h3", both("lost"), " · ", both("sources")), charts.bars(bars)] if bars else None,
        tag("h3", both("cluster_size")),
        charts.histogram(sizes, counts),
        folded(both("table"), table([both("cluster_size"), both("classes")], zip(sizes, counts, strict=True))),
        [tag("h3", both("jaccard")), charts.histogram(similarity, similar)] if near else None,
        folded(both("table"), table([both("jaccard"), both("pairs")], zip(similarity, similar, strict=True)))
        if near
        else None,
        [
            tag("h3", both("crossing")),
            table([both("dropped_source"), both("kept_source"), both("documents")], crossing, texts=2),
        ]
        if crossing
        else None,
        [_pair(place, dropped, kept) for place, (dropped, kept) in enumerate(samples.pairs, 1)],
        _audit(metrics["audit"], samples) if metrics["audit"] else None,
    ]


def _audit(found: Mapping[str, Any], samples: Samples) -> Content:
    """What is left among the kept documents, beside what the band curve lets expect."""
    facts: list[tuple[Content, Any]] = [
        (both("sampled"), found["sampled"]),
        (both("looked_up"), found["documents"]),
        (both("missed"), found["twins"]),
        (both("missed_rate"), f"{found['twins_per_1000']:.2f}"),
        (both("expected_rate"), f"{found['expected_per_1000']:.2f}"),
        (both("recall_of_dedup"), percent(found["recall_of_dedup"], 2)),
        (both("recall_of_audit"), percent(found["recall"], 2)),
    ]
    similar = found["similarity"]
    lines = [
        (f".{round(100 * edge):02d}", of_dedup, missed)
        for edge, of_dedup, missed in zip(similar["edges"], similar["found"], similar["missed"], strict=True)
    ]
    head = [both(name) for name in ("jaccard", "found_by_dedup", "missed")]
    return [
        tag("h3", both("audit")),
        table([both("fact"), both("value")], facts),
        folded(both("table"), table(head, lines)),
        [_pair(place, one, other, "side_missed") for place, (one, other) in enumerate(samples.missed, 1)],
    ]


def _pair(place: int, dropped: Mapping[str, Any], kept: Mapping[str, Any], right_side: str = "side_dropped") -> Content:
    left, right = differences(kept.get("text") or "", dropped.get("text") or "")
    sides = []
    for name, row, pieces in (("side_kept", kept, left), (right_side, dropped, right)):
        text = [tag("mark", shown(piece)) if differs else shown(piece) for differs, piece in pieces]
        sides.append(
            tag(
                "div",
                tag("div", both(name), " · ", shown(row.get("source")), class_="head"),
                tag("h4", shown(row.get("title"), 80) or "–"),
                tag("p", text),
                class_="side",
            )
        )
    note = f" {place} · {_measure(dropped.get('value'))}"
    return [tag("h3", both("example"), note), tag("div", sides, class_="sides")]


def ranges(edges: Sequence[int], below: int = 0) -> list[str]:
    """Labels of a histogram's bins: ``2``, ``3``, ``5–8``, and ``> 128`` for the last."""
    labels = []
    before = below
    for edge in edges:
        labels.append(number(edge) if edge == before + 1 else f"{number(before + 1)}–{number(edge)}")
        before = edge
    return [*labels, f"> {number(before)}"]


def lengths(metrics: Mapping[str, Any]) -> Content:
    edges, counts = metrics["lengths"]["edges"], metrics["lengths"]["counts"]
    if not sum(counts):
        return tag("p", both("none"))
    short = [f"≤{edge // 1024}K" if edge >= 1024 else f"≤{edge}" for edge in edges] + [f">{edges[-1] // 1024}K"]
    lines = list(zip(ranges(edges), counts, strict=True))
    head = [both("tokens"), both("documents")]
    return [charts.histogram(short, counts), folded(both("table"), table(head, lines))]


def timings(found: Mapping[str, Any], extent: Mapping[str, int]) -> Content:
    """The only section that a clock has a part in."""
    if not found:
        return tag("p", both("none"))
    stages = [name for name in found if isinstance(found[name], Mapping) and "seconds" in found[name]]
    stages.sort(key=lambda name: (found[name].get("ended", 0), name))
    bars = [
        Bar(both(stage_words(name)), found[name]["seconds"], f"{found[name]['seconds']:,.1f} s", "two")
        for name in stages
    ]
    lines = [
        (
            both(stage_words(name)),
            shown(found[name].get("engine")),
            f"{found[name]['seconds']:,.2f}",
            peaks(found[name].get("peak_bytes")),
        )
        for name in stages
    ]
    head = [both("stage"), both("mode"), both("seconds"), both("peak")]
    total = sum(found[name]["seconds"] for name in stages)
    reread = f"{number(extent.get('files', 0))} files, {number(extent.get('bytes', 0))} bytes"
    return [
        tag("p", both("clock"), class_="about lines"),
        charts.bars(bars),
        tag("p", both("all"), f": {total:,.1f} s · ", both("verified"), f": {reread}", class_="about"),
        folded(both("table"), table(head, lines, texts=2)),
    ]


def peaks(found: Any) -> str:
    """Peak memory per kind of process, in MB of 10^6 bytes."""
    if not isinstance(found, Mapping):
        return ""
    return ", ".join(f"{shown(name)} {value / 1e6:,.0f} MB" for name, value in sorted(found.items()))
