"""The chain: which stage follows which, what each is made from, and how one is run and published.

A stage runs when its fingerprint (configuration keys it reads, versions, digests of its inputs) differs
from its manifest's.  Its manifest is removed first and written last, so that a stage killed at any
point did not happen.
"""

from __future__ import annotations

import importlib
import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus import manifest as manifests
from corpus import storage
from corpus.errors import ConfigError, InputError
from corpus.ledger import check_conservation
from corpus.manifest import Manifest
from filters import catalog
from jobs import faults, hadoop, load
from jobs.config import Config
from jobs.lock import locked
from jobs.memory import PeakMemory
from jobs.progress import Progress
from jobs.stage import StageContext, StageResult

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Stage:
    """``reads``: dotted configuration keys; ``*`` stands for every item of a list or mapping.

    ``follows``: stage -> names of its digests that this stage is made from.  ``balances``: the stage
    whose kept documents this one must account for.  ``sticky``: a change of inputs alone does not
    rerun it (a tokenizer is replaced only when asked).
    """

    name: str
    module: str
    follows: Mapping[str, tuple[str, ...]]
    reads: tuple[str, ...]
    products: tuple[str, ...]
    balances: str | None = None
    sticky: bool = False


_PUBLISHING = ("ingest", "annotate", "dedup", "select", "audit", "tokenizer", "mix", "serialize")
_PRIORITY = ("inputs.*.name", "inputs.*.priority")

STAGES = (
    Stage(
        "ingest",
        "jobs.spark.ingest",
        {},
        ("inputs", "ingest", "kinds"),
        ("documents", "quarantine", "dropped", "joined"),
    ),
    Stage(
        "annotate",
        "jobs.spark.annotate",
        {"ingest": ("content",)},
        ("kinds", *catalog.SCORING_KEYS),
        ("attributes",),
        "ingest",
    ),
    Stage(
        "dedup",
        "jobs.spark.dedup",
        {"ingest": ("content",), "annotate": ("content",)},
        ("dedup", *_PRIORITY),
        ("signatures", "pairs"),
        "ingest",
    ),
    Stage(
        "select",
        "jobs.spark.selection",
        {"ingest": ("content",), "annotate": ("content",), "dedup": ("content",)},
        ("filters", "select", "kinds", "dedup", *_PRIORITY),
        ("decisions",),
        "ingest",
    ),
    Stage(
        "audit",
        "jobs.spark.audit",
        {"ingest": ("content",), "dedup": ("content",), "select": ("kept",)},
        ("audit", "dedup", "seed"),
        ("audit",),
    ),
    Stage(
        "tokenizer",
        "jobs.spark.tokenizer",
        {"ingest": ("content",), "select": ("kept",)},
        ("tokenizer", "seed"),
        ("tokenizer",),
        sticky=True,
    ),
    Stage(
        "mix",
        "jobs.spark.mix",
        {"ingest": ("content",), "select": ("kept",), "tokenizer": ("content",)},
        ("mix", "seed"),
        ("lengths", "mixed", "validation"),
        "select",
    ),
    Stage(
        "serialize",
        "jobs.streaming.serialize",
        {"mix": ("content",), "tokenizer": ("content",)},
        ("serialize.format",),
        ("shards",),
    ),
    Stage(
        "verify",
        "jobs.commands.verify",
        dict.fromkeys(_PUBLISHING, ("content",)),
        (),
        (),
    ),
    Stage(
        "report",
        "jobs.commands.report",
        dict.fromkeys((*_PUBLISHING, "verify"), ("content",)),
        (
            *("inputs.*.name", "inputs.*.rights", "kinds", "filters", "mix", "dedup", "tokenizer", "serialize.format"),
            "select.losses",
        ),
        ("report",),
    ),
)
NAMES = tuple(stage.name for stage in STAGES)
BY_NAME = {stage.name: stage for stage in STAGES}


@dataclass
class Outcome:
    """What became of one stage in one invocation: ``skipped``, ``done`` or ``kept`` (sticky)."""

    stage: str
    state: str
    seconds: float = 0.0
    peaks: dict[str, int] = field(default_factory=dict)


class Pipeline:
    """Runs stages of one run directory under one configuration."""

    def __init__(self, config: Config, run: str, progress: Progress, master: str | None = None) -> None:
        self.config = config
        self.run = run.rstrip("/")
        self.progress = progress
        self.master = master if master is not None else config.spark.master
        self.tree = load.to_json(config)
        self.outcomes: list[Outcome] = []
        self._session: SparkSession | None = None

    # -------------------------------------------------------------- running

    def execute(self, names: Sequence[str], force_from: str | None = None, force: bool = False) -> None:
        """Run ``names`` in chain order, each when its fingerprint changed, or from ``force_from`` on."""
        if "serialize" in names or (self.config.engine == "streaming" and {"annotate", "dedup"} & set(names)):
            hadoop.check_run(self.run, self.config.serialize.runner)  # now, not after the stages before
        with locked(self.run):
            self._write_config()
            forced = force
            for name in NAMES:
                if name not in names:
                    continue
                forced = forced or name == force_from
                self._one(BY_NAME[name], forced)

    def _write_config(self) -> None:
        text = json.dumps(self.tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        storage.write_bytes(storage.join(self.run, "config.json"), text.encode())

    def _one(self, stage: Stage, forced: bool) -> None:
        inputs = self.inputs(stage)
        facts = self.facts(stage, inputs)
        fingerprint = manifests.fingerprint(facts)
        present = manifests.find(self.run, stage.name)
        state = self.state(stage, present, facts, fingerprint)
        if state != "runs" and not forced:
            self.outcomes.append(Outcome(stage.name, state))
            self.progress.event("stage", stage=stage.name, state=state)
            return
        self.progress.event("stage", stage=stage.name, state="started")
        started = time.monotonic()
        storage.delete(manifests.manifest_uri(self.run, stage.name))
        faults.reach(f"{stage.name}.start")
        with PeakMemory() as memory:
            result = self._module(stage).run(
                StageContext(stage.name, self.config, self.run, inputs, self.progress, self.session)
            )
        self._publish(stage, inputs, facts, fingerprint, result)
        outcome = Outcome(stage.name, "done", time.monotonic() - started, memory.peaks)
        self.outcomes.append(outcome)
        self._record(outcome)
        self.progress.event("stage", stage=stage.name, state="done", seconds=round(outcome.seconds, 1))

    def _publish(
        self,
        stage: Stage,
        inputs: Mapping[str, Manifest],
        facts: Mapping[str, Any],
        fingerprint: str,
        result: StageResult,
    ) -> None:
        if stage.balances is not None:
            check_conservation(stage.name, inputs[stage.balances].census, result.census)
        self._sweep(stage, result)
        details = {**result.details, "inputs": facts["inputs"], "own": self.own(facts), "versions": facts["versions"]}
        faults.reach(f"{stage.name}.publish")
        manifests.write(
            self.run, Manifest(stage.name, fingerprint, result.parts, result.census, dict(result.digests), details)
        )
        faults.reach(f"{stage.name}.published")

    def _sweep(self, stage: Stage, result: StageResult) -> None:
        """Delete files of the stage's folders that the result does not list: of attempts never published."""
        listed = {part.name for part in result.parts}
        for product in stage.products:
            folder = storage.join(self.run, product)
            if storage.exists(folder):
                for uri in storage.all_files(folder):
                    if storage.relative(uri, self.run) not in listed and storage.name(uri) != manifests.MANIFEST:
                        storage.delete(uri)

    def republish(self, name: str, result: StageResult, details: Mapping[str, Any]) -> None:
        """A next generation of a published stage, under this configuration: its files are there already, the
        manifest replaces the old one in one step, and files that it does not list go afterwards."""
        stage = BY_NAME[name]
        facts = self.facts(stage, self.inputs(stage))
        self._write_config()
        whole = {**result.details, **details, "inputs": facts["inputs"], "own": self.own(facts)}
        manifests.write(
            self.run,
            Manifest(
                name,
                manifests.fingerprint(facts),
                result.parts,
                result.census,
                dict(result.digests),
                {**whole, "versions": facts["versions"]},
            ),
        )
        faults.reach(f"{name}.republished")
        self._sweep(stage, result)

    # -------------------------------------------------------------- fingerprints

    def inputs(self, stage: Stage) -> dict[str, Manifest]:
        """Manifests of the stages it follows.  Raises InputError naming the stage that is missing."""
        found = {}
        for name in stage.follows:
            manifest = manifests.find(self.run, name)
            if manifest is None:
                raise InputError(
                    manifests.manifest_uri(self.run, name),
                    f"{stage.name} needs {name}, which has not been run here",
                    f"Run `malmoi {name}` first, or `malmoi run`",
                )
            found[name] = manifest
        return found

    def facts(self, stage: Stage, inputs: Mapping[str, Manifest]) -> dict[str, Any]:
        """Everything that the stage's output is a function of."""
        digests: dict[str, Any] = {
            name: {digest: inputs[name].digests[digest] for digest in wanted} for name, wanted in stage.follows.items()
        }
        keys = {key: pick(self.tree, key.split(".")) for key in stage.reads}
        if stage.name == "ingest":
            digests = {"files": self.input_digests()}
            for item in keys["inputs"]:
                item.pop("uri")  # the files' relative names and contents stand for it
            if keys["ingest"]["lines"]:
                keys["ingest"]["lines"].pop("table")  # its digest stands for it
        for key in catalog.SCORING_KEYS:
            if stage.name == "annotate" and keys[key]:
                keys[key].pop("file")  # as for the lines
        if stage.name == "select" and self.config.select.overrides:
            digests = {**digests, "overrides": manifests.file_sha256(self.config.select.overrides)[1]}
        if stage.name == "select" and self.config.select.verdicts:
            tables = [manifests.file_sha256(uri)[1] for uri in self.config.select.verdicts]
            digests = {**digests, "verdicts": tables}
        return {
            "stage": stage.name,
            "config": keys,
            "versions": dict(self._module(stage).versions()),
            "inputs": digests,
        }

    @staticmethod
    def own(facts: Mapping[str, Any]) -> str:
        """Fingerprint of everything but the inputs, for sticky stages."""
        return manifests.fingerprint({key: value for key, value in facts.items() if key != "inputs"})

    def state(self, stage: Stage, present: Manifest | None, facts: Mapping[str, Any], fingerprint: str) -> str:
        """``skipped``: nothing changed.  ``kept``: sticky, only inputs changed.  Else ``runs``."""
        if present is None:
            return "runs"
        if present.fingerprint == fingerprint:
            return "skipped"
        if stage.sticky and present.details.get("own") == self.own(facts):
            return "kept"
        return "runs"

    def input_digests(self) -> dict[str, list[list[str]]]:
        """Relative name and content digest of every input file, per input; unchanged files (size and
        modification time, as in RUN/inputs.json) are not read again."""
        from corpus.sources.listing import input_files

        cache_uri = storage.join(self.run, "inputs.json")
        cache: dict[str, list[str]] = json.loads(storage.read_bytes(cache_uri)) if storage.exists(cache_uri) else {}
        fresh: dict[str, list[str]] = {}
        result: dict[str, list[list[str]]] = {}
        for item in self.config.inputs:
            rows = []
            for uri, relative in input_files(item):
                stamp = storage.stamp(uri)
                known = cache.get(uri)
                digest = known[1] if known and known[0] == stamp else manifests.file_sha256(uri)[1]
                fresh[uri] = [stamp, digest]
                rows.append([relative, digest])
            result[item.name] = sorted(rows)
        if fresh != cache:
            storage.write_bytes(cache_uri, json.dumps(fresh, ensure_ascii=False, sort_keys=True).encode())
        return result

    def _module(self, stage: Stage) -> Any:
        return importlib.import_module(stage.module)

    # -------------------------------------------------------------- Spark, timings

    def session(self) -> SparkSession:
        """Spark, started on first use."""
        if self._session is None:
            from jobs.spark.session import start

            self._session = start(self.master, self.config.spark.conf)
        return self._session

    def close(self) -> None:
        if self._session is not None:
            self._session.stop()
            self._session = None

    def _record(self, outcome: Outcome) -> None:
        uri = storage.join(self.run, "timings.json")
        timings: dict[str, Any] = json.loads(storage.read_bytes(uri)) if storage.exists(uri) else {}
        timings[outcome.stage] = {
            "seconds": round(outcome.seconds, 3),
            "peak_bytes": outcome.peaks,
            "engine": self.config.engine,
            "host": socket.gethostname(),
            "ended": round(time.time(), 3),
        }
        storage.write_bytes(uri, (json.dumps(timings, indent=1, sort_keys=True) + "\n").encode())


def pick(tree: Any, keys: Sequence[str]) -> Any:
    """The part of a plain tree that a dotted key names; ``*`` maps over a list or mapping."""
    if not keys:
        return json.loads(json.dumps(tree))
    if keys[0] == "*":
        if isinstance(tree, Mapping):
            return {key: pick(value, keys[1:]) for key, value in tree.items()}
        return [pick(value, keys[1:]) for value in tree]
    if not isinstance(tree, Mapping) or keys[0] not in tree:
        raise ConfigError(".".join(keys), "no such configuration key")
    return pick(tree[keys[0]], keys[1:])


def chain(first: str | None, last: str | None) -> tuple[str, ...]:
    """Stage names from ``first`` to ``last``, both included.  Raises ConfigError on an unknown or empty range."""
    for name in (first, last):
        if name is not None and name not in NAMES:
            raise ConfigError(name, "no such stage", f"Stages: {', '.join(NAMES)}")
    start = NAMES.index(first) if first else 0
    end = NAMES.index(last) + 1 if last else len(NAMES)
    if start >= end:
        raise ConfigError(f"{first}..{last}", "the range of stages is empty")
    return NAMES[start:end]
