"""Charts as inline SVG by our own small functions: no script, no font, no picture from elsewhere.

Shapes stretch with the page (lengths are per cent) while labels stay HTML text of readable size, so a
chart is as good on a telephone as on paper.  Every chart stands above a table of the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.report.markup import Content, Html, number, percent, tag

FEW = 8  # bars; fewer would be as broad as banners over the whole page
HEAT_HEIGHT, HEAT_NAMES = 22, 30  # of a square: pixels of a row, per cent of the width for its names
PLOT_HEIGHT = 150  # pixels of a histogram's highest bar


@dataclass(frozen=True)
class Bar:
    """``label`` beside the bar, ``value`` its length, ``note`` after it."""

    label: Content
    value: float
    note: Content = None
    tone: str = "one"


def _svg(*children: Content, height: int, label: str | None, view: str | None = None) -> Html:
    return tag(
        "svg",
        tag("title", label) if label else None,
        children,
        width="100%",
        height=height,
        viewBox=view,
        preserveAspectRatio="none" if view else None,
        role="img" if label else None,
        aria_hidden=None if label else "true",
        focusable="false",
    )


def bar(share: float, tone: str = "one", height: int = 14) -> Html:
    """One bar of a track, ``share`` of its length between 0 and 1."""
    width = f"{100 * min(max(share, 0.0), 1.0):.3f}%"
    return _svg(
        tag("rect", width="100%", height=height, rx=3, class_="track"),
        tag("rect", width=width, height=height, rx=3, class_=f"fill {tone}") if share > 0 else None,
        height=height,
        label=percent(share),
    )


def bars(rows: Sequence[Bar], whole: float | None = None) -> Html:
    """Horizontal bars; ``whole`` is what a full bar stands for, by default the largest value."""
    longest = whole if whole is not None else max((row.value for row in rows), default=0)
    return tag(
        "div",
        [
            tag(
                "div",
                tag("span", row.label, class_="name"),
                tag("span", bar(row.value / longest if longest else 0.0, row.tone), class_="plot"),
                tag("span", row.note if row.note is not None else number(row.value), class_="note"),
                class_="row",
            )
            for row in rows
        ],
        class_="bars",
    )


def paired(rows: Sequence[tuple[Content, float, float, Content]]) -> Html:
    """Two bars a row, asked above achieved, on one scale: (label, asked share, achieved share, note)."""
    longest = max((max(asked, achieved) for _, asked, achieved, _ in rows), default=0) or 1.0
    return tag(
        "div",
        [
            tag(
                "div",
                tag("span", label, class_="name"),
                tag(
                    "span",
                    bar(asked / longest, "asked", 9),
                    bar(achieved / longest, "one", 13),
                    class_="plot pair",
                ),
                tag("span", note, class_="note"),
                class_="row",
            )
            for label, asked, achieved, note in rows
        ],
        class_="bars",
    )


@dataclass(frozen=True)
class Step:
    """One border of the funnel: what is left, and what was let go to get there."""

    label: Content
    documents: int
    lost: Content = None


def funnel(steps: Sequence[Step]) -> Html:
    """Centred bars joined by trapezoids, as wide as the share of documents that is left."""
    whole = steps[0].documents if steps else 0
    parts: list[Html] = []
    before = whole
    for place, step in enumerate(steps):
        wide, share = _part(before, whole), _part(step.documents, whole)
        if place:
            low, high, end, start = 50 - wide / 2, 50 + wide / 2, 50 + share / 2, 50 - share / 2
            points = f"{low:.3f},0 {high:.3f},0 {end:.3f},10 {start:.3f},10"
            neck = _svg(tag("polygon", points=points, class_="neck"), height=26, label=None, view="0 0 100 10")
            lost = tag("span", step.lost, class_="lost")
            parts.append(
                tag("div", tag("span", class_="name"), tag("span", neck, class_="plot"), lost, class_="step neck")
            )
        box = _svg(
            tag("rect", x=f"{50 - share / 2:.3f}%", width=f"{share:.3f}%", height=38, class_="fill one"),
            height=38,
            label=f"{number(step.documents)} ({percent(step.documents / whole if whole else 0)})",
        )
        parts.append(
            tag(
                "div",
                tag("span", step.label, class_="name"),
                tag("span", box, class_="plot"),
                tag(
                    "span",
                    tag("b", number(step.documents)),
                    " ",
                    tag("i", percent(step.documents / whole if whole else 0)),
                    class_="note",
                ),
                class_="step",
            )
        )
        before = step.documents
    return tag("div", parts, class_="funnel")


def _part(value: int, whole: int) -> float:
    return 100 * value / whole if whole else 0.0


def histogram(labels: Sequence[str], counts: Sequence[int]) -> Html:
    """Vertical bars of equal width with their count above and their label below."""
    highest = max(counts, default=0) or 1
    width = 100 / max(1, len(counts))
    shapes: list[Html] = []
    for place, (name, count) in enumerate(zip(labels, counts, strict=True)):
        height = round(PLOT_HEIGHT * count / highest) if count else 0
        height = max(height, 2) if count else 0
        middle = f"{width * (place + 0.5):.3f}%"
        top = 18 + PLOT_HEIGHT - height
        shapes.append(
            tag(
                "rect",
                x=f"{width * (place + 0.08):.3f}%",
                y=top,
                width=f"{width * 0.84:.3f}%",
                height=height,
                class_="fill one",
            )
        )
        if count:
            shapes.append(tag("text", number(count), x=middle, y=top - 5, class_="count"))
        shapes.append(tag("text", name, x=middle, y=18 + PLOT_HEIGHT + 16, class_="tick"))
    base = 18 + PLOT_HEIGHT
    shapes.append(tag("line", x1="0", x2="100%", y1=base, y2=base, class_="axis"))
    chart = _svg(
        shapes, height=base + 26, label=", ".join(f"{n}: {c:,}" for n, c in zip(labels, counts, strict=True) if c)
    )
    return tag("div", tag("div", chart, class_="canvas few" if len(counts) < FEW else "canvas"), class_="histogram")


def heat(labels: Sequence[str], values: Sequence[Sequence[float]]) -> Html:
    """A square of shares, row by row, the darker the nearer to 1; columns are numbered as the rows are.

    The table under it holds the numbers, so none stands on a shade.
    """
    width = (100 - HEAT_NAMES) / max(1, len(labels))
    shapes: list[Html] = []
    for place, name in enumerate(labels):
        number, top = str(place + 1), HEAT_HEIGHT * (place + 1)
        middle = f"{HEAT_NAMES + width * (place + 0.5):.3f}%"
        shapes.append(tag("text", number, x=middle, y=HEAT_HEIGHT - 6, class_="tick"))
        shapes.append(tag("text", f"{number} {name}", x=0, y=top + HEAT_HEIGHT - 6, class_="left"))
        for column, share in enumerate(values[place]):
            x, wide = f"{HEAT_NAMES + width * (column + 0.04):.3f}%", f"{width * 0.92:.3f}%"
            box = {"x": x, "y": top + 1, "width": wide, "height": HEAT_HEIGHT - 2, "rx": 2}
            shapes.append(tag("rect", **box, class_="track"))
            if share:
                shapes.append(tag("rect", **box, class_="fill one", fill_opacity=f"{share:.3f}"))
    names = ", ".join(f"{place} {name}" for place, name in enumerate(labels, 1))
    chart = _svg(shapes, height=HEAT_HEIGHT * (len(labels) + 1), label=names)
    return tag("div", tag("div", chart, class_="canvas few" if len(labels) < FEW else "canvas"), class_="histogram")


def curve(points: Sequence[tuple[float, float]], marks: Sequence[float], label: str) -> Html:
    """A line through (value, share) with a dashed line at every mark inside; the ends stand under and beside it."""
    if len(points) < 2:
        return tag("p", label, class_="about")
    low, high = min(value for value, _ in points), max(value for value, _ in points)
    most = max(share for _, share in points) or 1.0

    def across(value: float) -> float:
        return 100 * (value - low) / ((high - low) or 1.0)

    steps = " ".join(f"{across(value):.3f},{40 - 40 * share / most:.3f}" for value, share in points)
    inside = [mark for mark in marks if low <= mark <= high]
    shapes = [
        tag("line", x1=0, x2=100, y1=40, y2=40, class_="axis"),
        tag("path", d="M" + steps.replace(" ", " L"), class_="curve"),
        *(
            tag("line", x1=f"{across(mark):.3f}", x2=f"{across(mark):.3f}", y1=0, y2=40, class_="limit")
            for mark in inside
        ),
    ]
    chart = _svg(shapes, height=PLOT_HEIGHT, label=f"{label} {low:.4g} … {high:.4g}", view="0 0 100 40")
    ends = tag("div", tag("span", f"{low:.4g}"), tag("span", label), tag("span", f"{high:.4g}"), class_="ends")
    return tag("div", tag("div", percent(most), class_="most"), chart, ends, class_="curved")
