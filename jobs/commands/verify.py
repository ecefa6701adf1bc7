"""`malmoi verify RUN`: reread everything that a run published and say what does not hold.

Three layers, each able to find faults that the others cannot:

1. files: every listed file has the listed size and sha256, nothing is missing, extra or renamed;
2. manifests: each parses, is what malmoi writes, follows from config.json and from the manifests of
   the stages before it, and is the one that summary.json knows;
3. data: counts, sums of ids, bytes and tokens, recomputed from the rows (jobs/commands/borders.py).

Not covered: timings.json and the environment's versions in summary.json, which are never compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from corpus import manifest as manifests
from corpus import storage
from corpus.errors import ConfigError, GateError, InputError
from corpus.ledger import Census, check_conservation
from corpus.manifest import Manifest, Part
from jobs.commands import borders, closing
from jobs.commands.fault import Fault
from jobs.pipeline import BY_NAME, NAMES, pick
from jobs.stage import StageContext, StageResult

# Files at the top of a run that no manifest lists: what was asked, what was seen, how it ended.
RECORDS = ("config.json", "inputs.json", "summary.json", "timings.json", "_lock")

# A file of corpus.storage.create whose writer was killed.
LEFTOVER = re.compile(r"_(_manifest|config|inputs|summary|timings)\.json\.[\w-]+\.tmp")

SHOWN = 50  # faults that are printed one by one


def versions() -> dict[str, int | str]:
    """Raised when a check is added, so that a finished run is verified again."""
    return {"verify": 2}


def verify(run: str, until: str | None = None) -> list[Fault]:
    """All faults of a run, sorted by file; an empty list when it holds.

    ``until`` checks only the stages before that one, and not summary.json, which is written when the
    whole command ends.  Raises InputError when nothing was ever published there.
    """
    return _examine(run, until)[0]


@dataclass(frozen=True)
class Extent:
    """What was reread."""

    stages: int
    files: int
    bytes: int


def _examine(
    run: str, until: str | None, tick: Callable[[int], None] = lambda size: None
) -> tuple[list[Fault], Extent]:
    faults: list[Fault] = []
    names = NAMES[: NAMES.index(until)] if until else NAMES
    published = _manifests(run, names, faults)
    if not published and not faults:
        raise InputError(run, "no stage was published here", "Give the run directory that `malmoi run` wrote")
    sound = _files(run, published, until, faults, tick)
    tree = _config(run, faults)
    for manifest in published.values():
        faults += _chain(run, manifest, published, tree)
    _conservation(run, published, faults)
    faults += borders.check(run, published, sound)
    if until is None:
        faults += closing.check_summary(run, published)
    parts = [part for manifest in published.values() for part in manifest.parts]
    extent = Extent(len(published), len(parts), sum(part.bytes for part in parts))
    return sorted(set(faults), key=lambda fault: (fault.file, fault.code, fault.what)), extent


# ------------------------------------------------------------------ manifests


def _manifests(run: str, names: tuple[str, ...], faults: list[Fault]) -> dict[str, Manifest]:
    found = {}
    for name in names:
        uri = manifests.manifest_uri(run, name)
        file = storage.relative(uri, run)
        try:
            text = storage.read_bytes(uri).decode()
            manifest = Manifest.from_json(text)
            written = manifest.to_json()
        except InputError:
            continue
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(file, "manifest", f"does not parse ({type(error).__name__})"))
            continue
        if written != text:
            faults.append(Fault(file, "manifest", "is not what malmoi writes"))
        if manifest.stage != name:
            faults.append(Fault(file, "manifest", f"belongs to stage {manifest.stage!r}"))
            continue
        found[name] = manifest
    return found


def _config(run: str, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        tree: dict[str, Any] = json.loads(storage.read_bytes(storage.join(run, "config.json")))
        return tree
    except InputError:
        faults.append(Fault("config.json", "missing", "is not there"))
    except ValueError as error:
        faults.append(Fault("config.json", "manifest", f"does not parse ({type(error).__name__})"))
    return None


def _chain(
    run: str, manifest: Manifest, published: Mapping[str, Manifest], tree: Mapping[str, Any] | None
) -> list[Fault]:
    """Is the stage made from what its predecessors now publish, under the configuration of this run?"""
    file = storage.relative(manifests.manifest_uri(run, manifest.stage), run)
    stage = BY_NAME[manifest.stage]
    inputs = manifest.details.get("inputs")
    if not isinstance(inputs, Mapping):
        return [Fault(file, "manifest", "names no inputs")]
    faults = []
    for name, wanted in stage.follows.items():
        if name not in published:
            faults.append(Fault(file, "chain", f"follows {name}, which has no sound manifest"))
            continue
        for digest in wanted:
            recorded = inputs.get(name, {}).get(digest) if isinstance(inputs.get(name), Mapping) else None
            if recorded is None or (recorded != published[name].digests.get(digest) and not stage.sticky):
                faults.append(Fault(file, "chain", f"was made from another {name} ({digest} differs)"))
    if tree is not None and (stage.sticky or not faults):
        expected = fingerprint_of(manifest, tree)
        if expected != manifest.fingerprint:
            faults.append(Fault(file, "fingerprint", "does not follow from config.json and the recorded inputs"))
    return faults


def fingerprint_of(manifest: Manifest, tree: Mapping[str, Any]) -> str | None:
    """The fingerprint that a stage has under a configuration, from the inputs and versions it recorded."""
    stage = BY_NAME[manifest.stage]
    try:
        keys = {key: pick(tree, key.split(".")) for key in stage.reads}
        if manifest.stage == "ingest":
            for item in keys["inputs"]:
                item.pop("uri")
    except (ConfigError, KeyError, TypeError, AttributeError):
        return None
    facts = {
        "stage": manifest.stage,
        "config": keys,
        "versions": manifest.details.get("versions"),
        "inputs": manifest.details.get("inputs"),
    }
    return manifests.fingerprint(facts)


def _conservation(run: str, published: Mapping[str, Manifest], faults: list[Fault]) -> None:
    for name, manifest in published.items():
        before = BY_NAME[name].balances
        if before is None or before not in published:
            continue
        try:
            check_conservation(name, published[before].census, manifest.census)
        except GateError as error:
            faults.append(Fault(storage.relative(manifests.manifest_uri(run, name), run), "sum", error.what))


# ------------------------------------------------------------------ files


def _files(
    run: str,
    published: Mapping[str, Manifest],
    until: str | None,
    faults: list[Fault],
    tick: Callable[[int], None],
) -> set[str]:
    """Names of the files that are what their manifest says; the rest become faults."""
    later = {product for name in NAMES[NAMES.index(until) :] for product in BY_NAME[name].products} if until else set()
    present = {storage.relative(uri, run) for uri in storage.all_files(run)}
    listed: dict[str, Part] = {}
    for name, manifest in published.items():
        own = storage.relative(manifests.manifest_uri(run, name), run)
        for part in manifest.parts:
            folder = part.name.split("/", 1)[0]
            if folder not in BY_NAME[name].products or ".." in part.name.split("/"):
                faults.append(Fault(own, "manifest", f"lists {part.name!r}, which is none of its products"))
            elif part.name in listed:
                faults.append(Fault(own, "manifest", f"lists {part.name!r} twice"))
            else:
                listed[part.name] = part
    sound: set[str] = set()
    seen: dict[str, str] = {}
    for name, part in sorted(listed.items()):
        if name not in present:
            continue
        length, digest = manifests.file_sha256(storage.join(run, name))
        tick(length)
        seen[name] = digest
        if (length, digest) == (part.bytes, part.sha256):
            sound.add(name)
    by_digest = {part.sha256: name for name, part in sorted(listed.items())}
    for name, digest in seen.items():
        if name in sound:
            continue
        twin = by_digest.get(digest)
        length = storage.size(storage.join(run, name))
        if twin is not None and twin != name:
            faults.append(Fault(name, "digest", f"holds the bytes of {twin}"))
        elif length != listed[name].bytes:
            faults.append(Fault(name, "size", f"has {length:,} bytes, its manifest says {listed[name].bytes:,}"))
        else:
            faults.append(Fault(name, "digest", "its sha256 is not the one in its manifest"))
    renamed = {}
    allowed = {*RECORDS, *(f"{name}/{manifests.MANIFEST}" for name in NAMES)}
    lengths = {listed[name].bytes for name in set(listed) - present}
    for name in sorted(present - set(listed) - allowed):
        if name.split("/", 1)[0] in later:
            continue  # this stage runs before the one that owns the folder
        uri = storage.join(run, name)
        origin = by_digest.get(manifests.file_sha256(uri)[1]) if storage.size(uri) in lengths else None
        if origin is not None and origin not in present:
            renamed[origin] = name
            faults.append(Fault(name, "extra", f"is {origin} under another name"))
        else:
            faults.append(Fault(name, "extra", "no manifest lists it"))
    for name in sorted(set(listed) - present):
        what = f"is not there (found as {renamed[name]})" if name in renamed else "is not there"
        faults.append(Fault(name, "missing", what))
    return sound


# ------------------------------------------------------------------ the command and the stage


def run_verify(run: str, stream: TextIO) -> int:
    """Print the faults and return 3, or what was reread and 0."""
    local = run if "://" in run else storage.local_path(run)
    faults, extent = _examine(local.rstrip("/"), None)
    if not faults:
        stream.write(f"verified: {extent.stages} stages, {extent.files:,} files, {extent.bytes:,} bytes reread\n")
        return 0
    for fault in faults[:SHOWN]:
        stream.write(f"{fault}\n")
    if len(faults) > SHOWN:
        stream.write(f"... and {len(faults) - SHOWN:,} more\n")
    stream.write(f"not verified: {len(faults):,} faults in {extent.stages} stages, {extent.files:,} files\n")
    return GateError.exit_code


def run(context: StageContext) -> StageResult:
    """The stage of the chain: everything before it must hold.  Raises GateError naming the faults."""
    total = sum(part.bytes for manifest in context.inputs.values() for part in manifest.parts)
    done = [0]

    def tick(size: int) -> None:
        done[0] += size

    _sweep(context.run)
    with context.progress.watch(context.name, lambda: (done[0], total, "bytes")):
        faults, extent = _examine(context.run, context.name, tick)
    if faults:
        rest = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise GateError(
            storage.join(context.run, faults[0].file),
            f"{faults[0].what}{rest}",
            f"`malmoi verify {context.run}` lists all faults; run the stage that wrote the file again with --from",
        )
    details = {"stages": extent.stages, "files": extent.files, "bytes": extent.bytes, "faults": 0}
    inputs = {name: manifest.digests["content"] for name, manifest in sorted(context.inputs.items())}
    return StageResult((), Census(), {"content": manifests.fingerprint(inputs)}, details)


def _sweep(run: str) -> None:
    """Remove what a killed process left half written beside records and manifests.

    The chain holds the run's lock, so nobody is writing them; product folders are swept by the stage
    that publishes them.  `malmoi verify` sweeps nothing and calls such a file extra.
    """
    for uri in storage.all_files(run):
        folder, _, name = storage.relative(uri, run).rpartition("/")
        if (folder == "" or folder in NAMES) and LEFTOVER.fullmatch(name):
            storage.delete(uri)


__all__ = ["Extent", "Fault", "fingerprint_of", "run", "run_verify", "verify", "versions"]
