"""Alarms of a finished run: what must be looked at, although every sum holds."""

from __future__ import annotations

from corpus.manifest import find


def raised(run: str) -> list[str]:
    """One line for every source that lost more than its set share as duplicates, in order of name."""
    select = find(run, "select")
    losses = select.details.get("duplicates", {}) if select else {}
    lines = []
    for source, row in sorted(losses.items()):
        if row["alarm"]:
            lost = row["dedup.exact"] + row["dedup.near"]
            lines.append(
                f"source {source!r} lost {lost:,} of {row['eligible']:,} documents as duplicates "
                f"({lost / row['eligible']:.1%}, limit {row['limit']:.1%})"
            )
    return lines
