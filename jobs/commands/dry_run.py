"""`--dry-run`: what would be done, and the exact commands that do it; nothing is started or written."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Sequence
from typing import TextIO

from corpus import manifest as manifests
from corpus import storage
from corpus.sources.listing import input_files
from jobs import load
from jobs.pipeline import BY_NAME, Pipeline
from jobs.progress import Progress
from jobs.stage import StageContext


def describe(loaded: load.Loaded, arguments: argparse.Namespace, names: Sequence[str], out: TextIO) -> int:
    """Write the resolved configuration, inputs, outputs, partitions and commands.

    Raises what the run itself would raise before its first stage: ConfigError, InputError.
    """
    config = loaded.config
    out.write("# resolved configuration\n")
    out.write(json.dumps(load.to_json(config), ensure_ascii=False, indent=1) + "\n")
    out.write("\n# inputs\n")
    for item in config.inputs:
        found = input_files(item)
        size = sum(storage.size(uri) for uri, _ in found)
        out.write(f"{item.name}: {len(found)} files, {size:,} bytes, rights {item.rights.basis}, {item.uri}\n")
    run = arguments.output if "://" in arguments.output else storage.local_path(arguments.output)
    pipeline = Pipeline(config, run, Progress(live=False))
    out.write("\n# stages\n")
    changed: set[str] = set()
    for name in names:
        stage = BY_NAME[name]
        present = manifests.find(run, name)
        upstream = sorted(changed & set(stage.follows))
        missing = [other for other in stage.follows if manifests.find(run, other) is None]
        if arguments.force or present is None or missing:
            state = "runs"
        elif upstream:
            state = f"runs if {', '.join(upstream)} changes its output"
        else:
            facts = pipeline.facts(stage, pipeline.inputs(stage))
            state = pipeline.state(stage, present, facts, manifests.fingerprint(facts))
        if state.startswith("runs"):
            changed.add(name)
        products = ", ".join(storage.join(run, product) for product in stage.products) or "-"
        out.write(f"{name:<10} {state:<10} writes {products}; {partitions(pipeline, name)}\n")
    out.write("\n# commands\n")
    for name in names:
        out.write(command(arguments, pipeline, name) + "\n")
    return 0


def partitions(pipeline: Pipeline, name: str) -> str:
    """How the work is cut, as far as it is known before the stage has run."""
    if name == "ingest":
        from corpus.sources.listing import plan

        return f"{sum(len(plan(item, pipeline.config.ingest)) for item in pipeline.config.inputs)} partitions"
    ingest = manifests.find(pipeline.run, "ingest")
    if name in ("annotate", "dedup", "select", "audit", "tokenizer", "mix"):
        return f"{len(ingest.files('documents'))} partitions" if ingest else "one partition per documents file"
    mix = manifests.find(pipeline.run, "mix")
    if name == "serialize":
        return (
            f"{len(mix.files('mixed')) + len(mix.files('validation'))} partitions"
            if mix
            else "one partition per mixed part"
        )
    return "no partitions"


def command(arguments: argparse.Namespace, pipeline: Pipeline, name: str) -> str:
    """The command that runs one stage by itself, to be pasted into a shell.

    A stage on Hadoop Streaming is shown as its `malmoi` verb and the job's command that the verb starts.
    """
    flags = ["--config", arguments.config, "--output", arguments.output]
    if arguments.input:
        flags += ["--input", arguments.input]
    for assignment in arguments.assignments:
        flags += ["--set", assignment]
    if name == "verify":
        return shlex.join(["malmoi", "verify", arguments.output])
    config = pipeline.config
    if name == "serialize" or (config.engine == "streaming" and name in ("annotate", "dedup")):
        from jobs.streaming import commands

        found = {other: manifests.find(pipeline.run, other) for other in BY_NAME[name].follows}
        inputs = {other: manifest for other, manifest in found.items() if manifest is not None}
        context = StageContext(name, config, pipeline.run, inputs, pipeline.progress, pipeline.session)
        return f"{shlex.join(['malmoi', name, *flags])}  # starts: {shlex.join(commands.command(context))}"
    if not BY_NAME[name].module.startswith("jobs.spark"):
        return shlex.join(["malmoi", name, *flags])
    words = ["spark-submit", *(["--master", config.spark.master] if config.spark.master else [])]
    return shlex.join([*words, "--py-files", "malmoi.zip", BY_NAME[name].module.replace(".", "/") + ".py", *flags])
