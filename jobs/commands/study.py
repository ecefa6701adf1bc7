"""`malmoi study lines`: the tables of repeated lines and contacts that a configuration pins by digest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TextIO

from corpus import manifest as manifests
from corpus import storage
from corpus.errors import InputError
from corpus.ledger import Census
from corpus.manifest import Manifest
from filters.boilerplate import repeated
from jobs import load
from jobs.commands.columns import aligned
from jobs.config import Config
from jobs.lock import locked
from jobs.pipeline import Pipeline
from jobs.progress import Progress
from jobs.stage import StageContext

NAME = "study_lines"


def run_study_lines(
    config: Config, output: str, run: str | None, stream: TextIO, progress: Progress | None = None
) -> int:
    """Study the documents of ``run``, or ingest the inputs below the output first; print what to pin.

    Raises InputError when ``run`` has no documents or was itself cleaned by a line table: the lines that
    the study looks for are gone there.
    """
    progress = progress or Progress()
    output = _place(output)
    plain = replace(config, ingest=replace(config.ingest, lines=None))
    source = _place(run) if run else storage.join(output, "ingest")
    pipeline = Pipeline(plain, source, progress)
    try:
        if run is None:
            pipeline.execute(("ingest",))
        ingest = _ingested(source)
        with locked(output):
            context = StageContext(NAME, plain, output, {"ingest": ingest}, progress, pipeline.session)
            measures, parts = _study(context, source)
    finally:
        pipeline.close()
    lines, contacts = parts
    rows = [
        ("documents", f"{ingest.census.total(fate='kept').documents:,}"),
        ("different lines", f"{measures['distinct']:,}"),
        ("removable lines", f"{measures['lines']:,} of {measures['sites']:,} sites"),
        ("contacts", f"{measures['contacts']:,}, of which {measures['contacts_repeated']:,} in two documents or more"),
    ]
    stream.write(aligned(rows))
    stream.write(f"\ningest:\n  lines:\n    table: {storage.join(output, lines.name)}\n    digest: {lines.sha256}\n")
    stream.write(f"# contacts: {storage.join(output, contacts.name)}\n#   sha256: {contacts.sha256}\n")
    return 0


def _study(context: StageContext, source: str) -> tuple[Any, Any]:
    from jobs.spark.study_lines import study

    studied = study(context, source)
    parts = (studied.lines, studied.contacts)
    facts = {
        "config": load.to_json(context.config)["study"]["lines"],
        "versions": {"lines": repeated.VERSION},
        "inputs": {"ingest": context.inputs["ingest"].digests["content"]},
    }
    digests = {"content": manifests.content_digest(parts)}
    details = {**facts, "measures": dict(studied.measures)}
    manifests.write(context.run, Manifest(NAME, manifests.fingerprint(facts), parts, Census(), digests, details))
    return studied.measures, parts


def _ingested(run: str) -> Manifest:
    manifest = manifests.read(run, "ingest")
    config = json.loads(storage.read_bytes(storage.join(run, "config.json")))
    if config.get("ingest", {}).get("lines"):
        raise InputError(
            run,
            "these documents were cleaned by a line table, so that its lines are gone",
            "Study an ingest without `ingest.lines`: leave --run out, and the inputs are ingested for it",
        )
    return manifest


def _place(uri: str) -> str:
    return storage.join(uri) if "://" in uri else storage.local_path(uri)
