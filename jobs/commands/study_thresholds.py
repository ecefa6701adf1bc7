"""`malmoi study thresholds`: what the thresholds in force drop of every kind, and what others would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TextIO

import pyarrow as pa

from corpus import storage
from corpus.errors import ConfigError, InputError
from corpus.report.markup import percent
from corpus.report.threshold_page import page
from corpus.table import column_names, read_batches
from filters.catalog import FilterConfig
from jobs import load
from jobs.commands.closing import read_manifests
from jobs.commands.columns import aligned
from jobs.tasks.labels import read_labels
from jobs.tasks.precision import Precision, precisions
from jobs.tasks.threshold_study import BASE, COLUMNS, EVERY, SHARES, ThresholdStudy, study

SHOWN = "0.005"  # the share whose threshold the terminal shows; the table holds them all


def run_study_thresholds(
    run: str | None,
    inputs: Sequence[str],
    config: str | None,
    assignments: Sequence[str],
    labels: Sequence[str],
    output: str,
    stream: TextIO,
) -> int:
    """Write thresholds.tsv, .json and .html below ``output``, and print what each kind keeps and why not more.

    ``run`` (its own configuration unless ``config`` is given) or ``inputs`` of attributes.  Raises InputError
    where there are none, ConfigError on a file without this catalog's scores.
    """
    if run is not None:
        run = run.rstrip("/") if "://" in run else storage.local_path(run)
        published = read_manifests(run)
        if "annotate" not in published:
            raise InputError(run, "no attributes were published here", "Run `malmoi annotate` first")
        uris = [storage.join(run, part.name) for part in published["annotate"].files("attributes")]
    else:
        uris = [uri for item in inputs for uri in storage.files(item) if uri.endswith(".parquet")]
    if not uris:
        raise InputError(run or ", ".join(inputs), "no attributes file", "Name RUN, or folders of Parquet attributes")
    loaded = None
    if config is not None:
        asks = b"{input}" in storage.read_bytes(config)  # for documents, of which none is read here
        loaded = load.load(config, assignments, (run or inputs[0]) if asks else None).config
    elif run is not None:
        loaded = load.published(run, assignments)
    elif assignments:
        raise ConfigError("--set", "there is no configuration that it could change", "Add --config F")
    rules, kinds = (FilterConfig(), {}) if loaded is None else (loaded.filters, dict(loaded.kinds))
    found = study(_batches(uris), rules, kinds)
    told = precisions(read_labels(labels), _dropped(found)) if labels else []
    folder = storage.join(output) if "://" in output else storage.local_path(output)
    stream.write(render(found, told))
    plain = {**asdict(found), "precision": [asdict(item) for item in told]}
    texts = {
        "thresholds.tsv": table(found),
        "thresholds.json": json.dumps(plain, ensure_ascii=False, indent=1) + "\n",
        "thresholds.html": page(plain),
    }
    for name, text in texts.items():
        storage.write_bytes(storage.join(folder, name), text.encode("utf-8", "replace"))
        stream.write(f"{storage.join(folder, name)}\n")
    return 0


def _batches(uris: Sequence[str]) -> Iterator[pa.RecordBatch]:
    wanted = [*BASE, *COLUMNS]
    for uri in uris:
        missing = sorted(set(wanted) - set(column_names(uri)))
        if missing:
            raise ConfigError(
                uri, f"no column {missing[0]!r}; the rules know {len(missing)} that are not here", "Annotate again"
            )
        yield from read_batches(uri, wanted)


def _dropped(found: ThresholdStudy) -> dict[str, int]:
    return {check.reason: check.first for check in found.checks if check.kind == EVERY}


def render(found: ThresholdStudy, told: Sequence[Precision] = ()) -> str:
    """Kinds, then the checks that drop something, for a terminal."""
    rows: list[tuple[str, ...]] = [("갈래 kind", "문서 documents", "남김 kept", "몫 share")]
    for kind, (documents, kept) in found.kinds.items():
        rows.append((kind or "–", f"{documents:,}", f"{kept:,}", _share(kept, documents)))
    shown: list[tuple[str, ...]] = [
        ("갈래 kind", "까닭 reason", "기준 threshold", "걸림 failing", "첫째 first", "그것만 only", f"{SHOWN}: 기준")
    ]
    for check in found.checks:
        if check.failing:
            near = next((f"{item.value:.4g}" for item in check.candidates if item.asked == SHOWN), "")
            limit = "–" if check.threshold is None else f"{check.threshold:.4g}"
            numbers = (f"{number:,}" for number in (check.failing, check.first, check.only))
            shown.append((check.kind or "–", check.reason, limit, *numbers, near))
    text = aligned(rows, right=(1, 2, 3)) + "\n" + aligned(shown, right=(2, 3, 4, 5, 6))
    if told:
        head = ("까닭 reason", "본 것 labelled", "옳음 right", "정밀도 precision", "95 %", "뺀 문서 dropped")
        lines: list[tuple[str, ...]] = [head]
        for item in told:
            interval = f"{item.low:.3f}–{item.high:.3f}"
            counted = (f"{item.labelled:,}", f"{item.right:,}", f"{item.share:.3f}")
            lines.append((item.reason, *counted, interval, f"{item.documents:,}"))
        text += "\n" + aligned(lines, right=(1, 2, 3, 4, 5))
    return text


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else 0, 2).replace("\u202f", " ")


def table(found: ThresholdStudy) -> str:
    """Tab-separated: one row a kind and check, thresholds and documents of every share."""
    head = ["kind", "documents", "reason", "score", "fails", "threshold", "failing", "first", "only"]
    head += [f"{what}_{share}" for share in SHARES for what in ("value", "documents")]
    lines = ["\t".join(head)]
    for check in found.checks:
        documents = found.kinds[check.kind][0]
        limit = "" if check.threshold is None else repr(float(check.threshold))
        cells: list[object] = [check.kind, documents, check.reason, check.score, check.fails, limit]
        cells += [check.failing, check.first, check.only]
        cells += [cell for item in check.candidates for cell in (repr(item.value), item.documents)]
        lines.append("\t".join(str(cell).replace("\t", " ").replace("\n", " ") for cell in cells))
    return "\n".join(lines) + "\n"
