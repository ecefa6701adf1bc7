"""How a command ends: summary.json for machines, the closing sums for the person at the terminal."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from corpus import manifest as manifests
from corpus import storage
from corpus.errors import GateError, InputError, TransientError
from corpus.ledger import DROPPED, JOINED, KEPT, QUARANTINED
from corpus.manifest import Manifest
from corpus.report.metrics import fates
from corpus.report.words import reason_words
from jobs.commands.columns import aligned, width
from jobs.commands.fault import Fault
from jobs.pipeline import NAMES

SUMMARY = "summary.json"
SHOWN = (QUARANTINED, JOINED, DROPPED, KEPT)  # columns of the closing sums; joined only where there is any
VERSION = 1


def summary(run: str, status: str, code: int, reason: str, published: Mapping[str, Manifest]) -> dict[str, Any]:
    """The content of summary.json: what became of the command, and what the run holds now.

    ``stages`` lists each published manifest with its sha256, so that a changed manifest shows.
    """
    config = storage.join(run, "config.json")
    content = {
        "version": VERSION,
        "status": status,
        "code": code,
        "reason": reason,
        "retryable": code == TransientError.exit_code,
        **derived(run, published),
        "config_sha256": manifests.file_sha256(config)[1] if storage.exists(config) else None,
        "versions": _versions(published),
    }
    return {**content, "sha256": _own_digest(content)}


def _own_digest(content: Mapping[str, Any]) -> str:
    """sha256 of summary.json without this key, so that no byte of it changes unseen."""
    facts = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def derived(run: str, published: Mapping[str, Manifest]) -> dict[str, Any]:
    """Documents by fate and reason, tokens, shards, and every stage's digests."""
    census = fates(published)
    details = published["mix"].details if "mix" in published else {}
    mixed, apart = details.get("mixed", {}), details.get("validation", {})
    stages = {}
    for name, manifest in published.items():
        stages[name] = {
            "fingerprint": manifest.fingerprint,
            "digests": dict(sorted(manifest.digests.items())),
            "files": len(manifest.parts),
            "bytes": sum(part.bytes for part in manifest.parts),
            "manifest_sha256": hashlib.sha256(manifest.to_json().encode()).hexdigest(),
        }
    return {
        "documents": {
            "read": census.total().documents,
            **{fate: census.total(fate=fate).documents for fate in (KEPT, DROPPED, JOINED, QUARANTINED)},
            "reasons": {
                reason: tally.documents
                for (fate, reason), tally in census.by("fate", "reason").items()
                if fate in (DROPPED, QUARANTINED)
            },
        },
        "tokens": int(mixed.get("tokens", 0)),
        "validation_tokens": int(apart.get("tokens", 0)),
        "shards": _shards(published),
        "stages": stages,
    }


def _shards(published: Mapping[str, Manifest]) -> int:
    parts = published["serialize"].parts if "serialize" in published else ()
    return len({storage.name(part.name).split(".")[0] for part in parts if "/provenance/" not in part.name})


def _versions(published: Mapping[str, Manifest]) -> dict[str, Any]:
    try:
        package = importlib.metadata.version("malmoi")
    except importlib.metadata.PackageNotFoundError:
        package = None  # run from a checkout
    return {
        "malmoi": package,
        "python": platform.python_version(),
        "stages": {name: manifest.details.get("versions", {}) for name, manifest in published.items()},
    }


def read_manifests(run: str) -> dict[str, Manifest]:
    """All readable manifests of a run, in chain order."""
    found = {}
    for name in NAMES:
        try:
            found[name] = manifests.read(run, name)
        except (InputError, GateError):
            continue  # did not happen, or is damaged: verify says which
    return found


def write_summary(run: str, status: str, code: int, reason: str) -> None:
    """Write RUN/summary.json; in cluster mode this, not the process, tells how the run ended."""
    content = summary(run, status, code, reason, read_manifests(run))
    storage.write_bytes(storage.join(run, SUMMARY), _text(content).encode())


def check_summary(run: str, published: Mapping[str, Manifest]) -> list[Fault]:
    """Faults of summary.json against the manifests that are there."""
    uri = storage.join(run, SUMMARY)
    if not storage.exists(uri):
        return [Fault(SUMMARY, "missing", "is not there; the run did not end, run it again")]
    data = storage.read_bytes(uri)
    try:
        found = json.loads(data.decode())
        status, code, reason = found["status"], found["code"], found["reason"]
        known = dict(found["stages"])
    except (ValueError, KeyError, TypeError) as error:
        return [Fault(SUMMARY, "summary", f"does not parse ({type(error).__name__})")]
    if found.get("sha256") != _own_digest(found) or data != _text(found).encode():
        return [Fault(SUMMARY, "summary", "its own digest does not hold")]
    expected = summary(run, status, code, reason, published)
    faults = [
        Fault(f"{name}/{manifests.MANIFEST}", "summary", "is not the manifest that summary.json knows")
        for name in sorted({*expected["stages"], *known})
        if expected["stages"].get(name) != known.get(name)
    ]
    if found.get("config_sha256") != expected["config_sha256"]:
        faults.append(Fault("config.json", "summary", "is not the configuration that summary.json knows"))
    free = {"versions", "sha256"}  # of the environment that ended the run
    differing = [key for key in sorted({*expected, *found} - free) if expected.get(key) != found.get(key)]
    if differing and not faults:
        faults.append(Fault(SUMMARY, "summary", f"{', '.join(differing)} does not follow from the manifests"))
    return faults


# ------------------------------------------------------------------ for people


def print_sums(run: str, stream: TextIO) -> None:
    """The table that ends `malmoi run`: documents and tokens per kind, reasons, shards, the report."""
    published = read_manifests(run)
    census = fates(published)
    mixed = {}
    if "mix" in published:
        mixed = {item["kind"]: item for item in published["mix"].details.get("kinds", [])}
    shown = [fate for fate in SHOWN if fate != JOINED or census.total(fate=fate).documents]
    held = ["available", "mixed"]
    head = ["kind", "read", *shown, "tokens once", "tokens mixed"]
    if any(item["validation"]["documents"] for item in mixed.values()):
        held, head = [*held, "validation"], [*head, "tokens apart"]
    rows: list[tuple[str, ...]] = [tuple(head)]
    kinds = sorted({entry.kind for entry in census.tallies} | set(mixed))
    for kind in kinds:
        counts = [census.total(kind=kind, fate=fate).documents for fate in shown]
        item = mixed.get(kind, {})
        tokens = [item.get(key, {}).get("tokens", 0) for key in held]
        rows.append((kind or "(unknown)", *_numbers([census.total(kind=kind).documents, *counts, *tokens])))
    total = [census.total().documents, *(census.total(fate=fate).documents for fate in shown)]
    sums = [sum(item[key]["tokens"] for item in mixed.values()) for key in held]
    rows.append(("all", *_numbers([*total, *sums])))
    stream.write("\n" + _table(rows))
    reasons = census.by("fate", "reason")
    lines = [
        (reason, f"{tally.documents:,}", " · ".join(reason_words(reason)))
        for (fate, reason), tally in sorted(reasons.items(), key=lambda item: (-item[1].documents, item[0]))
        if fate in (DROPPED, QUARANTINED)
    ]
    if lines:
        stream.write("\nleft out because of\n" + aligned(lines, right=(1,)))
    if "serialize" in published:
        manifest = published["serialize"]
        size = sum(part.bytes for part in manifest.parts)
        folder = storage.join(run, *manifest.parts[0].name.split("/")[:2]) if manifest.parts else run
        stream.write(f"\nshards     {_shards(published):,} ({size:,} bytes) in {folder}\n")
    if "verify" in published:
        details = published["verify"].details
        stream.write(f"verified   {details.get('files', 0):,} files, {details.get('bytes', 0):,} bytes, no fault\n")
    if "report" in published:
        stream.write(f"report     {storage.join(run, 'report', 'index.html')}\n")


def _numbers(values: Sequence[int]) -> list[str]:
    return [f"{value:,}" for value in values]


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Kinds to the left, numbers to the right, a line below the head and above the sums."""
    lines = aligned(rows, right=range(1, len(rows[0]))).splitlines()
    rule = "-" * width(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"
