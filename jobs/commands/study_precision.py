"""`malmoi study precision --labels F`: how often each reason was right, as people judged a sample of its documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

from corpus import storage
from corpus.errors import InputError
from corpus.ledger import DROPPED
from corpus.report.metrics import fates
from jobs.commands.closing import read_manifests
from jobs.commands.columns import aligned
from jobs.tasks.labels import read_labels
from jobs.tasks.precision import missed, precisions


def run_study_precision(labels: Sequence[str], run: str | None, as_json: bool, stream: TextIO) -> int:
    """Print precision per reason; with ``run`` also how many of its documents were dropped wrongly, by the interval.

    Raises InputError when no row of the tables has a verdict.
    """
    told = read_labels(labels)
    if not told.rows:
        raise InputError(
            ", ".join(labels), f"no row has a verdict ({told.empty:,} are empty)", "Write keep or drop in the column"
        )
    dropped = None
    if run is not None:
        published = read_manifests(run.rstrip("/") if "://" in run else storage.local_path(run))
        census = fates(published)
        dropped = {reason: tally.documents for (reason,), tally in census.by("reason", fate=DROPPED).items()}
    found = precisions(told, dropped)
    kept = missed(told)
    if as_json:
        answer = [asdict(row) for row in (*found, kept) if row is not None]
        stream.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return 0
    head = ["까닭 reason", "본 것 labelled", "옳음 right", "정밀도 precision", "95 % 구간 interval"]
    rows = [head + (["뺀 문서 dropped", "잘못 뺀 어림 wrongly"] if dropped is not None else [])]
    for row in found:
        cells = [row.reason, f"{row.labelled:,}", f"{row.right:,}", f"{row.share:.3f}", f"{row.low:.3f}–{row.high:.3f}"]
        if row.documents is not None:
            cells += [f"{row.documents:,}", f"{row.wrong_least:,}–{row.wrong_most:,}"]
        rows.append(cells)
    if found:
        stream.write(aligned(rows, right=range(1, len(rows[0]))))
    if kept is not None:
        stream.write(
            f"남긴 문서 kept documents: {kept.labelled:,} 판정 judged, {kept.right:,} 빠졌어야 함 should have gone "
            f"({kept.share:.3f}, {kept.low:.3f}–{kept.high:.3f})\n"
        )
    if told.empty:
        stream.write(f"판정이 빈 줄 rows without a verdict: {told.empty:,}\n")
    return 0
