"""The report stage: metrics.json, metrics.csv and one offline HTML page about the whole run."""

from __future__ import annotations

import hashlib
import json

from corpus import storage
from corpus.ledger import Census
from corpus.manifest import Part
from corpus.report import metrics as figures
from corpus.report.page import page
from corpus.report.samples import gather
from corpus.report.scan import scan
from jobs import load
from jobs.stage import StageContext, StageResult


def versions() -> dict[str, int | str]:
    return {"metrics": figures.VERSION, "page": 2}


def run(context: StageContext) -> StageResult:
    """Publishes report/metrics.json, report/metrics.csv and report/index.html.

    The content digest is that of metrics.json alone: the page shows how long things took.
    """
    published = dict(context.inputs)
    scanned = scan(context.run, published, context.config.select.quality.score)
    found = figures.build(published, scanned, load.to_json(context.config))
    uri = context.uri("timings.json")
    timings = json.loads(storage.read_bytes(uri)) if storage.exists(uri) else {}
    extent = published["verify"].details if "verify" in published else {}
    text = figures.to_json(found)
    parts = (
        _publish(context, "report/index.html", page(found, gather(context.run, published), timings, extent)),
        _publish(context, "report/metrics.csv", figures.to_csv(found)),
        _publish(context, "report/metrics.json", text),
    )
    return StageResult(parts, Census(), {"content": hashlib.sha256(text.encode()).hexdigest()[:32]})


def _publish(context: StageContext, name: str, text: str) -> Part:
    data = text.encode("utf-8", "replace")
    storage.write_bytes(context.uri(*name.split("/")), data)
    return Part(name, 0, len(data), hashlib.sha256(data).hexdigest())
