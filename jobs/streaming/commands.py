"""The exact command of a stage's Streaming job, for --dry-run; nothing is started or written."""

from __future__ import annotations

import importlib

from jobs.stage import StageContext

# Stage -> the stage whose files are the job's tasks, and their folders.
_TASKS = {
    "serialize": ("mix", ("mixed", "validation")),
    "annotate": ("ingest", ("documents",)),
    "dedup": ("ingest", ("documents",)),
}


def command(context: StageContext) -> list[str]:
    """What serialize runs, or annotate and dedup under ``engine: streaming``.

    ``context.inputs`` may lack the stages before; the number of tasks is then taken as 1.  Raises
    PreflightError when the runner is Hadoop and there is none.
    """
    follows, folders = _TASKS[context.name]
    manifest = context.inputs.get(follows)
    width = sum(len(manifest.files(folder)) for folder in folders) if manifest else 1
    words: list[str] = importlib.import_module(f"jobs.streaming.{context.name}").attempt(context, width).command()
    return words
